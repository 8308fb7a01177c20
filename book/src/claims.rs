//! What is claimed, and whether it rests on evidence that is there and is told on a page.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::course::Course;
use crate::problem::Problems;
use crate::{files, measured, notes};

/// The file that holds all claims, relative to the root of the workspace.
pub const FILE: &str = "book/claims.toml";

/// A statement about inter-process communication, and what settles it.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Its name, for ever.
    pub id: String,
    /// The line it stands on in [`FILE`].
    pub line: usize,
    /// The rest.
    pub entry: Entry,
}

/// A claim as it is written down.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    id: Spanned<String>,
    /// What it is about, such as `pipe`.
    pub topic: String,
    /// What kind of statement it is, such as `fact` or `question`.
    pub kind: Option<String>,
    /// The places in the notes that make it.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The claim itself.
    pub says: String,
    /// What the evidence says of it.
    pub verdict: Verdict,
    /// Why.
    pub why: String,
    /// The recorded lines that settle it.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// The question of the quiz that asks about it.
    pub question: Option<String>,
    /// Why nothing can be run.
    pub reason: Option<String>,
}

/// What settles a claim.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Written")]
pub enum Evidence {
    /// A line of a recorded run.
    Line {
        /// The scene, as `pipe/eof`.
        scene: String,
        /// The line, or a distinctive piece of it.
        line: String,
    },
    /// What a rule says of recorded measurements.
    Rule {
        /// The lesson that measures, and the rule, as `compare/shm-fastest`.
        rule: String,
    },
}

/// A piece of evidence as it is written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    scene: Option<String>,
    line: Option<String>,
    rule: Option<String>,
}

impl TryFrom<Written> for Evidence {
    type Error = &'static str;

    fn try_from(Written { scene, line, rule }: Written) -> Result<Self, Self::Error> {
        match (scene, line, rule) {
            (Some(scene), Some(line), None) => Ok(Self::Line { scene, line }),
            (None, None, Some(rule)) => Ok(Self::Rule { rule }),
            _ => Err("evidence is a `scene` with a `line` of it, or a `rule` over measurements"),
        }
    }
}

/// What the evidence says of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is so.
    True,
    /// It is so, but there is more to it.
    Simplified,
    /// It is so under conditions that it does not name.
    Depends,
    /// It is not so.
    False,
    /// A matter of taste.
    Opinion,
}

impl Verdict {
    /// All of them, as the ledger counts them.
    pub const ALL: [Self; 5] =
        [Self::True, Self::Simplified, Self::Depends, Self::False, Self::Opinion];

    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::Simplified => "simplified",
            Self::Depends => "depends",
            Self::False => "false",
            Self::Opinion => "opinion",
        }
    }
}

/// A place on a page where a claim is cited by a visible link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The claim's id.
    pub id: String,
    /// The page's source file, relative to the root of the workspace.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The page, such as `pipe.md`.
    pub page: String,
    /// The page's title.
    pub title: String,
    /// The anchor of the place.
    pub anchor: String,
}

/// Reads [`FILE`]. A workspace without it has no claims.
///
/// # Errors
///
/// What cannot be read, and ids that are used twice.
pub fn read(root: &Path) -> Result<Vec<Claim>, Problems> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Ledger {
        #[serde(default)]
        claim: Vec<Entry>,
    }
    if !root.join(FILE).is_file() {
        return Ok(Vec::new());
    }
    let text = files::read(root, Path::new(FILE))?;
    let ledger: Ledger = files::parse(Path::new(FILE), &text)?;
    let mut problems = Problems::default();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut claims = Vec::new();
    for entry in ledger.claim {
        let (id, line) = (entry.id.get_ref().clone(), files::line_at(&text, entry.id.span().start));
        if !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
            problems.add(FILE, line, format!("the id `{id}`: use lower case, digits and hyphens"));
        }
        if let Some(first) = seen.insert(id.clone(), line) {
            problems.add(
                FILE,
                line,
                format!("the id `{id}` is used in line {first}, too: rename one"),
            );
        }
        claims.push(Claim { id, line, entry });
    }
    problems.or(claims)
}

/// Checks that each claim rests on something that is there, and that a page tells it.
pub fn check(course: &Course, citations: &[Citation], problems: &mut Problems) {
    let known: Vec<&str> = course.claims.iter().map(|claim| claim.id.as_str()).collect();
    for claim in &course.claims {
        let Claim { id, line, entry } = claim;
        if entry.evidence.is_empty() && entry.question.is_none() && entry.reason.is_none() {
            let text = format!(
                "`{id}` rests on nothing: name its `evidence`, the `question` that asks it, or the `reason` why nothing can be run"
            );
            problems.add(FILE, *line, text);
        }
        for note in &entry.notes {
            if let Err(why) = notes::find(&course.notes, note) {
                problems.add(FILE, *line, format!("`{id}`: {why}"));
            }
        }
        for evidence in &entry.evidence {
            if let Err(why) = settle(course, evidence) {
                problems.add(FILE, *line, format!("evidence of `{id}`: {why}"));
            }
        }
        if let Some(question) = &entry.question
            && !course.questions.contains(question)
        {
            let text = format!(
                "`{id}` names the question `{question}`, which no `quiz.toml` has: write it, or name another"
            );
            problems.add(FILE, *line, text);
        }
        if !citations.iter().any(|citation| citation.id == *id) {
            let text =
                format!("no page cites `{id}`: link the words that tell it, `[words](claim:{id})`");
            problems.add(FILE, *line, text);
        }
    }
    for Citation { id, file, line, .. } in citations {
        if !known.contains(&id.as_str()) {
            let near = known.iter().filter(|other| near(id, other)).take(3);
            let near: Vec<String> = near.map(|id| format!("`{id}`")).collect();
            let hint = if near.is_empty() {
                ": write it there, or mend the id".to_owned()
            } else {
                format!("; perhaps {}", near.join(", "))
            };
            problems.add(
                file,
                *line,
                format!("cites the claim `{id}`, which `{FILE}` does not have{hint}"),
            );
        }
    }
}

fn near(id: &str, other: &str) -> bool {
    let pieces: Vec<&str> = id.split('-').collect();
    other.split('-').filter(|piece| piece.len() > 2 && pieces.contains(piece)).count() > 1
}

fn settle(course: &Course, evidence: &Evidence) -> Result<(), String> {
    let (name, line) = match evidence {
        Evidence::Line { scene, line } => (scene, line),
        Evidence::Rule { rule } => return measured::verdict(&course.root, rule).map(drop),
    };
    let (lesson, scene) =
        name.split_once('/').ok_or(format!("`{name}` is no scene: write it as `pipe/eof`"))?;
    let found = course.lesson(lesson).and_then(|lesson| lesson.scene(scene));
    let found = found.ok_or(format!("there is no scene `{name}`"))?;
    if found.recordings.iter().any(|recording| recording.has_line(line)) {
        return Ok(());
    }
    Err(format!(
        "the recording of `{name}` has no line with `{line}`: look at `{}`",
        found.recordings.first().map_or_else(
            || "its recording".into(),
            |recording| recording.file.display().to_string()
        )
    ))
}

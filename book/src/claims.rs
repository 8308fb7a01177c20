//! The ledger: what is claimed, what the evidence says of it, and which page tells it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::course::Course;
use crate::html::{attribute, text as escaped};
use crate::problem::{Problem, Problems};

/// The file that holds all claims, relative to the root of the workspace.
pub const FILE: &str = "book/claims.toml";

/// The name of the page that is made of it.
pub const PAGE: &str = "claims.md";

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

/// A line of a recorded run.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The scene, as `pipe/eof`.
    pub scene: String,
    /// The line, or a distinctive piece of it.
    pub line: String,
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
    fn word(self) -> &'static str {
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
    let file = root.join(FILE);
    if !file.is_file() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(&file)
        .map_err(|error| Problem::new(FILE, 1, format!("cannot be read: {error}")))?;
    let ledger: Ledger = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(&text, &span));
        Problem::new(FILE, line, error.message().to_owned())
    })?;
    let mut problems = Problems::default();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut claims = Vec::new();
    for entry in ledger.claim {
        let (id, line) = (entry.id.get_ref().clone(), line_of(&text, &entry.id.span()));
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

fn line_of(text: &str, span: &Range<usize>) -> usize {
    text[..span.start.min(text.len())].matches('\n').count() + 1
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

fn settle(course: &Course, Evidence { scene: name, line }: &Evidence) -> Result<(), String> {
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

/// The ledger as a page.
pub fn page(course: &Course, citations: &[Citation]) -> String {
    let mut out = String::from(INTRODUCTION);
    let mut topics: Vec<&str> = Vec::new();
    for claim in &course.claims {
        if !topics.contains(&claim.entry.topic.as_str()) {
            topics.push(&claim.entry.topic);
        }
    }
    // As in the book; what belongs to no chapter comes first.
    let chapter = |topic: &&str| course.lessons.iter().position(|lesson| lesson.name == *topic);
    topics.sort_by_key(chapter);
    for topic in topics {
        let _ = write!(out, "\n## {}\n", heading(course, topic));
        for claim in course.claims.iter().filter(|claim| claim.entry.topic == topic) {
            entry(&mut out, claim, citations);
        }
    }
    out
}

const INTRODUCTION: &str = "# What is claimed

Everything that this course retells from study notes about inter-process communication, one entry a
claim: what is said, what the evidence says of it, and where the evidence is. A **verdict** is one of

- **true**: it is so;
- **simplified**: it is so, but there is more to it that matters;
- **depends**: it is so under conditions that the statement does not name;
- **false**: it is not so;
- **opinion**: a matter of taste or of situation.

The evidence is a line of a recorded run. The build of this page fails when that line is gone.
";

fn heading(course: &Course, topic: &str) -> String {
    match (course.lesson(topic), topic) {
        (Some(lesson), _) => lesson.head.title.clone(),
        (None, "ipc") => "Inter-process communication".to_owned(),
        (None, "compare") => "Choosing a mechanism".to_owned(),
        (None, other) => other.to_owned(),
    }
}

/// An entry's texts are Markdown, so its frame is HTML with empty lines around them.
fn entry(out: &mut String, Claim { id, entry, .. }: &Claim, citations: &[Citation]) {
    let verdict = entry.verdict.word();
    let _ = write!(
        out,
        "\n<section class=\"claim-entry\" id=\"{id}\" aria-label=\"claim {id}\">\n\n\
         <p class=\"claim-id\"><a href=\"#{id}\"><code>{id}</code></a> <span class=\"verdict verdict-{verdict}\">{verdict}</span></p>\n\n\
         {}\n\n<div class=\"claim-why\">\n\n{}\n\n</div>\n",
        entry.says.trim(),
        entry.why.trim(),
    );
    let _ = write!(out, "\n<ul class=\"claim-links\">\n");
    for Evidence { scene, line } in &entry.evidence {
        let address =
            scene.split_once('/').map(|(lesson, scene)| format!("{lesson}.html#scene-{scene}"));
        let _ = writeln!(
            out,
            "<li>Evidence: <a href=\"{}\">{}</a>, <code>{}</code></li>",
            attribute(&address.unwrap_or_default()),
            escaped(scene),
            escaped(line),
        );
    }
    if let Some(question) = &entry.question {
        let command = format!("cargo run -p quiz -- --id {question}");
        let _ = writeln!(out, "<li>Asked by: <code>{}</code></li>", escaped(&command));
    }
    if let Some(reason) = &entry.reason {
        let _ = writeln!(out, "<li>Nothing can be run: {}</li>", escaped(reason));
    }
    let told: Vec<String> = citations
        .iter()
        .filter(|citation| citation.id == *id)
        .map(|Citation { page, title, anchor, .. }| {
            format!("<a href=\"{}#{anchor}\">{}</a>", page.replace(".md", ".html"), escaped(title))
        })
        .collect();
    let _ = write!(out, "<li>Told in: {}</li>\n</ul>\n\n</section>\n", told.join(", "));
}

//! A scene as its lesson's folder holds it: what its source declares, and its recordings.

use std::path::{Path, PathBuf};

use stage::{Act, Disorder, Placed, arrange, picture};

use crate::files;
use crate::problem::Problem;
use crate::source::Declared;

/// One scene of a lesson.
#[derive(Clone, Debug)]
pub struct Scene {
    /// What its source declares.
    pub declared: Declared,
    /// Its source file.
    pub source: Source,
    /// The recorded runs: one, or one for each outcome.
    pub recordings: Vec<Recording>,
    /// What the kernel saw: the calls of each process.
    pub kernel: Option<String>,
}

/// A file of a lesson's sources.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its path, relative to the root of the workspace.
    pub file: PathBuf,
    /// What it holds.
    pub text: String,
}

/// One recorded run in its logical order.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The outcome it shows, if the scene has several.
    pub outcome: Option<String>,
    /// Its file, relative to the root of the workspace.
    pub file: PathBuf,
    /// The run as the terminal prints it.
    pub picture: String,
    /// The lines, each with the places of those it had to wait for.
    pub placed: Vec<Placed>,
}

impl Source {
    /// Reads a file below `root`.
    ///
    /// # Errors
    ///
    /// Why it cannot be read.
    pub fn read(root: &Path, file: PathBuf) -> Result<Self, Problem> {
        let text = files::read(root, &file)?;
        Ok(Self { file, text })
    }

    /// The lines of the file, or those between `// ANCHOR: name` and `// ANCHOR_END: name`, without
    /// the anchors' own lines. `None` if there is no such pair.
    pub fn excerpt(&self, anchor: Option<&str>) -> Option<String> {
        let is_mark = |line: &&str| mark(line, "ANCHOR:").or(mark(line, "ANCHOR_END:")).is_some();
        let mut lines: Vec<&str> = self.text.lines().collect();
        if let Some(name) = anchor {
            let start = lines.iter().position(|line| mark(line, "ANCHOR:") == Some(name))?;
            let end = lines.iter().position(|line| mark(line, "ANCHOR_END:") == Some(name))?;
            lines = lines.get(start..end)?.to_vec();
        }
        lines.retain(|line| !is_mark(line));
        let indent = lines.iter().filter(|line| !line.trim().is_empty());
        let indent = indent.map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
        let text: Vec<&str> = lines.iter().map(|line| line.get(indent..).unwrap_or("")).collect();
        Some(text.join("\n").trim_matches('\n').to_owned())
    }

    /// The anchors that its source declares.
    pub fn anchors(&self) -> Vec<&str> {
        self.text.lines().filter_map(|line| mark(line, "ANCHOR:")).collect()
    }
}

fn mark<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    Some(line.trim().strip_prefix("//")?.trim().strip_prefix(word)?.trim())
}

impl Recording {
    /// Reads `recorded/SCENE.snap` or `recorded/SCENE.OUTCOME.snap`. `cast` names the processes that
    /// exist from the start, `memories` the channels that keep what is stored in them.
    ///
    /// # Errors
    ///
    /// Why the file holds no run in logical order.
    pub fn read(
        root: &Path,
        file: PathBuf,
        outcome: Option<String>,
        cast: &[String],
        memories: &[String],
    ) -> Result<Self, Problem> {
        let again = "it is written by the lesson's test, never by hand: record it again";
        let wrong = |line: usize, why: String| Problem::new(&file, line, format!("{why}; {again}"));
        let text = files::read(root, &file).map_err(|problem| wrong(1, problem.text))?;
        let (head, picture) = strip_head(&text);
        let mut lines = picture::read(picture).map_err(|why| wrong(head + 1, why))?;
        if lines.is_empty() {
            return Err(wrong(head + 1, "it has no rows".to_owned()));
        }
        for line in &mut lines {
            if let Act::Sends(channel) | Act::Gets(channel) = &mut line.act {
                // A memory that was read once looks like any other channel.
                channel.keeps |= memories.contains(&channel.name);
            }
        }
        let placed = arrange(cast, &lines).map_err(|why| {
            let row = match &why {
                Disorder::NobodySent(line) | Disorder::NobodyForked(line) => Some(line),
                Disorder::Circle(lines) => lines.first(),
            };
            let at = row.and_then(|row| lines.iter().position(|line| line == row)).unwrap_or(0);
            wrong(head + at + 1, why.to_string())
        })?;
        let moved = lines.iter().zip(&placed).position(|(line, placed)| *line != placed.line);
        if let Some(at) = moved {
            let why = format!("`{}` is not in logical order", lines[at].to_string().trim());
            return Err(wrong(head + at + 1, why));
        }
        let picture = picture.trim_end().to_owned();
        Ok(Self { outcome, file, picture, placed })
    }

    /// The processes of the run, in the order in which they appear.
    pub fn actors(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for Placed { line, .. } in &self.placed {
            let child = match &line.act {
                Act::Forks(child) | Act::Reaps(child) => Some(child.as_str()),
                _ => None,
            };
            for name in [Some(line.actor.as_str()), child].into_iter().flatten() {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    /// Whether a recorded line holds this text; runs of spaces count as one.
    pub fn has_line(&self, wanted: &str) -> bool {
        self.picture.lines().any(|line| holds(line, wanted))
    }

    /// The recorded lines that hold one of these texts, with a mark where others lie between.
    pub fn lines_with(&self, pieces: &[&str]) -> String {
        let mut shown = Vec::new();
        let mut last = None;
        for (at, line) in self.picture.lines().enumerate() {
            if pieces.iter().any(|piece| holds(line, piece)) {
                if last.is_some_and(|last| last + 1 < at) {
                    shown.push(GAP);
                }
                shown.push(line);
                last = Some(at);
            }
        }
        let indent = shown.iter().filter(|line| **line != GAP);
        let indent = indent.map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
        for line in shown.iter_mut().filter(|line| **line != GAP) {
            *line = line.get(indent..).unwrap_or(line);
        }
        shown.join("\n")
    }
}

/// The text of a scene's recording, without what insta writes above it.
pub(crate) fn recorded(root: &Path, lesson: &str, scene: &str) -> std::io::Result<String> {
    let file = root.join("lessons").join(lesson).join(format!("recorded/{scene}.snap"));
    Ok(strip_head(&std::fs::read_to_string(file)?).1.trim_end().to_owned())
}

/// Where recorded lines are left out.
const GAP: &str = "⋮";

fn holds(line: &str, wanted: &str) -> bool {
    squeeze(line).contains(&squeeze(wanted))
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The number of lines of the YAML head that insta writes, and what stands below it.
pub(crate) fn strip_head(snapshot: &str) -> (usize, &str) {
    match snapshot.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")) {
        Some((head, body)) => (head.lines().count() + 2, body),
        None => (0, snapshot),
    }
}

//! Recordings of programs that are not ours: what is kept of what the kernel saw, and the run.
//!
//! `book/wild/NAME.sh` is what is run, `NAME.toml` tells what of it is kept, and `NAME.snap` is the
//! recording, which a test compares with a new run wherever the programs are installed.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::files;
use crate::problem::{Problem, Problems};
use crate::scene::{Recording, strip_head};

/// The folder of the recordings, relative to the root of the workspace.
pub const FOLDER: &str = "book/wild";

/// What of a run is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// What it shows, in one line.
    pub idea: String,
    /// The programs it needs beside the shell's own, each with the words that make it tell its
    /// version.
    pub needs: Vec<String>,
    /// What bytes go through, and how it is called here.
    pub channels: Vec<Channel>,
    /// The processes that are shown, in the order that settles ties.
    pub lane: Vec<Lane>,
}

/// Something that bytes go through.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// Its name in the picture.
    pub name: String,
    /// A piece of what the recorder calls it; pipes are numbered as they are made.
    pub is: String,
    /// Whether its end of file is left out, since who sees it first differs from run to run.
    #[serde(default)]
    pub hides_end: bool,
    /// Whether how much goes through it differs from run to run.
    #[serde(default)]
    pub masks_sizes: bool,
}

/// A process that is shown.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lane {
    /// Its name in the picture.
    pub name: String,
    /// How the names of its program may begin.
    pub process: Vec<String>,
    /// Its calls that are shown.
    pub calls: Vec<String>,
    /// Its signals that are shown.
    #[serde(default)]
    pub signals: Vec<String>,
}

/// A recorded run of programs that are not ours.
#[derive(Clone, Debug)]
pub struct Wild {
    /// Its name, such as `http`.
    pub name: String,
    /// What of the run is kept.
    pub selection: Selection,
    /// What is run.
    pub script: String,
    /// The run.
    pub recording: Recording,
    /// The programs it was recorded with, and their versions.
    pub programs: String,
}

/// What can be read of the recordings of the workspace below `root`, and what is wrong with the
/// rest: what cannot be read, and files that belong to no recording.
pub fn read(root: &Path) -> (Vec<Wild>, Problems) {
    let mut problems = Problems::default();
    let mut all = Vec::new();
    let names = files::names(&root.join(FOLDER));
    for file in &names {
        let path = Path::new(FOLDER).join(file);
        match file.rsplit_once('.') {
            Some((name, "toml")) => match one(root, name) {
                Ok(wild) => all.push(wild),
                Err(problem) => problems.extend(problem.into()),
            },
            // What a failing test has written beside its snapshot.
            Some((_, "new")) => {}
            Some((name, "sh" | "snap")) if names.contains(&format!("{name}.toml")) => {}
            _ => {
                let toml = path.with_extension("toml");
                let text =
                    format!("belongs to no recording: write `{}`, or delete it", toml.display());
                problems.add(path, 1, text);
            }
        }
    }
    (all, problems)
}

/// Reads what is kept of the run `name`.
///
/// # Errors
///
/// What cannot be read.
pub fn selection(root: &Path, name: &str) -> Result<Selection, Problem> {
    let file = path(name, "toml");
    let text = text(root, &file, "it tells what of the run is kept")?;
    files::parse(&file, &text)
}

fn one(root: &Path, name: &str) -> Result<Wild, Problem> {
    let selection = selection(root, name)?;
    let script = text(root, &path(name, "sh"), "it is what is run")?;
    let file = path(name, "snap");
    let again = "record it with `INSTA_UPDATE=always cargo test -p book --test wild`";
    let snapshot = text(root, &file, again)?;
    let head = &snapshot[..snapshot.len() - strip_head(&snapshot).1.len()];
    let programs = head.lines().find_map(|line| line.strip_prefix("description: "));
    let programs = programs.unwrap_or_default().trim_matches('"').to_owned();
    let forked = |lane: &String| {
        snapshot.lines().any(|row| row.contains(&format!("▶ {lane} ")) && row.ends_with(" fork"))
    };
    let cast = selection.lane.iter().map(|lane| lane.name.clone());
    let cast: Vec<String> = cast.filter(|lane| !forked(lane)).collect();
    let recording = Recording::read(root, file, None, &cast, &[])?;
    Ok(Wild { name: name.to_owned(), selection, script, recording, programs })
}

/// The file of the run `name` with this ending, relative to the root of the workspace.
pub fn path(name: &str, end: &str) -> PathBuf {
    Path::new(FOLDER).join(format!("{name}.{end}"))
}

fn text(root: &Path, file: &Path, what: &str) -> Result<String, Problem> {
    files::read(root, file)
        .map_err(|problem| Problem { text: format!("{}; {what}", problem.text), ..problem })
}

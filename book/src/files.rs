//! Reading what lies in the workspace, and saying where it is wrong.

use std::path::Path;

use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// The text of a file below `root`.
///
/// # Errors
///
/// Why it cannot be read.
pub fn read(root: &Path, file: &Path) -> Result<String, Problem> {
    std::fs::read_to_string(root.join(file))
        .map_err(|error| Problem::new(file, 1, format!("cannot be read: {error}")))
}

/// What the TOML in `text` holds; `file` is where it comes from.
///
/// # Errors
///
/// What is wrong with it, at its line.
pub fn parse<T: DeserializeOwned>(file: &Path, text: &str) -> Result<T, Problem> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        Problem::new(file, line, error.message().to_owned())
    })
}

/// The line, from 1, of a place in a text.
pub fn line_at(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// The names of what is in a folder, sorted; nothing if there is no such folder.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

//! The study notes that make the claims: what each is, and its headings.

use std::path::Path;

use serde::Deserialize;

use crate::files;
use crate::problem::Problem;

/// The file that lists them, relative to the root of the workspace.
pub const FILE: &str = "book/notes.toml";

/// One of the notes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Its name, such as `001`.
    pub id: String,
    /// What it is, in English.
    pub title: String,
    /// Its headings, in its own order.
    pub headings: Vec<Heading>,
}

/// A heading of a note.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heading {
    /// As it stands in the note.
    pub text: String,
    /// The same in English.
    pub english: String,
}

/// Reads [`FILE`]. A workspace without it has no notes.
///
/// # Errors
///
/// What cannot be read.
pub fn read(root: &Path) -> Result<Vec<Note>, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Shelf {
        note: Vec<Note>,
    }
    if !root.join(FILE).is_file() {
        return Ok(Vec::new());
    }
    let text = files::read(root, Path::new(FILE))?;
    let shelf: Shelf = files::parse(Path::new(FILE), &text)?;
    Ok(shelf.note)
}

/// The note and the heading that a place such as `001#파이프 (Pipe)` names.
///
/// # Errors
///
/// That there is no such note, or no such heading in it.
pub fn find<'a>(notes: &'a [Note], place: &str) -> Result<(&'a Note, &'a Heading), String> {
    let (id, text) = place.split_once('#').unwrap_or((place, ""));
    let note = notes.iter().find(|note| note.id == id);
    let note = note.ok_or(format!("there is no note `{id}` in `{FILE}`"))?;
    let heading = note.headings.iter().find(|heading| heading.text == text);
    let heading = heading
        .ok_or(format!("note {id} has no heading `{text}`: mend it, or add it to `{FILE}`"))?;
    Ok((note, heading))
}

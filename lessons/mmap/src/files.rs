//! Files of a run's own, to be mapped.

use std::fs::File;
use std::os::unix::fs::FileExt;

use stage::{Actor, Result};

/// Makes a new file that holds a text, open for reading and for writing.
pub fn with_text(actor: &Actor, label: &str, text: &str) -> Result<File> {
    let file = with_size(actor, label, 0)?;
    file.write_all_at(text.as_bytes(), 0)?;
    Ok(file)
}

/// Makes a new file of so many bytes, open for reading and for writing. Nothing is written: it
/// reads as zeros and takes no room on the disk.
pub fn with_size(actor: &Actor, label: &str, bytes: usize) -> Result<File> {
    let path = actor.path(label)?;
    let file = File::options().read(true).write(true).create_new(true).open(path)?;
    file.set_len(bytes as u64)?;
    Ok(file)
}

/// What `read(2)` finds in a file, from a place on.
pub fn read_at(file: &File, at: usize, bytes: usize) -> Result<String> {
    let mut buffer = vec![0; bytes];
    let length = file.read_at(&mut buffer, at as u64)?;
    Ok(String::from_utf8_lossy(&buffer[..length]).into_owned())
}

//! What the scenes that execute other programs share.

use std::ffi::CStr;
use std::path::PathBuf;

use nix::errno::Errno;
use nix::unistd::execvp;
use stage::{Actor, Result, missing};

/// Turns this process into another program. It returns only if that fails.
pub fn exec(command: &[&CStr]) -> Result {
    match execvp(command[0], command) {
        // EACCES: it is in none of the folders of PATH, and one of them could not be searched.
        Err(Errno::ENOENT | Errno::EACCES) => {
            let name = command[0].to_string_lossy();
            Err(missing(format!("there is no program `{name}`"), "install it"))
        }
        Err(errno) => Err(errno.into()),
    }
}

/// Files whose names the notes' pattern takes for text files, and two that are meant.
pub fn folder_of_files(actor: &Actor) -> Result<PathBuf> {
    let folder = actor.path("files")?;
    std::fs::create_dir(&folder)?;
    for name in ["a.txt", "b.txt", "Atxt", "mytxtfile", "notes.txt.bak", "txt"] {
        std::fs::write(folder.join(name), "")?;
    }
    Ok(folder)
}

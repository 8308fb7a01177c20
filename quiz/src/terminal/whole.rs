//! Files that are written whole or not at all, also if the disk is full or this program is killed.

use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

/// Writes a new file.
///
/// # Errors
///
/// It is there already, or it cannot be written. Nothing is left of it.
pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match nameless(path, bytes)? {
        Some(file) => name(&file, path),
        None => {
            let beside = written_beside(path, bytes)?;
            // A link, since a rename would replace what is there by now. Some file systems know none.
            let linked = match std::fs::hard_link(&beside, path) {
                Err(e) if e.kind() != io::ErrorKind::AlreadyExists && !path.exists() => {
                    std::fs::rename(&beside, path)
                }
                linked => linked,
            };
            let _ = std::fs::remove_file(&beside);
            linked
        }
    }
}

/// Writes a file, in place of the one that is there.
///
/// # Errors
///
/// It cannot be written. What was there is as it was.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match std::fs::metadata(path) {
        // What is no file, a device or a pipe, is written to and never replaced.
        Ok(there) if !there.is_file() => {
            std::fs::OpenOptions::new().write(true).open(path)?.write_all(bytes)
        }
        // Through symbolic links: what they lead to is replaced.
        Ok(_) => put(&path.canonicalize()?, bytes),
        Err(_) => put(path, bytes),
    }
}

fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = match nameless(path, bytes)? {
        Some(file) => {
            let beside = beside(path);
            name(&file, &beside)?;
            beside
        }
        None => written_beside(path, bytes)?,
    };
    std::fs::rename(&beside, path).inspect_err(|_| {
        let _ = std::fs::remove_file(&beside);
    })
}

/// A file in the folder of this one that has no name yet: if this program is killed, nothing is left
/// of it. `None` where the file system knows no such files.
fn nameless(path: &Path, bytes: &[u8]) -> io::Result<Option<File>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    let Ok(file) = open(folder.unwrap_or(Path::new(".")), flags, Mode::from_raw_mode(0o666)) else {
        return Ok(None);
    };
    let mut file = File::from(file);
    file.write_all(bytes)?;
    file.sync_data()?;
    Ok(Some(file))
}

fn name(file: &File, path: &Path) -> io::Result<()> {
    let nameless = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, nameless, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

fn written_beside(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let beside = beside(path);
    let write = |mut file: File| file.write_all(bytes).and_then(|()| file.sync_data());
    File::create_new(&beside).and_then(|file| {
        write(file).inspect_err(|_| {
            let _ = std::fs::remove_file(&beside);
        })
    })?;
    Ok(beside)
}

/// A name in the same folder that nobody else uses.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.new", std::process::id()));
    path.with_file_name(name)
}

//! Files that are written whole or not at all, also if the disk is full or this program is killed.

use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

/// Where the files are that this process has open. A file without a name gets one from here, so it
/// has to be there, which it is not in every container.
const OPEN: &str = "/proc/self/fd";

/// Writes a new file.
///
/// # Errors
///
/// It is there already, or it cannot be written. Nothing is left of it.
pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    create_by(Path::new(OPEN), path, bytes)
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
        Ok(_) => replace_by(Path::new(OPEN), &path.canonicalize()?, bytes),
        Err(_) => replace_by(Path::new(OPEN), path, bytes),
    }
}

fn create_by(open: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(file) = nameless(open, path, bytes)? {
        return name(open, &file, path);
    }
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

fn replace_by(open: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = match nameless(open, path, bytes)? {
        Some(file) => {
            let beside = beside(path);
            name(open, &file, &beside)?;
            beside
        }
        None => written_beside(path, bytes)?,
    };
    std::fs::rename(&beside, path).inspect_err(|_| {
        let _ = std::fs::remove_file(&beside);
    })
}

/// A file in the folder of this one that has no name yet: if this program is killed, nothing is left
/// of it. `None` where the file system knows no such files, or where it could get no name.
fn nameless(open: &Path, path: &Path, bytes: &[u8]) -> io::Result<Option<File>> {
    if !open.is_dir() {
        return Ok(None);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    let mode = Mode::from_raw_mode(0o666);
    let Ok(file) = rustix::fs::open(folder.unwrap_or(Path::new(".")), flags, mode) else {
        return Ok(None);
    };
    let mut file = File::from(file);
    file.write_all(bytes)?;
    file.sync_data()?;
    Ok(Some(file))
}

fn name(open: &Path, file: &File, path: &Path) -> io::Result<()> {
    let nameless = open.join(file.as_raw_fd().to_string());
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// With files that have no name yet, and without them: what can be seen is the same.
    #[test]
    fn whole_or_not_at_all() {
        for open in [OPEN, "/nowhere/at/all"].map(Path::new) {
            let folder = tempfile::tempdir().expect("a folder");
            let there = |name: &str| folder.path().join(name);
            let names = || {
                let all = fs::read_dir(folder.path()).expect("a folder");
                let mut names: Vec<_> =
                    all.map(|entry| entry.expect("a file").file_name()).collect();
                names.sort();
                names
            };
            create_by(open, &there("new"), b"one").expect("it is written");
            let again = create_by(open, &there("new"), b"two").expect_err("it is there");
            assert_eq!(again.kind(), io::ErrorKind::AlreadyExists, "{}", open.display());
            assert_eq!(fs::read(there("new")).expect("a file"), b"one");
            replace_by(open, &there("new"), b"three").expect("it is replaced");
            replace_by(open, &there("other"), b"").expect("it is written");
            assert_eq!(fs::read(there("new")).expect("a file"), b"three");
            fs::create_dir(there("folder")).expect("a folder");
            replace_by(open, &there("folder"), b"four").expect_err("it is no file");
            create_by(open, &there("no/file"), b"five").expect_err("there is no folder");
            assert_eq!(names(), ["folder", "new", "other"], "{}", open.display());
        }
    }

    /// Only what cannot be told apart by its result: which of the two ways was taken.
    #[test]
    fn without_proc_no_file_is_nameless() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = nameless(Path::new("/nowhere/at/all"), &folder.path().join("new"), b"");
        assert!(file.expect("nothing failed").is_none());
    }
}

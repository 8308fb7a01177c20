//! A free answer from the learner's own editor.

use super::interrupt;
use super::words::say;
use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::Command;

/// Opens `$VISUAL` or `$EDITOR` on an empty file and gives what it was left with.
///
/// # Errors
///
/// Why there is no answer from there.
pub(super) fn edit() -> Result<String, String> {
    // An editor without a keyboard would wait for ever.
    if !io::stdin().is_terminal() {
        let why = say("standard input is no terminal", "표준 입력이 터미널이 아닙니다");
        return Err(why.to_owned());
    }
    let set = |name| std::env::var(name).ok().filter(|value: &String| !value.trim().is_empty());
    let editor = set("VISUAL").or_else(|| set("EDITOR")).ok_or_else(|| {
        say("neither `VISUAL` nor `EDITOR` is set", "`VISUAL`도 `EDITOR`도 정해져 있지 않습니다")
    })?;
    let draft = Draft::new().map_err(|e| {
        let dir = std::env::temp_dir();
        format!("failed to make a file in `{}`: {e}", dir.display())
    })?;
    let _editors = interrupt::is_for_others();
    // `EDITOR` may carry arguments, so a shell reads it, as `git` has it read. It waits for the editor,
    // too, whatever the keyboard says.
    let status = Command::new("sh")
        .args(["-c", &format!("trap : INT; {editor} \"$1\""), "sh"])
        .arg(&draft.file)
        .status()
        .map_err(|e| format!("failed to start `{editor}`: {e}"))?;
    if !status.success() {
        return Err(format!("`{editor}` ended with {status}"));
    }
    draft.text().map_err(|e| format!("failed to read what `{editor}` left: {e}"))
}

/// A file that is gone when this is.
struct Draft {
    file: PathBuf,
}

impl Draft {
    fn new() -> io::Result<Draft> {
        let name = |n: u32| format!("quiz-answer-{}-{n}.md", std::process::id());
        for n in 0..100 {
            let file = std::env::temp_dir().join(name(n));
            match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file) {
                Ok(_) => return Ok(Draft { file }),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    fn text(&self) -> io::Result<String> {
        // More than this is cut off by the checker anyway.
        let limit = 4 * quiz::text::LONGEST as u64;
        let mut bytes = Vec::new();
        File::open(&self.file)?.take(limit).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // If it cannot be removed there is nothing more to do about it.
        let _ = std::fs::remove_file(&self.file);
    }
}

//! The quiz as somebody uses it: on the small bank in `tests/bank`, at a fixed time, with a folder of
//! its own for what it keeps.

use assert_cmd::cargo::cargo_bin;
use quiz::Bank;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

pub const NOW: &str = "2026-11-21T10:15:00+09:00";

pub fn bank() -> Bank {
    Bank::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bank")).expect("a sound bank")
}

pub fn quiz(kept: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(cargo_bin!("quiz"));
    command
        .args(["--bank", "tests/bank", "--now", NOW, "--data-dir"])
        .arg(kept)
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .env("COLUMNS", "78")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Everything that it says, and its exit code; the folder is called `KEPT`.
pub fn run(kept: &Path, args: &[&str], typed: &str) -> String {
    let mut child = quiz(kept, args).spawn().expect("the quiz starts");
    // It may end before it has read everything.
    let _ = child.stdin.take().expect("piped").write_all(typed.as_bytes());
    let output = child.wait_with_output().expect("the quiz ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().expect("not killed");
    let said = format!("{}{}exit code {code}\n", text(&output.stdout), text(&output.stderr));
    said.replace(&kept.display().to_string(), "KEPT")
}

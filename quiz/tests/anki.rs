//! What Anki itself makes of the packages that the quiz exports.

use assert_cmd::cargo::cargo_bin;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let imports = Trial::ignorable_test("anki imports, and updates what it knows", imports);
    libtest_mimic::run(&Arguments::from_args(), vec![imports]).exit_code()
}

fn imports() -> Result<Completion, Failed> {
    let found = Command::new("python3").args(["-c", "import anki.collection"]).output();
    if !found.is_ok_and(|output| output.status.success()) {
        let why = "`python3` has no module `anki`; get it with `pip install anki`";
        return Ok(Completion::ignored_with(why));
    }
    let folder = tempfile::tempdir()?;
    let early = folder.path().join("early.apkg");
    let late = folder.path().join("late.apkg");
    export(&early, "2026-11-21T10:00:00Z")?;
    export(&late, "2026-11-22T10:00:00Z")?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/import_packages.py");
    let output = Command::new("python3")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(script)
        .args([&early, &early, &late])
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    insta::assert_snapshot!("anki", String::from_utf8(output.stdout)?);
    Ok(Completion::Completed)
}

fn export(package: &Path, now: &str) -> Result<(), Failed> {
    let output = Command::new(cargo_bin!("quiz"))
        .args(["--bank", "tests/bank", "export", "--to", "anki", "--now", now, "--output"])
        .arg(package)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
    }
}

//! The scripts of the pages, run by Node.js on what the book writes: `course.js` on every page of the
//! site, `ledger.js` on the real ledger, `measured.js` on the real measurements. The cases stand beside
//! this file.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{fs, io};

use book::{Course, ledger, measured, site};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

const BOOK: &str = env!("CARGO_MANIFEST_DIR");

fn main() -> ExitCode {
    let trials = vec![
        Trial::ignorable_test("course", || {
            let site = site::check(root()).map_err(|error| format!("{error:#}"))?;
            // A page that has most of what scrolls.
            let page = fs::read_to_string(site.path().join("compare.html"))?;
            cases("course", &page, &[site.path().to_owned()])
        }),
        Trial::ignorable_test("ledger", || cases("ledger", &ledger_page()?, &[])),
        Trial::ignorable_test("measured", || {
            let recorded = root().join("lessons/compare/recorded/measured.json");
            cases("measured", &measured_page()?, &[recorded])
        }),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn root() -> &'static Path {
    Path::new(BOOK).parent().expect("it has a parent")
}

/// The ledger before mdBook sees it: its texts are Markdown, what the script looks at is HTML.
fn ledger_page() -> Result<String, Failed> {
    let course = Course::read(root()).map_err(|problems| problems.to_string())?;
    Ok(ledger::page(&course, &[]))
}

/// Every piece that the lesson has made of its measurements, and the place for a run of one's own.
fn measured_page() -> Result<String, Failed> {
    let mut page = "<div id=\"measured-own\"></div>\n".to_owned();
    let own = fs::read_to_string(root().join("lessons/compare/lesson.md"))?;
    if !own.contains(page.trim()) {
        return Err(format!("lessons/compare/lesson.md has no `{}`", page.trim()).into());
    }
    let pieces = fs::read_dir(root().join("lessons/compare/recorded"))?;
    let pieces = pieces.collect::<io::Result<Vec<_>>>()?;
    for piece in pieces
        .iter()
        .filter_map(|piece| Some(piece.file_name().to_str()?.strip_suffix(".html")?.to_owned()))
    {
        page += &measured::piece(root(), "compare", &piece)?;
    }
    Ok(page)
}

fn cases(name: &str, page: &str, more: &[PathBuf]) -> Result<Completion, Failed> {
    let folder = Path::new(BOOK).join("tests/scripts");
    let file = tempfile::Builder::new().suffix(".html").tempfile()?;
    fs::write(file.path(), page)?;
    let output = Command::new("node")
        .arg(folder.join(format!("{name}.js")))
        .arg(file.path())
        .arg(Path::new(BOOK).join(format!("theme/{name}.js")))
        .args(more)
        .stdin(Stdio::null())
        .output();
    match output {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Completion::ignored_with(
            "there is no `node`; install Node.js to run the pages' scripts",
        )),
        Err(error) => Err(format!("`node` cannot be started: {error}").into()),
        Ok(output) if output.status.success() => Ok(Completion::Completed),
        Ok(output) => Err(format!(
            "book/theme/{name}.js\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
        .into()),
    }
}

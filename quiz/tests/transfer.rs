//! In and out: questions for other programs, answers from other machines, and what shells and `man`
//! read.

use assert_cmd::cargo::cargo_bin;
use quiz::Verdict;
use quiz::clock::Moment;
use quiz::log::{Event, Log};
use quiz::schedule::Grade;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

fn run(kept: &Path, args: &[&str], typed: &[u8]) -> (String, String, i32) {
    run_on(Path::new("tests/bank"), kept, args, typed)
}

fn run_on(bank: &Path, kept: &Path, args: &[&str], typed: &[u8]) -> (String, String, i32) {
    let mut child = Command::new(cargo_bin!("quiz"))
        .arg("--bank")
        .arg(bank)
        .arg("--data-dir")
        .arg(kept)
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the quiz starts");
    let _ = child.stdin.take().expect("piped").write_all(typed);
    let output = child.wait_with_output().expect("the quiz ends");
    let text =
        |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&kept.display().to_string(), "KEPT");
    let code = output.status.code().expect("not killed");
    (text(&output.stdout), text(&output.stderr), code)
}

fn export(args: &[&str]) -> String {
    let none = tempfile::tempdir().expect("a folder");
    let (out, err, code) = run(none.path(), &[&["export"], args].concat(), b"");
    assert_eq!((err.as_str(), code), ("", 0));
    out
}

#[test]
fn questions_as_markdown_csv_and_json() {
    insta::assert_snapshot!("markdown", export(&["--to", "markdown", "--topic", "process"]));
    insta::assert_snapshot!("json", export(&["--to", "json", "--topic", "shm", "--lang", "ko"]));
    let csv = export(&["--to", "csv", "--topic", "pipe"]);
    insta::assert_snapshot!("csv", csv.replace("\r\n", "↵\n"));
    let all: serde_json::Value =
        serde_json::from_str(&export(&["--to", "json"])).expect("it is JSON");
    let all = all.as_array().expect("a list");
    assert_eq!(all.len(), 12);
    assert!(all.iter().all(|q| q["answer"].as_array().is_some_and(|a| !a.is_empty())));
}

/// A question that shows a recorded line cannot do without it. What was exported before stays.
#[test]
fn a_recording_that_is_gone() {
    let kept = tempfile::tempdir().expect("a folder");
    let bank = kept.path().join("bank");
    for file in ["lessons/pipe/quiz.toml", "lessons/pipe/lesson.md", "quiz/lexicon.toml"] {
        let to = bank.join(file);
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        std::fs::copy(Path::new("tests/bank").join(file), to).expect("a file");
    }
    let file = kept.path().join("out");
    std::fs::write(&file, "what was there").expect("ours");
    let file = file.display().to_string();
    let said = ["anki", "csv", "markdown", "json"].map(|format| {
        let args = ["export", "--to", format, "--output", &file];
        let (out, err, code) = run_on(&bank, kept.path(), &args, b"");
        assert_eq!((out.as_str(), code), ("", 1), "{err}");
        err
    });
    insta::assert_snapshot!(said[0]);
    assert!(said.iter().all(|other| *other == said[0]), "{said:?}");
    assert_eq!(std::fs::read_to_string(file).expect("a file"), "what was there");
    let names = std::fs::read_dir(kept.path()).expect("a folder").count();
    assert_eq!(names, 2, "the course and what was there");
}

#[test]
fn csv_reads_back() {
    // A reader of RFC 4180, the other way round.
    let csv = export(&["--to", "csv"]);
    let (mut rows, mut row, mut field, mut quoted) = (vec![], vec![], String::new(), false);
    let mut chars = csv.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            c => field.push(c),
        }
    }
    assert_eq!(rows.len(), 13);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{rows:?}");
    let json: serde_json::Value =
        serde_json::from_str(&export(&["--to", "json"])).expect("it is JSON");
    for (row, q) in rows[1..].iter().zip(json.as_array().expect("a list")) {
        assert_eq!((&row[0], &row[5]), (&text(&q["id"]), &text(&q["prompt"])));
    }
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().expect("a string").to_owned()
}

fn event(question: &str, day: &str) -> Event {
    let at = Moment::parse(&format!("{day}T20:00:00+09:00")).expect("a time");
    Event::new(question, 1, at, Verdict::Pass, Grade::Good)
}

#[test]
fn two_machines_become_one() {
    let (here, there) = (tempfile::tempdir(), tempfile::tempdir());
    let (here, there) = (here.expect("a folder"), there.expect("a folder"));
    let (mine, theirs) = (Log::new(here.path()), Log::new(there.path()));
    let shared = event("shm-open", "2026-11-01");
    for log in [&mine, &theirs] {
        log.append(&shared).expect("kept");
    }
    mine.append(&event("pipe-full", "2026-11-02")).expect("kept");
    theirs.append(&event("pipe-ends", "2026-11-03")).expect("kept");
    let mut other = std::fs::read_to_string(theirs.file()).expect("a log");
    // A field of a later version stays; what is no answer is skipped; the last line has no end.
    other = other.replacen("\"q\":\"pipe-ends\"", "\"mood\":\"good\",\"q\":\"pipe-ends\"", 1);
    other += "nonsense\n{\"id\":\"x\"}\n";
    other += &std::fs::read_to_string(theirs.file())
        .expect("a log")
        .lines()
        .next()
        .expect("a line")
        .replacen(&shared.id, "ANOTHER", 1);
    std::fs::write(theirs.file(), &other).expect("ours");
    let file = theirs.file().display().to_string();
    let (out, err, code) = run(here.path(), &["import", &file], b"");
    let shown = |text: &str| text.replace(&file, "OTHER");
    insta::assert_snapshot!("merged", format!("{}{}exit code {code}", shown(&out), shown(&err)));
    let merged = std::fs::read_to_string(mine.file()).expect("a log");
    assert!(merged.contains("\"mood\":\"good\""), "{merged}");
    assert_eq!(mine.load().expect("a log").events.len(), 4);
    // Once more, from standard input: nothing changes.
    let (out, _, _) = run(here.path(), &["import", "-"], other.as_bytes());
    assert_eq!(out, "-: new: 0, known already: 3, skipped: 2\n");
    assert_eq!(std::fs::read_to_string(mine.file()).expect("a log"), merged);
    let (_, err, code) = run(here.path(), &["import", "/no/such/log"], b"");
    assert_eq!(code, 1);
    assert!(err.contains("failed to read the log `/no/such/log`: No such file"), "{err}");
}

#[test]
fn what_cannot_be_merged_changes_nothing() {
    let line = serde_json::json!({ "id": "x", "t": "2026-11-01", "q": "shm-open", "grade": 3 });
    let (out, err, code) =
        run(Path::new("/proc/none"), &["import", "-"], line.to_string().as_bytes());
    assert_eq!((out.as_str(), code), ("", 1));
    assert!(err.contains("failed to write `KEPT/reviews.jsonl`"), "{err}");
}

#[test]
fn shells_and_man() {
    let none = tempfile::tempdir().expect("a folder");
    // They need no course around them.
    for shell in ["bash", "zsh", "fish"] {
        let (script, err, code) = run(none.path(), &["completions", shell], b"");
        assert_eq!((err.as_str(), code), ("", 0));
        assert!(script.contains("interview") && script.contains("completions"), "{script}");
    }
    let (script, ..) = run(none.path(), &["completions", "bash"], b"");
    let mut bash = Command::new("bash").arg("-n").stdin(Stdio::piped()).spawn().expect("bash");
    bash.stdin.take().expect("piped").write_all(script.as_bytes()).expect("it reads");
    assert!(bash.wait().expect("bash ends").success(), "bash understands it");
    let (page, err, code) = run(none.path(), &["man"], b"");
    assert_eq!((err.as_str(), code), ("", 0));
    for part in [".TH quiz 1", ".SH NAME", ".SH OPTIONS", ".SH SUBCOMMANDS", "quiz\\-mock"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let (_, err, code) = run(none.path(), &["completions", "dosshell"], b"");
    assert!(code == 2 && err.contains("bash"), "{err}");
}

#[test]
fn a_closed_output_ends_it_quietly() {
    let kept = tempfile::tempdir().expect("a folder");
    for args in [
        &["export", "--to", "csv"][..],
        &["export", "--to", "json"],
        &["export", "--to", "markdown"],
        &["completions", "zsh"],
        &["man"],
        &["stats"],
        &["history"],
        &["plan", "--interview", "2026-12-05", "--now", "2026-11-21"],
        &["reset"],
        &["mock", "--topic", "shm"],
    ] {
        let mut child = Command::new(cargo_bin!("quiz"))
            .args(["--bank", "tests/bank", "--data-dir"])
            .arg(kept.path())
            .args(args)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the quiz starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the quiz ends");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), said.as_str()), (Some(0), ""), "{args:?}");
    }
}

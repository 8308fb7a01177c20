//! What is kept of a session, and that nothing whose verdict was shown is lost.

mod common;

use assert_cmd::cargo::cargo_bin;
use common::{bank, quiz, run};
use quiz::Verdict;
use quiz::clock::Moment;
use quiz::log::{Event, Log};
use quiz::schedule::Grade;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The lines of the log, without what chance and the clock made of them.
fn kept_lines(kept: &Path) -> String {
    let log = std::fs::read_to_string(kept.join("reviews.jsonl")).unwrap_or_default();
    let mut lines = String::new();
    for line in log.lines() {
        let mut value: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        assert_eq!(value["id"].as_str().map(str::len), Some(26));
        value["id"] = "ID".into();
        value["ms"] = 0.into();
        writeln!(lines, "{value}").expect("a string");
    }
    lines
}

fn event(question: &str, day: &str, grade: Grade) -> Event {
    let at = Moment::parse(&format!("{day}T20:00:00+09:00")).expect("a time");
    Event::new(question, 1, at, Verdict::Pass, grade)
}

#[test]
fn every_answer_is_a_line() {
    let kept = tempfile::tempdir().expect("a folder");
    let ids = ["general-kill", "pipe-full", "shm-open", "pipe-vs-fifo", "shm-fastest"];
    let args: Vec<&str> = ids.iter().flat_map(|id| ["--id", *id]).chain(["--seed", "3"]).collect();
    let typed = "SIGKILL\nEPIPE\ns\na fifo has a name\n\nthe segment appears in the memory of the \
                 processes and they read it like an array\n\nn\n?\nEAGAIN\nq\n";
    run(kept.path(), &args, typed);
    insta::assert_snapshot!(kept_lines(kept.path()));
}

#[test]
fn what_is_due_comes_first() {
    let kept = tempfile::tempdir().expect("a folder");
    let log = Log::new(kept.path());
    for (question, day, grade) in [
        ("pipe-full", "2026-11-01", Grade::Good),
        ("pipe-full", "2026-11-03", Grade::Good),
        ("pipe-capacity", "2026-11-10", Grade::Good),
        ("pipe-ends", "2026-11-20", Grade::Again),
        ("shm-open", "2026-11-20", Grade::Good),
        ("no-longer-there", "2026-11-20", Grade::Good),
    ] {
        log.append(&event(question, day, grade)).expect("kept");
    }
    let due = run(kept.path(), &["due"], "");
    let session = run(kept.path(), &["--lesson", "pipe"], "s\ns\ns\ns\ns\n");
    // The seed is random, so of the new ones only the number is sure.
    let order: Vec<&str> = session.lines().filter(|line| line.contains(" · ")).collect();
    let ids: Vec<&str> = order.iter().filter_map(|line| line.rsplit(" · ").next()).collect();
    insta::assert_snapshot!(format!(
        "{due}\n{}\n{}",
        session.lines().nth(1).unwrap_or(""),
        ids[..3].join("\n")
    ));
}

#[test]
fn a_line_that_was_not_finished_is_cut_off() {
    let kept = tempfile::tempdir().expect("a folder");
    let log = Log::new(kept.path());
    let (first, second) =
        (event("a", "2026-11-01", Grade::Good), event("한글", "2026-11-02", Grade::Again));
    log.append(&first).expect("kept");
    let whole = std::fs::read(log.file()).expect("the log");
    log.append(&second).expect("kept");
    let both = std::fs::read(log.file()).expect("the log");
    // As if the writer had been killed after each byte of its line.
    for end in whole.len()..both.len() {
        std::fs::write(log.file(), &both[..end]).expect("ours");
        let loaded = log.load().expect("it can be read");
        assert_eq!(loaded.events, std::slice::from_ref(&first), "cut at {end}");
        assert_eq!(loaded.damage.len(), usize::from(end > whole.len()), "cut at {end}");
        assert_eq!(std::fs::read(log.file()).expect("the log"), whole);
        // And as if the next writer came before anybody had read it.
        std::fs::write(log.file(), &both[..end]).expect("ours");
        log.append(&second).expect("kept");
        assert_eq!(std::fs::read(log.file()).expect("the log"), both, "cut at {end}");
    }
    assert_eq!(log.load().expect("it can be read").events, [first, second]);
}

#[test]
fn a_damaged_log_loses_only_what_is_damaged() {
    let kept = tempfile::tempdir().expect("a folder");
    let log = Log::new(kept.path());
    log.append(&event("shm-open", "2026-11-20", Grade::Good)).expect("kept");
    let line = std::fs::read_to_string(log.file()).expect("the log");
    let other = line.replace("shm-open", "general-kill").replacen("\"id\":\"0", "\"id\":\"9", 1);
    let damaged = [
        line.as_str(),
        "\n",
        "{\"half\": \n",
        "{\"id\":\"x\",\"t\":\"2026-11-31\",\"q\":\"shm-open\",\"grade\":3}\n",
        "{\"id\":\"y\",\"t\":\"2026-11-20\",\"q\":\"shm-open\",\"grade\":9}\n",
        "\u{feff}nonsense\n",
        // Merged from another machine: the same answer once more, and one with a field of tomorrow.
        line.as_str(),
        &other.replacen('{', "{\"mood\":\"good\",", 1),
        "{\"unfinished\"",
    ]
    .concat();
    std::fs::write(log.file(), &damaged).expect("ours");
    let said = run(kept.path(), &["due"], "");
    insta::assert_snapshot!(said);
    let after = std::fs::read_to_string(log.file()).expect("the log");
    assert_eq!(after, damaged.trim_end_matches("{\"unfinished\""), "only the unfinished line goes");
    std::fs::write(log.file(), &damaged).expect("ours");
    insta::assert_snapshot!(
        "a_damaged_log_in_korean",
        run(kept.path(), &["due", "--lang", "ko"], "")
    );
}

/// Who presses Ctrl-C is told how it went, as by `q`.
#[test]
fn an_interrupt_at_a_question_ends_the_session() {
    for (args, told) in [
        (
            &["--id", "general-kill", "--id", "shm-open"][..],
            "Stopped. 1 of 2 asked: 1 right at once",
        ),
        (&["mock", "--topic", "general", "--seed", "4"], "Passed: 1"),
    ] {
        let kept = tempfile::tempdir().expect("a folder");
        let pty = nix::pty::openpty(None, None).expect("a terminal");
        let mut command = quiz(kept.path(), args);
        let slave = pty.slave.try_clone().expect("a descriptor");
        let mut child =
            command.stdin(slave).stdout(Stdio::piped()).spawn().expect("the quiz starts");
        let mut keyboard = std::fs::File::from(pty.master);
        let mut out = child.stdout.take().expect("piped");
        let mut seen = String::new();
        // Until it asks the second question.
        for answers in ["SIGKILL\n", ""] {
            let before = seen.matches("Your answer").count();
            while seen.matches("Your answer").count() == before {
                let mut bytes = [0; 512];
                let n = out.read(&mut bytes).expect("it can be read");
                assert!(n > 0, "it ended: {seen}");
                seen += &String::from_utf8_lossy(&bytes[..n]);
            }
            keyboard.write_all(answers.as_bytes()).expect("it listens");
        }
        let pid = nix::unistd::Pid::from_raw(child.id().try_into().expect("a process id"));
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).expect("it is ours");
        out.read_to_string(&mut seen).expect("it can be read");
        assert!(seen.contains(told), "{seen}");
        assert_eq!(child.wait().expect("it has ended").code(), Some(0), "{seen}");
    }
}

/// Ctrl-C in an editor goes to the quiz as well, which waits for the editor.
#[test]
fn an_interrupt_in_the_editor_is_the_editors() {
    let kept = tempfile::tempdir().expect("a folder");
    let pty = nix::pty::openpty(None, None).expect("a terminal");
    let editor = kept.path().join("editor");
    let script = "#!/bin/sh\ntrap '' INT\nkill -INT 0\necho 'a fifo has a name' > \"$1\"\n";
    std::fs::write(&editor, script).expect("ours");
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755)).expect("ours");
    let mut keyboard = std::fs::File::from(pty.master);
    keyboard.write_all(b"e\nq\nq\n").expect("it listens");
    let output = quiz(kept.path(), &["--id", "pipe-vs-fifo"])
        .env("EDITOR", &editor)
        .env("PATH", "/usr/bin:/bin")
        .stdin(pty.slave)
        .process_group(0)
        .output()
        .expect("the quiz ends");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("  a fifo has a name\nPartly right."), "{said}");
    assert_eq!(output.status.code(), Some(0), "{said}");
}

#[test]
fn a_new_revision_begins_anew() {
    let bank = bank();
    let mut old = event("shm-open", "2026-11-01", Grade::Good);
    let question = bank.get("shm-open").expect("a question");
    let known = |events: &[Event]| {
        quiz::progress::Progress::replay(&bank, events).card(question).map(|card| card.answers)
    };
    assert_eq!(known(std::slice::from_ref(&old)), Some(1));
    old.rev = 2;
    assert_eq!(known(&[old]), None);
}

#[test]
fn a_clock_that_was_set_back() {
    let bank = bank();
    let kept = tempfile::tempdir().expect("a folder");
    let log = Log::new(kept.path());
    log.append(&event("shm-open", "2026-11-20", Grade::Good)).expect("kept");
    log.append(&event("shm-open", "2026-11-02", Grade::Again)).expect("kept");
    let events = log.load().expect("it can be read").events;
    let progress = quiz::progress::Progress::replay(&bank, &events);
    let card = progress.card(bank.get("shm-open").expect("a question")).expect("answered");
    assert_eq!((card.answers, card.lapses), (2, 1));
    assert!(card.memory.stability.is_finite() && card.due >= card.last);
    let early = progress.recall(bank.get("shm-open").expect("a question"), 0);
    assert_eq!(early, Some(1.0), "before it was answered nothing is forgotten");
}

#[test]
fn killed_after_any_verdict() {
    for answers in 1..=3 {
        let kept = tempfile::tempdir().expect("a folder");
        let args = ["--id", "general-kill", "--id", "shm-open", "--id", "pipe-full", "--seed", "1"];
        let mut child: Child = quiz(kept.path(), &args).spawn().expect("the quiz starts");
        let mut typed = child.stdin.take().expect("piped");
        let mut said = BufReader::new(child.stdout.take().expect("piped"));
        for _ in 0..answers {
            typed.write_all(b"SIGKILL\n").expect("it reads");
            let mut line = String::new();
            while !line.starts_with("Right.") && !line.starts_with("Wrong.") {
                line.clear();
                assert!(said.read_line(&mut line).expect("text") > 0, "it says a verdict");
            }
        }
        child.kill().expect("it runs");
        child.wait().expect("it is gone");
        assert_eq!(kept_lines(kept.path()).lines().count(), answers);
        // The next session reads it without complaint.
        let said = run(kept.path(), &["due"], "");
        assert!(said.starts_with(&format!("due: 0, new: {}", 12 - answers)), "{said}");
    }
}

#[test]
fn two_sessions_at_once() {
    let kept = tempfile::tempdir().expect("a folder");
    let args = ["--lesson", "shm", "--lesson", "general", "--seed", "1"];
    let sessions: Vec<Child> = (0..4)
        .map(|_| {
            let mut child = quiz(kept.path(), &args).spawn().expect("the quiz starts");
            let typed = "x\n\n".repeat(20);
            let _ = child.stdin.take().expect("piped").write_all(typed.as_bytes());
            child
        })
        .collect();
    let mut verdicts = 0;
    for mut child in sessions {
        let mut said = String::new();
        child.stdout.take().expect("piped").read_to_string(&mut said).expect("text");
        verdicts +=
            said.lines().filter(|l| l.starts_with("Right.") || l.starts_with("Wrong.")).count();
        assert!(child.wait().expect("it ends").success());
    }
    assert!(verdicts > 8, "{verdicts}");
    assert_eq!(kept_lines(kept.path()).lines().count(), verdicts);
    let loaded = Log::new(kept.path()).load().expect("it can be read");
    assert_eq!((loaded.events.len(), loaded.damage.len()), (verdicts, 0));
}

#[test]
fn where_nothing_can_be_kept_it_asks_all_the_same() {
    let said = run(Path::new("/proc/none"), &["--id", "general-kill"], "SIGKILL\n");
    assert!(
        said.contains("quiz: answers of this session cannot be kept: `KEPT/reviews.jsonl`"),
        "{said}"
    );
    assert!(said.contains("1 right at once"), "{said}");
    let mut homeless = Command::new(cargo_bin!("quiz"));
    homeless
        .args(["--bank", "tests/bank", "due"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear();
    homeless.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = homeless.output().expect("the quiz starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("set `HOME`, `XDG_DATA_HOME` or `IPC_QUIZ_DATA`"), "{said}");
    assert!(output.status.success());
}

#[test]
fn a_time_that_is_none() {
    let kept = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(cargo_bin!("quiz"));
    command
        .args(["--bank", "tests/bank", "--now", "tomorrow", "due", "--data-dir"])
        .arg(kept.path());
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("the quiz starts");
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(
        String::from_utf8_lossy(&output.stderr),
        @"quiz: `--now tomorrow` is no time; write it as `2026-11-21T10:15:00+09:00` or `2026-11-21`"
    );
}

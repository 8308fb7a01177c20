//! Questions that are made fresh: where a problem comes from, what is said of it, how it is
//! checked, and that nothing which hangs is waited for.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use quiz::bank::{Bank, Kind};
use quiz::generate::{Cargo, Problems};
use quiz::{Finding, Verdict};
use tempfile::TempDir;

const QUESTION: &str = "\
[[question]]
id = \"gen-pipe-room\"
kind = \"generated\"
difficulty = 2
prompt = \"How much goes in? Fresh numbers each time.\"
generator = \"pipe/room\"
hint = \"Look at the pages.\"
explanation = \"A pipe is a row of pages.\"
chapter = \"pipe.html#waiting\"
";

/// A problem as a lesson prints it.
fn problem(seed: u64, answer: u64) -> String {
    format!(
        r#"{{"v":1,"generator":"pipe/room","seed":{seed},"prompt":{{"en":"Problem {seed}?","ko":"문제 {seed}?"}},"kind":"number","unit":"pages","answer":"{answer} pages","accept":["{answer} pages","{answer}"],"traps":[{{"answers":["99"],"why":{{"en":"Never so many.","ko":"그렇게 많지 않습니다."}}}}],"explanation":{{"en":"It was {answer}.","ko":"{answer}입니다."}},"run":["  process │ writes {answer} pages"],"command":"cargo run -p lesson-pipe -- gen room --seed {seed}"}}"#
    ) + "\n"
}

/// A course of one question, with three recorded problems.
fn course() -> TempDir {
    let course = tempfile::tempdir().expect("a folder");
    let lesson = course.path().join("lessons/pipe");
    fs::create_dir_all(lesson.join("recorded")).expect("a folder");
    fs::write(lesson.join("quiz.toml"), QUESTION).expect("a file");
    fs::write(lesson.join("lesson.md"), "# Pipes\n\n## Waiting\n").expect("a file");
    let recorded: String = (1..=3).map(|seed| problem(seed, seed + 10)).collect();
    fs::write(lesson.join("recorded/gen-room.jsonl"), recorded).expect("a file");
    course
}

/// Makes it a workspace, whose cargo is this script.
fn with_cargo(course: &TempDir, script: &str) -> PathBuf {
    fs::write(course.path().join("Cargo.toml"), "").expect("a file");
    fs::write(course.path().join("lessons/pipe/Cargo.toml"), "").expect("a file");
    let cargo = course.path().join("cargo");
    fs::write(&cargo, format!("#!/bin/sh\n{script}\n")).expect("a file");
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).expect("it is ours");
    cargo
}

fn quiz(course: &Path, cargo: &Path, arguments: &[&str], answers: &str) -> Output {
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("quiz"))
        .args(["--bank", &course.display().to_string(), "--data-dir"])
        .arg(course.join("data"))
        .args(arguments)
        .args(["--seed", "2"])
        .env("LC_ALL", "C.UTF-8")
        .env("CARGO", cargo)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the quiz starts");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(answers.as_bytes()).expect("it listens");
    drop(input);
    child.wait_with_output().expect("it ends")
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn has(text: &str, wanted: &str) {
    // Where a row is wrapped does not matter.
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(squeezed(text).contains(&squeezed(wanted)), "`{wanted}` is not in:\n{text}");
}

#[test]
fn without_a_workspace_a_recorded_problem_is_asked() {
    let course = course();
    // Seed 2 of three recorded problems is the third.
    let text = said(&quiz(course.path(), Path::new("/no/such/cargo"), &[], "13\n"));
    has(&text, "A recorded problem (seed 3), since none can be made here: there is no workspace");
    has(&text, "Problem 3?");
    has(&text, "Right. The answer: 13 pages");
    has(&text, "It was 13.\n\nA pipe is a row of pages.");
    has(&text, "process │ writes 13 pages");
    has(&text, "cargo run -p lesson-pipe -- gen room --seed 3");
    let log = fs::read_to_string(course.path().join("data/reviews.jsonl")).expect("a log");
    has(&log, "\"q\":\"gen-pipe-room\"");
    has(&log, "\"seed\":3");
}

#[test]
fn a_fresh_problem_is_made_each_time() {
    let course = course();
    let made: String =
        (2..=3).map(|seed| format!("{seed}) cat <<'E'\n{}E\n;;\n", problem(seed, seed))).collect();
    let script = format!("echo \"$@\" >> \"$(dirname \"$0\")/calls\"\ncase \"$9\" in\n{made}esac");
    let cargo = with_cargo(&course, &script);
    let text = said(&quiz(course.path(), &cargo, &[], "99\n3\n"));
    has(&text, "A fresh problem (seed 2); its answer was found by running it.");
    has(&text, "Wrong. The answer: 2 pages");
    has(&text, "Never so many.");
    has(&text, "A fresh problem (seed 3)");
    has(&text, "Right. The answer: 3 pages");
    let calls = fs::read_to_string(course.path().join("calls")).expect("it was called");
    let expected = "run --quiet --package lesson-pipe -- gen room --seed 2 --json";
    assert_eq!(calls.lines().next(), Some(expected));
}

/// Also the unit, which the lesson names in English alone.
#[test]
fn in_korean_the_answer_is() {
    let course = course();
    let ask = |answer: &str| {
        let args = ["--recorded", "--lang", "ko"];
        said(&quiz(course.path(), Path::new("none"), &args, answer))
    };
    has(&ask("99\n"), "틀렸습니다. 정답: 13페이지");
    for right in ["13페이지\n", "13 페이지입니다\n", "13 pages\n", "13\n"] {
        has(&ask(right), "맞았습니다. 정답: 13페이지");
    }
}

#[test]
fn what_cannot_be_run_is_tried_once() {
    let course = course();
    let script =
        "echo x >> \"$(dirname \"$0\")/calls\"\necho 'error: no such package' >&2\nexit 101";
    let cargo = with_cargo(&course, script);
    let text = said(&quiz(course.path(), &cargo, &[], "0\n!\n"));
    let disputes = fs::read_to_string(course.path().join("data/disputes.jsonl")).expect("one");
    has(&disputes, "\"answer\":\"0\"");
    has(&disputes, "\"seed\":3");
    has(&text, "`cargo run -p lesson-pipe` failed: error: no such package");
    has(&text, "Problem 3?");
    let calls = fs::read_to_string(course.path().join("calls")).expect("it was called");
    assert_eq!(calls.lines().count(), 1);
}

#[test]
fn a_lesson_that_is_killed_is_told() {
    let course = course();
    let cargo = with_cargo(&course, "kill -KILL $$");
    let text = said(&quiz(course.path(), &cargo, &[], "13\n"));
    has(&text, "`cargo run -p lesson-pipe` failed: signal: 9 (SIGKILL).");
    has(&text, "Problem 3?");
}

#[test]
fn what_the_machine_lacks_is_told() {
    let course = course();
    let script = "echo '{\"v\":1,\"missing\":\"there are no queues; get some\"}'";
    let cargo = with_cargo(&course, script);
    let text = said(&quiz(course.path(), &cargo, &[], "13\n"));
    has(&text, "since none can be made here: there are no queues; get some.");
}

#[test]
fn no_lesson_is_started_if_recorded_problems_are_wanted() {
    let course = course();
    let cargo = with_cargo(&course, "touch \"$(dirname \"$0\")/calls\"");
    let text = said(&quiz(course.path(), &cargo, &["--recorded"], "13\n"));
    has(&text, "A recorded problem (seed 3)");
    assert!(!course.path().join("calls").exists());
}

#[test]
fn an_interview_asks_problems_and_keeps_their_seed() {
    let course = course();
    let arguments = ["mock", "--recorded", "--minutes", "5", "--seed", "2"];
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("quiz"))
        .args(["--bank", &course.path().display().to_string(), "--data-dir"])
        .arg(course.path().join("data"))
        .args(arguments)
        .args(["--lang", "en"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the quiz starts");
    child.stdin.take().expect("a pipe").write_all(b"13\n").expect("it listens");
    let text = said(&child.wait_with_output().expect("it ends"));
    has(&text, "Problem 3?");
    let log = fs::read_to_string(course.path().join("data/reviews.jsonl")).expect("a log");
    has(&log, "\"seed\":3");
}

/// A follow-up that has to be made first: fresh where a lesson can be run, and recorded elsewhere.
#[test]
fn an_interview_follows_up_with_a_problem() {
    let course = course();
    let first = QUESTION
        .replace("gen-pipe-room", "pipe-first")
        .replace("\"generated\"", "\"short\"")
        .replace("difficulty = 2", "difficulty = 1")
        .replace("generator = \"pipe/room\"", "accept = [\"yes\"]\ncite = \"pipe(7)\"")
        + "followups = [{ question = \"gen-pipe-room\" }]\n";
    let file = course.path().join("lessons/pipe/quiz.toml");
    fs::write(&file, first + QUESTION).expect("a file");
    let script = format!("cat <<'E'\n{}E", problem(2, 40));
    let cargo = with_cargo(&course, &script);
    for (kind, recorded, answer) in [("fresh", None, 40), ("recorded", Some("--recorded"), 13)] {
        let report = course.path().join(format!("{kind}.md"));
        let report = report.display().to_string();
        // The level leaves the problem out of those that are chosen: it can only follow.
        let arguments = ["mock", "--minutes", "5", "--level", "1", "--report", &report];
        let arguments: Vec<&str> = arguments.into_iter().chain(recorded).collect();
        let text = said(&quiz(course.path(), &cargo, &arguments, &format!("yes\n{answer}\n")));
        has(&text, "Follow-up · pipe");
        has(&text, &format!("A {kind} problem (seed"));
        has(&text, "Answers: 2. Passed: 2, partly right: 0, wrong: 0");
        let report = fs::read_to_string(report).expect("a report");
        has(&report, &format!("{answer}"));
    }
    let log = fs::read_to_string(course.path().join("data/reviews.jsonl")).expect("a log");
    assert_eq!(log.matches("\"q\":\"gen-pipe-room\"").count(), 2, "{log}");
    assert!(["\"seed\":2", "\"seed\":3"].iter().all(|seed| log.contains(seed)), "{log}");
}

#[test]
fn an_export_shows_an_example() {
    let course = course();
    let output = Command::new(assert_cmd::cargo::cargo_bin!("quiz"))
        .args(["--bank", &course.path().display().to_string(), "export", "--to", "json"])
        .output()
        .expect("the quiz starts");
    has(&said(&output), "\"prompt\": \"Problem 1?\"");
}

/// A program that hangs is ended with all that it has started, and a recorded problem is asked.
#[test]
fn what_hangs_is_ended() {
    let course = course();
    let program = with_cargo(&course, "tail -f /dev/null & tail -f /dev/null").into();
    let bank = Bank::read(course.path()).expect("a bank");
    let cargo = Cargo { program, soon: Duration::ZERO, limit: Duration::from_millis(50) };
    let problems = Problems::new(course.path(), None).with(cargo);
    // Whatever the program starts inherits this end; its end of file says that all of it is gone.
    let (reader, writer) = nix::unistd::pipe().expect("a pipe");
    let mut told = 0;
    let question = &bank.questions[0];
    let posed = problems.pose(question, 0, &mut || told += 1).expect("a recorded problem");
    drop(writer);
    let mut rest = Vec::new();
    fs::File::from(reader).read_to_end(&mut rest).expect("the end of file");
    assert_eq!(told, 1, "whoever waits is told once");
    let why = posed.posed.and_then(|posed| posed.recorded).expect("it is a recorded one");
    assert!(why.contains("did not end"), "{why}");
}

/// Who kills the quiz while a lesson is made does not leave the lesson behind.
#[test]
fn a_killed_quiz_leaves_nothing_behind() {
    let course = course();
    let fifo = course.path().join("begun");
    for fifo in [&fifo, &course.path().join("never")] {
        nix::unistd::mkfifo(fifo, nix::sys::stat::Mode::S_IRWXU).expect("a FIFO");
    }
    // As cargo while it compiles, it waits for another process that works on.
    let script = "cd \"$(dirname \"$0\")\"\ncat never &\necho begun > begun\nwait";
    let cargo = with_cargo(&course, script);
    let (reader, writer) = nix::unistd::pipe().expect("a pipe");
    let mut quiz = Command::new(assert_cmd::cargo::cargo_bin!("quiz"))
        .args(["--bank", &course.path().display().to_string(), "--data-dir"])
        .arg(course.path().join("data"))
        .env("CARGO", cargo)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("the quiz starts");
    drop(writer);
    assert_eq!(fs::read_to_string(&fifo).expect("the lesson begins"), "begun\n");
    quiz.kill().expect("it is ours");
    quiz.wait().expect("it has ended");
    let mut rest = Vec::new();
    fs::File::from(reader).read_to_end(&mut rest).expect("the end of file: all of it is gone");
}

#[test]
fn lists_are_compared_entry_by_entry() {
    let course = course();
    let bank = Bank::read(course.path()).expect("a bank");
    let table = [
        ("c a b", "c a b", true),
        ("c a b", "c, a, b", true),
        ("c a b", "CAB", true),
        ("c a b", "c → a → b", true),
        ("c a b", "c b a", false),
        ("c a b", "c b", false),
        ("a b c", "b c", false),
        ("1 10 0", "1, 10, 0", true),
        ("1 10 0", "11 0 0", false),
        ("1 10 0", "1100", false),
        ("7 EAGAIN", "7 ewouldblock", true),
        ("7 EAGAIN", "7 0", false),
    ];
    for (right, given, passes) in table {
        let line = problem(1, 1)
            .replace("\"kind\":\"number\"", "\"kind\":\"list\"")
            .replace("\"accept\":[\"1 pages\",\"1\"]", &format!("\"accept\":[\"{right}\"]"));
        let posed = quiz::generate::posed(&bank.questions[0], &line, None).expect("a problem");
        let checked = quiz::check(&posed, &[], given).expect("an answer");
        assert_eq!(checked.verdict == Verdict::Pass, passes, "`{given}` for `{right}`");
    }
}

/// What `quiz lint` says when the recorded problems are spoilt in one place.
#[test]
fn recorded_problems_are_held_to_their_rules() {
    let course = course();
    let file = course.path().join("lessons/pipe/recorded/gen-room.jsonl");
    let sound = fs::read_to_string(&file).expect("the problems");
    let third = sound.lines().last().expect("three").to_owned() + "\n";
    let changes = [
        ("three problems", third.as_str(), ""),
        ("a seed twice", "\"seed\":3", "\"seed\":2"),
        ("no Korean", ",\"ko\":\"문제 3?\"", ""),
        ("no answer", "\"accept\":[\"13 pages\",\"13\"]", "\"accept\":[]"),
        ("a right trap", "\"answers\":[\"99\"]", "\"answers\":[\"12\"]"),
        ("no JSON", "{\"v\":1,\"generator\":\"pipe/room\",\"seed\":1,", ""),
        ("a unit without Korean", "\"unit\":\"pages\"", "\"unit\":\"knots\""),
        ("another version", "\"v\":1,\"generator\":\"pipe/room\",\"seed\":2", "\"v\":2,\"seed\":2"),
    ];
    let findings = |text: &str| -> Vec<Finding> {
        fs::write(&file, text).expect("it is ours");
        let bank = Bank::read(course.path()).expect("a bank");
        assert!(matches!(bank.questions[0].kind, Kind::Generated(_)));
        quiz::lint(&bank, course.path())
    };
    assert_eq!(findings(&sound), []);
    let mut picture = String::new();
    for (what, from, to) in changes {
        let text = match what {
            "a right trap" => {
                let at = sound.find("\"seed\":2").expect("the second");
                sound[..at].to_owned() + &sound[at..].replacen(from, to, 1)
            }
            _ => sound.replacen(from, to, 1),
        };
        assert_ne!(text, sound, "nothing to spoil: {what}");
        picture += &format!("{what}:\n");
        for finding in findings(&text) {
            let short: String = finding.to_string().chars().take(160).collect();
            picture += &format!("  {short}\n");
        }
    }
    insta::assert_snapshot!(picture);
}

/// What is said of the question itself, spoilt in one place.
#[test]
fn a_generated_question_names_its_generator() {
    let course = course();
    let changes = [
        ("generator = \"pipe/room\"\n", ""),
        ("generator = \"pipe/room\"", "generator = \"room\""),
        ("generator = \"pipe/room\"", "generator = \"../etc/passwd\""),
        ("generator = \"pipe/room\"", "generator = \"pipe/space\""),
        ("generator = \"pipe/room\"", "generator = \"pipe/room\"\naccept = [\"3\"]"),
        ("kind = \"generated\"", "kind = \"short\""),
    ];
    let mut picture = String::new();
    for (from, to) in changes {
        let text = QUESTION.replacen(from, to, 1);
        assert_ne!(text, QUESTION, "nothing to spoil: {from}");
        fs::write(course.path().join("lessons/pipe/quiz.toml"), text).expect("it is ours");
        let findings = match Bank::read(course.path()) {
            Ok(bank) => quiz::lint(&bank, course.path()),
            Err(findings) => findings,
        };
        picture += &format!("- {}\n+ {}\n", from.replace('\n', "⏎"), to.replace('\n', "⏎"));
        for finding in findings {
            picture += &format!("  {finding}\n");
        }
    }
    insta::assert_snapshot!(picture);
}

/// The course's own lessons make what the bank asks for.
#[test]
fn needs_cargo_a_lesson_of_the_course_makes_a_problem() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let bank = Bank::read(root).expect("the course's bank");
    let question = bank.get("gen-pipe-room").expect("a generated question");
    // Another build may hold cargo's lock for long.
    let patient = Cargo { limit: Duration::from_secs(1800), ..Cargo::default() };
    let problems = Problems::new(root, None).with(patient);
    let posed = problems.pose(question, 7, &mut || {}).expect("a problem");
    let made = posed.posed.clone().expect("it was posed");
    assert_eq!((made.recorded, made.seed), (None, 7));
    assert_eq!(made.command, "cargo run -p lesson-pipe -- gen room --seed 7");
    let Kind::Short(key) = &posed.kind else { panic!("{:?}", posed.kind) };
    let checked = quiz::check(&posed, &[], &key.accept[0]).expect("an answer");
    assert_eq!(checked.verdict, Verdict::Pass);
}

//! Sessions of the terminal, each as a picture: what was typed, what it said, how it ended.
//!
//! They ask the small bank in `tests/bank`, so that no lesson can change them.

use assert_cmd::cargo::cargo_bin;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

fn quiz(args: &[&str]) -> Command {
    let mut command = Command::new(cargo_bin!("quiz"));
    command
        .args(["--bank", "tests/bank"])
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .env("COLUMNS", "78")
        .env("LANG", "C.UTF-8")
        // Where nothing is kept on purpose; `picture` names a folder.
        .env("IPC_QUIZ_DATA", "/dev/null");
    command
}

/// Runs it and writes down everything.
fn picture(command: &mut Command, typed: &[u8]) -> String {
    let kept = tempfile::tempdir().expect("a folder");
    picture_with(command, typed, kept.path())
}

/// Runs it with this folder for what it keeps.
fn picture_with(command: &mut Command, typed: &[u8], kept: &Path) -> String {
    command.env("IPC_QUIZ_DATA", kept);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the quiz starts");
    // It may end before it has read everything; then the rest of what was typed is of no interest.
    let _ = child.stdin.take().expect("piped").write_all(typed);
    let output = child.wait_with_output().expect("the quiz ends");
    let mut picture = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.stderr.is_empty() {
        picture.push_str("\nstandard error:\n");
        picture.push_str(&String::from_utf8_lossy(&output.stderr));
    }
    picture + &format!("\nexit code {}\n", output.status.code().expect("not killed"))
}

fn session(args: &[&str], typed: &str) -> String {
    picture(&mut quiz(args), typed.as_bytes())
}

#[test]
fn every_kind_right_and_wrong() {
    let ids = ["pipe-eof-last-writer", "pipe-ends", "pipe-full", "pipe-capacity", "pipe-eof-line"];
    let args: Vec<&str> = ids.iter().flat_map(|id| ["--id", *id]).chain(["--seed", "3"]).collect();
    insta::assert_snapshot!("all_right", session(&args, "a\nbc\nEAGAIN\n64 KiB\nb\n"));
    insta::assert_snapshot!(
        "all_wrong",
        session(&args, "b\na, c\nEPIPE\n4096\na\na\nb\nx\n65536\nb\n")
    );
}

#[test]
fn free_answers() {
    let args = ["--id", "pipe-vs-fifo", "--id", "shm-fastest", "--seed", "3"];
    let typed = "?\n\npipe: no name, only\nparent and child\n\n\
                 the segment appears in the memory of the processes\n\
                 and they read it like an array\n\nwhat\ny\n\
                 a fifo has a name and unrelated processes use it\n";
    insta::assert_snapshot!(session(&args, typed));
}

#[test]
fn orders_and_pairs() {
    let args = ["--id", "process-life", "--id", "process-calls", "--seed", "3"];
    // First what is unclear, then wrong, then right: of the order in one that the file does not list.
    let unclear = "?\n?\n?\nabc\naabcd\nabcdx\n";
    let shown = session(&args, "");
    let letter = |text: &str| {
        let line = shown.lines().find(|line| line.contains(text)).expect("it is shown");
        line.trim().chars().next().expect("a letter")
    };
    let [fork, exec, close, exit, wait] =
        ["calls `fork`", "calls `execve`", "closes", "exits", "learns"].map(letter);
    let wrong = format!("{wait} {exec} {fork} {close} {exit}\n1b 2\n1a 2a 3a\n");
    let right = format!("{fork} > {exec} > {exit} > {wait} > {close}\n3b, 1b, 2a\n");
    insta::assert_snapshot!(
        "orders_and_pairs_wrong",
        session(&args, &format!("{unclear}{wrong}q"))
    );
    insta::assert_snapshot!("orders_and_pairs_right", session(&args, &right));
    let korean = [&["--lang", "ko"], &args[..]].concat();
    insta::assert_snapshot!("orders_and_pairs_in_korean", session(&korean, "edcba\nbab\nq\n"));
}

#[test]
fn an_order_is_never_shown_in_order() {
    for seed in 0..40 {
        let shown = session(&["--id", "process-life", "--seed", &seed.to_string()], "abcde\n");
        assert!(shown.contains("\nWrong."), "{shown}");
    }
}

#[test]
fn my_answer_was_right() {
    let args = ["--now", "2026-11-21T10:15:00+09:00", "--id", "pipe-full", "--id", "pipe-ends"];
    let args = [&args[..], &["--id", "pipe-vs-fifo", "--seed", "3"]].concat();
    let kept = tempfile::tempdir().expect("a folder");
    // Nothing to dispute; a short answer, once only; a choice, which cannot be; a free one.
    let typed = "!\nEALREADY \u{1b}\"x\n!\n!\na\n!\na fifo has\na name\n\n!\nq\n";
    let said = picture_with(&mut quiz(&args), typed.as_bytes(), kept.path());
    let disputes = std::fs::read_to_string(kept.path().join("disputes.jsonl")).expect("a file");
    insta::assert_snapshot!(format!("{said}\ndisputes.jsonl:\n{disputes}"));
}

#[test]
fn an_editor_needs_a_terminal() {
    let said = picture(
        quiz(&["--id", "shm-fastest", "--seed", "1"]).env("EDITOR", "cat >"),
        b"e\nno kernel copy is needed\n\n",
    );
    assert!(said.contains("gave no answer: standard input is no terminal"), "{said}");
    assert!(said.contains("1 right at once"), "{said}");
}

/// Types into a terminal; gives everything that stands on it afterwards.
fn on_a_terminal(command: &mut Command, typed: &str) -> String {
    let terminal = nix::pty::openpty(None, None).expect("a terminal");
    let end = || terminal.slave.try_clone().expect("a descriptor");
    let mut child = command.stdin(end()).stdout(end()).stderr(end()).spawn().expect("it starts");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    drop(terminal.slave);
    let mut master = std::fs::File::from(terminal.master);
    master.write_all(typed.as_bytes()).expect("a terminal takes what is typed");
    let mut said = Vec::new();
    // Reading a terminal that nobody holds any more fails with EIO: that is its end.
    let _ = master.read_to_end(&mut said);
    child.wait().expect("the quiz ends");
    String::from_utf8_lossy(&said).replace("\r\n", "\n")
}

/// Two paragraphs are one answer, and none to the next question.
#[test]
fn what_is_pasted_may_have_an_empty_line() {
    let kept = tempfile::tempdir().expect("a folder");
    let terminal = nix::pty::openpty(None, None).expect("a terminal");
    let mut master = std::fs::File::from(terminal.master);
    let mut said = Vec::new();
    let mut read_until = |master: &mut std::fs::File, done: &dyn Fn(&str) -> bool| {
        let mut piece = [0; 1024];
        while !done(&String::from_utf8_lossy(&said)) {
            let n = master.read(&mut piece).expect("more comes");
            said.extend(&piece[..n]);
        }
        said.clear();
    };
    let pasted = "a fifo has a name\n\nunrelated processes can open a fifo\n";
    master.write_all(pasted.as_bytes()).expect("a terminal takes what is typed");
    // It repeats a line when it has taken it: now all of them wait.
    read_until(&mut master, &|said| said.ends_with("can open a fifo\r\n"));
    let end = || terminal.slave.try_clone().expect("a descriptor");
    let mut command = quiz(&["--id", "pipe-vs-fifo", "--seed", "1"]);
    command.env("IPC_QUIZ_DATA", kept.path()).stdin(end()).stdout(end()).stderr(end());
    let mut child = command.spawn().expect("the quiz starts");
    read_until(&mut master, &|said| said.matches("> ").count() == 3);
    master.write_all(b"\n").expect("a terminal takes what is typed");
    read_until(&mut master, &|said| said.contains("1 right at once"));
    assert!(child.wait().expect("the quiz ends").success());
}

#[test]
fn an_answer_from_the_editor() {
    let kept = tempfile::tempdir().expect("a folder");
    let drafts = tempfile::tempdir().expect("a folder");
    let said = |editor: &str, typed: &str| {
        let mut command = quiz(&["--id", "shm-fastest", "--seed", "1"]);
        command
            .env("IPC_QUIZ_DATA", kept.path())
            .env("TMPDIR", drafts.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("NO_COLOR", "1")
            .env("EDITOR", editor);
        on_a_terminal(&mut command, typed)
    };
    let right = said("printf 'no kernel copy\\nis needed\\n' >", "e\n");
    assert!(right.contains("  no kernel copy\n  is needed\nRight."), "{right}");
    let fails = said("false", "e\nq\n");
    assert!(
        fails.contains("The editor gave no answer: `false` ended with exit status: 1"),
        "{fails}"
    );
    let none = said("", "e\nq\n");
    assert!(none.contains("neither `VISUAL` nor `EDITOR` is set"), "{none}");
    let empty = said("true", "e\nq\n");
    assert!(empty.contains("Type an answer, or ? for a hint"), "{empty}");
    let left = std::fs::read_dir(drafts.path()).expect("a folder").count();
    assert_eq!(left, 0, "drafts stay behind");
}

#[test]
fn hint_skip_and_quit() {
    let args = ["--lesson", "pipe", "--seed", "5", "--count", "3"];
    insta::assert_snapshot!(session(&args, "?\ns\n\nz\n?\nq\n"));
}

#[test]
fn the_end_of_input_ends_it() {
    insta::assert_snapshot!("no_input", session(&["--seed", "1", "--lesson", "shm"], ""));
    // The last line has no end.
    let typed = "shm_open()";
    insta::assert_snapshot!("no_line_end", session(&["--seed", "1", "--lesson", "shm"], typed));
}

#[test]
fn in_korean() {
    let args = ["--lang", "ko", "--id", "pipe-eof-last-writer", "--id", "shm-open", "--seed", "2"];
    // ㅠ is where b is, ? as an input method types it, and the letters of a full-width keyboard.
    insta::assert_snapshot!(session(&args, "ㅠ\n？\nｓｈｍ_open 입니다\nㅁ\n"));
}

#[test]
fn the_locale_chooses_the_language() {
    let said = picture(quiz(&["--id", "shm-open"]).env("LANG", "ko_KR.UTF-8"), b"q\n");
    assert!(said.contains("이름 있는 POSIX 공유 메모리"), "{said}");
}

#[test]
fn narrow() {
    let args = ["--id", "pipe-eof-last-writer", "--id", "pipe-capacity", "--seed", "2"];
    insta::assert_snapshot!(picture(quiz(&args).env("COLUMNS", "40"), b"a\n?\n64k\n"));
}

#[test]
fn listing() {
    insta::assert_snapshot!(session(&["--list"], ""));
}

#[test]
fn a_command_line_that_asks_for_what_is_not_there() {
    let asked: [&[&str]; 7] = [
        &["--lesson", "socket"],
        &["--id", "pipe-eof"],
        &["--id", "tcp"],
        &["--lesson", "shm", "--id", "pipe-full"],
        &["--count", "0"],
        &["--lang", "fr"],
        &["--seed", "1", "lint"],
    ];
    let shown = asked.map(|args| format!("$ quiz {}\n{}\n", args.join(" "), session(args, "")));
    insta::assert_snapshot!(shown.join(""));
}

#[test]
fn help() {
    insta::assert_snapshot!(picture(quiz(&["--help"]).env("COLUMNS", "80"), b""));
    insta::assert_snapshot!(
        "help_narrow",
        picture(quiz(&["mock", "--help"]).env("COLUMNS", "50"), b"")
    );
}

/// A terminal breaks what is wider within words.
#[test]
fn no_line_of_help_is_wider_than_the_terminal() {
    let help = |command: &str, columns: usize| {
        let args: Vec<&str> = [command, "--help"].into_iter().filter(|a| !a.is_empty()).collect();
        picture(quiz(&args).env("COLUMNS", columns.to_string()), b"")
    };
    let all = help("", 80);
    let list = all.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands: Vec<&str> = list
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.len() > 10, "{all}");
    let mut wide = String::new();
    for command in commands.into_iter().chain([""]) {
        for columns in [80, 50] {
            let help = help(command, columns);
            assert!(help.contains("Usage: quiz"), "{help}");
            // What clap itself says of `help` is as wide as it is.
            let own = |line: &&str| !line.contains("Print this message or the help of");
            for line in help.lines().filter(own).filter(|line| line.chars().count() > columns) {
                wide += &format!("`{command}` in {columns} columns: {line}\n");
            }
        }
    }
    assert_eq!(wide, "");
}

#[test]
fn a_folder_without_questions() {
    let empty = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(cargo_bin!("quiz"));
    command.arg("--bank").arg(empty.path()).env_clear();
    let said = picture(&mut command, b"").replace(&empty.path().display().to_string(), "EMPTY");
    insta::assert_snapshot!("not_a_course", said);
    std::fs::create_dir_all(empty.path().join("lessons/pipe")).expect("a folder");
    let said = picture(&mut command, b"").replace(&empty.path().display().to_string(), "EMPTY");
    insta::assert_snapshot!("no_questions_yet", said);
}

#[test]
fn a_copy_of_the_course_asks_its_own_questions() {
    let copy = tempfile::tempdir().expect("a folder");
    let inside = copy.path().join("lessons/pipe");
    std::fs::create_dir_all(&inside).expect("a folder");
    std::fs::create_dir_all(copy.path().join("quiz")).expect("a folder");
    let bank = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bank");
    for (from, to) in [
        ("lessons/shm/quiz.toml", "lessons/pipe/quiz.toml"),
        ("lessons/shm/lesson.md", "quiz/README.md"),
    ] {
        std::fs::copy(bank.join(from), copy.path().join(to)).expect("a copy");
    }
    let mut command = Command::new(cargo_bin!("quiz"));
    let said = picture(command.arg("--list").current_dir(&inside).env_clear(), b"");
    insta::assert_snapshot!(said);
}

#[test]
fn the_same_seed_is_the_same_session() {
    let with = |seed: &str| session(&["--seed", seed], "");
    assert_eq!(with("11"), with("11"));
    let firsts: std::collections::BTreeSet<String> = (0..20)
        .map(|seed| with(&seed.to_string()).lines().nth(4).expect("a question").to_owned())
        .collect();
    assert!(firsts.len() > 3, "20 seeds begin with only {firsts:?}");
}

#[test]
fn input_that_is_no_text() {
    let mut typed = vec![0xff, 0xfe, b'\n'];
    typed.extend(vec![b'x'; 200_000]);
    typed.extend(b"\n\x1b[2J\nSIGKILL\r\n");
    let said = picture(&mut quiz(&["--id", "general-kill", "--seed", "1"]), &typed);
    assert!(!said.contains('\x1b'), "what was typed is repeated without control characters");
    assert!(said.contains("1 right the second time") || said.contains("1 wrong"), "{said}");
    assert!(said.ends_with("exit code 0\n"), "{said}");
    // Two megabytes without a line end are nobody's answer.
    let said = picture(&mut quiz(&["--id", "general-kill"]), &vec![b'x'; 2_000_000]);
    assert!(said.contains("Stopped. 0 of 1 asked"), "{said}");
}

#[test]
fn a_closed_output_ends_it_quietly() {
    let kept = tempfile::tempdir().expect("a folder");
    for args in [&["--seed", "1"][..], &["--list"], &["due"], &["lint"]] {
        let mut child = quiz(args)
            .env("IPC_QUIZ_DATA", kept.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the quiz starts");
        drop(child.stdout.take());
        let mut typed = child.stdin.take().expect("piped");
        let _ = typed.write_all(b"a\nb\nc\n");
        drop(typed);
        let mut said = String::new();
        child.stderr.take().expect("piped").read_to_string(&mut said).expect("text");
        let status = child.wait().expect("the quiz ends");
        assert_eq!((status.code(), said.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn an_input_that_cannot_be_read() {
    let folder = std::fs::File::open("/").expect("a folder");
    let kept = tempfile::tempdir().expect("a folder");
    let output = quiz(&["--id", "general-kill", "--seed", "1"])
        .env("IPC_QUIZ_DATA", kept.path())
        .stdin(folder)
        .output()
        .expect("the quiz starts");
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(
        String::from_utf8_lossy(&output.stderr),
        @"quiz: failed to read an answer from standard input: Is a directory (os error 21)"
    );
}

#[test]
fn an_output_that_takes_nothing() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let kept = tempfile::tempdir().expect("a folder");
    let mut command = quiz(&["--seed", "1"]);
    command.env("IPC_QUIZ_DATA", kept.path()).stdout(full);
    let output = command.output().expect("the quiz starts");
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(
        String::from_utf8_lossy(&output.stderr),
        @"quiz: failed to write to standard output: No space left on device (os error 28)"
    );
}

#[test]
fn a_prediction_without_its_recording_is_not_asked() {
    let copy = tempfile::tempdir().expect("a folder");
    for folder in ["lessons/pipe", "lessons/shm", "quiz"] {
        std::fs::create_dir_all(copy.path().join(folder)).expect("a folder");
    }
    let bank = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bank");
    for file in [
        "lessons/pipe/quiz.toml",
        "lessons/shm/quiz.toml",
        "quiz/general.toml",
        "quiz/lexicon.toml",
    ] {
        std::fs::copy(bank.join(file), copy.path().join(file)).expect("a copy");
    }
    let said = |ids: &[&str]| {
        let mut command = Command::new(cargo_bin!("quiz"));
        command.arg("--bank").arg(copy.path()).args(ids).env_clear();
        picture(&mut command, b"9\n")
    };
    let some = said(&["--id", "pipe-capacity", "--id", "general-kill", "--seed", "1"]);
    let none = said(&["--id", "pipe-capacity", "--id", "pipe-eof-line", "--seed", "1"]);
    insta::assert_snapshot!(format!("{some}\n{none}"));
}

#[test]
fn a_broken_bank() {
    let copy = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(copy.path().join("quiz")).expect("a folder");
    std::fs::write(copy.path().join("quiz/general.toml"), "[[question]]\nid = 1\n").expect("ours");
    let said = |args: &[&str]| {
        let mut command = Command::new(cargo_bin!("quiz"));
        picture(command.arg("--bank").arg(copy.path()).args(args).env_clear(), b"")
    };
    insta::assert_snapshot!(format!("{}\n{}", said(&[]), said(&["lint"])));
}

#[test]
fn colour_only_on_a_terminal_that_wants_it() {
    let said = |name: &str, value: &str| {
        let terminal = nix::pty::openpty(None, None).expect("a terminal");
        let mut command = quiz(&["--id", "general-kill", "--seed", "1"]);
        let kept = tempfile::tempdir().expect("a folder");
        command.env("IPC_QUIZ_DATA", kept.path());
        command.env(name, value).stdin(Stdio::piped()).stdout(terminal.slave);
        let mut child = command.spawn().expect("the quiz starts");
        // Until this is gone too, the terminal has a writer and reading it does not end.
        drop(command);
        child.stdin.take().expect("piped").write_all(b"SIGTERM\n").expect("it reads");
        let mut said = Vec::new();
        // Reading a terminal that nobody holds any more fails with EIO: that is its end.
        let _ = std::fs::File::from(terminal.master).read_to_end(&mut said);
        child.wait().expect("the quiz ends");
        String::from_utf8_lossy(&said).into_owned()
    };
    assert!(said("TERM", "xterm").contains("\x1b[31mWrong.\x1b[0m"));
    assert!(!said("NO_COLOR", "1").contains('\x1b'));
    assert!(!said("TERM", "dumb").contains('\x1b'));
}

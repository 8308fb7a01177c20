//! What the schema and the lint say of a bank that was spoilt in one place, and that the course's
//! own bank is sound.

use quiz::{Bank, Finding};
use std::fmt::Write;
use std::path::Path;

/// Replaces `from` by `to` in a file of a copy of `tests/bank`, then reads and lints it.
fn spoilt(file: &str, from: &str, to: &str) -> Vec<Finding> {
    let copy = tempfile::tempdir().expect("a folder");
    copy_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bank"), copy.path());
    let file = copy.path().join(file);
    let text = std::fs::read_to_string(&file).expect("the file is there");
    assert!(text.contains(from), "nothing to spoil: `{from}` is not in {}", file.display());
    std::fs::write(&file, text.replacen(from, to, 1)).expect("the copy is ours");
    match Bank::read(copy.path()) {
        Ok(bank) => quiz::lint(&bank, copy.path()),
        Err(findings) => findings,
    }
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("a copy");
        }
    }
}

/// One picture for many ways to spoil a file: what was changed, and what is said of it.
fn pictures(file: &str, changes: &[(&str, &str)]) -> String {
    let mut picture = String::new();
    for (from, to) in changes {
        let findings = spoilt(file, from, to);
        assert!(!findings.is_empty(), "nobody notices `{from}` → `{to}`");
        writeln!(picture, "- {}\n+ {}", from.replace('\n', "⏎"), to.replace('\n', "⏎"))
            .expect("a string");
        for finding in findings {
            writeln!(picture, "  {finding}").expect("a string");
        }
        picture.push('\n');
    }
    picture
}

const PIPE: &str = "lessons/pipe/quiz.toml";

#[test]
fn the_schema_is_enforced() {
    let picture = pictures(
        PIPE,
        &[
            ("difficulty = 2", "difficulty = 2\nlevel = 2"),
            ("difficulty = 2", "difficulty = 4"),
            ("difficulty = 2\n", ""),
            ("difficulty = 2", "difficulty = \"hard\""),
            ("difficulty = 2", "difficulty = 2\nrev = 0"),
            ("kind = \"single\"", "kind = \"multiple\""),
            ("kind = \"single\"", "kind = \"short\""),
            ("kind = \"short\"", "kind = \"single\""),
            ("id = \"pipe-full\"", "id = \"pipe-ends\""),
            ("id = \"pipe-full\"", "id = \"shm-open\""),
            ("id = \"pipe-full\"", "id = \"Pipe full\""),
            ("id = \"pipe-full\"", "id = \"\""),
            ("hint = \"Try again later.\"", "hint = \" \""),
            ("hint = \"Try again later.\"\n", ""),
            ("hint = \"Try again later.\"", "hint = { en = \"Try.\", ko = \"\" }"),
            ("hint = \"Try again later.\"", "hint = { ko = \"다시\" }"),
            ("hint = \"Try again later.\"", "hint = { en = \"Try.\", de = \"Noch einmal.\" }"),
            ("hint = \"Try again later.\"", "hint = 3"),
            ("why = \"It is the first of the two.\"", "why = \"\""),
            (", why = \"It is the first of the two.\"", ""),
            ("right = true, why = { en", "why = { en"),
            ("a descriptor to write to", "a descriptor to read from"),
            ("accept = [\"EAGAIN\"]", "accept = []"),
            ("accept = [\"EAGAIN\"]\n", ""),
            ("accept = [\"EAGAIN\"]", "accept = [\"q\"]"),
            ("answers = [\"EPIPE\", \"SIGPIPE\"]", "answers = []"),
            ("key = \"65536 bytes\"\n", ""),
            ("key = \"65536 bytes\"\n", "key = \"65536 bytes\"\noptions = []\n"),
            ("chapter = \"pipe.html#capacity\"", "chapter = \"pipe.html\""),
            ("scene = \"pipe/capacity\"", "scene = \"capacity\""),
            ("scene = \"pipe/capacity\"", "scene = \"../etc/passwd\""),
            ("line = \"one more byte: EAGAIN\"", "line = \"\""),
            ("cite = \"pipe(2)\"", "cite = []"),
            ("[[question]]", "[[questions]]"),
            ("[[question]]", "[[question"),
        ],
    );
    insta::assert_snapshot!(picture);
}

const PROCESS: &str = "lessons/process/quiz.toml";

#[test]
fn orders_and_pairs_stand_on_something() {
    let mut picture = pictures(
        PROCESS,
        &[
            ("{ first = \"fork\", then = \"exec\"", "{ first = \"exec\", then = \"fork\""),
            ("{ first = \"fork\", then = \"exec\"", "{ first = \"spoon\", then = \"exec\""),
            ("then = \"exec\", why = \"There is no child before `fork`.\"", "then = \"exec\""),
            ("{ id = \"exec\"", "{ id = \"fork\""),
            (
                "    { first = \"fork\", then = \"close\", why = \"What is closed before `fork` is not inherited.\" },\n",
                "",
            ),
            ("before = [", "unused = ["),
            (", line = \"exits with\" }", ", line = \"ends with\" }"),
            (", line = \"parent │ reaps\"", ", line = \"parent │ forks\""),
            ("hint = [\"Who makes whom?\", ", "hint = [\"\", "),
            ("hint = [\"Who makes whom?\", \"The parent is first and last.\"]", "hint = []"),
            ("{ question = \"general-kill\" }", "{ question = \"no-such\" }"),
            ("{ question = \"general-kill\" }", "{ question = \"process-life\" }"),
            ("{ question = \"general-kill\" }", "{ question = \"general-kill\", missing = \"x\" }"),
            ("{ question = \"general-kill\" }", "{ ask = \"And then?\" }"),
            ("kind = \"match\"", "kind = \"order\""),
            ("left = \"`clone`\"", "left = \"`fork`\""),
            (
                "right = { en = \"replaces the program\", ko = \"프로그램을 바꾼다\" }",
                "right = { en = \"makes a process\", ko = \"프로세스를 만든다\" }",
            ),
        ],
    );
    // The recording has changed: a line is gone, or it comes later.
    picture += &pictures(
        "lessons/process/recorded/life.snap",
        &[
            ("  parent │ forks\n", ""),
            (
                "  child  │ exits with 3\n  parent │ reaps",
                "  parent │ reaps first\n  child  │ exits with 3\n  parent │ reaps",
            ),
        ],
    );
    insta::assert_snapshot!(picture);
}

const GENERAL: &str = "quiz/general.toml";

#[test]
fn a_rubric_is_held_to_its_examples() {
    let mut picture = pictures(
        GENERAL,
        &[
            ("\"B: +(name)\"", "\"B: +(nmae)\""),
            ("\"B: +(name)\"", "\"C: +(name)\""),
            ("\"B: +(name)\"", "\"name\""),
            ("\"B: +(name)\", \"A: -(name)\", \"A: +(anonymous)\"", ""),
            ("\"B: +(name)\"", "\"B: -(name)\""),
            (
                "subjects = { A = \"pipe\", B = \"fifo\" }",
                "subjects = { A = \"pipe\", B = \"fio\" }",
            ),
            ("topic = \"A\"", "topic = \"C\""),
            ("accept = [\n", "pass = 9\naccept = [\n"),
            ("accept = [\n", "key = \"x\"\naccept = [\n"),
            ("accept = [\n", "accept = [\n    \"a pipe is a pipe\",\n"),
            (
                "reject = [\n",
                "reject = [\n    \"a fifo has a name and unrelated processes use it\",\n",
            ),
            ("they are the same thing", "they differ"),
            ("\"the former has no name", "\"\", \"the former has no name"),
            ("model = { en = \"A pipe has no name", "model = { en = \"A pipe has a name"),
            ("What is the difference between", "Pipe: no name. What is the difference between"),
        ],
    );
    picture += &pictures(
        "quiz/lexicon.toml",
        &[
            ("id = \"fifo\"", "id = \"FIFO\""),
            ("id = \"fifo\"", "id = \"pipe\""),
            ("ko = [\"디스크\"]", "ko = [\"디스크\", \"disk\"]"),
            ("en = [\"disk+\"", "en = [\"디스크\", \"disk+\""),
            ("en = [\"cpu cache+\"", "en = [\"kernel copy\", \"cpu cache+\""),
            ("ko = [\"디스크\"]", "ko = [\"디스크\", \"없\"]"),
            ("[[lex]]", "[[lex]]\nid = \"spare\"\nen = [\"spare\"]\n\n[[lex]]"),
            ("[[lex]]", "[[lex]]\nid = \"empty\"\n\n[[lex]]"),
        ],
    );
    insta::assert_snapshot!(picture);
}

#[test]
fn the_lint_looks_beyond_the_file() {
    let mut picture = pictures(
        PIPE,
        &[
            ("line = \"child ◀ pipe  end of file\"", "line = \"child ◀ pipe  end of the file\""),
            ("line = \"one more byte: EAGAIN\"", "line = \"or\""),
            ("line = \"one more byte: EAGAIN\"", "line = \"the pipe holds\""),
            ("scene = \"pipe/eof\"", "scene = \"pipe/eof2\""),
            ("scene = \"pipe/eof\"", "scene = \"shm/eof\""),
            ("evidence = [{ scene = \"pipe/capacity\", line = \"one more byte: EAGAIN\" }]", ""),
            ("cite = \"pipe(2)\"\nclaim = \"pipe-is-a-pipe\"", ""),
            ("claim = \"pipe-is-a-pipe\"", "claim = \"pipe-is-a-tube\""),
            ("cite = \"pipe(2)\"", "cite = \"the manual\""),
            ("chapter = \"pipe.html#capacity\"", "chapter = \"pipe.html#size\""),
            ("chapter = \"pipe.html#capacity\"", "chapter = \"pipes.html#capacity\""),
            ("Which of these does `pipe` give you?", "Which does `pipe` NOT give you?"),
            ("text = \"a name in the file system\"", "text = \"All of the above\""),
            ("text = \"a name in the file system\"", "right = true, text = \"a name\""),
            ("answers = [\"EPIPE\", \"SIGPIPE\"]", "answers = [\"EWOULDBLOCK\"]"),
            ("fails. With which error?", "fails with EAGAIN. With which error?"),
            ("hint = \"Try again later.\"", "hint = \"It begins with `EAGAIN`.\""),
            ("key = \"65536 bytes\"", "key = \"4096 bytes\""),
            ("key = \"65536 bytes\"", "key = \"e\""),
            ("line = \"the pipe holds\"", "line = \"parent\""),
            ("text = \"nothing yet\"", "text = \"child\""),
            ("text = \"end of file\", right", "text = \"no more\", right"),
        ],
    );
    let renamed = "lessons/pipe/recorded/capacity.snap";
    picture += &pictures(renamed, &[("EAGAIN", "EINVAL"), ("one more byte", "another byte")]);
    picture += &pictures("lessons/pipe/lesson.md", &[("## Capacity", "## How much it holds")]);
    picture += &pictures("book/claims.toml", &[("pipe-is", "pipe-was"), ("[[claim]]", "[[")]);
    insta::assert_snapshot!(picture);
}

#[test]
fn no_file_makes_it_panic() {
    let copy = tempfile::tempdir().expect("a folder");
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bank");
    copy_all(&original, copy.path());
    let mut state = 7_u64;
    let mut next = |n: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("small") % n
    };
    let bits = [
        "\"", "[", "]", "{", "=", "\n", "#", "'", "\"\"\"", "한", "\u{0}", "-(", "+(a & b)", "~9",
        "😀",
    ];
    let mut read = 0;
    for _ in 0..200 {
        let file = [PIPE, GENERAL, "quiz/lexicon.toml", "lessons/pipe/recorded/eof.snap"][next(4)];
        let text = std::fs::read_to_string(original.join(file)).expect("a file");
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..=next(3) {
            let at = next(chars.len());
            let end = (at + next(12)).min(chars.len());
            chars.splice(at..end, bits[next(bits.len())].chars());
        }
        std::fs::write(copy.path().join(file), chars.iter().collect::<String>()).expect("ours");
        match Bank::read(copy.path()) {
            Ok(bank) => {
                read += 1;
                let _findings = quiz::lint(&bank, copy.path());
            }
            Err(findings) => assert!(findings.iter().all(|f| f.line > 0 && !f.message.is_empty())),
        }
        std::fs::write(copy.path().join(file), text).expect("ours");
    }
    assert!((20..180).contains(&read), "{read} of 200 were still a bank");
}

#[test]
fn the_longest_option_does_not_pay() {
    let question = |n: usize| {
        format!(
            "[[question]]\nid = \"q{n}\"\nkind = \"single\"\ndifficulty = 1\nabout = \"term\"\n\
             prompt = \"?\"\noptions = [{{ text = \"the long one\", right = true, why = \"x\" }}, \
             {{ text = \"{}\", why = \"x\" }}]\nhint = \"x\"\nexplanation = \"x\"\nchapter = \
             \"shm.html#ways\"\ncite = \"pipe(2)\"\n",
            if n <= 3 { "short" } else { "a longer one than that" }
        )
    };
    let six: String = (1..=6).map(question).collect();
    let findings = spoilt("lessons/shm/quiz.toml", "[[question]]", &format!("{six}\n[[question]]"));
    insta::assert_snapshot!(shown(&findings), @"lessons/shm/quiz.toml:1: the right option is the longest in 3 of 6 questions, more than 35 %; shorten it or lengthen a wrong one in some of `q1`, `q2`, `q3`");
    let five: String = (2..=6).map(question).collect();
    let findings =
        spoilt("lessons/shm/quiz.toml", "[[question]]", &format!("{five}\n[[question]]"));
    assert_eq!(shown(&findings), "", "five questions are too few to say");
}

#[test]
fn every_question_of_the_course_can_be_asked_aloud() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let bank = Bank::read(root).expect("a sound bank");
    assert_eq!(shown(&quiz::aloud(&bank)), "");
}

/// Each of them lacks something: Korean for a text, a model answer, what comes next.
#[test]
fn what_cannot_be_asked_aloud() {
    let bank = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bank");
    let bank = Bank::read(&bank).expect("a sound bank");
    insta::assert_snapshot!(shown(&quiz::aloud(&bank)));
}

#[test]
fn the_bank_of_these_tests_is_sound() {
    assert_sound(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bank"));
}

#[test]
fn the_bank_of_the_course_is_sound() {
    assert_sound(Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace"));
}

#[track_caller]
fn assert_sound(root: &Path) {
    let findings = match Bank::read(root) {
        Ok(bank) => quiz::lint(&bank, root),
        Err(findings) => findings,
    };
    assert!(findings.is_empty(), "`cargo run -p quiz -- lint` says:\n{}", shown(&findings));
}

fn shown(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

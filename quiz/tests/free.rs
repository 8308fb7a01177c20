//! The checker of free answers, held to answers as people type them.

use quiz::{Bank, Checker, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

fn bank() -> Bank {
    Bank::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bank")).expect("a sound bank")
}

/// `tests/answers.tsv`: question, what a fair interviewer would say, answer.
fn answers() -> Vec<(&'static str, &'static str, String)> {
    let table = include_str!("answers.tsv");
    let row = |line: &'static str| {
        let mut cells = line.splitn(3, '\t');
        let mut cell = || cells.next().expect("three cells");
        (cell(), cell(), cell().replace("\\n", "\n"))
    };
    table.lines().map(row).collect()
}

#[test]
fn answers_get_what_an_interviewer_would_give() {
    let bank = bank();
    let checker = Checker::new(&bank);
    let mut wrong = String::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (id, expected, answer) in answers() {
        let question = bank.get(id).expect("a question of the test bank");
        let report = checker.check(question, &answer).expect("a free question");
        *seen.entry(expected).or_default() += 1;
        // "I cannot tell" hands a wrong answer to the learner to judge; it never passes one.
        let fits = report.verdict.name() == expected
            || (expected == "fail" && report.verdict == Verdict::CannotTell);
        if !fits {
            writeln!(wrong, "{id}: {} instead of {expected}: {answer}", report.verdict.name())
                .expect("a string");
        }
    }
    assert_eq!(wrong, "");
    assert!(seen.values().all(|&n| n >= 7), "every verdict is tried: {seen:?}");
}

/// The rubrics of the course on answers besides their own examples. `tests/course_answers.tsv` has
/// the same columns as `answers.tsv`.
#[test]
fn the_course_grades_fairly() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let bank = Bank::read(root).expect("a sound bank");
    let checker = Checker::new(&bank);
    let (mut agreed, mut all, mut differs) = (0, 0, String::new());
    for line in include_str!("course_answers.tsv").lines() {
        let mut cells = line.splitn(3, '\t');
        let mut cell = || cells.next().expect("three cells");
        let (id, expected, answer) = (cell(), cell(), cell());
        let question = bank.get(id).expect("a question of the course");
        let verdict = checker.check(question, answer).expect("a free question").verdict;
        assert!(expected == "pass" || verdict != Verdict::Pass, "passes: {id}: {answer}");
        all += 1;
        if verdict.name() == expected || (expected == "fail" && verdict == Verdict::CannotTell) {
            agreed += 1;
        } else {
            writeln!(differs, "{id}: {} instead of {expected}: {answer}", verdict.name())
                .expect("a string");
        }
    }
    assert!(agreed * 100 >= all * 87, "{agreed} of {all}:\n{differs}");
}

#[test]
fn no_word_list_passes() {
    let bank = bank();
    let checker = Checker::new(&bank);
    for question in bank.questions.iter().filter(|q| q.kind.name() == "free") {
        let quiz::bank::Kind::Free(rubric) = &question.kind else { continue };
        // Every expression of every class that a right answer has, in one heap.
        let right = rubric.concepts.iter().flat_map(|c| &c.say).flat_map(|p| &p.classes).flatten();
        let heap: Vec<&str> = right
            .filter_map(|id| bank.lexicon.iter().find(|lex| lex.id == *id))
            .flat_map(|lex| lex.en.iter().chain(&lex.ko))
            .map(|expression| expression.trim_end_matches('+'))
            .collect();
        for separator in [" ", ", "] {
            let report = checker.check(question, &heap.join(separator)).expect("a free question");
            assert_ne!(report.verdict, Verdict::Pass, "{}: {}", question.id, heap.join(separator));
        }
    }
}

#[test]
fn what_one_says_of_the_wrong_one_is_no_credit() {
    let bank = bank();
    let checker = Checker::new(&bank);
    let question = bank.get("pipe-vs-fifo").expect("a question");
    for (_, expected, answer) in answers().iter().filter(|(id, ..)| *id == "pipe-vs-fifo") {
        let swapped = answer
            .to_lowercase()
            .replace("named pipe", "\u{1}")
            .replace("네임드 파이프", "\u{1}")
            .replace("fifo", "\u{1}")
            .replace("전자", "\u{2}")
            .replace("후자", "전자")
            .replace('\u{2}', "후자")
            .replace("former", "\u{2}")
            .replace("latter", "former")
            .replace('\u{2}', "latter")
            .replace("anonymous ", "")
            .replace("unnamed ", "")
            .replace("nameless", "named")
            .replace("익명", "이름")
            .replace("pipe", "fifo")
            .replace("파이프", "fifo")
            .replace('\u{1}', "pipe");
        let report = checker.check(question, &swapped).expect("a free question");
        if *expected == "pass" {
            assert_ne!(report.verdict, Verdict::Pass, "{swapped}");
        }
    }
}

#[test]
fn anything_at_all_is_answered() {
    let bank = bank();
    let checker = Checker::new(&bank);
    // Pieces of real answers and of everything else, put together by a fixed rule.
    let answers = answers();
    let mut pieces: Vec<&str> =
        answers.iter().flat_map(|(_, _, a)| a.split_inclusive(' ')).collect();
    let strange = [
        "\u{0}",
        "ㅋㅋㅋ",
        "🙂",
        "'",
        "''s",
        "/",
        "-> ->",
        "（",
        "\u{1100}",
        "\u{11a8}",
        "²",
        "없",
        "\n\n",
        "(((",
        "::",
        "'s",
        "n't",
        "\u{200d}",
        "한",
        "w/",
        "_",
        "1,",
        ".5.",
    ];
    pieces.extend(strange);
    let mut state = 1_u64;
    let mut next = |n: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("small") % n
    };
    let free: Vec<_> = bank.questions.iter().filter(|q| q.kind.name() == "free").collect();
    for _ in 0..1000 {
        let answer: String = (0..next(40)).map(|_| pieces[next(pieces.len())]).collect();
        let question = free[next(free.len())];
        let report = checker.check(question, &answer).expect("a free question");
        let length = answer.chars().count();
        for span in report.concepts.iter().filter_map(|c| c.said.as_ref()) {
            assert!(span.start < span.end && span.end <= length, "{span:?} of {answer:?}");
        }
        assert!(checker.trace(question, &answer).is_some());
    }
}

#[test]
fn the_trace_shows_how_it_came_about() {
    let mut picture = String::new();
    for (id, answer) in [
        (
            "pipe-vs-fifo",
            "Unlike a pipe, a fifo has a path, so unrelated proceses can open it. A pipe can't.",
        ),
        ("binary-semaphore-vs-mutex", "mutexes have ownership; semaphores don't"),
        (
            "shm-fastest",
            "People say it lives in the CPU cache, but no data is copied through the kernel and both map the same pages.",
        ),
        ("shm-fastest", "커널을 거치지 않고 같은 물리메모리에 직접 접근하지만 동기화는 불필요하다"),
    ] {
        write!(
            picture,
            "$ quiz explain {id} --trace\n{answer}\n\n{}\n",
            explain(id, answer, &["--trace"])
        )
        .expect("a string");
    }
    insta::assert_snapshot!(picture);
}

#[test]
fn the_learner_sees_words_hints_and_traps() {
    let mut picture = String::new();
    for (id, answer) in [
        ("pipe-vs-fifo", "pipes are only for parent and child"),
        (
            "pipe-vs-fifo",
            "A FIFO stores the data on disk, but it has a name and unrelated processes can open it.",
        ),
        ("pipe-vs-fifo", "pipes have a name, fifos don't"),
        (
            "pipe-vs-fifo",
            "pipe fifo name unrelated related processes file system kernel buffer parent child",
        ),
        (
            "shm-fastest",
            "the segment appears in the memory of the processes and they read it like an array of their own",
        ),
        ("shm-fastest", "The weather is nice today and I like it."),
        ("binary-semaphore-vs-mutex", "A mutex has an owner. Sometimes a mutex has no owner."),
    ] {
        write!(picture, "{id}: {answer}\n{}\n", explain(id, answer, &[])).expect("a string");
    }
    let answer = "FIFO는 이름이 있다";
    write!(picture, "{answer}\n{}", explain("pipe-vs-fifo", answer, &["--lang", "ko"]))
        .expect("a string");
    insta::assert_snapshot!(picture);
}

#[test]
fn grading() {
    let lines = [
        r#"{"id":"a1","key":"shm-fastest","text":"no copy through the kernel","by":"someone"}"#,
        r#"{"id":2,"key":"shm-fastest","text":"it lives in the cpu cache"}"#,
        "",
        r#"{"id":"a3","key":"what-is-love","text":"x"}"#,
        r#"{"id":"a4","key":"shm-open","text":"x"}"#,
        r#"{"id":"a5","key":"shm-fastest"}"#,
        r#"{"id":"a6","text":"x"}"#,
        "not json",
        r#"[1,2]"#,
        r#"{"id":"a7","key":"pipe-vs-fifo","text":""}"#,
        r#"{"id":"a8","key":"binary-semaphore-vs-mutex","text":"a mutx has an owner, a semahpore does not"}"#,
    ];
    insta::assert_snapshot!(run(&["grade"], &(lines.join("\n"))));
    let sound = run(&["grade"], lines[0]);
    assert!(sound.ends_with("exit code 0\n"), "{sound}");
}

fn explain(id: &str, answer: &str, args: &[&str]) -> String {
    run(&[&["explain", id], args].concat(), answer)
}

fn run(args: &[&str], input: &str) -> String {
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("quiz"))
        .args(["--bank", "tests/bank"])
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .env("COLUMNS", "78")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the quiz starts");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("the quiz ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().expect("not killed");
    format!("{}{}exit code {code}\n", text(&output.stdout), text(&output.stderr))
}

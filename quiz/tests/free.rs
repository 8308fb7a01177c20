//! The checker of free answers, held to answers as people type them.

use quiz::bank::{Kind, Language};
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

/// What the course itself says to explain an answer must not count as a wrong one.
#[test]
fn its_own_explanations_are_not_wrong() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let bank = Bank::read(root).expect("a sound bank");
    let checker = Checker::new(&bank);
    let mut wrong = String::new();
    for question in bank.questions.iter().filter(|q| matches!(q.kind, Kind::Free(_))) {
        for language in [Language::English, Language::Korean] {
            let text = question.explanation.in_language(language);
            let report = checker.check(question, text).expect("a free question");
            if report.verdict == Verdict::Fail {
                let traps: Vec<_> =
                    report.traps.iter().map(|trap| &trap.misconception.id).collect();
                writeln!(wrong, "{}, because of {traps:?}: {text}", question.id).expect("a string");
            }
        }
    }
    assert_eq!(wrong, "");
}

/// Each of these once was read wrongly, for the reason beside it.
#[test]
fn what_is_said_in_which_clause_of_whom() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let bank = Bank::read(root).expect("a sound bank");
    let checker = Checker::new(&bank);
    let mut wrong = String::new();
    for (why, id, expected, answer) in [
        (
            "`I don't know` is no answer that cannot be told",
            "pipe-vs-fifo",
            "fail",
            "I do not know the difference between a pipe and a FIFO",
        ),
        ("nor is 모르겠습니다", "pipe-vs-fifo", "fail", "파이프와 FIFO의 차이를 모르겠습니다"),
        (
            "nor is 기억이 안 납니다",
            "pipe-vs-fifo",
            "fail",
            "파이프와 FIFO의 차이는 잘 기억이 안 나요",
        ),
        (
            "what processes do not know of each other is an answer",
            "pipe-vs-fifo",
            "pass",
            "FIFO는 서로 모르는 프로세스도 이름만 알면 쓸 수 있다",
        ),
        (
            "`vs.` ends no sentence",
            "pipe-vs-fifo",
            "pass",
            "pipe vs. fifo: the pipe has no name and is only for relatives, the fifo has a path that any \
             unrelated process opens",
        ),
        (
            "behind `vs.` something is said of the other",
            "pipe-vs-fifo",
            "pass",
            "A pipe is only for relatives vs a FIFO that unrelated processes open by its path",
        ),
        (
            "`e.g.` ends no sentence",
            "pipe-vs-fifo",
            "pass",
            "A FIFO has a name, e.g. /tmp/f, so unrelated processes can open it, i.e. not only children",
        ),
        (
            "a slash between two words is an `or`",
            "producer-consumer",
            "partial",
            "the producer / consumer wait when the buffer is full / empty; semaphores and a mutex",
        ),
        (
            "a slash between two notes ends a sentence",
            "tcp-udp-unix",
            "pass",
            "tcp reliable bytestream / udp unreliable messages / uds same host only, lower overhead",
        ),
        (
            "`does both` is about whom it is said of, and says something",
            "pipe-vs-socket",
            "pass",
            "a pipe is half-duplex. A socket does both. It also reaches other machines.",
        ),
        (
            "`both … and …` is about whom it is said of",
            "binary-semaphore-vs-mutex",
            "pass",
            "A mutex has both a lock and an owner. A semaphore has no owner, anyone can post it.",
        ),
        (
            "what one does as well is no swap",
            "flock-vs-fcntl",
            "pass",
            "flock locks the whole file. fcntl locks both ranges and whole files and belongs to the \
             process, closing any descriptor drops it",
        ),
        (
            "`both` behind a name is about that one",
            "tcp-udp-unix",
            "pass",
            "TCP: reliable, ordered. UDP: neither. Unix sockets: both, but only on one host and faster",
        ),
        (
            "a denial in brackets ends with them",
            "shm-pros-cons",
            "pass",
            "It is fast (no copies, no kernel), needs synchronization by yourself",
        ),
        (
            "a denial in brackets ends with them",
            "shm-pros-cons",
            "pass",
            "shared memory is fastest (no copy) needs synchronization",
        ),
        (
            "a denial behind a bracket reaches over it",
            "shm-fastest",
            "pass",
            "복사(커널 경유)가 없다. 같은 물리 페이지를 직접 쓴다",
        ),
        (
            "a denial does not reach into a statement in brackets",
            "shm-fastest",
            "pass",
            "커널을 거치는 복사(두 번 일어난다)가 없고 같은 물리 메모리를 매핑한다",
        ),
        (
            "`without a …` denies",
            "pipe-vs-fifo",
            "pass",
            "A pipe comes without a name. Unrelated processes open a FIFO by its path",
        ),
        (
            "`both directions` is not both subjects",
            "pipe-vs-socket",
            "pass",
            "pipe: one direction. socket: both directions, also remote",
        ),
        (
            "`-면 안 되다` denies",
            "critical-section",
            "pass",
            "동시에 실행되면 안 되는 코드 부분입니다",
        ),
        (
            "`…가 안 되다` denies what stands before it",
            "why-ipc",
            "pass",
            "각 프로세스는 자기만의 주소 공간을 가져서 변수 공유가 안 돼요. 그래서 통신 수단이 필요해요.",
        ),
        (
            "a comma parts what is said of one and of the other",
            "when-read-write-lock",
            "pass",
            "many concurrent readers, exclusive writer. Use for read-mostly data",
        ),
        (
            "behind a comma a verb begins something else",
            "pipe-vs-fifo",
            "pass",
            "A FIFO lives at a path, unrelated programs open it. A plain pipe has no name, gets passed down through fork.",
        ),
        (
            "`than the one who took it` is nobody's ownership",
            "binary-semaphore-vs-mutex",
            "pass",
            "ownership. a semaphore can be released by a different process than the one who acquired it, a mutex cannot",
        ),
        (
            "`as fast as the reader` is about the writer",
            "pipe-back-pressure",
            "pass",
            "A full pipe makes the writer sleep. It goes as fast as the reader: flow control. Nothing is lost.",
        ),
        (
            "`아예` begins another statement",
            "stream-vs-datagram",
            "pass",
            "스트림은 경계가 없어서 길이를 앞에 붙여야 하고, 데이터그램은 통째로 오거나 아예 오지 않습니다",
        ),
        (
            "a condition ends where another subject has a verb",
            "sigpipe-eof",
            "pass",
            "When all write ends are closed read returns 0. When all read ends are closed writing raises SIGPIPE.",
        ),
        (
            "`without readers` is about the writing",
            "sigpipe-eof",
            "pass",
            "Write w/o readers: SIGPIPE. Read w/o writers: 0 = EOF.",
        ),
        (
            "`first:` goes by the prompt",
            "sigpipe-eof",
            "pass",
            "first: SIGPIPE. second: read gives 0",
        ),
        (
            "`쓰는 쪽이 없으면` says when",
            "sigpipe-eof",
            "pass",
            "쓰는 쪽이 없으면 read가 0을 반환하고, 읽는 쪽이 없으면 write할 때 SIGPIPE가 발생한다",
        ),
        (
            "a condition belongs to the statement behind it",
            "producer-consumer",
            "pass",
            "버퍼 꽉 차면 producer 블록, 비면 consumer 블록. mutex로 버퍼 보호",
        ),
        (
            "an order ends a denial",
            "producer-consumer",
            "pass",
            "don't do it yourself, use a pipe. The kernel blocks the writer if full and the reader when empty.",
        ),
        (
            "`avoid … with` denies no remedy",
            "pipe-deadlock",
            "pass",
            "The pipes fill up and both are stuck in write; avoid it with non-blocking io",
        ),
        (
            "`, and closing … drops` is not denied",
            "flock-vs-fcntl",
            "pass",
            "flock locks the whole file. fcntl belongs to the process: a child does not inherit it, and \
             closing any descriptor drops it.",
        ),
        (
            "`refuses` denies",
            "binary-semaphore-vs-mutex",
            "pass",
            "With a mutex the kernel knows the holder and refuses an unlock by somebody else",
        ),
        (
            "`<=` and `>` are words",
            "pipe-buf-atomicity",
            "pass",
            "if n <= PIPE_BUF it's all or nothing, n > PIPE_BUF no guarantee",
        ),
        (
            "`which` goes on about the last one",
            "counting-semaphore",
            "pass",
            "unlike a binary one, which is only 0 or 1, it lets up to N processes use the resource",
        ),
        (
            "an ending of its own is a word",
            "binary-semaphore-vs-mutex",
            "pass",
            "mutex는 lock한 스레드가 unlock해야 하지만 semaphore는 아무나 할 수 있다",
        ),
        (
            "words beside words are no statement",
            "semaphore-role",
            "fail",
            "semaphore counter resource process wait signal critical section mutual exclusion",
        ),
        (
            "a detail that is denied is no contradiction",
            "producer-consumer",
            "pass",
            "The producer waits when the buffer is full, the consumer waits when it is empty. A pipe \
             needs no semaphores. Otherwise use semaphores.",
        ),
        (
            "another particle is no slip",
            "orphan-vs-zombie",
            "pass",
            "고아: 부모가 죽음, 아직 실행 중. 좀비: 자신이 죽었는데 종료 상태가 남음.",
        ),
    ] {
        let question = bank.get(id).expect("a question of the course");
        let verdict = checker.check(question, answer).expect("a free question").verdict.name();
        if verdict != expected {
            writeln!(wrong, "{why}: {id}: {verdict} instead of {expected}: {answer}")
                .expect("a string");
        }
    }
    assert_eq!(wrong, "");
}

/// What is said of one and only pointed at for the other, and words that seem to deny and do not.
#[test]
fn small_words_are_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let bank = Bank::read(root).expect("a sound bank");
    let checker = Checker::new(&bank);
    for (id, expected, answer) in [
        ("sigkill-vs-sigterm", "pass", "SIGKILL cannot be caught or ignored, SIGTERM can."),
        ("sigkill-vs-sigterm", "pass", "The former can be trapped, the latter cannot."),
        ("sigkill-vs-sigterm", "pass", "SIGKILL은 핸들러를 등록할 수 없고 SIGTERM은 가능해요."),
        (
            "map-shared-vs-private",
            "pass",
            "MAP_SHARED updates are visible, MAP_PRIVATE updates are not",
        ),
        (
            "tcp-udp-unix",
            "pass",
            "tcp guarantees order, udp has no connection / unix: one host only",
        ),
        (
            "tcp-udp-unix",
            "pass",
            "tcp has handshake and ordering, udp has neither. unix: same host",
        ),
        ("tcp-udp-unix", "pass", "TCP=연결 O, 신뢰성 O / UDP=연결 X, 신뢰성 X / 유닉스=같은 머신"),
        ("shm-ftruncate-why", "pass", "it sets the size, without it the store gives SIGBUS"),
        ("rpc-why-deadline", "pass", "a dead server: without a deadline the client waits forever"),
        ("shm-fastest", "pass", "데이터를 복사하는 대신 같은 물리 메모리를 매핑하니까요"),
        ("shm-pros-cons", "pass", "빠른 대신 동기화를 직접 해야 한다"),
        ("shm-pros-cons", "pass", "커널을 거치지 않아서 빠르지만 락이 필요하다"),
        ("mq-advantages", "pass", "whole messages, message priorities, unrelated processes"),
        ("mq-advantages", "fail", "queue, boundary, message, priority, type, asynchronous"),
    ] {
        let question = bank.get(id).expect("a question of the course");
        let verdict = checker.check(question, answer).expect("a free question").verdict;
        assert_eq!(verdict.name(), expected, "{id}: {answer}");
    }
}

#[test]
fn no_word_list_passes() {
    let bank = bank();
    let checker = Checker::new(&bank);
    for question in bank.questions.iter().filter(|q| q.kind.name() == "free") {
        let Kind::Free(rubric) = &question.kind else { continue };
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

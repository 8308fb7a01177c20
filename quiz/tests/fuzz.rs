//! The checker, the log and the bank's parser on what nobody meant: bytes by chance; answers, logs and
//! question files, the course's own ones too, with pieces changed; answers of words that say nothing.
//!
//! The same rounds each time. `QUIZ_FUZZ_ROUNDS=1000000 cargo test -p quiz --test fuzz` does more of
//! them, and `QUIZ_FUZZ_SEED` other ones.

use quiz::bank::Kind;
use quiz::log::Log;
use quiz::shuffle::Seed;
use quiz::{Bank, Checker};
use std::path::Path;

/// Numbers by chance that are the same each time.
struct Chance(Seed);

impl Chance {
    fn new(name: &str) -> Chance {
        Chance(Seed::named(setting("QUIZ_FUZZ_SEED").unwrap_or(1), name))
    }

    fn below(&mut self, n: usize) -> usize {
        ((self.0.fraction() * n as f64) as usize).min(n.saturating_sub(1))
    }

    fn one<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most)).map(|_| self.below(256) as u8).collect()
    }

    /// Cuts, doubles, swaps and inserts.
    fn mutated(&mut self, original: &[u8], pieces: &[&str]) -> Vec<u8> {
        let mut bytes = original.to_vec();
        for _ in 0..=self.below(4) {
            let from = self.below(bytes.len());
            let to = (from + self.below(24)).min(bytes.len());
            match self.below(5) {
                0 => drop(bytes.drain(from..to)),
                1 => {
                    let again = bytes[from..to].to_vec();
                    bytes.splice(from..from, again);
                }
                2 => drop(bytes.splice(from..to, self.bytes(8))),
                3 if from < bytes.len() => bytes[from] ^= 1 << self.below(8),
                _ => drop(bytes.splice(from..from, self.one(pieces).bytes())),
            }
        }
        bytes
    }

    /// What an editor, a merge or a disk does to a file.
    fn spoilt(&mut self, original: &[u8]) -> Vec<u8> {
        let mut lines: Vec<&[u8]> = original.split_inclusive(|&b| b == b'\n').collect();
        let (one, other) = (self.below(lines.len()), self.below(lines.len()));
        let many = 1 + self.below(5);
        match self.below(7) {
            0 => drop(lines.drain(one..(one + many).min(lines.len()))),
            1 => lines.insert(one, lines[other]),
            2 => lines.swap(one, other),
            3 => {
                let again = lines[one..(one + many).min(lines.len())].to_vec();
                drop(lines.splice(one..one, again));
            }
            what => {
                let mut bytes = original.to_vec();
                for _ in 0..many {
                    let at = self.below(bytes.len());
                    match what {
                        4 => bytes[at] ^= 1 << self.below(8),
                        // No byte of UTF-8, or one that begins what does not come.
                        5 => bytes[at] = *self.one(&[&0xff, &0xc0, &0xed, &0x80]),
                        _ => bytes.truncate(at),
                    }
                    if bytes.is_empty() {
                        break;
                    }
                }
                return bytes;
            }
        }
        lines.concat()
    }
}

fn bank() -> Bank {
    Bank::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bank")).expect("a sound bank")
}

fn course() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

fn setting(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("`{name}={value}` is no number")))
}

fn rounds(usually: u64) -> u64 {
    setting("QUIZ_FUZZ_ROUNDS").unwrap_or(usually)
}

/// What is rarely typed, and what means something to the reader of answers.
const STRANGE: &[&str] = &[
    "\0",
    "\u{200d}",
    "\u{feff}",
    "\u{1100}",
    "\u{11a8}",
    "ㅋㅋㅋ",
    "없이",
    "안 ",
    "아니",
    "🙂",
    "é",
    "İ",
    "ß",
    "ﬁ",
    "²",
    "½",
    "-",
    "->",
    "→",
    "/",
    "'",
    "'s",
    "n't",
    "not ",
    "no ",
    "w/o ",
    "`",
    "\"",
    "(",
    ")",
    "::",
    "...",
    ".5.",
    "1,",
    "\n\n",
    "\t",
    "\r\n",
    "pipe",
    "fifo",
    "kernel",
    "without copying ",
    "unless ",
    "2^",
    "0x",
    "99999999999999999999",
    "KiB",
    "1e308",
    "؀",
    "\u{202e}",
    "한",
    "세마포어",
];

#[test]
fn no_answer_makes_it_panic() {
    let bank = bank();
    let checker = Checker::new(&bank);
    let tables = [include_str!("answers.tsv"), include_str!("course_answers.tsv")];
    let answers: Vec<&str> = tables
        .iter()
        .flat_map(|table| table.lines())
        .filter_map(|line| line.splitn(3, '\t').nth(2))
        .collect();
    let mut chance = Chance::new("answers");
    for round in 0..rounds(1500) {
        let bytes = match chance.below(4) {
            0 => chance.bytes(300),
            1 => [chance.one(&answers), chance.one(STRANGE), chance.one(&answers)]
                .concat()
                .into_bytes(),
            _ => {
                let answer = chance.one(&answers);
                chance.mutated(answer.as_bytes(), STRANGE)
            }
        };
        let answer = String::from_utf8_lossy(&bytes);
        let length = answer.chars().count();
        let question = &bank.questions[chance.below(bank.questions.len())];
        if let Some(report) = checker.check(question, &answer) {
            assert!(report.points <= report.of, "round {round}: {answer:?}");
            let said = report.concepts.iter().filter_map(|c| c.said.as_ref());
            for span in said.chain(report.traps.iter().map(|trap| &trap.said)) {
                assert!(span.start < span.end && span.end <= length, "round {round}: {answer:?}");
            }
            if round % 8 == 0 {
                assert!(checker.trace(question, &answer).is_some());
            }
        } else {
            let order: Vec<usize> = (0..question.kind.letters()).collect();
            let _ = quiz::check(question, &order, &answer);
        }
    }
}

#[test]
fn no_question_file_makes_it_panic() {
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bank");
    let files = [
        "quiz/general.toml",
        "quiz/lexicon.toml",
        "lessons/pipe/quiz.toml",
        "lessons/process/quiz.toml",
        "lessons/shm/quiz.toml",
    ];
    let pieces = [
        "\"",
        "\"\"\"",
        "'''",
        "[",
        "]",
        "[[question]]\n",
        "{",
        "}",
        "=",
        "\n",
        "#",
        ",",
        "= 99999999999999999999\n",
        "= -1\n",
        "= 1e999\n",
        "= true\n",
        "= []\n",
        "= {}\n",
        "\\u0000",
        "\\uD800",
        "+(a & b)",
        "-(",
        "[!a & b]",
        "~9",
        "~99999999999999999999",
        "> ",
        "A: ",
        "unless ",
        "|",
        "+",
        "한",
        "😀",
        "\u{feff}",
        "rev = 0\n",
        "kind = \"free\"\n",
        "kind = \"order\"\n",
        "kind = \"match\"\n",
        "pass = 4294967296\n",
        "points = 4294967295\n",
    ];
    let mut chance = Chance::new("files");
    let (mut sound, all) = (0, rounds(120));
    let copy = tempfile::tempdir().expect("a folder");
    for name in files.iter().chain(&["book/claims.toml"]) {
        let to = copy.path().join(name);
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("ours");
        std::fs::copy(original.join(name), to).expect("a copy");
    }
    for round in 0..all {
        let name = chance.one(&files);
        let text = std::fs::read(original.join(name)).expect("a file");
        let spoilt = match chance.below(16) {
            0 => chance.bytes(2000),
            _ => chance.mutated(&text, &pieces),
        };
        std::fs::write(copy.path().join(name), spoilt).expect("ours");
        sound += u64::from(is_sound(copy.path(), round));
        std::fs::write(copy.path().join(name), text).expect("ours");
    }
    assert!(0 < sound && sound < all, "{sound} of {all} were still a bank");
}

/// Whether what is there is a bank. Then it can be asked; if not, it is said where and why.
fn is_sound(root: &Path, round: u64) -> bool {
    let revisions = Bank::revisions(root);
    match Bank::read(root) {
        Ok(bank) => {
            let known = bank.questions.iter().map(|q| (q.id.clone(), q.rev)).collect();
            assert_eq!(revisions, Ok(known), "round {round}");
            let checker = Checker::new(&bank);
            for question in &bank.questions {
                let order: Vec<usize> = (0..question.kind.letters()).collect();
                let _ = checker.check(question, "no copy through the kernel 없이 1");
                let _ = quiz::check(question, &order, "ab 1");
            }
            if round.is_multiple_of(8) {
                let _ = quiz::lint(&bank, root);
                let _ = quiz::aloud(&bank);
            }
            true
        }
        Err(findings) => {
            let told = findings.iter().all(|f| f.line > 0 && !f.message.is_empty());
            assert!(!findings.is_empty() && told, "round {round}: {findings:?}");
            false
        }
    }
}

/// The files that learners are asked from, one at a time.
#[test]
fn no_file_of_the_course_makes_it_panic() {
    let lexicon = "quiz/lexicon.toml";
    let mut files = vec![("".to_owned(), lexicon.into())];
    files.extend(quiz::workspace::question_files(course()).expect("the course"));
    // Read once: somebody may be writing questions while this goes on for long.
    let texts = files.iter().map(|(_, name)| (name, std::fs::read(course().join(name))));
    let texts: Vec<_> = texts.map(|(name, text)| (name, text.expect("a file"))).collect();
    assert!(texts.iter().all(|(_, text)| !text.is_empty()), "no file of the course is empty");
    let mut chance = Chance::new("course");
    let (mut sound, all) = (0, rounds(30));
    for round in 0..all {
        let (name, text) = &texts[chance.below(texts.len())];
        let copy = tempfile::tempdir().expect("a folder");
        let to = copy.path().join(name);
        for file in [&to, &copy.path().join(lexicon)] {
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("ours");
        }
        std::fs::write(copy.path().join(lexicon), &texts[0].1).expect("ours");
        std::fs::write(to, chance.spoilt(text)).expect("ours");
        sound += u64::from(is_sound(copy.path(), round));
    }
    assert!(0 < sound && sound < all, "{sound} of {all} were still a bank");
}

/// The right words in no order at all, in either language, said to the questions they belong to and
/// to others.
#[test]
fn no_heap_of_the_right_words_makes_it_panic() {
    let bank = Bank::read(course()).expect("a sound bank");
    let checker = Checker::new(&bank);
    let mut words: Vec<String> = bank
        .lexicon
        .iter()
        .flat_map(|lex| lex.en.iter().chain(&lex.ko).chain(&lex.anti_ko))
        .map(|word| word.trim_end_matches('+').to_owned())
        .collect();
    let free: Vec<_> = bank.questions.iter().filter(|q| matches!(q.kind, Kind::Free(_))).collect();
    for question in &bank.questions {
        let texts = [&question.prompt, &question.explanation];
        for text in texts.into_iter().chain(question.model()) {
            let both = [Some(&text.en), text.ko.as_ref()].into_iter().flatten();
            words.extend(both.flat_map(|text| text.split_whitespace()).map(str::to_owned));
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let between =
        [" ", " ", " ", ", ", ". ", "\n", " but ", " not ", "", "하지만 ", " 없이 ", " = "];
    let mut chance = Chance::new("words");
    for round in 0..rounds(600) {
        let mut answer = String::new();
        for _ in 0..=chance.below(60) {
            answer += chance.one(&words);
            answer += chance.one(&between);
        }
        let length = answer.chars().count();
        let question = free[chance.below(free.len())];
        let report = checker.check(question, &answer).expect("a free question");
        assert!(report.points <= report.of, "round {round}: {answer:?}");
        let said = report.concepts.iter().filter_map(|c| c.said.as_ref());
        let swapped = report.swaps.iter().flat_map(|swap| [&swap.said, &swap.said_of]);
        for span in said.chain(report.traps.iter().map(|trap| &trap.said)).chain(swapped) {
            assert!(span.start < span.end && span.end <= length, "round {round}: {answer:?}");
        }
        if round % 16 == 0 {
            assert!(checker.trace(question, &answer).is_some());
        }
        let closed = &bank.questions[chance.below(bank.questions.len())];
        let order: Vec<usize> = (0..closed.kind.letters()).collect();
        let _ = quiz::check(closed, &order, &answer);
    }
}

#[test]
fn no_log_makes_it_panic() {
    let bank = bank();
    let kept = tempfile::tempdir().expect("a folder");
    let log = Log::new(kept.path());
    let line = "{\"v\":1,\"id\":\"01K\",\"t\":\"2026-11-01T20:00:00+09:00\",\"q\":\"shm-open\",\"rev\":1,\
                \"mode\":\"review\",\"verdict\":\"pass\",\"grade\":3,\"ms\":1,\"hints\":0,\"concepts\":[],\
                \"miss\":[\"x\"],\"trap\":[]}\n";
    let pieces = [
        "\n",
        "\0",
        "\"",
        "{",
        "}",
        "[",
        "\u{feff}",
        "-",
        "9999-12-31",
        "0000-01-01",
        "-999-01-01",
        "+23:59",
        "-23:59",
        "99999999999999999999",
        "null",
        "1e999",
        "\\ud800",
        "4",
        "\"seed\":1,",
        "\"mock\"",
        "\"rev\":0,",
    ];
    let lines: String = (1..=5).map(|n| line.replacen("01K", &n.to_string(), 1)).collect();
    let mut chance = Chance::new("logs");
    for _ in 0..rounds(300) {
        std::fs::write(log.file(), chance.mutated(lines.as_bytes(), &pieces)).expect("ours");
        let loaded = log.load().expect("it can be read");
        let mut progress = quiz::progress::Progress::replay(&bank, &loaded.events);
        progress.cap(20_000);
        let mut questions: Vec<_> = bank.questions.iter().collect();
        let counts = progress.order(&mut questions, quiz::clock::Moment::now());
        assert_eq!(counts.iter().sum::<usize>(), bank.questions.len());
        let _ = quiz::stats::Stats::new(&bank, &loaded.events, &progress, 20_000);
    }
}

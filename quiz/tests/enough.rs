//! How much there is in the course's bank, and how much of it was settled by a run. What the bank
//! promises is written down here; a test that fails says what is lacking.

use std::path::Path;

use quiz::bank::Kind;
use quiz::{Bank, Question};

fn bank() -> Bank {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    Bank::read(root).expect("the course's bank can be read")
}

/// Fails with what to write, if there are fewer.
#[track_caller]
fn at_least(bank: &Bank, wanted: usize, what: &str, remedy: &str, is: impl Fn(&Question) -> bool) {
    let found = bank.questions.iter().filter(|question| is(question)).count();
    assert!(found >= wanted, "{found} {what}, {} too few: {remedy}", wanted - found);
}

#[test]
fn of_each_kind() {
    let bank = bank();
    let write = "add some to `lessons/*/quiz.toml`; `quiz/README.md` shows the kind by example";
    let predicts = |q: &Question| matches!(q.kind, Kind::Fill(_) | Kind::Foresee(_));
    at_least(&bank, 40, "questions of kind `predict`", write, predicts);
    let arranges = |q: &Question| matches!(q.kind, Kind::Order(_) | Kind::Match(_));
    at_least(&bank, 20, "questions of kind `order` or `match`", write, arranges);
    let generated = |q: &Question| matches!(q.kind, Kind::Generated(_));
    let remedy = "write one as in `lessons/pipe/src/generated`, and a `generated` question for it";
    at_least(&bank, 20, "questions of kind `generated`", remedy, generated);
    let exact = |q: &Question| match &q.kind {
        Kind::Short(key) | Kind::Fill(key) => key.accept.iter().any(|answer| is_exact(answer)),
        _ => false,
    };
    let what = "answers that are a number or the name of an error or a signal";
    at_least(&bank, 25, what, write, exact);
    at_least(&bank, 250, "questions", write, |_| true);
}

/// A number, with or without a unit, or the name of an error or a signal.
fn is_exact(answer: &str) -> bool {
    let name = answer.len() > 3
        && ["E", "SIG"].iter().any(|start| answer.starts_with(start))
        && answer.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let mut words = answer.split_whitespace();
    let number = words.next().is_some_and(|word| word.replace(',', "").parse::<f64>().is_ok());
    name || number && words.count() <= 1
}

/// Rather than by an author's opinion or a page that was quoted.
#[test]
fn most_keys_are_settled_by_a_run() {
    const PERCENT: usize = 60;
    let bank = bank();
    let settled = |q: &Question| !q.evidence.is_empty() || matches!(q.kind, Kind::Generated(_));
    let all = bank.questions.len();
    let count = bank.questions.iter().filter(|q| settled(q)).count();
    let open: Vec<&str> =
        bank.questions.iter().filter(|q| !settled(q)).map(|q| q.id.as_str()).take(10).collect();
    assert!(
        count * 100 >= all * PERCENT,
        "{count} of {all} keys are settled by a run, less than {PERCENT} %: name a recorded line as \
         `evidence` where one settles it, such as for {}",
        open.join(", ")
    );
}

/// The hidden commands that no question asks for would be made for nobody.
#[test]
fn every_recorded_generator_is_asked() {
    let bank = bank();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    for lesson in std::fs::read_dir(root.join("lessons")).expect("the lessons").flatten() {
        let files = std::fs::read_dir(lesson.path().join("recorded")).into_iter().flatten();
        for file in files.flatten() {
            let file = Path::new("lessons")
                .join(lesson.file_name())
                .join("recorded")
                .join(file.file_name());
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let asked = |q: &Question| match &q.kind {
                Kind::Generated(generator) => quiz::generate::file(generator) == file,
                _ => false,
            };
            let made = name.starts_with("gen-") && name.ends_with(".jsonl");
            assert!(
                !made || bank.questions.iter().any(asked),
                "no question asks what `{}` records: add one of kind `generated`",
                file.display()
            );
        }
    }
}

//! The keys of the course, held to what people type into them in either language.

use quiz::bank::{Bank, Key, Kind};
use quiz::text::is_hangul;
use quiz::{Verdict, check, generate};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// `tests/short_answers.tsv`: question, `right`, `wrong` or `trap`, answer. A trap is a wrong answer
/// that is told why.
fn answers() -> Vec<(&'static str, &'static str, &'static str)> {
    let row = |line: &'static str| {
        let mut cells = line.splitn(3, '\t');
        let mut cell = || cells.next().expect("three cells");
        (cell(), cell(), cell())
    };
    include_str!("short_answers.tsv").lines().map(row).collect()
}

#[test]
fn short_answers_count_in_both_languages() {
    let bank = Bank::read(&root()).expect("a sound bank");
    let mut differs = String::new();
    for (id, expected, answer) in answers() {
        let question = bank.get(id).expect("a question of the course");
        let checked = check(question, &[], answer).expect("a typed answer");
        let got = match (checked.verdict, checked.trap) {
            (Verdict::Pass, _) => "right",
            (_, Some(_)) => "trap",
            (_, None) => "wrong",
        };
        if got != expected {
            writeln!(differs, "{id}: {got} instead of {expected}: {answer}").expect("a string");
        }
    }
    assert_eq!(differs, "");
}

/// Every question that is answered by typing is tried: two right answers and a wrong one at least,
/// one of them in Korean.
#[test]
fn every_key_is_tried() {
    let bank = Bank::read(&root()).expect("a sound bank");
    let mut tried: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for (id, expected, answer) in answers() {
        let (right, wrong, korean) = tried.entry(id).or_default();
        *if expected == "right" { right } else { wrong } += 1;
        *korean += usize::from(answer.chars().any(is_hangul));
    }
    let typed = |kind: &Kind| matches!(kind, Kind::Short(_) | Kind::Fill(_));
    let lacking: Vec<&str> = bank
        .questions
        .iter()
        .filter(|question| typed(&question.kind))
        .map(|question| question.id.as_str())
        .filter(|id| {
            tried.get(id).is_none_or(|&(right, wrong, ko)| right < 2 || wrong < 1 || ko < 1)
        })
        .collect();
    assert!(lacking.is_empty(), "add answers to `tests/short_answers.tsv` for {lacking:?}");
}

/// The answers of fresh problems are numbers, names of errors, and lists of them, so that no
/// generator needs to know Korean.
#[test]
fn fresh_problems_take_korean_answers() {
    let root = root();
    let bank = Bank::read(&root).expect("a sound bank");
    let mut differs = String::new();
    let mut tried = 0;
    for question in &bank.questions {
        let Kind::Generated(generator) = &question.kind else { continue };
        for line in generate::recorded(&root, generator).expect("recorded problems") {
            let posed = generate::posed(question, &line, None).expect("a problem");
            let Kind::Short(key) = &posed.kind else { continue };
            for answer in in_korean(key) {
                tried += 1;
                let verdict = check(&posed, &[], &answer).expect("a typed answer").verdict;
                if verdict != Verdict::Pass {
                    let right = &key.accept[0];
                    writeln!(differs, "{}: `{answer}` for `{right}`", posed.id).expect("a string");
                }
            }
            for answer in ["모르겠습니다", "전혀 모르겠다", "아무 말", "예", "99999개"]
            {
                let verdict = check(&posed, &[], answer).expect("a typed answer").verdict;
                assert_eq!(verdict, Verdict::Fail, "{}: {answer}", posed.id);
            }
        }
    }
    assert_eq!(differs, "");
    assert!(tried > 100, "only {tried} answers are tried");
}

/// How a Korean says the accepted answer.
fn in_korean(key: &Key) -> Vec<String> {
    let bare = key.accept.last().expect("an accepted answer");
    let is_number = |word: &str| word.parse::<i64>().is_ok();
    if key.listed {
        let counted = |word: &str| match is_number(word) {
            true => format!("{word}바이트"),
            false => word.to_owned(),
        };
        let entries: Vec<&str> = bare.split_whitespace().collect();
        let counted: Vec<String> = entries.iter().map(|word| counted(word)).collect();
        return vec![entries.join(", "), counted.join(", "), counted.join(", 그다음 ")];
    }
    if !is_number(bare) {
        return vec![format!("{bare}입니다"), format!("`{bare}`"), format!("{bare}를 돌려줍니다")];
    }
    let mut answers: Vec<String> = ["개", "번", " 개입니다", "이다", "이라고 생각합니다"]
        .map(|end| format!("{bare}{end}"))
        .into();
    if bare == "0" {
        answers
            .extend(["없음", "없습니다", "하나도 없어요", "한 번도 없다", "영"].map(str::to_owned));
    }
    answers
}

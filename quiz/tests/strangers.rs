//! Answers of two people who had seen neither the rubrics nor the checker, with the marks that they
//! would give. Rubrics are never changed for the sake of one of these: then the figures
//! would say nothing any more. Tune with `course_answers.tsv`, and find new strangers.

use quiz::{Bank, Checker, Verdict};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

#[derive(Default)]
struct Tally {
    answers: u32,
    /// Passed and should, or not passed and should not.
    agree: u32,
    /// The same of pass, partial and fail; to say that one cannot tell is not to pass.
    exactly: u32,
    wrong: u32,
    wrong_passed: u32,
}

#[test]
fn strangers_are_marked_as_a_fair_interviewer_would() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the course is above");
    let bank = Bank::read(root).expect("the course's questions are sound");
    let checker = Checker::new(&bank);
    let (mut all, mut korean) = (Tally::default(), Tally::default());
    for line in include_str!("strangers.jsonl").lines() {
        let answer: Value = serde_json::from_str(line).expect("each line is a JSON object");
        let field = |name: &str| answer[name].as_str().expect("a text");
        let question = bank.get(field("key")).expect("the question is there");
        let report = checker.check(question, field("text")).expect("it is a free question");
        let (passed, mark) = (report.verdict == Verdict::Pass, field("mark"));
        let exactly = match report.verdict {
            Verdict::CannotTell => mark != "pass",
            verdict => verdict.name() == mark,
        };
        let tallies = [Some(&mut all), (field("lang") == "ko").then_some(&mut korean)];
        for tally in tallies.into_iter().flatten() {
            tally.answers += 1;
            tally.agree += u32::from(passed == (mark == "pass"));
            tally.exactly += u32::from(exactly);
            tally.wrong += u32::from(mark == "fail");
            tally.wrong_passed += u32::from(mark == "fail" && passed);
        }
    }
    let mut picture = String::new();
    for (name, tally) in [("all", &all), ("Korean", &korean)] {
        let Tally { answers, agree, exactly, wrong, wrong_passed } = tally;
        let _ = writeln!(
            picture,
            "{name}: {agree} of {answers} agree on pass or not, {exactly} on pass, partial or fail; \
             {wrong_passed} of {wrong} wrong answers pass"
        );
    }
    insta::assert_snapshot!(picture);
    assert!(all.agree * 100 >= all.answers * 87, "less than 87 % agree:\n{picture}");
    assert!(all.wrong_passed * 100 <= all.wrong * 6, "more than 6 % of the wrong pass:\n{picture}");
}

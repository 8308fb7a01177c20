//! Mock interviews, each as a picture.

mod common;

use common::{bank, quiz as start, run};
use quiz::bank::Kind;
use quiz::{Bank, Question, interview};
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;

fn mock(kept: &Path, args: &[&str], typed: &str) -> String {
    run(kept, &[&["mock"], args].concat(), typed)
}

/// What a candidate says to each question, by a piece of its prompt.
const ANSWERS: &[(&str, &str)] = &[
    ("neither caught nor ignored", "SIGTERM"),
    // Without the second concept: the interviewer probes for it.
    ("between a pipe and a FIFO", "a fifo has a name\n\nunrelated processes can open a fifo\n"),
    // Everything but the price: a follow-up leads there.
    (
        "shared memory the fastest",
        "no copy through the kernel <b>&amp;</b>\n```\n\none addition is lost\n",
    ),
    ("binary semaphore", "they are identical, the same thing\n\na semaphore is a lock\n"),
];

#[test]
fn an_interview_and_its_report() {
    let kept = tempfile::tempdir().expect("a folder");
    let file = |name: &str| kept.path().join(name).display().to_string();
    let (md, html) = (file("report.md"), file("report.html"));
    let args = ["--topic", "general", "--seed", "4", "--report", &md, "--report", &html];
    let bank = bank();
    let order = interview::choose(&general(&bank), 30, 4);
    let typed: Vec<&str> = order
        .iter()
        .map(|q| {
            let fits = |(piece, _): &&(&str, &str)| q.prompt.en.contains(piece);
            ANSWERS.iter().find(fits).expect("an answer").1
        })
        .collect();
    assert_eq!(typed.len(), 4);
    let said = mock(kept.path(), &args, &(typed.join("\n") + "\n"));
    insta::assert_snapshot!("terminal", said);
    let read = |file: &str| std::fs::read_to_string(file).expect("a report");
    insta::assert_snapshot!("markdown", read(&md));
    let page = read(&html);
    assert!(!page.contains("<b>") && page.contains("&lt;b&gt;&amp;amp;&lt;/b&gt;"), "{page}");
    assert!(!page.contains("http") && !page.contains("<script"), "it asks no other host: {page}");
    insta::assert_snapshot!("html", page);
    let log = std::fs::read_to_string(kept.path().join("reviews.jsonl")).expect("a log");
    assert_eq!(log.matches("\"mode\":\"mock\"").count(), 4, "{log}");
    let again = mock(kept.path(), &args, "");
    assert!(again.contains("is there already; name another file"), "{again}");
}

/// Somebody reads the first lines of it and goes.
#[test]
fn an_interview_that_nobody_reads_on_has_its_report() {
    let kept = tempfile::tempdir().expect("a folder");
    let (seen, none) = (kept.path().join("seen.md"), kept.path().join("none.md"));
    let args = |report: &Path| {
        let report = report.display().to_string();
        ["mock", "--topic", "process", "--seed", "1", "--report", &report].map(str::to_owned)
    };
    for (answers, report) in [(1, &seen), (0, &none)] {
        let args = args(report);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut child = start(kept.path(), &args).spawn().expect("the quiz starts");
        let mut typed = child.stdin.take().expect("piped");
        let mut said = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        for number in 1..=answers {
            typed.write_all(b"abcde\na zombie\n\n").expect("it reads");
            while !line.starts_with(&format!("{} of ", number + 1)) {
                line.clear();
                assert!(said.read_line(&mut line).expect("text") > 0, "it asks on");
            }
        }
        drop(said);
        let _ = typed.write_all(b"x\n\nx\n\nx\n\n");
        drop(typed);
        let output = child.wait_with_output().expect("the quiz ends");
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    }
    let text = std::fs::read_to_string(seen).expect("a report");
    assert!(text.contains("It was stopped.") && text.contains("a zombie"), "{text}");
    assert!(!none.exists(), "nothing was answered");
}

fn general(bank: &Bank) -> Vec<&Question> {
    bank.questions.iter().filter(|q| q.topic == "general").collect()
}

#[test]
fn letters_skips_and_follow_ups() {
    let kept = tempfile::tempdir().expect("a folder");
    let args = ["--topic", "process", "--seed", "1", "--minutes", "5", "--schedule"];
    // A hint is not given; an order that is wrong; its follow-up; then a skip.
    let typed = "?\n!\nabc\nabcde\n\na zombie\n\ns\n";
    insta::assert_snapshot!(mock(kept.path(), &args, typed));
    let log = std::fs::read_to_string(kept.path().join("reviews.jsonl")).expect("a log");
    assert_eq!(log.matches("\"mode\":\"review\"").count(), 1, "{log}");
}

#[test]
fn in_korean() {
    let kept = tempfile::tempdir().expect("a folder");
    let args = ["--lang", "ko", "--topic", "shm", "--seed", "1"];
    insta::assert_snapshot!(mock(kept.path(), &args, "shm_open\n"));
}

#[test]
fn it_ends_when_the_input_does() {
    let kept = tempfile::tempdir().expect("a folder");
    insta::assert_snapshot!(mock(kept.path(), &["--topic", "pipe", "--seed", "2"], "q\n"));
    let said = mock(kept.path(), &["--topic", "general", "--seed", "2"], "x\n");
    assert!(said.contains("It was stopped.") && said.ends_with("exit code 0\n"), "{said}");
}

#[test]
fn an_interview_that_cannot_be() {
    let kept = tempfile::tempdir().expect("a folder");
    let txt = kept.path().join("report.txt").display().to_string();
    let nowhere = kept.path().join("no/report.md").display().to_string();
    let asked: [&[&str]; 6] = [
        &["--topic", "love"],
        &["--level", "4"],
        &["--topic", "shm", "--level", "3"],
        &["--minutes", "0"],
        &["--report", &txt],
        &["--report", &nowhere],
    ];
    let said = asked.map(|args| mock(kept.path(), args, ""));
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn the_choice_is_balanced_and_fits() {
    let bank = bank();
    let pool: Vec<&Question> = bank.questions.iter().collect();
    let mut seen: BTreeSet<Vec<&str>> = BTreeSet::new();
    for seed in 0..50 {
        let ids = |minutes| -> Vec<&str> {
            interview::choose(&pool, minutes, seed).iter().map(|q| q.id.as_str()).collect()
        };
        let chosen = interview::choose(&pool, 15, seed);
        assert_eq!(ids(15), ids(15));
        let time: u64 = chosen.iter().map(|q| interview::seconds(q)).sum();
        assert!((300..=720).contains(&time), "{time} s of 12 minutes");
        let topics: BTreeSet<&str> = chosen.iter().map(|q| q.topic.as_str()).collect();
        assert_eq!(topics.len(), 4, "every topic is there: {topics:?}");
        assert!(chosen.iter().any(|q| matches!(q.kind, Kind::Free(_))));
        assert!(chosen.is_sorted_by_key(|q| q.difficulty));
        assert!(!ids(1).is_empty());
        assert_eq!(ids(240).len(), pool.len());
        seen.insert(ids(15));
    }
    assert!(seen.len() > 10, "{}", seen.len());
}

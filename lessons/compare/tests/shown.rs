//! What is said of the recorded run: by every command that needs no measuring.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/recorded/measured.json");

fn lesson(arguments: &[&str]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!());
    command.args(arguments).output().expect("the lesson starts")
}

fn printed(arguments: &[&str]) -> String {
    let output = lesson(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is UTF-8")
}

fn recorded() -> Value {
    let text = fs::read_to_string(RECORDED).expect("there is a recorded run");
    serde_json::from_str(&text).expect("it is JSON")
}

#[test]
fn the_table_shows_every_row_and_no_line_is_too_long() {
    let table = printed(&["show", RECORDED]);
    for row in recorded()["rows"].as_array().expect("it has rows") {
        let name = row["mechanism"].as_str().expect("it has a name");
        assert!(table.contains(name), "{name}");
    }
    // A name of a file or of a limit cannot be broken.
    let wide = table.lines().find(|line| line.chars().count() > 80 && line.contains(' '));
    assert_eq!(wide, None);
    assert!(!table.contains('\x1b'), "colours, although nobody looks");
}

#[test]
fn the_csv_has_a_line_for_each_row() {
    let csv = printed(&["show", RECORDED, "--csv"]);
    let rows = recorded()["rows"].as_array().map_or(0, Vec::len);
    assert_eq!(csv.lines().count(), rows + 1);
}

#[test]
fn each_chart_is_xml_with_a_title_and_a_description() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("it is UTF-8");
    let files = printed(&["show", RECORDED, "--svg", path]);
    assert!(files.lines().count() >= 3, "{files}");
    for file in files.lines() {
        let svg = fs::read_to_string(file).expect("it was written");
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"), "{file}");
        assert!(svg.contains("<title") && svg.contains("<desc") && svg.contains("role=\"img\""));
        for tag in ["text", "title", "desc", "style", "svg"] {
            let opened = svg.matches(&format!("<{tag}")).count();
            assert_eq!(opened, svg.matches(&format!("</{tag}>")).count(), "{file}: {tag}");
        }
    }
}

#[test]
fn a_run_held_against_itself_is_the_same() {
    let same = printed(&["show", RECORDED, "--compare", RECORDED]);
    assert!(same.contains(" 1.00 "), "{same}");
    assert!(!same.contains("only old"), "{same}");
    assert!(same.contains("0 contradict"), "{same}");
}

#[test]
fn a_verdict_that_has_turned_round_is_told_by_the_exit_status() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut turned = recorded();
    for row in turned["rows"].as_array_mut().expect("it has rows") {
        // Signals faster than anything: the opposite of what every machine finds.
        let is_signal = row["mechanism"].as_str().is_some_and(|name| name.starts_with("signal"));
        let Some(figures) = row.get_mut("figures").filter(|it| is_signal && it.is_object()) else {
            continue;
        };
        figures["median_ns"] = 1.0.into();
        for rep in figures["reps"].as_array_mut().expect("it has repetitions") {
            rep["median_ns"] = 1.0.into();
        }
    }
    let file = folder.path().join("turned.json");
    fs::write(&file, turned.to_string()).expect("a file");
    let output = lesson(&["show", RECORDED, "--compare", file.to_str().expect("it is UTF-8")]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = told.lines().find(|line| line.starts_with("sig-fast")).unwrap_or_default();
    assert!(line.contains("holds") && line.ends_with("CONTRADICT"), "{line}");
}

#[test]
fn every_claim_has_a_verdict_that_the_ledger_finds() {
    let told = printed(&["claims", "--from", RECORDED]);
    for claim in recorded()["claims"].as_array().expect("it has claims") {
        let id = claim["id"].as_str().expect("it has a name");
        let verdict = claim["verdict"].as_str().expect("it has a verdict");
        assert!(told.contains(&format!("{id}: {verdict}")), "{id}: {verdict}");
    }
}

#[test]
fn what_is_no_run_is_refused_with_the_way_to_get_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.json");
    fs::write(&file, "{}").expect("a file");
    let file = file.to_str().expect("it is UTF-8");
    for arguments in [["show", file], ["show", "/nowhere/at/all"]] {
        let output = lesson(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.starts_with("error: ") && told.contains(arguments[1]), "{told}");
    }
}

//! Replays every scene of the lesson it is built with, puts the lines into logical order, and
//! compares the picture with `recorded/SCENE.snap`. New scenes are found, not listed.
//!
//! After a change that is meant: `INSTA_UPDATE=always cargo test -p lesson-NAME --test recorded`,
//! then read the difference.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use serde_json::Value;
use stage::{Line, arrange, picture};

const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/recorded");

fn main() -> std::process::ExitCode {
    let arguments = Arguments::from_args();
    let scenes = run(&["--list"]).lines;
    let expected: BTreeSet<String> = scenes.iter().flat_map(recordings).collect();
    let mut trials: Vec<Trial> = scenes
        .into_iter()
        .map(|scene| Trial::ignorable_test(text(&scene, "scene"), move || replay(&scene)))
        .collect();
    trials.push(Trial::test("no-orphaned-recording", move || no_orphan(&expected)));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The names of a scene's recordings: one, or one an outcome.
fn recordings(scene: &Value) -> Vec<String> {
    let name = text(scene, "scene");
    let outcomes = strings(scene, "outcomes");
    if outcomes.is_empty() {
        return vec![name];
    }
    outcomes.iter().map(|outcome| format!("{name}.{outcome}")).collect()
}

fn replay(scene: &Value) -> Result<Completion, Failed> {
    let name = text(scene, "scene");
    let run = run(&[&name]);
    let find = |key: &str| run.lines.iter().find(|object| object.get(key).is_some());
    let end = find("end").ok_or_else(|| format!("no end: {}", run.errors))?;
    match text(end, "end").as_str() {
        "missing" => return Ok(Completion::ignored_with(format!("missing: {}", text(end, "why")))),
        "played" => {}
        _ => return Err(format!("{}\n{}", text(end, "why"), run.errors).into()),
    }
    let head = find("cast").ok_or("no head")?;
    let lines: Vec<Line> =
        run.lines.iter().filter_map(|line| Line::from_json(&line.to_string())).collect();
    let placed = arrange(&strings(head, "cast"), &lines)?;
    let ordered: Vec<Line> = placed.into_iter().map(|placed| placed.line).collect();
    let picture = picture::draw(&ordered);
    if let Some(wide) = picture.lines().find(|row| row.chars().count() > picture::PAGE_WIDTH) {
        return Err(format!("wider than {} columns: `{wide}`", picture::PAGE_WIDTH).into());
    }
    if picture::read(&picture).map(|read| picture::draw(&read)) != Ok(picture.clone()) {
        return Err(format!("the picture cannot be read back:\n{picture}").into());
    }
    let recording = match find("outcome") {
        Some(object) => format!("{name}.{}", text(object, "outcome")),
        None => name.clone(),
    };
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(RECORDED);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.remove_input_file();
    settings.set_description(format!("cargo run -p {} -- {name}", env!("CARGO_PKG_NAME")));
    settings.bind(|| insta::assert_snapshot!(recording, picture));
    Ok(Completion::Completed)
}

fn no_orphan(expected: &BTreeSet<String>) -> Result<(), Failed> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(Path::new(RECORDED))? {
        let file = entry?.file_name().to_string_lossy().into_owned();
        if let Some(name) = file.strip_suffix(".snap") {
            found.insert(name.strip_suffix(".kernel").unwrap_or(name).to_owned());
        }
    }
    if let Some(orphan) = found.difference(expected).next() {
        return Err(format!("`{RECORDED}/{orphan}.snap` records no scene: delete it").into());
    }
    // A scene without outcomes fails by itself as long as it has no recording.
    match expected.difference(&found).find(|name| name.contains('.')) {
        Some(missing) => Err(format!("`{RECORDED}/{missing}.snap` has not been recorded").into()),
        None => Ok(()),
    }
}

struct Run {
    lines: Vec<Value>,
    errors: String,
}

/// What the lesson prints as JSON Lines. The lesson's own watchdog ends it if it hangs.
fn run(arguments: &[&str]) -> Run {
    let output = Command::new(assert_cmd::cargo::cargo_bin!())
        .args(arguments)
        .arg("--json")
        .output()
        .expect("the lesson's program can be started");
    let parse = |line: &str| serde_json::from_str(line).expect("each line is a JSON object");
    Run {
        lines: String::from_utf8_lossy(&output.stdout).lines().map(parse).collect(),
        errors: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn text(object: &Value, key: &str) -> String {
    object[key].as_str().unwrap_or_default().to_owned()
}

fn strings(object: &Value, key: &str) -> Vec<String> {
    let items = object[key].as_array().cloned().unwrap_or_default();
    items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

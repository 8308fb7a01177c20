//! Plays every scene of the lesson it is built with under `scope`: compares what the kernel saw of
//! each process with `recorded/SCENE.kernel.snap`, and holds what the processes tell against it.
//!
//! After a change that is meant: `INSTA_UPDATE=always cargo test -p lesson-NAME --test witness`,
//! then read the difference.

use std::process::{Command, ExitCode, Stdio};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use serde_json::Value;

const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/recorded");

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let scenes = lesson(&["--list", "--json"]);
    let trials = scenes.into_iter().map(|scene| {
        let name = scene["scene"].as_str().unwrap_or_default().to_owned();
        Trial::ignorable_test(name.clone(), move || witness(&name))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn witness(scene: &str) -> Result<Completion, Failed> {
    let seen = lesson(&[scene, "--witness"]).pop().ok_or("the lesson printed nothing")?;
    let why = seen["why"].as_str().unwrap_or_default();
    match seen["end"].as_str() {
        Some("played") => {}
        Some(end @ ("missing" | "forbidden")) => {
            return Ok(Completion::ignored_with(format!("{end}: {why}")));
        }
        _ => return Err(format!("under scope it fails: {why}").into()),
    }
    let lies: Vec<&str> =
        seen["lies"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if !lies.is_empty() {
        return Err(lies.join("\n").into());
    }
    let kernel = seen["kernel"].as_str().unwrap_or_default();
    if kernel.is_empty() {
        // A race decides the order of its calls: the audit is all that can be held against it.
        return Ok(Completion::Completed);
    }
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(RECORDED);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.remove_input_file();
    let command = format!("cargo run -p {} -- {scene} --scope", env!("CARGO_PKG_NAME"));
    settings.set_description(command);
    settings.bind(|| insta::assert_snapshot!(format!("{scene}.kernel"), kernel));
    Ok(Completion::Completed)
}

/// What the lesson prints as JSON Lines.
fn lesson(arguments: &[&str]) -> Vec<Value> {
    let output = Command::new(assert_cmd::cargo::cargo_bin!())
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the lesson's program can be started");
    let parse = |line: &str| serde_json::from_str(line).expect("each line is a JSON object");
    String::from_utf8_lossy(&output.stdout).lines().map(parse).collect()
}

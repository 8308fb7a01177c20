//! Plays every scene of the lesson it is built with under `strace`, too: of each of its threads,
//! both must have seen the same calls with the same results.

#[path = "strace/compare.rs"]
mod compare;
#[path = "strace/log.rs"]
mod log;

use std::process::{Command, ExitCode, Stdio};

use compare::Agreed;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use serde_json::Value;

/// The lesson's own process, which plays the scene and is no actor.
const FIRST: &str = "0";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let missing = compare::missing();
    let trials = lesson(&["--list", "--json"]).into_iter().map(|scene| {
        let name = scene["scene"].as_str().unwrap_or_default().to_owned();
        // Where it is declared that all calls race, how they are made differs from run to run.
        let races = scene["races"].as_array().is_some_and(|races| races.contains(&"*".into()));
        let enough = if races { Agreed::Sums } else { Agreed::Calls };
        let missing = missing.clone();
        Trial::ignorable_test(name.clone(), move || match missing {
            Some(why) => Ok(Completion::ignored_with(why)),
            None => both(&name, enough),
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// At least one actor must show both of them enough of the same.
fn both(scene: &str, enough: Agreed) -> Result<Completion, Failed> {
    let program = assert_cmd::cargo::cargo_bin!().display().to_string();
    // A traced program runs slower, and nobody waits for this one.
    let argv = [&program, scene, "--show", "nothing", "--limit", "600"].map(str::to_owned);
    let folder = tempfile::Builder::new().prefix("bp").rand_bytes(4).tempdir()?;
    let agreed = compare::compare(&argv, folder.path(), |place| place == FIRST)?;
    let actors = agreed.iter().filter(|(place, _)| *place != FIRST);
    if !actors.clone().any(|(_, agreed)| *agreed <= enough) {
        return Err(format!("of no actor the {enough} could be compared: {agreed:?}").into());
    }
    // Where less was compared than calls, it is said.
    for (place, less) in actors.filter(|(_, agreed)| **agreed > Agreed::Calls) {
        eprintln!("{scene}: thread {place} races, only its {less} were compared");
    }
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

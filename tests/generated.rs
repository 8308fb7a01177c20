//! Makes the problems of the generators of the lesson it is built with: those of the committed
//! seeds, which have to come out as they are recorded, and fresh ones, each twice. New generators
//! are found, not listed.
//!
//! After a change that is meant: `INSTA_UPDATE=always cargo test -p lesson-NAME --test generated`,
//! then read the difference. The quiz asks the recorded problems where it cannot run a lesson.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use serde_json::Value;

const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/recorded");
const SEEDS: [u64; 4] = [1, 2, 3, 4];
const FRESH: std::ops::Range<u64> = 1000..1008;

fn main() -> std::process::ExitCode {
    let arguments = Arguments::from_args();
    let list = lesson(&["gen", "--list", "--json"]);
    let names: Vec<String> = String::from_utf8_lossy(&list.stdout)
        .lines()
        .filter_map(|line| text(&parse(line).ok()?, "generator"))
        .collect();
    let mut trials = Vec::new();
    for name in &names {
        for (what, test) in [("recorded", recorded as Test), ("fresh", fresh)] {
            let (title, name) = (format!("{name}::{what}"), name.clone());
            trials.push(Trial::ignorable_test(title, move || test(&name)));
        }
    }
    trials.push(Trial::test("no-orphaned-recording", move || no_orphan(&names)));
    trials.push(Trial::test("wrong-command-lines", wrong));
    libtest_mimic::run(&arguments, trials).exit_code()
}

type Test = fn(&str) -> Result<Completion, Failed>;

/// The recorded seeds give the recorded problems and answers: on every machine, for every user.
fn recorded(name: &str) -> Result<Completion, Failed> {
    let mut made = String::new();
    for seed in SEEDS {
        match problem(name, seed)? {
            Problem::Missing(why) => return Ok(Completion::ignored_with(why)),
            Problem::Made(line) => made += &line,
        }
    }
    let file = file(name);
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&file, &made)?;
    }
    let known = std::fs::read_to_string(&file).map_err(|error| {
        format!(
            "`{}`: {error}; record it with `INSTA_UPDATE=always cargo test -p {} --test \
             generated`",
            file.display(),
            env!("CARGO_PKG_NAME")
        )
    })?;
    for (made, known) in made.lines().zip(known.lines()) {
        if made != known {
            return Err(format!("recorded:\n{known}\nnow:\n{made}").into());
        }
    }
    if made.lines().count() != known.lines().count() {
        return Err(format!("`{}` has not one line a seed", file.display()).into());
    }
    Ok(Completion::Completed)
}

/// A seed gives the same problem again, and the same answer; other seeds give others.
fn fresh(name: &str) -> Result<Completion, Failed> {
    let (mut prompts, mut answers) = (BTreeSet::new(), BTreeSet::new());
    for seed in FRESH {
        let (first, again) = (problem(name, seed)?, problem(name, seed)?);
        let (first, again) = match (first, again) {
            (Problem::Missing(why), _) | (_, Problem::Missing(why)) => {
                return Ok(Completion::ignored_with(why));
            }
            (Problem::Made(first), Problem::Made(again)) => (first, again),
        };
        if first != again {
            return Err(format!("seed {seed} gave\n{first}and then\n{again}").into());
        }
        let made = parse(&first)?;
        sound(&made).map_err(|why| format!("seed {seed}: {why}: {first}"))?;
        prompts.insert(made["prompt"]["en"].to_string());
        answers.insert(made["answer"].to_string());
    }
    let count = FRESH.count();
    if prompts.len() * 2 < count || answers.len() < 2 {
        let (prompts, answers) = (prompts.len(), answers.len());
        let text = format!("{count} seeds gave {prompts} problems and {answers} answers");
        return Err(format!("{text}: draw more of it from the seed").into());
    }
    Ok(Completion::Completed)
}

/// Everything that the quiz needs is there, in both languages, and the prompt does not tell.
fn sound(made: &Value) -> Result<(), String> {
    for key in ["prompt", "explanation"] {
        for language in ["en", "ko"] {
            let text = made[key][language].as_str().unwrap_or_default();
            if text.trim().is_empty() || text.contains(['{', '}']) {
                return Err(format!("`{key}.{language}` is empty or has a gap"));
            }
        }
    }
    if made["run"].as_array().is_none_or(Vec::is_empty) {
        return Err("the run has no lines".to_owned());
    }
    let wide = made["run"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(wide) = wide.into_iter().find(|row| row.chars().count() > 80) {
        return Err(format!("`{wide}` is wider than 80 columns"));
    }
    if made["kind"] == "choice" {
        let options = made["options"].as_array().cloned().unwrap_or_default();
        let right = options.iter().filter(|option| option["right"] == true).count();
        let texts: BTreeSet<String> =
            options.iter().map(|option| option["text"]["en"].to_string()).collect();
        if options.len() < 2 || right != 1 || texts.len() != options.len() {
            return Err(format!("{} options, {right} of them right", options.len()));
        }
    } else if made["accept"].as_array().is_none_or(Vec::is_empty) {
        return Err("nothing is accepted".to_owned());
    }
    Ok(())
}

fn no_orphan(names: &[String]) -> Result<(), Failed> {
    for entry in std::fs::read_dir(Path::new(RECORDED))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let generator = name.strip_prefix("gen-").and_then(|name| name.strip_suffix(".jsonl"));
        if generator.is_some_and(|generator| !names.iter().any(|known| known == generator)) {
            let text = format!("`{RECORDED}/{name}` was made by no generator: delete it");
            return Err(text.into());
        }
    }
    Ok(())
}

/// What cannot be asked for is said with exit code 2; the command itself stands in no help.
fn wrong() -> Result<(), Failed> {
    for arguments in [&["gen"][..], &["gen", "no-such"], &["gen", "x", "--seed", "-1"]] {
        let output = lesson(arguments);
        if output.status.code() != Some(2) || output.stderr.is_empty() {
            return Err(format!("{arguments:?} ended with {output:?}").into());
        }
    }
    let help = String::from_utf8_lossy(&lesson(&["--help"]).stdout).into_owned();
    if help.split_whitespace().any(|word| word == "gen") {
        return Err("`--help` tells of `gen`, which is for the quiz".into());
    }
    Ok(())
}

enum Problem {
    /// The line that was printed.
    Made(String),
    Missing(String),
}

fn problem(name: &str, seed: u64) -> Result<Problem, Failed> {
    let output = lesson(&["gen", name, "--seed", &seed.to_string(), "--json"]);
    let line = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("seed {seed}: {errors}").into());
    }
    match text(&parse(&line)?, "missing") {
        Some(why) => Ok(Problem::Missing(format!("missing: {why}"))),
        None => Ok(Problem::Made(line)),
    }
}

fn file(name: &str) -> PathBuf {
    Path::new(RECORDED).join(format!("gen-{name}.jsonl"))
}

/// It has one more descriptor open than usual, as under `time -o FILE`: that must not matter.
fn lesson(arguments: &[&str]) -> Output {
    Command::new("sh")
        .args(["-c", r#"exec 3< /dev/null; exec "$0" "$@""#])
        .arg(assert_cmd::cargo::cargo_bin!())
        .args(arguments)
        .output()
        .expect("the lesson's program can be started")
}

fn parse(line: &str) -> Result<Value, Failed> {
    Ok(serde_json::from_str(line)?)
}

fn text(object: &Value, key: &str) -> Option<String> {
    object.get(key)?.as_str().map(str::to_owned)
}

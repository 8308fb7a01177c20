//! Programs that are not ours under the recorder: each run of `book/wild` is made again and compared
//! with its recording, `NAME.snap`.
//!
//! After a change that is meant: `INSTA_UPDATE=always cargo test -p book --test wild`, then read the
//! difference.

mod story;

use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::mpsc;
use std::time::Duration;
use std::{env, fs, thread};

use book::wild::{self, Selection};
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use scope::{End, Event, Options, Program};

/// More than any of the runs takes on a busy machine.
const LONGEST: Duration = Duration::from_secs(300);
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn main() -> ExitCode {
    let files = fs::read_dir(Path::new(ROOT).join(wild::FOLDER)).expect("there are recordings");
    let names = files
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".toml").map(str::to_owned));
    let mut names: Vec<String> = names.collect();
    names.sort();
    let trials =
        names.into_iter().map(|name| Trial::ignorable_test(name.clone(), move || again(&name)));
    // A recorder waits for the children of its thread, and a server needs the processor.
    let arguments = Arguments { test_threads: Some(1), ..Arguments::from_args() };
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn again(name: &str) -> Result<Completion, Failed> {
    let root = Path::new(ROOT);
    let selection = wild::selection(root, name).map_err(|problem| problem.to_string())?;
    if let Err(error) =
        scope::run(&Program::new(["sh", "-c", ":"]), &Options::default(), &mut |_| {})
    {
        return Ok(Completion::ignored_with(error.to_string().replace('\n', "; ")));
    }
    let programs = match versions(&selection) {
        Ok(programs) => programs,
        Err(why) => return Ok(Completion::ignored_with(why)),
    };
    let seen = record(name)?;
    let picture = story::picture(&selection, &seen)?;
    let file = root.join(wild::path(name, "snap"));
    let old = fs::read_to_string(file).unwrap_or_default();
    let same = old.ends_with(&format!("---\n{picture}"));
    let ours = old.lines().any(|line| {
        line == format!("description: {programs:?}") || line == format!("description: {programs}")
    });
    if !same && !ours && !old.is_empty() && env::var_os("INSTA_UPDATE").is_none() {
        let why = format!("it differs, with other programs than it was recorded with: {programs}");
        return Ok(Completion::ignored_with(why));
    }
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(root.join(wild::FOLDER));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.remove_input_file();
    settings.set_description(programs);
    settings.bind(|| insta::assert_snapshot!(name, picture));
    Ok(Completion::Completed)
}

/// The programs and their versions, or which one is missing.
fn versions(selection: &Selection) -> Result<String, String> {
    let version = |words: &String| -> Result<String, String> {
        let mut words = words.split(' ');
        let program = words.next().unwrap_or_default();
        let output = Command::new(program).args(words).output();
        let output =
            output.map_err(|error| format!("`{program}` is not installed here ({error})"))?;
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let told = told.lines().next().unwrap_or_default().replace("version ", "");
        // `curl 7.88.1 (x86_64-pc-linux-gnu) ..`, `Redis server v=7.0.15 sha=..`, `v20.20.2`.
        let is_number =
            |word: &&str| word.contains('.') && word.contains(|c: char| c.is_ascii_digit());
        let number = told.split(' ').find(is_number).unwrap_or_default();
        let number = number.trim_start_matches(|c: char| !c.is_ascii_digit());
        Ok(format!("{program} {number}"))
    };
    let mut programs = selection.needs.iter().map(version).collect::<Result<Vec<_>, _>>()?;
    // Every shell forks in its own way.
    let shell = fs::canonicalize("/bin/sh").unwrap_or_default();
    programs.push(format!("sh as {}", shell.file_name().unwrap_or_default().to_string_lossy()));
    Ok(programs.join(", "))
}

/// Runs the script in an empty folder for temporary files, which must be empty at the end, too.
fn record(name: &str) -> Result<Vec<Event>, Failed> {
    let folder = tempfile::tempdir()?;
    let script = fs::canonicalize(Path::new(ROOT).join(wild::path(name, "sh")))?;
    let mut environment: Vec<_> = env::vars_os().collect();
    let ours = ["TMPDIR", "http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"];
    environment.retain(|(key, _)| !ours.iter().any(|name| key == name));
    environment.push(("TMPDIR".into(), folder.path().into()));
    let program = Program {
        env: Some(environment),
        ..Program::new(["sh", "-c", "exec sh \"$0\" > /dev/null", &script.to_string_lossy()])
    };
    // A server that hangs would keep the test for ever; what is recorded dies with the recorder.
    let (done, hangs) = mpsc::channel::<()>();
    thread::spawn(move || {
        if hangs.recv_timeout(LONGEST) == Err(mpsc::RecvTimeoutError::Timeout) {
            eprintln!(
                "`{}` does not end: see who waits for whom, `scope --list`",
                script.display()
            );
            std::process::exit(1);
        }
    });
    let mut seen = Vec::new();
    let end = scope::run(&program, &Options::default(), &mut |event| seen.push(event))
        .map_err(|error| error.to_string())?;
    drop(done);
    if end != End::Status(0) {
        return Err(format!("`sh {}`: {end}", wild::path(name, "sh").display()).into());
    }
    let left: Vec<_> = fs::read_dir(folder.path())?.flatten().map(|entry| entry.path()).collect();
    if !left.is_empty() {
        return Err(format!("it has left {left:?}").into());
    }
    Ok(seen)
}

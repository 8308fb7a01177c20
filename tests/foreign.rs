//! Lets programs that are not ours play a role of a scene: `peers/LESSON_SCENE.c`, `.py`, `.sh`.
//!
//! The first line of such a program tells the roles it can play. It gets the role, the folder of
//! the run, and, if it asks for one, the name or key of the first object that the lesson has written
//! down there. What it prints must be what our side has sent.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use serde_json::Value;

const LESSON: &str = env!("CARGO_PKG_NAME");
const PEERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/peers");

/// A foreign program, and the part it plays.
struct Peer {
    source: PathBuf,
    scene: String,
    role: String,
    ours: String,
    /// Whether it asks for the name of an object.
    named: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = peers().into_iter().map(|peer| {
        let language = peer.source.extension().unwrap_or_default().to_string_lossy();
        let name = format!("{} with {} in {language}", peer.scene, peer.role);
        Trial::ignorable_test(name, move || talk(&peer))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// The programs there are for this lesson, once for each role they play.
fn peers() -> Vec<Peer> {
    let mut peers = Vec::new();
    let ours = format!("{}_", LESSON.trim_start_matches("lesson-"));
    let list = lesson(&["--list", "--json"]).output().expect("the lesson starts").stdout;
    let scenes: Vec<Value> = list
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).expect("each line is a JSON object"))
        .collect();
    let mut sources: Vec<PathBuf> = fs::read_dir(PEERS)
        .expect("there is a folder of foreign programs")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    sources.sort();
    for source in sources {
        let stem = source.file_stem().unwrap_or_default().to_string_lossy().replace('_', "-");
        let Some(scene) = stem.strip_prefix(&ours.replace('_', "-")) else { continue };
        let about = scenes.iter().find(|known| known["scene"] == scene);
        let about = about.unwrap_or_else(|| panic!("{}: no scene `{scene}`", source.display()));
        let roles: Vec<&str> =
            about["roles"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let text = fs::read_to_string(&source).expect("the program can be read");
        let head = text.lines().next().unwrap_or_default();
        let usage = head.split_once(": peer ").map(|(_, usage)| usage);
        let usage = usage.expect("its first line says `peer ROLE|ROLE FOLDER`");
        let named = usage.contains(" NAME") || usage.contains(" KEY");
        for role in usage.split(' ').next().unwrap_or_default().split('|') {
            let ours = roles.iter().find(|other| **other != role).expect("a scene of two roles");
            peers.push(Peer {
                source: source.clone(),
                scene: scene.to_owned(),
                role: role.to_owned(),
                ours: (*ours).to_owned(),
                named,
            });
        }
    }
    peers
}

fn talk(peer: &Peer) -> Result<Completion, Failed> {
    let folder = tempfile::tempdir()?;
    let language = peer.source.extension().unwrap_or_default().to_string_lossy();
    let Some(program) = program(peer, &language, folder.path())? else {
        return Ok(Completion::ignored_with(format!("nothing here runs .{language}")));
    };
    let name = format!("foreign-{}-{}-{language}", std::process::id(), peer.role);
    let arguments = [&*peer.scene, "--as", &peer.ours, "--name", &name, "--json"];
    let mut ours = lesson(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut events = BufReader::new(ours.stdout.take().ok_or("no output")?).lines();
    // The folder is there when the scene begins, its names when our side says its first word.
    let mut told = Vec::new();
    for line in events.by_ref() {
        told.push(serde_json::from_str::<Value>(&line?)?);
        if !peer.named || told.last().is_some_and(|event| event["actor"].is_string()) {
            break;
        }
    }
    let uid = nix::unistd::geteuid();
    let run = format!("between-processes-{uid}/{}-{name}", LESSON.trim_start_matches("lesson-"));
    let run = std::env::temp_dir().join(run);
    let names = fs::read_to_string(run.join(".names")).unwrap_or_default();
    let known = names.lines().next().and_then(|line| line.split_once('\t'));
    let known = known.map_or("", |(_, name)| name);
    let theirs = { program }.arg(&peer.role).arg(&run).arg(known).stdin(Stdio::null()).output()?;
    if theirs.status.success() {
        // What our side has made is kept until its partner has come; only now is it not needed.
        fs::write(run.join(format!(".role-{}", peer.role)), "")?;
    } else {
        ours.kill()?;
    }
    for line in events {
        told.push(serde_json::from_str(&line?)?);
    }
    let mut complaint = String::new();
    ours.stderr.take().ok_or("no errors")?.read_to_string(&mut complaint)?;
    let status = ours.wait()?;
    if !theirs.status.success() {
        let why = String::from_utf8_lossy(&theirs.stderr);
        return Err(format!("the foreign program ends with {}: {why}", theirs.status).into());
    }
    if !status.success() {
        return Err(format!("our side ends with {status}: {complaint}").into());
    }
    let sent: Vec<&str> = told.iter().filter_map(sent).collect();
    let heard = String::from_utf8(theirs.stdout)?;
    if sent != heard.lines().collect::<Vec<_>>() {
        return Err(format!("our side sent {sent:?}, and the foreign one heard `{heard}`").into());
    }
    Ok(Completion::Completed)
}

/// The bytes that our side has sent, if that is what the event tells.
fn sent(event: &Value) -> Option<&str> {
    let bytes = event["act"] == "sends" && event["token"].is_null() && event["masked"].is_null();
    event["text"].as_str().filter(|text| bytes && *text != stage::CLOSE)
}

/// A command that runs the foreign program, or nothing where what it needs is not installed.
fn program(peer: &Peer, language: &str, folder: &Path) -> Result<Option<Command>, Failed> {
    let there = |program: &str| Command::new(program).arg("--help").output().is_ok();
    let mut command = match language {
        "c" if there("cc") => {
            let built = folder.join("peer");
            let mut compiler = Command::new("cc");
            compiler.args(["-O1", "-Wall", "-Werror", "-o"]).arg(&built).arg(&peer.source);
            let output = compiler.args(["-lrt", "-pthread"]).output()?;
            if !output.status.success() {
                return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
            }
            return Ok(Some(Command::new(built)));
        }
        "py" if there("python3") => Command::new("python3"),
        "sh" if there("nc") => Command::new("sh"),
        "c" | "py" | "sh" => return Ok(None),
        _ => return Err(format!("{}: an unknown language", peer.source.display()).into()),
    };
    command.env("PYTHONDONTWRITEBYTECODE", "1").arg(&peer.source);
    Ok(Some(command))
}

fn lesson(arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!());
    command.args(arguments).stdin(Stdio::null());
    command
}

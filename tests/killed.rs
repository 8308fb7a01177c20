//! Kills the lesson it is built with, at every line it prints: no process may survive, and the
//! next run must sweep whatever else was left.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::fcntl::{FcntlArg, fcntl};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

fn main() -> std::process::ExitCode {
    let arguments = Arguments::from_args();
    let output = lesson(&["--list", "--json"]).output().expect("the lesson starts");
    let scenes = String::from_utf8_lossy(&output.stdout).into_owned();
    let name = |line: &str| {
        let scene: Value = serde_json::from_str(line).expect("each line is a JSON object");
        scene["scene"].as_str().unwrap_or_default().to_owned()
    };
    let trial = |scene: String| Trial::test(scene.clone(), move || at_every_line(&scene));
    libtest_mimic::run(&arguments, scenes.lines().map(name).map(trial).collect()).exit_code()
}

/// What a killed run has left: its folder, the lock in it, and the objects it wrote down.
struct Left {
    folder: PathBuf,
    lock: File,
    objects: Vec<(String, String)>,
}

impl Left {
    fn of(folder: PathBuf) -> Option<Self> {
        let lock = File::options().read(true).write(true).open(folder.join(".lock")).ok()?;
        Some(Self { lock, objects: objects(&folder), folder })
    }

    /// Returns when no process holds the lock: one of the run may still be ending.
    fn settle(&self) -> Result<(), Failed> {
        for kind in [libc::F_RDLCK, libc::F_UNLCK] {
            // SAFETY: all zeros is a valid `flock`: from the start, to the end, no process.
            let mut lock: libc::flock = unsafe { std::mem::zeroed() };
            lock.l_type = kind as libc::c_short;
            fcntl(&self.lock, FcntlArg::F_OFD_SETLKW(&lock))?;
        }
        Ok(())
    }
}

fn at_every_line(scene: &str) -> Result<(), Failed> {
    let mut left = Vec::new();
    for lines in 1.. {
        let (folder, ended) = kill_after(scene, lines)?;
        if ended {
            break;
        }
        left.extend(folder.and_then(Left::of));
    }
    left.iter().try_for_each(Left::settle)?;
    let next = lesson(&[scene]).output()?;
    if !next.status.success() {
        return Err(format!("the next run fails: {next:?}").into());
    }
    for Left { folder, objects, .. } in left {
        if folder.exists() {
            return Err(format!("`{}` is left behind", folder.display()).into());
        }
        if let Some(object) = objects.iter().find(|object| exists(object)) {
            return Err(format!("`{}` of kind {} is left behind", object.1, object.0).into());
        }
    }
    Ok(())
}

/// Kills the first process when it has printed so many lines. Returns the folder of the run, if
/// it has one still, and whether the scene had ended before.
fn kill_after(scene: &str, lines: usize) -> Result<(Option<PathBuf>, bool), Failed> {
    let mut child =
        lesson(&[scene, "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut out = BufReader::new(child.stdout.take().ok_or("no output")?);
    let mut line = String::new();
    for _ in 0..lines {
        line.clear();
        out.read_line(&mut line)?;
    }
    let ended = line.is_empty() || line.contains("\"end\"");
    child.kill()?;
    child.wait()?;
    // Every process of the run has this pipe as its standard error: it ends when they have ended.
    child.stderr.take().ok_or("no errors")?.read_to_end(&mut Vec::new())?;
    let mark = format!("-{scene}-{}-", child.id());
    let base = std::env::temp_dir().join(format!("between-processes-{}", nix::unistd::geteuid()));
    let entries = std::fs::read_dir(base)?.flatten().map(|entry| entry.path());
    let mut ours = entries.filter(|path| path.to_string_lossy().contains(&mark));
    Ok((ours.next(), ended))
}

/// What the run has written down before it made it: kind and name.
fn objects(folder: &Path) -> Vec<(String, String)> {
    let names = std::fs::read_to_string(folder.join(".names")).unwrap_or_default();
    let pair = |line: &str| line.split_once('\t').map(|(k, n)| (k.to_owned(), n.to_owned()));
    names.lines().filter_map(pair).collect()
}

fn exists((kind, name): &(String, String)) -> bool {
    let file = name.trim_start_matches('/');
    match kind.as_str() {
        "shm" => Path::new("/dev/shm").join(file).exists(),
        "sem" => Path::new("/dev/shm").join(format!("sem.{file}")).exists(),
        "mq" => Path::new("/dev/mqueue").join(file).exists(),
        sysv => {
            let table = sysv.trim_start_matches("sysv-");
            let table =
                std::fs::read_to_string(format!("/proc/sysvipc/{table}")).unwrap_or_default();
            table.lines().any(|row| row.split_whitespace().next() == Some(name))
        }
    }
}

fn lesson(arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!());
    command.args(arguments).stdin(Stdio::null());
    command
}

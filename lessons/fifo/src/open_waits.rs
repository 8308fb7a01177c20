//! `open` returns when both sides have come.

use std::fs;
use std::path::Path;

use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use stage::{Actor, Fork, Result, Scene, token};

pub const SCENE: Scene =
    Scene::new("open-waits", "open sleeps until the other side has come", &[("parent", parent)]);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let path = parent.path("meeting")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;

    let writer = match parent.forks("writer")? {
        Fork::Child(me) => me.plays(|me| comes(me, &path, OFlag::O_WRONLY, "a writer", "a reader")),
        Fork::Parent(child) => child,
    };
    parent.says("watches the writer from outside");
    parent.until_waiting("writer", "open")?;
    parent.says(format!("the writer is in open: {}", state(&writer)?));
    comes(parent, &path, OFlag::O_RDONLY, "a reader", "a writer")?;
    parent.waits(writer)?;

    let reader = match parent.forks("reader")? {
        Fork::Child(me) => me.plays(|me| comes(me, &path, OFlag::O_RDONLY, "a reader", "a writer")),
        Fork::Parent(child) => child,
    };
    parent.says("watches the reader from outside");
    parent.until_waiting("reader", "open")?;
    parent.says(format!("the reader is in open: {}", state(&reader)?));
    comes(parent, &path, OFlag::O_WRONLY, "a writer", "a reader")?;
    parent.waits(reader)
}
// ANCHOR_END: parent

// ANCHOR: comes
fn comes(actor: &Actor, path: &Path, how: OFlag, me: &str, other: &str) -> Result {
    actor.sends(token("open"), me);
    let end = open(path, how, Mode::empty())?;
    actor.gets(token("open"), other);
    drop(end);
    Ok(())
}
// ANCHOR_END: comes

/// What `ps` shows of the process.
fn state(child: &stage::Child) -> Result<String> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.pid()))?;
    let state = status.lines().find_map(|line| line.strip_prefix("State:"));
    let state = state.map(str::trim).unwrap_or_default();
    stage::ensure!(state == "S (sleeping)", "it is in state `{state}`");
    Ok(format!("state {state}"))
}

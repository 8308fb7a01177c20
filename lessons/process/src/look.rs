//! What the kernel tells of a process to everybody who may look: `/proc/PID`.

use std::fs::read_link;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::{Pid, pipe, read};
use stage::{Actor, CLOSE, EOF, Fork, Result, Scene, varies};

use crate::process::status;

pub const SCENE: Scene =
    Scene::new("look", "what /proc tells of a process that waits", &[("parent", parent)]);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let end = reader.as_raw_fd();
    let child = match parent.forks("child")? {
        Fork::Child(me) => {
            drop(writer);
            me.plays(|me| child(me, reader))
        }
        Fork::Parent(child) => child,
    };
    drop(reader);
    let pid = child.pid();

    parent.until_waiting("child", "read")?;
    let comm = std::fs::read_to_string(format!("/proc/{pid}/comm"))?;
    parent.says(format!("program: {}", comm.trim_end()));
    parent.says(format!("State: {}", status(pid, "State")?));
    parent.says(format!("Threads: {}", status(pid, "Threads")?));
    let own = status(pid, "PPid")? == Pid::this().to_string();
    parent.says(format!("PPid: {}, which is its own: {own}", varies("pid", Pid::this())));
    parent.says(format!("descriptor {}: {}", varies("number", end), link(pid, end)?));
    stage::ensure!(status(pid, "State")?.starts_with('S') && own, "it does not sleep");

    kill(pid, Signal::SIGSTOP)?;
    waitpid(pid, Some(WaitPidFlag::WUNTRACED))?; // returns when it has stopped
    parent.says(format!("after {}: {}", Signal::SIGSTOP, status(pid, "State")?));
    // `t` while somebody traces it, as `--scope` does: the tracer sees the stop first.
    stage::ensure!(status(pid, "State")?.starts_with(['T', 't']), "it is not stopped");
    kill(pid, Signal::SIGCONT)?;
    parent.until_waiting("child", "read")?;
    parent.says(format!("after {}: {}", Signal::SIGCONT, status(pid, "State")?));

    parent.sends("pipe", CLOSE);
    drop(writer);
    parent.waits(child)
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, reader: OwnedFd) -> Result {
    let length = read(&reader, &mut [0])?; // here it is found asleep
    child.gets("pipe", EOF);
    stage::ensure!(length == 0, "something came");
    Ok(())
}
// ANCHOR_END: child

/// What a descriptor of a process is open on: `pipe:[4711]`.
fn link(pid: Pid, fd: RawFd) -> Result<String> {
    let name = read_link(format!("/proc/{pid}/fd/{fd}"))?.display().to_string();
    let (kind, number) = name.split_once('[').unwrap_or((&name, "]"));
    Ok(format!("{kind}[{}]", varies("inode", number.trim_end_matches(']'))))
}

//! `kill -TERM` and `kill -9`, as typed into a shell, and what the shell makes of it.

use std::ffi::CString;
use std::fs;
use std::path::Path;

use nix::sys::signal::{SaFlags, SigSet, Signal};
use nix::sys::wait::WaitStatus;
use nix::unistd::Pid;
use stage::{Actor, Result, Scene, token};

use crate::hello::handle;
use crate::outside::exec;
use crate::signals::{fork, note, noted};

pub const SCENE: Scene = Scene::new(
    "commands",
    "kill -TERM lets a program clean up, kill -9 does not, and a shell adds 128",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    for (name, by, option, clean) in
        [("asked", "gentle", "-TERM", true), ("forced", "rude", "-9", false)]
    {
        let lock = parent.path(name)?;
        let worker = fork(parent, name, |me| worker(me, &lock))?;
        parent.until_waiting(name, "sigsuspend")?;
        let signal = if clean { Signal::SIGTERM } else { Signal::SIGKILL };
        let shell = fork(parent, by, |me| types(me, option, signal, worker.pid()))?;
        parent.waits(shell)?;
        parent.reaps(worker)?;
        let left = if lock.exists() { "left behind" } else { "gone" };
        parent.says(format!("its lock file is {left}"));
        stage::ensure!(lock.exists() != clean, "`{name}`: the lock file is {left}");
    }
    let script = c"sh -c 'kill -TERM $$' 2>/dev/null; exit $?";
    let shell = fork(parent, "script", |_| exec(&[c"sh", c"-c", script]))?;
    let status = parent.reaps(shell)?;
    let sum = 128 + Signal::SIGTERM as i32;
    parent.says(format!("a shell tells the end by {} as {sum}", Signal::SIGTERM));
    stage::ensure!(matches!(status, WaitStatus::Exited(_, s) if s == sum), "{status:?}");
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: worker
fn worker(worker: &Actor, lock: &Path) -> Result {
    SigSet::from(Signal::SIGTERM).thread_block()?;
    handle(Signal::SIGTERM, note, SaFlags::empty())?;
    fs::write(lock, "")?;
    SigSet::empty().suspend()?;
    worker.gets(token("signal"), noted()?);
    Ok(fs::remove_file(lock)?)
}
// ANCHOR_END: worker

fn types(shell: &Actor, option: &str, signal: Signal, pid: Pid) -> Result {
    shell.sends(token("signal"), signal);
    // SAFETY: this process has one thread, so nobody reads the environment meanwhile.
    unsafe { std::env::set_var("WORKER", pid.to_string()) };
    let command = CString::new(format!("kill {option} $WORKER"))?;
    exec(&[c"sh", c"-c", &command])
}

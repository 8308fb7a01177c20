//! What a thread shares with its process, and a child with its parent.

use std::os::fd::{IntoRawFd, RawFd};
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering::Relaxed};
use std::{fs::File, thread};

use nix::unistd::{Pid, gettid};
use stage::lacking::no_room;
use stage::{Actor, Error, Result, Scene};

use crate::process::{fork, status};
use crate::shared::shared;

pub const SCENE: Scene = Scene::new(
    "thread",
    "threads share variables and descriptors, processes do not",
    &[("process", process)],
);

static VARIABLE: AtomicU32 = AtomicU32::new(1);

// ANCHOR: process
fn process(process: &Actor) -> Result {
    let all = || -> Result<String> { status(Pid::this(), "Threads") };
    let inside = thread::Builder::new()
        .spawn(move || -> Result<_> { Ok((change(2)?, Pid::this(), gettid(), all()?)) })
        .map_err(no_room)?;
    let (fd, pid, tid, threads) =
        inside.join().map_err(|_| Error::new("the thread panicked"))??;
    process.says(format!("had {threads} threads"));
    let (value, open) = (VARIABLE.load(Relaxed), is_open(fd));
    process.says(format!("a thread has stored {value}, and opened a descriptor: {open} here"));
    let (same_pid, same_tid) = (pid == Pid::this(), tid == gettid());
    process.says(format!("same process id: {same_pid}, same thread id: {same_tid}"));
    stage::ensure!((value, open) == (2, "open"), "the thread's doing is not seen here");
    stage::ensure!((same_pid, same_tid) == (true, false), "process {pid}, thread {tid}");

    let number = shared(AtomicI32::new(0))?;
    let child = fork(process, "child", |me| child(me, number))?;
    let pid = child.pid();
    process.waits(child)?;
    let (value, open) = (VARIABLE.load(Relaxed), is_open(number.load(Relaxed)));
    process.says(format!("after the child: has {value}, and its descriptor: {open} here"));
    process.says(format!("same process id: {}", pid == Pid::this()));
    stage::ensure!((value, open) == (2, "closed"), "the child's doing is seen here");
    Ok(())
}
// ANCHOR_END: process

// ANCHOR: child
fn child(child: &Actor, number: &AtomicI32) -> Result {
    number.store(change(3)?, Relaxed);
    child.says(format!("stores {}, and opens a descriptor", VARIABLE.load(Relaxed)));
    Ok(())
}
// ANCHOR_END: child

// ANCHOR: change
/// The same for a thread and for a child.
fn change(value: u32) -> Result<RawFd> {
    VARIABLE.store(value, Relaxed);
    Ok(File::open("/dev/null")?.into_raw_fd())
}
// ANCHOR_END: change

fn is_open(fd: RawFd) -> &'static str {
    // SAFETY: asks for the flags of a number, whether it is a descriptor or not.
    if unsafe { libc::fcntl(fd, libc::F_GETFD) } == -1 { "closed" } else { "open" }
}

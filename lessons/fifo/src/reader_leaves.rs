//! A writer whose reader has left is told by an error, or is ended by a signal.

use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::sys::stat::Mode;
use nix::sys::wait::WaitStatus;
use nix::unistd::{mkfifo, read, write};
use stage::{Actor, CLOSE, Fork, Result, Scene};

pub const SCENE: Scene = Scene::new(
    "reader-leaves",
    "writing after the reader has left ends the writer",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let path = parent.path("mailbox")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let writer = match parent.forks("writer")? {
        Fork::Child(me) => me.plays(|me| writer(me, &path)),
        Fork::Parent(child) => child,
    };
    let status = parent.reaps(writer)?;
    let killed = matches!(status, WaitStatus::Signaled(_, Signal::SIGPIPE, _));
    stage::ensure!(killed, "the writer ended with {status:?}");
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: writer
fn writer(writer: &Actor, path: &Path) -> Result {
    let reader = match writer.forks("reader")? {
        Fork::Child(me) => me.plays(|me| reader(me, path)),
        Fork::Parent(child) => child,
    };
    let sink = open(path, OFlag::O_WRONLY, Mode::empty())?;
    writer.sends("fifo", "one");
    write(&sink, b"one")?;
    writer.waits(reader)?;

    // SAFETY: to ignore a signal runs no code of ours.
    unsafe { signal(Signal::SIGPIPE, SigHandler::SigIgn) }?;
    let refused = write(&sink, b"two");
    stage::ensure!(refused == Err(Errno::EPIPE), "write says {refused:?}");
    writer.says(format!("ignores {} and writes on: {:?}", Signal::SIGPIPE, Errno::EPIPE));

    // SAFETY: the default action runs no code of ours.
    unsafe { signal(Signal::SIGPIPE, SigHandler::SigDfl) }?;
    writer.says("lets the signal act again, and writes on");
    write(&sink, b"three")?;
    Ok(())
}
// ANCHOR_END: writer

// ANCHOR: reader
fn reader(reader: &Actor, path: &Path) -> Result {
    let source = open(path, OFlag::O_RDONLY, Mode::empty())?;
    let mut buffer = [0; 64];
    let length = read(&source, &mut buffer)?;
    reader.gets("fifo", str::from_utf8(&buffer[..length])?);
    reader.sends("fifo", CLOSE);
    drop(source);
    Ok(())
}
// ANCHOR_END: reader

//! The writer of a pipe crashes: the reader gets what was written, and a clean end.

use std::os::fd::OwnedFd;

use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use nix::unistd::{pipe, read, write};
use stage::{Actor, EOF, Fork, Result, Scene};

use crate::process::crash;

pub const SCENE: Scene = Scene::new(
    "half",
    "a crashed writer leaves what it wrote, and an end of file",
    &[("reader", reader)],
);

// ANCHOR: reader
fn reader(reader: &Actor) -> Result {
    let (source, sink) = pipe()?;
    let writer = match reader.forks("writer")? {
        Fork::Child(me) => me.plays(|me| writer(me, sink)),
        Fork::Parent(child) => child,
    };
    drop(sink);

    let mut buffer = [0; 64];
    let length = read(&source, &mut buffer)?;
    reader.gets("pipe", str::from_utf8(&buffer[..length])?);
    let length = read(&source, &mut buffer)?;
    reader.gets("pipe", EOF);
    let status = reader.reaps(writer)?;
    let crashed = matches!(status, WaitStatus::Signaled(_, Signal::SIGSEGV, _));
    stage::ensure!(length == 0 && crashed, "{length} more bytes, and {status:?}");
    Ok(())
}
// ANCHOR_END: reader

// ANCHOR: writer
fn writer(writer: &Actor, sink: OwnedFd) -> Result {
    writer.sends("pipe", "the first half,");
    write(&sink, b"the first half,")?;
    writer.says("crashes before the second half");
    Ok(crash()?)
}
// ANCHOR_END: writer

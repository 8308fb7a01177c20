//! A signal ends a call that waits.

use std::os::fd::OwnedFd;

use nix::errno::Errno;
use nix::sys::signal::{SaFlags, Signal, kill};
use nix::unistd::{pipe, read, write};
use stage::{Actor, Result, Scene, token};

use crate::hello::handle;
use crate::signals::{fork, note, noted, text, told};

pub const SCENE: Scene = Scene::new(
    "eintr",
    "a handler interrupts a call that waits: it fails with EINTR",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let (failures, failure) = pipe()?;
    let child = fork(parent, "child", |me| child(me, &reader, &failure))?;
    parent.until_waiting("child", "read")?;
    parent.sends(token("signal"), Signal::SIGUSR1);
    kill(child.pid(), Signal::SIGUSR1)?;
    parent.gets("answer", text(&failures)?);
    parent.sends("pipe", "hello");
    write(&writer, b"hello")?;
    parent.waits(child)
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, reader: &OwnedFd, answer: &OwnedFd) -> Result {
    handle(Signal::SIGUSR1, note, SaFlags::empty())?;
    let mut buffer = [0; 16];
    child.says("waits for bytes");
    let first = read(reader, &mut buffer);
    child.gets(token("signal"), noted()?);
    child.says(format!("its read has failed: {}", told(first)));
    stage::ensure!(first == Err(Errno::EINTR), "read: {first:?}");

    child.sends("answer", "nothing");
    write(answer, b"nothing")?;
    // Nothing is lost: ask again.
    let length = read(reader, &mut buffer)?;
    child.gets("pipe", str::from_utf8(&buffer[..length])?);
    Ok(())
}
// ANCHOR_END: child

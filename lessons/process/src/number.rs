//! Three ways to hand over one number: as bytes, in a shared word, and with an event alone.

use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use nix::sys::wait::WaitStatus;
use nix::unistd::{pipe, read, write};
use stage::{Actor, Fork, Result, Scene, memory, token};

use crate::shared::{Semaphore, shared};

pub const SCENE: Scene = Scene::new(
    "number",
    "one number as bytes, as a shared word, and with an event",
    &[("parent", parent)],
);

const NUMBER: u8 = 42;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let word = shared(AtomicU32::new(0))?;
    let event = Semaphore::new(0)?;
    let child = match parent.forks("child")? {
        Fork::Child(me) => {
            drop(reader);
            me.plays(|me| child(me, writer, word, event))
        }
        Fork::Parent(child) => child,
    };
    drop(writer);

    let mut bytes = [0];
    read(&reader, &mut bytes)?;
    parent.gets("pipe", bytes[0]);

    event.wait()?; // tells when, and not what
    parent.gets(token("event"), "now");
    let stored = word.load(Relaxed);
    parent.gets(memory("word"), stored);

    let status = parent.reaps(child)?;
    let exit = matches!(status, WaitStatus::Exited(_, code) if code == i32::from(NUMBER));
    let all = bytes[0] == NUMBER && stored == u32::from(NUMBER) && exit;
    stage::ensure!(all, "{bytes:?}, {stored} and {status:?} instead of three times {NUMBER}");
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, writer: OwnedFd, word: &AtomicU32, event: &Semaphore) -> Result {
    child.sends("pipe", NUMBER);
    write(&writer, &[NUMBER])?;

    child.sends(memory("word"), NUMBER);
    word.store(u32::from(NUMBER), Relaxed);
    child.sends(token("event"), "now");
    event.post()?;

    // SAFETY: ends this process at once.
    unsafe { libc::_exit(i32::from(NUMBER)) }
}
// ANCHOR_END: child

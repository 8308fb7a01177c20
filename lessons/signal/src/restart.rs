//! With SA_RESTART the kernel goes on with an interrupted call, but not with every call.

use std::ffi::c_int;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SaFlags, Signal, kill};
use nix::unistd::{pipe, read, write};
use stage::{Actor, Result, Scene, token};

use crate::hello::handle;
use crate::signals::{fork, one_byte, text, told};

pub const SCENE: Scene = Scene::new(
    "restart",
    "with SA_RESTART a read goes on after the handler, and a poll does not",
    &[("parent", parent)],
);

const USR1: Signal = Signal::SIGUSR1;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let (ran, running) = pipe()?;
    let child = fork(parent, "child", |me| child(me, &reader, &running))?;
    parent.until_waiting("child", "read")?;
    parent.sends(token("signal"), USR1);
    kill(child.pid(), USR1)?;
    one_byte(&ran)?;
    parent.says("knows that the handler has run");
    parent.until_waiting("child", "read")?;
    parent.sends("pipe", "hello");
    write(&writer, b"hello")?;
    parent.gets("answer", text(&ran)?);

    parent.until_waiting("child", "poll")?;
    parent.sends(token("signal"), USR1);
    kill(child.pid(), USR1)?;
    parent.waits(child)
}
// ANCHOR_END: parent

// ANCHOR: child
static OUTPUT: AtomicI32 = AtomicI32::new(-1);

extern "C" fn writes(_: c_int) {
    // SAFETY: `write` is async-signal-safe, and the byte outlives the call.
    unsafe { libc::write(OUTPUT.load(Relaxed), b"!".as_ptr().cast(), 1) };
}

fn child(child: &Actor, reader: &OwnedFd, running: &OwnedFd) -> Result {
    OUTPUT.store(running.as_raw_fd(), Relaxed);
    handle(USR1, writes, SaFlags::SA_RESTART)?;
    let mut buffer = [0; 16];
    let length = read(reader, &mut buffer)?;
    child.gets(token("signal"), USR1);
    child.gets("pipe", str::from_utf8(&buffer[..length])?);
    child.sends("answer", "got it");
    write(running, b"got it")?;

    let mut wanted = [PollFd::new(reader.as_fd(), PollFlags::POLLIN)];
    let polled = poll(&mut wanted, PollTimeout::NONE);
    child.gets(token("signal"), USR1);
    child.says(format!("its poll has failed: {}", told(polled)));
    stage::ensure!(polled == Err(Errno::EINTR), "poll: {polled:?}");
    Ok(())
}
// ANCHOR_END: child

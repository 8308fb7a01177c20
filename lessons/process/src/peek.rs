//! Another process's memory can be read and written, by the one who may.

use std::io::{IoSlice, IoSliceMut};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use nix::errno::Errno;
use nix::sys::prctl::set_dumpable;
use nix::sys::uio::{RemoteIoVec, process_vm_readv, process_vm_writev};
use nix::unistd::Pid;
use stage::{Actor, Error, Result, Scene, memory, missing, token};

use crate::process::{fork, told};
use crate::shared::Semaphore;

pub const SCENE: Scene = Scene::new(
    "peek",
    "another process's memory is open to the one who may trace it",
    &[("parent", parent)],
);

static VARIABLE: AtomicU32 = AtomicU32::new(1);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (ready, go) = (Semaphore::new(0)?, Semaphore::new(0)?);
    let child = fork(parent, "child", |me| child(me, ready, go))?;
    ready.wait()?;

    let theirs = peek(child.pid()).map_err(forbidden)?;
    parent.gets(memory("its word"), theirs);
    let own = VARIABLE.load(Relaxed);
    parent.says(format!("has {own} in its own"));
    parent.sends(memory("its word"), 43);
    process_vm_writev(child.pid(), &[IoSlice::new(&43_u32.to_ne_bytes())], &[variable()])?;
    stage::ensure!((own, theirs) == (1, 42), "own {own}, theirs {theirs}");
    go.post()?;

    ready.wait()?;
    parent.gets(token("event"), "it has closed its memory");
    let stranger = fork(parent, "stranger", |me| stranger(me, child.pid()))?;
    parent.waits(stranger)?;
    go.post()?;
    parent.waits(child)
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, ready: &Semaphore, go: &Semaphore) -> Result {
    child.sends(memory("its word"), 42);
    VARIABLE.store(42, Relaxed);
    ready.post()?;
    go.wait()?;
    let found = VARIABLE.load(Relaxed);
    child.gets(memory("its word"), found);
    stage::ensure!(found == 43, "the word is {found}");

    set_dumpable(false)?; // from now on nobody may trace it who has no privilege
    child.sends(token("event"), "it has closed its memory");
    ready.post()?;
    Ok(go.wait()?)
}
// ANCHOR_END: child

// ANCHOR: stranger
fn stranger(stranger: &Actor, other: Pid) -> Result {
    stranger.obeys_permissions()?; // root may trace everybody
    let read = peek(other);
    stranger.says(format!("tries to read it: {}", told(read)));
    stage::ensure!(read == Err(Errno::EPERM), "reading led to {read:?}");
    Ok(())
}
// ANCHOR_END: stranger

// ANCHOR: peek
/// Reads the variable as it is in another process: after fork it lies at the same address.
fn peek(other: Pid) -> nix::Result<u32> {
    let mut bytes = [0; 4];
    process_vm_readv(other, &mut [IoSliceMut::new(&mut bytes)], &[variable()])?;
    Ok(u32::from_ne_bytes(bytes))
}

fn variable() -> RemoteIoVec {
    RemoteIoVec { base: VARIABLE.as_ptr().addr(), len: size_of::<u32>() }
}
// ANCHOR_END: peek

fn forbidden(errno: Errno) -> Error {
    let how = "allow it: /proc/sys/kernel/yama/ptrace_scope below two, and no seccomp filter";
    missing(format!("nobody may read another process's memory here ({errno})"), how)
}

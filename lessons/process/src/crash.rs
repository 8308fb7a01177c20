//! A crash ends all threads of its process, and no other process.

use std::sync::mpsc::channel;
use std::thread;

use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use stage::lacking::no_room;
use stage::{Actor, Error, Result, Scene};

use crate::process::{self, fork};

pub const SCENE: Scene = Scene::new(
    "crash",
    "a crash ends every thread of its process, and no other process",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let child = fork(parent, "child", child)?;
    let status = parent.reaps(child)?;
    let by_signal = matches!(status, WaitStatus::Signaled(_, Signal::SIGSEGV, _));
    stage::ensure!(by_signal, "the child ended with {status:?}");
    parent.says("goes on");
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor) -> Result {
    let (to_main, from_thread) = channel::<()>();
    child.says("has a thread that goes wrong, and waits for its word");
    let wrong = move || {
        let _kept = to_main;
        process::crash()
    };
    thread::Builder::new().spawn(wrong).map_err(no_room)?;
    let _ = from_thread.recv(); // there is no error to handle: this never returns
    Err(Error::new("the thread has crashed alone"))
}
// ANCHOR_END: child

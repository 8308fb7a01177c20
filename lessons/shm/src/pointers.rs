//! Processes are not threads: a pointer out of the shared memory leads everybody home.

use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};
use std::thread;

use stage::lacking::no_room;
use stage::{Actor, Result, Scene, memory, token};

use crate::memory::{Text, shared};
use crate::process::fork;
use crate::semaphore::Semaphore;

pub const SCENE: Scene = Scene::new(
    "pointers",
    "a thread follows a pointer to the heap, a process finds its own",
    &[("parent", parent)],
);

const BEFORE: &str = "before";
const AFTER: &str = "after";

struct Shared {
    pointer: AtomicPtr<Text>,
    changed: Semaphore,
}

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    // On the heap, as a `String` or a `Vec` keeps what is in it.
    let heap: &Text = Box::leak(Box::new(Text::new()));
    let pointer = AtomicPtr::new(std::ptr::from_ref(heap).cast_mut());
    let shared = shared(Shared { pointer, changed: Semaphore::room() })?;
    shared.changed.init(0)?;
    parent.sends(memory("heap"), BEFORE);
    heap.store(BEFORE);
    let child = fork(parent, "child", |me| child(me, shared))?;

    parent.sends(memory("heap"), AFTER);
    heap.store(AFTER);
    let thread = thread::Builder::new().spawn(|| follow(shared)).map_err(no_room)?;
    let seen = thread.join().unwrap_or_default();
    parent.says(format_args!("has a thread that follows the pointer to {seen:?}"));
    stage::ensure!(seen == AFTER, "the thread found `{seen}`");
    parent.sends(token("turn"), "changed");
    shared.changed.post()?;
    parent.waits(child)
}

fn child(child: &Actor, shared: &'static Shared) -> Result {
    shared.changed.wait()?;
    child.gets(token("turn"), "changed");
    let seen = follow(shared);
    child.says(format_args!("follows the same pointer to {seen:?}, its own copy"));
    stage::ensure!(seen == BEFORE, "the child found `{seen}`");
    Ok(())
}

fn follow(shared: &'static Shared) -> String {
    // SAFETY: the parent's text is never freed; in the child its copy lies at the same address.
    unsafe { &*shared.pointer.load(Relaxed) }.load()
}
// ANCHOR_END: parent

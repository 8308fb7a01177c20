//! A variable that one process changes stays what it was in the other.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};

use stage::{Actor, Result, Scene, memory, varies};

use crate::process::fork;
use crate::shared::shared;

pub const SCENE: Scene = Scene::new(
    "memory",
    "a variable changed in one process is not changed in the other",
    &[("parent", parent)],
);

/// A variable of the program: each process has its own.
static VARIABLE: AtomicU32 = AtomicU32::new(1);

/// Words in a page that was mapped with MAP_SHARED: all processes have the same.
struct Page {
    word: AtomicU32,
    address: AtomicUsize,
}

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let page = shared(Page { word: AtomicU32::new(1), address: AtomicUsize::new(0) })?;
    let place = varies("address", format_args!("{:p}", &raw const VARIABLE));
    parent.says(format!("has {} in the variable at {place}", VARIABLE.load(Relaxed)));

    let child = fork(parent, "child", |me| child(me, page))?;
    parent.waits(child)?;

    let (own, word) = (VARIABLE.load(Relaxed), page.word.load(Relaxed));
    parent.says(format!("has {own} in the variable at {place} still"));
    parent.gets(memory("page"), word);
    let theirs = page.address.load(Relaxed);
    stage::ensure!(theirs == (&raw const VARIABLE).addr(), "the child's is at {theirs:#x}");
    stage::ensure!((own, word) == (1, 2), "the variable is {own}, the shared word {word}");
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, page: &Page) -> Result {
    VARIABLE.store(2, Relaxed);
    page.address.store((&raw const VARIABLE).addr(), Relaxed);
    let place = varies("address", format_args!("{:p}", &raw const VARIABLE));
    child.says(format!("has {} in the variable at {place} now", VARIABLE.load(Relaxed)));
    child.sends(memory("page"), 2);
    page.word.store(2, Relaxed);
    Ok(())
}
// ANCHOR_END: child

//! One flag decides whether a store is for everybody or for oneself.

use std::fs::File;

use nix::sys::mman::MapFlags;
use stage::{Actor, Result, Scene, memory};

use crate::files::{read_at, with_text};
use crate::gate::Gate;
use crate::mapping::Mapping;
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "shared-private",
    "a shared store reaches the file and the others, a private one nobody",
    &[("parent", parent)],
);

const FIRST: &str = "as it was";
const MINE: &str = "only mine";
const OURS: &str = "seen here";

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let file = with_text(parent, "note", FIRST)?;
    parent.sends(memory("file"), FIRST);
    let (look, looked) = (Gate::new("look")?, Gate::new("looked")?);
    let other = fork(parent, "other", |me| other(me, &file, &look, &looked))?;

    let private = Mapping::of(&file, FIRST.len(), MapFlags::MAP_PRIVATE)?;
    let shared = Mapping::of(&file, FIRST.len(), MapFlags::MAP_SHARED)?;
    parent.sends(memory("private"), MINE);
    private.store(0, MINE);
    look.open(parent)?;
    looked.pass(parent)?;

    parent.sends(memory("file"), OURS);
    shared.store(0, OURS);
    look.open(parent)?;
    looked.pass(parent)?;
    let kept = private.load(0, MINE.len());
    parent.gets(memory("private"), &kept);
    stage::ensure!(kept == MINE, "the private mapping has `{kept}`");
    parent.waits(other)
}
// ANCHOR_END: parent

// ANCHOR: other
fn other(other: &Actor, file: &File, look: &Gate, looked: &Gate) -> Result {
    let mapping = Mapping::of(file, FIRST.len(), MapFlags::MAP_SHARED)?;
    for expected in [FIRST, OURS] {
        look.pass(other)?;
        let loaded = mapping.load(0, FIRST.len());
        other.gets(memory("file"), &loaded);
        let read = read_at(file, 0, FIRST.len())?;
        other.says(format_args!("reads the same with a call: {read:?}"));
        stage::ensure!([&loaded, &read] == [expected; 2], "loaded `{loaded}`, read `{read}`");
        looked.open(other)?;
    }
    Ok(())
}
// ANCHOR_END: other

//! The file must be open for the call, and not a moment longer.

use std::fs::{self, remove_file};

use nix::sys::mman::MapFlags;
use stage::{Actor, Result, Scene, memory};

use crate::files::{read_at, with_text};
use crate::mapping::Mapping;
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "closed",
    "a mapping outlives the descriptor and the name of its file",
    &[("parent", parent)],
);

const FIRST: &str = "first text";
const CLOSED: &str = "descriptor closed";
const GONE: &str = "name gone";

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let file = with_text(parent, "note", &" ".repeat(CLOSED.len()))?;
    let mapping = Mapping::of(&file, CLOSED.len(), MapFlags::MAP_SHARED)?;
    drop(file); // close(2)
    parent.sends(memory("file"), CLOSED);
    mapping.store(0, CLOSED);
    let text = fs::read_to_string(parent.path("note")?)?;
    parent.says(format_args!("has closed it; who opens it reads {text:?}"));
    stage::ensure!(text == CLOSED, "the file has `{text}`");

    remove_file(parent.path("note")?)?; // unlink(2)
    parent.says("has removed its name");
    let other = with_text(parent, "note", FIRST)?;
    let child = fork(parent, "child", |me| {
        me.gets(memory("file"), mapping.load(0, CLOSED.len()));
        me.sends(memory("file"), GONE);
        mapping.store(0, GONE);
        Ok(())
    })?;
    parent.waits(child)?;
    let (ours, theirs) = (mapping.load(0, GONE.len()), read_at(&other, 0, FIRST.len())?);
    parent.gets(memory("file"), &ours);
    parent.says(format_args!("finds {theirs:?} in a new file of the same name"));
    stage::ensure!(ours == GONE && theirs == FIRST, "`{ours}` in ours, `{theirs}` in the other");
    Ok(())
}
// ANCHOR_END: parent

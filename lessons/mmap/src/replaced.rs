//! How to change a file that others have mapped: write another one, and give it the name.

use std::fs::{self, File};

use nix::sys::mman::MapFlags;
use stage::{Actor, Result, Scene, memory};

use crate::files::{read_at, with_text};
use crate::gate::Gate;
use crate::mapping::Mapping;
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "replaced",
    "a file that is replaced stays whole for those who have it mapped",
    &[("owner", owner)],
);

const OLD: &str = "version one";
const NEW: &str = "version two";

// ANCHOR: owner
fn owner(owner: &Actor) -> Result {
    let file = with_text(owner, "config", OLD)?;
    owner.sends(memory("old"), OLD);
    let (looked, replaced) = (Gate::new("looked")?, Gate::new("replaced")?);
    let reader = fork(owner, "reader", |me| reader(me, &file, &looked, &replaced))?;
    looked.pass(owner)?;

    owner.sends(memory("new"), NEW);
    with_text(owner, "config.new", NEW)?.sync_all()?; // fsync(2)
    owner.says("gives the new file the name of the old one");
    fs::rename(owner.path("config.new")?, owner.path("config")?)?;
    replaced.open(owner)?;
    owner.waits(reader)
}
// ANCHOR_END: owner

// ANCHOR: reader
fn reader(reader: &Actor, file: &File, looked: &Gate, replaced: &Gate) -> Result {
    let mapping = Mapping::of(file, OLD.len(), MapFlags::MAP_SHARED)?;
    reader.gets(memory("old"), mapping.load(0, OLD.len()));
    looked.open(reader)?;
    replaced.pass(reader)?;
    let mapped = mapping.load(0, OLD.len());
    reader.gets(memory("old"), &mapped);
    let opened = read_at(&File::open(reader.path("config")?)?, 0, NEW.len())?;
    reader.gets(memory("new"), &opened);
    stage::ensure!(mapped == OLD && opened == NEW, "mapped `{mapped}`, opened `{opened}`");
    Ok(())
}
// ANCHOR_END: reader

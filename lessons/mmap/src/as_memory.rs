//! One process that uses memory only, and one that uses calls only: they see the same file.

use std::fs::File;
use std::os::unix::fs::FileExt;

use nix::sys::mman::MapFlags;
use stage::{Actor, Result, Scene, memory};

use crate::files::{read_at, with_text};
use crate::gate::Gate;
use crate::mapping::Mapping;
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "as-memory",
    "a store is what read finds, and a write is what a load finds",
    &[("mapper", mapper)],
);

const STORED: &str = "stored into memory";
const WRITTEN: &str = "written by a call!";

// ANCHOR: mapper
fn mapper(mapper: &Actor) -> Result {
    let file = with_text(mapper, "note", &".".repeat(STORED.len()))?;
    let memory_of_file = Mapping::of(&file, STORED.len(), MapFlags::MAP_SHARED)?;
    let (stored, written) = (Gate::new("stored")?, Gate::new("written")?);
    let caller = fork(mapper, "caller", |me| caller(me, &file, &stored, &written))?;
    drop(file); // from here on there is nothing that could be read or written by a call

    mapper.sends(memory("file"), STORED);
    memory_of_file.store(0, STORED);
    stored.open(mapper)?;
    written.pass(mapper)?;
    let text = memory_of_file.load(0, WRITTEN.len());
    mapper.gets(memory("file"), &text);
    stage::ensure!(text == WRITTEN, "loaded `{text}`");
    mapper.waits(caller)
}
// ANCHOR_END: mapper

// ANCHOR: caller
fn caller(caller: &Actor, file: &File, stored: &Gate, written: &Gate) -> Result {
    stored.pass(caller)?;
    let buffer = read_at(file, 0, STORED.len())?; // pread(2)
    caller.gets(memory("file"), &buffer);
    stage::ensure!(buffer == STORED, "read `{buffer}`");

    caller.sends(memory("file"), WRITTEN);
    file.write_all_at(WRITTEN.as_bytes(), 0)?; // pwrite(2)
    caller.says(format_args!("still has {buffer:?} in its buffer: read copies"));
    written.open(caller)
}
// ANCHOR_END: caller

//! Somebody else cuts the file. For `read` that is an end of file, for a load it is the end.

use std::fs::File;

use nix::sys::mman::MapFlags;
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use stage::{Actor, Result, Scene, memory};

use crate::files::{read_at, with_text};
use crate::gate::Gate;
use crate::mapping::Mapping;
use crate::process::{fork, no_core};

pub const SCENE: Scene = Scene::new(
    "truncated",
    "a file that another process cuts kills the one that has it mapped",
    &[("owner", owner)],
);

const TEXT: &str = "all is well";

// ANCHOR: owner
fn owner(owner: &Actor) -> Result {
    let file = with_text(owner, "config", TEXT)?;
    owner.sends(memory("file"), TEXT);
    let (looked, cut) = (Gate::new("looked")?, Gate::new("cut")?);
    let reader = fork(owner, "reader", |me| reader(me, &file, &looked, &cut))?;
    looked.pass(owner)?;
    owner.says("opens the file as a shell's > does");
    File::create(owner.path("config")?)?; // open(2) with O_TRUNC
    cut.open(owner)?;
    let status = owner.reaps(reader)?;
    let killed = matches!(status, WaitStatus::Signaled(_, Signal::SIGBUS, _));
    stage::ensure!(killed, "the reader ended with {status:?}");
    Ok(())
}
// ANCHOR_END: owner

// ANCHOR: reader
fn reader(reader: &Actor, file: &File, looked: &Gate, cut: &Gate) -> Result {
    let mapping = Mapping::of(file, TEXT.len(), MapFlags::MAP_SHARED)?;
    reader.gets(memory("file"), mapping.load(0, TEXT.len()));
    looked.open(reader)?;
    cut.pass(reader)?;
    let read = read_at(file, 0, TEXT.len())?.len();
    reader.says(format_args!("reads {read} bytes with a call: end of file"));
    stage::ensure!(read == 0, "read {read} bytes of a file that is empty");
    no_core()?;
    reader.says("loads the first byte from memory");
    mapping.load(0, 1);
    Ok(())
}
// ANCHOR_END: reader

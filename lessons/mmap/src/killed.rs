//! What has been stored into a shared mapping survives the process, whatever ends it.

use std::fs::File;
use std::io::{BufWriter, Write};

use nix::sys::mman::MapFlags;
use nix::sys::signal::{Signal, raise};
use nix::sys::wait::WaitStatus;
use stage::{Actor, Result, Scene, memory};

use crate::files::{read_at, with_size};
use crate::mapping::Mapping;
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "killed",
    "a killed process loses its buffer, and nothing that it stored",
    &[("parent", parent)],
);

const TEXT: &str = "the last thing I did";

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let mapped = with_size(parent, "mapped", TEXT.len())?;
    let buffered = with_size(parent, "buffered", 0)?;
    let child = fork(parent, "child", |me| child(me, &mapped, &buffered))?;
    let status = parent.reaps(child)?;
    let killed = matches!(status, WaitStatus::Signaled(_, Signal::SIGKILL, _));
    stage::ensure!(killed, "the child ended with {status:?}");

    let (kept, lost) = (read_at(&mapped, 0, TEXT.len())?, read_at(&buffered, 0, TEXT.len())?);
    parent.gets(memory("mapped"), &kept);
    parent.says(format_args!("finds {lost:?} in the other file"));
    stage::ensure!(kept == TEXT && lost.is_empty(), "kept `{kept}`, lost `{lost}`");
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, mapped: &File, buffered: &File) -> Result {
    let mapping = Mapping::of(mapped, TEXT.len(), MapFlags::MAP_SHARED)?;
    child.sends(memory("mapped"), TEXT);
    mapping.store(0, TEXT);

    let mut buffer = BufWriter::new(buffered);
    buffer.write_all(TEXT.as_bytes())?;
    child.says("writes the same through a buffer of its own, and is killed");
    raise(Signal::SIGKILL)?;
    Ok(buffer.flush()?)
}
// ANCHOR_END: child

//! The older way to the same memory: a number for a name, and two calls instead of three.

use std::sync::atomic::Ordering::Release;

use libc::IPC_CREAT;
use stage::{Actor, Result, Scene, memory};

use crate::hello::Board;
use crate::sysv::{remove, shmat, shmget};
use crate::{futex, lacking};

pub const SCENE: Scene = Scene::of_roles(
    "system-v",
    "System V: a key, a segment, and the same memory",
    &[("writer", writer), ("reader", reader)],
);

const MESSAGE: &str = "Shared Hello";

// ANCHOR: attach
fn attach(actor: &Actor) -> Result<(i32, &'static Board)> {
    // The size comes with `shmget`: no `ftruncate`. Whoever comes second finds the segment.
    let key = actor.shm_key("board")?;
    let id = shmget(key, size_of::<Board>(), IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    let place = shmat(id, 0)?;
    actor.says(format_args!("has attached a segment for {} bytes", size_of::<Board>()));
    // SAFETY: the segment is large enough, and is attached until the process ends.
    Ok((id, unsafe { place.cast().as_ref() }))
}
// ANCHOR_END: attach

fn writer(writer: &Actor) -> Result {
    let (_, board) = attach(writer)?;
    writer.sends(memory("segment"), MESSAGE);
    board.text.store(MESSAGE);
    board.written.store(1, Release);
    futex::wake(&board.written)?;
    Ok(futex::wait_while(&board.read, 0)?)
}

fn reader(reader: &Actor) -> Result {
    let (id, board) = attach(reader)?;
    futex::wait_while(&board.written, 0)?;
    let text = board.text.load();
    reader.gets(memory("segment"), &text);
    stage::ensure!(text == MESSAGE, "loaded `{text}` instead of `{MESSAGE}`");
    // Both are still attached: it goes when the last of them has ended.
    remove(id)?;
    board.read.store(1, Release);
    Ok(futex::wake(&board.read)?)
}

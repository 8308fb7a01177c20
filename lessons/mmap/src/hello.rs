//! Two programs that know one file, and no call that reads or writes it.

use std::fs::{File, remove_file};
use std::sync::atomic::{
    AtomicU8, AtomicU32, Ordering::Acquire, Ordering::Relaxed, Ordering::Release,
};

use nix::sys::mman::{MapFlags, ProtFlags, mmap};
use stage::{Actor, Result, Scene, memory};

use crate::futex;
use crate::mapping::{length, refused};

pub const SCENE: Scene = Scene::of_roles(
    "hello",
    "what one program stores into a file, another one loads",
    &[("writer", writer), ("reader", reader)],
);

const MESSAGE: &str = "Hello from a file";

// ANCHOR: board
/// What the file holds. A new file of this size reads as zeros: an empty board.
#[repr(C)]
pub struct Board {
    written: AtomicU32,
    read: AtomicU32,
    length: AtomicU32,
    text: [AtomicU8; 64],
}
// ANCHOR_END: board

// ANCHOR: open
fn open(actor: &Actor) -> Result<&'static Board> {
    // Whoever comes first makes the file, and both give it the same size: that harms nothing.
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    let file = options.open(actor.path("board")?)?;
    file.set_len(size_of::<Board>() as u64)?; // ftruncate(2)

    let (bytes, offset) = (length(size_of::<Board>()), 0);
    let how = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // SAFETY: the kernel chooses a free place, so that no other memory is touched.
    let place = unsafe { mmap(None, bytes, how, MapFlags::MAP_SHARED, &file, offset) };
    let place = place.map_err(refused)?;
    actor.says(format_args!("has mapped {bytes} bytes of the file"));
    drop(file); // the mapping stays: it needs the descriptor no longer
    // SAFETY: the mapping is large enough and stays until the process ends.
    Ok(unsafe { place.cast().as_ref() })
}
// ANCHOR_END: open

// ANCHOR: writer
fn writer(writer: &Actor) -> Result {
    let board = open(writer)?;
    writer.sends(memory("file"), MESSAGE);
    for (place, byte) in board.text.iter().zip(MESSAGE.bytes()) {
        place.store(byte, Relaxed);
    }
    board.length.store(MESSAGE.len() as u32, Relaxed);
    board.written.store(1, Release);
    futex::wake(&board.written)?;
    // The file would stay, but this run's names are removed when the last process leaves.
    Ok(futex::wait_while(&board.read, 0)?)
}
// ANCHOR_END: writer

// ANCHOR: reader
fn reader(reader: &Actor) -> Result {
    let board = open(reader)?;
    futex::wait_while(&board.written, 0)?;
    stage::ensure!(board.written.load(Acquire) == 1, "woken too early");
    let bytes = board.text.iter().take(board.length.load(Relaxed) as usize);
    let text = String::from_utf8(bytes.map(|place| place.load(Relaxed)).collect())?;
    reader.gets(memory("file"), &text);
    stage::ensure!(text == MESSAGE, "loaded `{text}` instead of `{MESSAGE}`");
    remove_file(reader.path("board")?)?;
    board.read.store(1, Release);
    Ok(futex::wake(&board.read)?)
}
// ANCHOR_END: reader

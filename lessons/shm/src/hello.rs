//! Two programs that know one name, and a message that stays where it was written.

use std::sync::atomic::{AtomicU32, Ordering::Release};

use nix::fcntl::OFlag;
use nix::sys::mman::{shm_open, shm_unlink};
use nix::sys::stat::Mode;
use nix::unistd::ftruncate;
use stage::{Actor, Result, Scene, memory};

use crate::memory::{READ_WRITE, Text, map};
use crate::{futex, lacking};

pub const SCENE: Scene = Scene::of_roles(
    "hello",
    "what one program stores, another one loads",
    &[("writer", writer), ("reader", reader)],
);

const MESSAGE: &str = "Hello from process A";

// ANCHOR: board
/// What lies in the memory. All zeros, as the kernel hands it out, is an empty board.
#[repr(C)]
pub struct Board {
    pub written: AtomicU32,
    pub read: AtomicU32,
    pub text: Text,
}
// ANCHOR_END: board

// ANCHOR: open
fn open(actor: &Actor) -> Result<&'static Board> {
    // Whoever comes first makes the object, and both give it the same size: that harms nothing.
    let flags = OFlag::O_CREAT | OFlag::O_RDWR;
    let name = actor.shm_name("board")?;
    let object = shm_open(name.as_c_str(), flags, Mode::S_IRUSR | Mode::S_IWUSR);
    let object = object.map_err(lacking::posix)?;
    ftruncate(&object, size_of::<Board>() as libc::off_t)?;
    let place = map(&object, size_of::<Board>(), READ_WRITE)?;
    actor.says(format_args!("has mapped {} bytes of the object", size_of::<Board>()));
    drop(object); // the mapping stays: it needs the descriptor no longer
    // SAFETY: the mapping is large enough and stays until the process ends.
    Ok(unsafe { place.cast().as_ref() })
}
// ANCHOR_END: open

// ANCHOR: writer
fn writer(writer: &Actor) -> Result {
    let board = open(writer)?;
    writer.sends(memory("board"), MESSAGE);
    board.text.store(MESSAGE);
    board.written.store(1, Release);
    futex::wake(&board.written)?;
    // The memory would stay, but this run's names are removed when the last process leaves.
    Ok(futex::wait_while(&board.read, 0)?)
}
// ANCHOR_END: writer

// ANCHOR: reader
fn reader(reader: &Actor) -> Result {
    let board = open(reader)?;
    futex::wait_while(&board.written, 0)?;
    let text = board.text.load();
    reader.gets(memory("board"), &text);
    stage::ensure!(text == MESSAGE, "loaded `{text}` instead of `{MESSAGE}`");
    shm_unlink(reader.shm_name("board")?.as_c_str())?;
    board.read.store(1, Release);
    Ok(futex::wake(&board.read)?)
}
// ANCHOR_END: reader

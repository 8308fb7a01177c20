//! The System V fragment of the notes, with everything that it does not check.

use std::ptr::null;

use libc::{IPC_CREAT, key_t};
use nix::errno::Errno;
use stage::{Actor, Result, Scene, memory};

use crate::lacking;
use crate::process::{fork, no_core};
use crate::sysv::{remove, shmat, shmget, stat};

pub const SCENE: Scene = Scene::new(
    "c-system-v",
    "System V in C: three calls, and nothing checked",
    &[("parent", parent)],
);

const ASKED: usize = 1024;
const MESSAGE: [u8; 13] = *b"Shared Hello\0";

fn parent(parent: &Actor) -> Result {
    let key = parent.shm_key("fragment")?;
    let id = shmget(key, ASKED, IPC_CREAT | 0o666).map_err(lacking::system_v)?;
    let writer = fork(parent, "writer", |me| writer(me, key))?;
    parent.waits(writer)?;
    let place = shmat(id, 0)?;
    // SAFETY: the segment has room for the message, and the writer has ended.
    let found = unsafe { place.cast::<[u8; 13]>().read() };
    stage::ensure!(found == MESSAGE, "loaded {found:?}");
    parent.gets(memory("segment"), str::from_utf8(&found)?.trim_end_matches('\0'));

    let bigger = fork(parent, "bigger", |me| bigger(me, key))?;
    parent.reaps(bigger)?;
    let left = stat(id)?;
    parent.says(format_args!("finds the segment left behind: {} bytes", left.shm_segsz));
    remove(id)?;
    Ok(())
}

// ANCHOR: writer
fn writer(writer: &Actor, key: key_t) -> Result {
    let data = shmat(shmget(key, ASKED, IPC_CREAT | 0o666)?, 0)?;
    writer.sends(memory("segment"), str::from_utf8(&MESSAGE)?.trim_end_matches('\0'));
    // SAFETY: the message fits. What follows it does not, but segments consist of whole pages,
    // and no page is smaller than this: the kernel sees nothing wrong.
    unsafe {
        data.cast().write(MESSAGE);
        data.add(ASKED).write_bytes(b'!', 3 * ASKED);
    }
    writer.says(format_args!("asked for {ASKED} bytes, writes {} more: no error", 3 * ASKED));
    Ok(())
}
// ANCHOR_END: writer

// ANCHOR: bigger
fn bigger(bigger: &Actor, key: key_t) -> Result {
    let wanted = 2 * ASKED;
    // SAFETY: the call takes numbers only.
    let id = unsafe { libc::shmget(key, wanted, IPC_CREAT | 0o666) };
    let error = Errno::last();
    bigger.says(format_args!("asks for {wanted} bytes under that key: {id}, {error:?}"));
    stage::ensure!((id, error) == (-1, Errno::EINVAL), "shmget gave {id}, {error:?}");

    // SAFETY: the kernel chooses a free place.
    let data = unsafe { libc::shmat(id, null(), 0) }.cast::<u8>();
    let error = Errno::last();
    let address = data.addr().cast_signed();
    bigger.says(format_args!("attaches segment {id}: address {address}, {error:?}"));
    stage::ensure!((address, error) == (-1, Errno::EINVAL), "shmat gave {address}, {error:?}");
    no_core()?;
    // SAFETY: none. The address is no place of ours, and the kernel ends this process.
    unsafe { data.write_volatile(MESSAGE[0]) };
    Ok(())
}
// ANCHOR_END: bigger

//! A segment counts who has it attached, and is destroyed at zero: if somebody has asked for it.

use libc::{IPC_CREAT, IPC_EXCL, key_t};
use nix::errno::Errno;
use stage::{Actor, Result, Scene, memory};

use crate::lacking;
use crate::memory::Text;
use crate::process::fork;
use crate::sysv::{remove, shmat, shmdt, shmget, stat};

pub const SCENE: Scene = Scene::new(
    "removed",
    "a segment stays without anybody, and goes when asked to and alone",
    &[("parent", parent)],
);

const KEPT: &str = "still here";

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let key = parent.shm_key("kept")?;
    let maker = fork(parent, "maker", |me| maker(me, key))?;
    parent.waits(maker)?;

    let id = shmget(key, 0, 0)?;
    parent.says(format_args!("finds the key: {} attached", stat(id)?.shm_nattch));
    let place = shmat(id, 0)?;
    // SAFETY: the segment holds a `Text`, and is not detached before the last look at it.
    let text = unsafe { place.cast::<Text>().as_ref() };
    parent.gets(memory("segment"), text.load());
    let child = fork(parent, "child", |me| {
        me.says(format_args!("has inherited it: {} attached", stat(id)?.shm_nattch));
        Ok(())
    })?;
    parent.waits(child)?;

    remove(id)?;
    let error = shmget(key, 0, 0).err().unwrap_or(Errno::UnknownErrno);
    parent.says(format_args!("removes it, and looks for the key: {error:?}"));
    stage::ensure!(error == Errno::ENOENT, "shmget: {error:?}");
    parent.says(format_args!("has it still: {} attached", stat(id)?.shm_nattch));
    parent.gets(memory("segment"), text.load());

    // SAFETY: nothing looks at `text` from here on.
    unsafe { shmdt(place) }?;
    let error = stat(id).err().unwrap_or(Errno::UnknownErrno);
    parent.says(format_args!("detaches, and asks for the segment: {error:?}"));
    stage::ensure!(matches!(error, Errno::EINVAL | Errno::EIDRM), "shmctl: {error:?}");
    Ok(())
}
// ANCHOR_END: parent

fn maker(maker: &Actor, key: key_t) -> Result {
    let flags = IPC_CREAT | IPC_EXCL | 0o600;
    let id = shmget(key, size_of::<Text>(), flags).map_err(lacking::system_v)?;
    maker.sends(memory("segment"), KEPT);
    // SAFETY: the segment is large enough, and any bytes are a valid `Text`.
    unsafe { shmat(id, 0)?.cast::<Text>().as_ref() }.store(KEPT);
    Ok(())
}

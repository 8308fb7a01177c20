//! Who may only read is stopped at the mapping, and once more at the store.

use std::ffi::CStr;

use libc::{IPC_CREAT, SHM_RDONLY, key_t};
use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::mman::{ProtFlags, shm_open, shm_unlink};
use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::sys::wait::WaitStatus;
use nix::unistd::ftruncate;
use stage::{Actor, Result, Scene, memory};

use crate::lacking;
use crate::memory::{READ_WRITE, Text, map, map_text};
use crate::process::{fork, no_core};
use crate::sysv::{remove, shmat, shmget};

pub const SCENE: Scene = Scene::new(
    "read-only",
    "a store into a read-only mapping ends the process",
    &[("owner", owner)],
);

const NOTE: &str = "look, do not touch";

fn owner(owner: &Actor) -> Result {
    let (name, key) = (owner.shm_name("shown")?, owner.shm_key("shown")?);
    let flags = OFlag::O_CREAT | OFlag::O_RDWR;
    let object = shm_open(&*name, flags, Mode::S_IRUSR | Mode::S_IWUSR).map_err(lacking::posix)?;
    ftruncate(&object, Text::SIZE as libc::off_t)?;
    owner.sends(memory("object"), NOTE);
    map_text(&object)?.store(NOTE);
    let id = shmget(key, 1, IPC_CREAT | 0o600).map_err(lacking::system_v)?;

    for (role, part) in [("viewer", viewer as fn(&_, &_, _) -> _), ("segment", segment)] {
        let child = fork(owner, role, |me| part(me, &name, key))?;
        let WaitStatus::Signaled(_, Signal::SIGSEGV, _) = owner.reaps(child)? else {
            return Err(stage::Error::new(format!("`{role}` could store")));
        };
    }
    remove(id)?;
    Ok(shm_unlink(name.as_c_str())?)
}

// ANCHOR: viewer
fn viewer(viewer: &Actor, name: &CStr, _: key_t) -> Result {
    let object = shm_open(name, OFlag::O_RDONLY, Mode::empty())?;
    let error = map(&object, Text::SIZE, READ_WRITE).err().unwrap_or(Errno::UnknownErrno);
    viewer.says(format_args!("maps it for writing: {error:?}"));
    stage::ensure!(error == Errno::EACCES, "mmap: {error:?}");

    let place = map(&object, Text::SIZE, ProtFlags::PROT_READ)?;
    // SAFETY: the mapping stays, and any bytes are a valid `Text`.
    viewer.gets(memory("object"), unsafe { place.cast::<Text>().as_ref() }.load());
    viewer.says("stores all the same");
    no_core()?;
    // SAFETY: none. The kernel ends this process.
    unsafe { place.write_volatile(b'X') };
    Ok(())
}
// ANCHOR_END: viewer

fn segment(segment: &Actor, _: &CStr, key: key_t) -> Result {
    let place = shmat(shmget(key, 0, 0)?, SHM_RDONLY)?;
    segment.says("has attached a segment to read only, and stores");
    no_core()?;
    // SAFETY: none. The kernel ends this process.
    unsafe { place.write_volatile(b'X') };
    Ok(())
}

//! Knowing the name is not enough: the kernel looks at the mode.

use std::ffi::CStr;

use libc::{IPC_CREAT, key_t};
use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::mman::{shm_open, shm_unlink};
use nix::sys::stat::Mode;
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::process::fork;
use crate::sysv::{remove, shmat, shmget};

pub const SCENE: Scene = Scene::new(
    "permission",
    "a process that knows the name is refused by the mode",
    &[("owner", owner)],
);

// ANCHOR: owner
fn owner(owner: &Actor) -> Result {
    let nobody_may = 0o000;
    let (name, key) = (owner.shm_name("secret")?, owner.shm_key("secret")?);
    let mode = Mode::from_bits_truncate(nobody_may);
    drop(shm_open(&*name, OFlag::O_CREAT | OFlag::O_RDWR, mode).map_err(lacking::posix)?);
    let id = shmget(key, 1, IPC_CREAT | nobody_may as i32).map_err(lacking::system_v)?;
    owner.says(format_args!("makes an object and a segment of mode {nobody_may:03o}"));

    let stranger = fork(owner, "stranger", |me| stranger(me, &name, key))?;
    owner.waits(stranger)?;
    remove(id)?;
    Ok(shm_unlink(name.as_c_str())?)
}
// ANCHOR_END: owner

// ANCHOR: stranger
fn stranger(stranger: &Actor, name: &CStr, key: key_t) -> Result {
    stranger.obeys_permissions()?;
    let posix = shm_open(name, OFlag::O_RDONLY, Mode::empty()).err();
    let posix = posix.unwrap_or(Errno::UnknownErrno);
    stranger.says(format_args!("opens the object: {posix:?}"));

    // To look the key up needs no permission, as long as none is asked for.
    let id = shmget(key, 0, 0)?;
    let system_v = shmat(id, libc::SHM_RDONLY).err().unwrap_or(Errno::UnknownErrno);
    stranger.says(format_args!("finds the segment by its key, and attaches it: {system_v:?}"));
    let refused = (posix, system_v) == (Errno::EACCES, Errno::EACCES);
    stage::ensure!(refused, "{posix:?} and {system_v:?}");
    Ok(())
}
// ANCHOR_END: stranger

//! The same mode, asked for in two ways: one is cut by the umask.

use libc::IPC_CREAT;
use nix::fcntl::OFlag;
use nix::sys::mman::{shm_open, shm_unlink};
use nix::sys::stat::{Mode, fstat, umask};
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::sysv::{remove, shmget, stat};

pub const SCENE: Scene = Scene::new(
    "umask",
    "the umask cuts the mode of an object, not of a segment",
    &[("maker", maker)],
);

// ANCHOR: maker
fn maker(maker: &Actor) -> Result {
    let asked = 0o666;
    let cut = 0o022;
    umask(Mode::from_bits_truncate(cut));
    maker.says(format_args!("asks twice for mode {asked:o}, with a umask of {cut:03o}"));

    let name = maker.shm_name("mode")?;
    let mode = Mode::from_bits_truncate(asked);
    let object = shm_open(name.as_c_str(), OFlag::O_CREAT | OFlag::O_RDWR, mode);
    let posix = fstat(object.map_err(lacking::posix)?)?.st_mode & 0o777;
    shm_unlink(name.as_c_str())?;
    maker.says(format_args!("has an object of mode {posix:o}"));

    let key = maker.shm_key("mode")?;
    let id = shmget(key, 1, IPC_CREAT | asked as i32).map_err(lacking::system_v)?;
    let system_v = u32::from(stat(id)?.shm_perm.mode) & 0o777;
    remove(id)?;
    maker.says(format_args!("has a segment of mode {system_v:o}: everybody may write"));
    stage::ensure!((posix, system_v) == (0o644, 0o666), "{posix:o} and {system_v:o}");
    Ok(())
}
// ANCHOR_END: maker

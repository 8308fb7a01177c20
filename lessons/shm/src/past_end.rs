//! A mapping can be longer than what it maps: the pages beyond the end have nothing behind them.

use std::ptr::NonNull;

use nix::fcntl::OFlag;
use nix::sys::mman::{shm_open, shm_unlink};
use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::sys::wait::WaitStatus;
use nix::unistd::ftruncate;
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::memory::{READ_WRITE, map, page_size};
use crate::process::{fork, no_core};

pub const SCENE: Scene = Scene::new(
    "past-end",
    "without ftruncate there is nothing behind the mapping",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let name = parent.shm_name("short")?;
    let flags = OFlag::O_CREAT | OFlag::O_RDWR;
    let object = shm_open(&*name, flags, Mode::S_IRUSR | Mode::S_IWUSR).map_err(lacking::posix)?;
    shm_unlink(name.as_c_str())?;

    let page = page_size()?;
    let (first, second) = {
        let place = map(&object, 2 * page, READ_WRITE)?;
        // SAFETY: the second page lies in the mapping.
        (place, unsafe { place.add(page) })
    };
    parent.says("maps two pages of a new object: no error");
    stores(parent, "nosize", first, Some(Signal::SIGBUS))?;

    ftruncate(&object, page as libc::off_t)?;
    parent.says("gives the object one page");
    stores(parent, "inside", first, None)?;
    stores(parent, "beyond", second, Some(Signal::SIGBUS))?;

    ftruncate(&object, 0)?;
    parent.says("takes the page away again");
    stores(parent, "shrunk", first, Some(Signal::SIGBUS))
}
// ANCHOR_END: parent

// ANCHOR: stores
fn stores(parent: &Actor, name: &str, place: NonNull<u8>, death: Option<Signal>) -> Result {
    let child = fork(parent, name, |me| {
        no_core()?;
        me.says("stores one byte");
        // SAFETY: the place lies in the mapping. Where no page is behind it, the kernel ends us.
        unsafe { place.write_volatile(b'X') };
        Ok(())
    })?;
    let killed = match parent.reaps(child)? {
        WaitStatus::Signaled(_, signal, _) => Some(signal),
        _ => None,
    };
    stage::ensure!(killed == death, "`{name}` ended with {killed:?} instead of {death:?}");
    Ok(())
}
// ANCHOR_END: stores

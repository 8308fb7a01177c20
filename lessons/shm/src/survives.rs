//! The object outlives its maker and its name. It goes with the last mapping.

use std::ffi::CStr;
use std::os::fd::OwnedFd;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::mman::{shm_open, shm_unlink};
use nix::sys::stat::{Mode, fstat};
use nix::unistd::ftruncate;
use stage::{Actor, Result, Scene, memory};

use crate::lacking;
use crate::memory::{Text, map_text};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "survives",
    "an object outlives its maker, and a mapping outlives the name",
    &[("parent", parent)],
);

const KEPT: &str = "still here";

fn make(name: &CStr) -> Result<OwnedFd> {
    let flags = OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_RDWR;
    let object = shm_open(name, flags, Mode::S_IRUSR | Mode::S_IWUSR).map_err(lacking::posix)?;
    ftruncate(&object, Text::SIZE as libc::off_t)?;
    Ok(object)
}

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let name = parent.shm_name("kept")?;
    let maker = fork(parent, "maker", |me| {
        me.sends(memory("object"), KEPT);
        map_text(make(&name)?)?.store(KEPT);
        Ok(())
    })?;
    parent.waits(maker)?;

    let object = shm_open(name.as_c_str(), OFlag::O_RDWR, Mode::empty())?;
    parent.says(format_args!("opens it by name: {} link to it", fstat(&object)?.st_nlink));
    let text = map_text(&object)?;
    parent.gets(memory("object"), text.load());

    parent.says("unlinks the name, and keeps the mapping");
    shm_unlink(name.as_c_str())?;
    let late = fork(parent, "late", |me| late(me, &name))?;
    parent.waits(late)?;

    let links = fstat(&object)?.st_nlink;
    parent.says(format_args!("has {links} links, and its mapping is as it was"));
    parent.gets(memory("object"), text.load());
    stage::ensure!(text.load() == KEPT && links == 0, "`{}`, {links} links", text.load());
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: late
fn late(late: &Actor, name: &CStr) -> Result {
    let error = shm_open(name, OFlag::O_RDWR, Mode::empty()).err().unwrap_or(Errno::UnknownErrno);
    late.says(format_args!("opens the name: {error:?}"));
    stage::ensure!(error == Errno::ENOENT, "shm_open: {error:?}");

    let other = map_text(make(name)?)?.load();
    late.says(format_args!("makes it anew: another object, it holds `{other}`"));
    stage::ensure!(other.is_empty(), "the new object holds `{other}`");
    Ok(shm_unlink(name)?)
}
// ANCHOR_END: late

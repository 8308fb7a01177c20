//! Fork copies a page of memory only when one of the two processes writes to it.

use std::ptr::NonNull;

use nix::sys::mman::{MapFlags, MmapAdvise, madvise};
use nix::unistd::{SysconfVar, sysconf};
use stage::{Actor, Result, Scene, missing};

use crate::process::fork;
use crate::shared::map;

pub const SCENE: Scene = Scene::new(
    "copies",
    "fork copies a page when somebody writes to it, not before",
    &[("parent", parent)],
);

const PAGES: usize = 256;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let size = usize::try_from(sysconf(SysconfVar::PAGE_SIZE)?.unwrap_or(4096))?;
    let memory = map(PAGES * size, MapFlags::MAP_PRIVATE)?;
    // Small pages only; and by its own mark the kernel tells this mapping from its neighbours.
    for advice in [MmapAdvise::MADV_NOHUGEPAGE, MmapAdvise::MADV_DONTDUMP] {
        // SAFETY: the advice concerns this mapping alone and changes nothing in it.
        let _ = unsafe { madvise(memory.cast(), PAGES * size, advice) };
    }
    touch(memory, size, 1);
    parent.says(format!("has filled {PAGES} pages: all {} are its own", pages(memory, size)?.0));
    let child = fork(parent, "child", |me| child(me, memory, size))?;
    parent.waits(child)
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, memory: NonNull<u8>, size: usize) -> Result {
    let (own, shared) = pages(memory, size)?;
    child.says(format!("after fork: {own} pages are its own, {shared} are both's"));
    stage::ensure!((own, shared) == (0, PAGES), "{own} pages were copied by fork itself");
    touch(memory, size, 4);
    let (own, shared) = pages(memory, size)?;
    child.says(format!("has written to every fourth: {own} are its own, {shared} are both's"));
    stage::ensure!(own == PAGES / 4, "{own} pages are the child's own");
    Ok(())
}
// ANCHOR_END: child

/// Writes one byte into every so many pages.
fn touch(memory: NonNull<u8>, size: usize, step: usize) {
    for page in (0..PAGES).step_by(step) {
        // SAFETY: the mapping is as long as all pages, and only this process can store there.
        unsafe { memory.add(page * size).write_volatile(1) };
    }
}

/// How many pages of the mapping only this process has, and how many it has with another one:
/// see `proc_pid_smaps(5)`.
fn pages(memory: NonNull<u8>, size: usize) -> Result<(usize, usize)> {
    let lacking = || missing("`/proc/self/smaps` tells no pages", "run a kernel that has them");
    let maps = std::fs::read_to_string("/proc/self/smaps").map_err(|_| lacking())?;
    let start = format!("{:08x}-", memory.addr());
    let ours = maps.lines().skip_while(|row| !row.starts_with(&start));
    let count = |name: &str| -> Result<usize> {
        let field = ours.clone().find_map(|row| row.strip_prefix(name)).ok_or_else(lacking)?;
        Ok(field.trim().trim_end_matches(" kB").parse::<usize>()? * 1024 / size)
    };
    Ok((count("Private_Dirty:")?, count("Shared_Dirty:")?))
}

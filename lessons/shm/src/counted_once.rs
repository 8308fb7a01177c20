//! Three processes use the same memory: it is there once, and the sum of what they show is three
//! times as much.

use std::fs;
use std::os::fd::OwnedFd;

use nix::fcntl::OFlag;
use nix::sys::mman::{MmapAdvise, madvise, shm_open, shm_unlink};
use nix::sys::stat::{Mode, fstat};
use nix::unistd::ftruncate;
use stage::{Actor, Result, Scene, missing};

use crate::barrier::Barrier;
use crate::lacking;
use crate::memory::{READ_WRITE, map, shared};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "counted-once",
    "memory of three processes is there once, but each counts it",
    &[("parent", parent)],
);

const SIZE: usize = 1 << 20;
const USERS: [&str; 3] = ["ann", "bob", "cho"];

fn parent(parent: &Actor) -> Result {
    let name = parent.shm_name("large")?;
    let flags = OFlag::O_CREAT | OFlag::O_RDWR;
    let object = shm_open(&*name, flags, Mode::S_IRUSR | Mode::S_IWUSR).map_err(lacking::posix)?;
    shm_unlink(name.as_c_str())?;
    ftruncate(&object, SIZE as libc::off_t)?;
    parent.says(format_args!(
        "makes an object of {} kB: it takes {} kB",
        SIZE / 1024,
        kb(&object)?
    ));

    let all = shared(Barrier::room())?;
    all.init(USERS.len() as u32)?;
    let users = USERS.map(|user| fork(parent, user, |me| uses(me, &object, all)));
    // If one is lacking, the others wait for it: nobody must wait for them.
    for user in users.into_iter().collect::<Result<Vec<_>>>()? {
        parent.waits(user)?;
    }
    parent.says(format_args!("finds that the object takes {} kB", kb(&object)?));
    stage::ensure!(kb(&object)? == SIZE / 1024, "the object takes {} kB", kb(&object)?);
    Ok(())
}

fn kb(object: &OwnedFd) -> Result<usize> {
    Ok(usize::try_from(fstat(object)?.st_blocks)? / 2)
}

// ANCHOR: uses
fn uses(user: &Actor, object: &OwnedFd, all: &Barrier) -> Result {
    let memory = map(object, SIZE, READ_WRITE)?;
    // SAFETY: the advice changes no memory; small pages, so that each is counted on its own.
    let _ = unsafe { madvise(memory.cast(), SIZE, MmapAdvise::MADV_NOHUGEPAGE) };
    // SAFETY: the mapping is that long, and the others store the same.
    unsafe { memory.write_bytes(1, SIZE) };
    all.wait();

    let maps = fs::read_to_string("/proc/self/smaps");
    let maps = maps.map_err(|error| {
        missing(format!("no /proc/self/smaps ({error})"), "it needs CONFIG_PROC_PAGE_MONITOR")
    })?;
    let ours = maps.split_once(&format!("{:x}-", memory.addr())).map_or("", |(_, ours)| ours);
    let field = |name: &str| {
        let line = ours.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<usize>()
    };
    let (rss, pss) = (field("Rss:")?, field("Pss:")?);
    user.says(format_args!("counts {rss} kB as resident, {pss} kB as its share"));
    stage::ensure!((rss, pss) == (SIZE / 1024, SIZE / 1024 / 3), "Rss {rss} kB, Pss {pss} kB");
    all.wait();
    Ok(())
}
// ANCHOR_END: uses

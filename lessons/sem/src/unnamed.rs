//! A semaphore is a few bytes. Whoever shares the bytes shares the semaphore.

use libc::{MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED, PROT_READ, PROT_WRITE, c_int, sem_t};
use nix::errno::Errno;
use stage::{Actor, Result, Scene};

use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "unnamed",
    "a semaphore in shared memory, and one in memory that fork copies",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let mut left = Vec::new();
    for (name, memory) in [("shared", MAP_SHARED), ("private", MAP_PRIVATE)] {
        let semaphore = make(memory)?;
        let child = fork(parent, name, |child| {
            // SAFETY: `make` has made it.
            Errno::result(unsafe { libc::sem_post(semaphore) })?;
            child.says(format_args!("posts, the value is {}", value(semaphore)?));
            Ok(())
        })?;
        parent.waits(child)?;
        parent.says(format_args!("finds the value {}", value(semaphore)?));
        left.push(value(semaphore)?);
    }
    stage::ensure!(left == [1, 0], "the values are {left:?}");
    Ok(())
}

fn make(memory: c_int) -> Result<*mut sem_t> {
    let (access, kind) = (PROT_READ | PROT_WRITE, memory | MAP_ANONYMOUS);
    let size = size_of::<sem_t>();
    // SAFETY: the kernel chooses a free place for the mapping, which is large enough.
    unsafe {
        let place = libc::mmap(std::ptr::null_mut(), size, access, kind, -1, 0);
        stage::ensure!(place != libc::MAP_FAILED, "`mmap`: {}", Errno::last());
        let for_processes = 1;
        Errno::result(libc::sem_init(place.cast(), for_processes, 0))?;
        Ok(place.cast())
    }
}
// ANCHOR_END: parent

fn value(semaphore: *mut sem_t) -> nix::Result<c_int> {
    let mut value = 0;
    // SAFETY: `make` has made it, and the result has room.
    Errno::result(unsafe { libc::sem_getvalue(semaphore, &raw mut value) })?;
    Ok(value)
}

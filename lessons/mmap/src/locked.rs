//! A file brings a lock of its own along, and the lock ends with the process.

use std::fs::File;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use nix::fcntl::{Flock, FlockArg};
use nix::sys::mman::MapFlags;
use stage::{Actor, Result, Scene, memory, token};

use crate::files::with_size;
use crate::mapping::Mapping;
use crate::process::fork;

pub const SCENE: Scene =
    Scene::new("locked", "with the file's own lock around it, nothing is lost", &[("ann", ann)]);

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let file = with_size(ann, "counter", size_of::<u32>())?;
    ann.sends(memory("counter"), counter(&file)?.load(Relaxed));
    let lock = lock(file)?;
    let bob = fork(ann, "bob", bob)?;

    let counter = counter(&lock)?;
    let seen = counter.load(Relaxed);
    ann.gets(memory("counter"), seen);
    ann.until_waiting("bob", "flock")?;
    ann.says("is in the critical section, and bob sleeps outside");
    ann.sends(memory("counter"), seen + 1);
    counter.store(seen + 1, Relaxed);
    ann.sends(token("lock"), "unlocked");
    lock.unlock().map_err(|(_, error)| error)?;

    ann.waits(bob)?;
    let sum = counter.load(Relaxed);
    ann.says(format_args!("finds {sum}"));
    stage::ensure!(sum == 2, "the sum is {sum}");
    Ok(())
}
// ANCHOR_END: ann

// ANCHOR: bob
fn bob(bob: &Actor) -> Result {
    // Opened anew: a descriptor that fork has copied would share ann's lock.
    let file = File::options().read(true).write(true).open(bob.path("counter")?)?;
    bob.says("wants the lock");
    let lock = lock(file)?;
    bob.gets(token("lock"), "unlocked");
    let counter = counter(&lock)?;
    let seen = counter.load(Relaxed);
    bob.gets(memory("counter"), seen);
    bob.sends(memory("counter"), seen + 1);
    counter.store(seen + 1, Relaxed);
    Ok(())
}
// ANCHOR_END: bob

// ANCHOR: lock
fn lock(file: File) -> nix::Result<Flock<File>> {
    Flock::lock(file, FlockArg::LockExclusive).map_err(|(_, error)| error)
}
// ANCHOR_END: lock

fn counter(file: &File) -> Result<&'static AtomicU32> {
    let mapping = Mapping::of(file, size_of::<u32>(), MapFlags::MAP_SHARED)?;
    // SAFETY: the mapping is large enough and stays until the end; any bytes are a number.
    Ok(unsafe { mapping.start.cast().as_ref() })
}

//! A counter in a file: to add one is still to load, to add and to store.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use nix::sys::mman::MapFlags;
use stage::{Actor, Result, Scene, memory};

use crate::files::{read_at, with_size};
use crate::gate::Gate;
use crate::mapping::Mapping;
use crate::process::fork;

pub const SCENE: Scene =
    Scene::new("lost-update", "two processes add one in a file: it says one", &[("ann", ann)]);

/// ann adds one, and bob does.
const INCREMENTS: u32 = 2;

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let file = with_size(ann, "counter", size_of::<u32>())?;
    let mapping = Mapping::of(&file, size_of::<u32>(), MapFlags::MAP_SHARED)?;
    // SAFETY: the mapping is large enough, aligned to a page, and any bytes are a number.
    let counter: &AtomicU32 = unsafe { mapping.start.cast().as_ref() };
    ann.sends(memory("counter"), counter.load(Relaxed));
    let (bobs, anns) = (Gate::new("bob's")?, Gate::new("ann's")?);
    let bob = fork(ann, "bob", |me| bob(me, counter, &bobs, &anns))?;

    let seen = counter.load(Relaxed);
    ann.gets(memory("counter"), seen);
    // Here the scheduler takes the processor away. Two gates make it certain.
    bobs.open(ann)?;
    anns.pass(ann)?;
    ann.sends(memory("counter"), seen + 1);
    counter.store(seen + 1, Relaxed);

    ann.waits(bob)?;
    let bytes = read_at(&file, 0, size_of::<u32>())?.into_bytes();
    let sum = bytes.try_into().map(u32::from_ne_bytes).unwrap_or_default();
    ann.says(format_args!("reads {sum} from the file, after {INCREMENTS} increments"));
    stage::ensure!(sum == 1, "the file says {sum}");
    Ok(())
}
// ANCHOR_END: ann

// ANCHOR: bob
fn bob(bob: &Actor, counter: &AtomicU32, bobs: &Gate, anns: &Gate) -> Result {
    bobs.pass(bob)?;
    let seen = counter.load(Relaxed);
    bob.gets(memory("counter"), seen);
    bob.sends(memory("counter"), seen + 1);
    counter.store(seen + 1, Relaxed);
    anns.open(bob)
}
// ANCHOR_END: bob

//! A queue in shared memory: slots, and two counters that one process each may change.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed, Ordering::Release};

use stage::{Actor, Result, Scene, token};

use crate::futex;
use crate::memory::shared;
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "ring",
    "one writer, one reader, a few slots: a queue without a lock",
    &[("writer", writer)],
);

const NUMBERS: u32 = 6;

// ANCHOR: ring
#[derive(Default)]
struct Ring {
    slots: [AtomicU32; 4],
    /// How many have been put in so far: only the writer changes it.
    put: AtomicU32,
    /// How many have been taken out so far: only the reader changes it.
    taken: AtomicU32,
}

impl Ring {
    fn slot(&self, at: u32) -> &AtomicU32 {
        &self.slots[at as usize % self.slots.len()]
    }
}
// ANCHOR_END: ring

// ANCHOR: writer
fn writer(writer: &Actor) -> Result {
    let ring = shared(Ring::default())?;
    let reader = fork(writer, "reader", |me| reader(me, ring))?;
    for at in 0..NUMBERS {
        // Full: sleeps until the oldest has been taken.
        if let Some(oldest) = at.checked_sub(ring.slots.len() as u32) {
            futex::wait_while(&ring.taken, oldest)?;
        }
        let number = at * at;
        writer.sends(token("ring"), number); // a token: the kernel sees none of these numbers
        ring.slot(at).store(number, Relaxed);
        ring.put.store(at + 1, Release);
        futex::wake(&ring.put)?;
    }
    writer.waits(reader)
}
// ANCHOR_END: writer

// ANCHOR: reader
fn reader(reader: &Actor, ring: &Ring) -> Result {
    for at in 0..NUMBERS {
        // Empty: sleeps until there is one more.
        futex::wait_while(&ring.put, at)?;
        let number = ring.slot(at).load(Relaxed);
        reader.gets(token("ring"), number);
        stage::ensure!(number == at * at, "took {number} out of slot {at}");
        ring.taken.store(at + 1, Release);
        futex::wake(&ring.taken)?;
    }
    Ok(())
}
// ANCHOR_END: reader

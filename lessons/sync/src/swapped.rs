//! The same ring, and two lines of the producer in the wrong order.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::{Actor, Result, Scene};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::Mutex;
use crate::semaphore::Semaphore;

pub const SCENE: Scene = Scene::new(
    "swapped",
    "a producer that sleeps with the mutex in its hand",
    &[("producer", producer)],
)
.hangs();

struct Ring {
    slots: [AtomicU32; 4],
    empty: Semaphore,
    mutex: Mutex,
}

// ANCHOR: producer
fn producer(producer: &Actor) -> Result {
    let slots = [const { AtomicU32::new(0) }; 4];
    let ring = shared(Ring { slots, empty: Semaphore::room(), mutex: Mutex::room() })?;
    ring.empty.init(ring.slots.len() as u32)?;
    ring.mutex.init_normal()?;
    let consumer = fork(producer, "consumer", |me| consumer(me, ring))?;
    for (item, slot) in ring.slots.iter().enumerate() {
        put(ring, slot, item as u32)?;
    }
    producer.says(format_args!("has filled {} slots, and goes on", ring.slots.len()));
    put(ring, &ring.slots[0], ring.slots.len() as u32)?;
    producer.waits(consumer)
}

fn put(ring: &Ring, slot: &AtomicU32, item: u32) -> nix::Result<()> {
    // The wrong way round: it may have to sleep, and then it sleeps in the critical section.
    ring.mutex.lock()?;
    ring.empty.wait()?;
    slot.store(item, Relaxed);
    ring.mutex.unlock()
}
// ANCHOR_END: producer

// ANCHOR: consumer
fn consumer(consumer: &Actor, ring: &Ring) -> Result {
    consumer.until_waiting("producer", "futex")?;
    consumer.says("sees the producer asleep, and wants to take an item");
    ring.mutex.lock()?;
    ring.mutex.unlock()?;
    Ok(ring.empty.post()?)
}
// ANCHOR_END: consumer

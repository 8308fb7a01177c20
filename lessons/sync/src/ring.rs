//! The bounded buffer itself: four slots in shared memory, and what guards them.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::memory::shared;
use crate::pthread::Mutex;
use crate::semaphore::Semaphore;

// ANCHOR: ring
pub struct Ring {
    slots: [AtomicU32; 4],
    put: AtomicU32,
    taken: AtomicU32,
    /// Counts the free slots: a producer sleeps when there is none.
    empty: Semaphore,
    /// Counts the filled slots: a consumer sleeps when there is none.
    full: Semaphore,
    /// For the slots and both counters.
    mutex: Mutex,
}

impl Ring {
    pub fn put(&self, item: u32) -> nix::Result<()> {
        self.empty.wait()?;
        self.mutex.lock()?;
        let at = self.put.fetch_add(1, Relaxed) as usize % self.slots.len();
        self.slots[at].store(item, Relaxed);
        self.mutex.unlock()?;
        self.full.post()
    }

    pub fn take(&self) -> nix::Result<u32> {
        self.full.wait()?;
        self.mutex.lock()?;
        let at = self.taken.fetch_add(1, Relaxed) as usize % self.slots.len();
        let item = self.slots[at].load(Relaxed);
        self.mutex.unlock()?;
        self.empty.post()?;
        Ok(item)
    }
}
// ANCHOR_END: ring

/// A ring that processes share, empty.
pub fn make() -> nix::Result<&'static Ring> {
    let ring = shared(Ring {
        slots: [const { AtomicU32::new(0) }; 4],
        put: AtomicU32::new(0),
        taken: AtomicU32::new(0),
        empty: Semaphore::room(),
        full: Semaphore::room(),
        mutex: Mutex::room(),
    })?;
    ring.empty.init(ring.slots.len() as u32)?;
    ring.full.init(0)?;
    ring.mutex.init_normal()?;
    Ok(ring)
}

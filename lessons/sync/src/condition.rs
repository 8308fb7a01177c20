//! To wait for news without holding the lock that the news need.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use nix::errno::Errno;
use stage::{Actor, Result, Scene, token};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::{Condition, Mutex};

pub const SCENE: Scene = Scene::new(
    "condition",
    "a condition variable unlocks, sleeps, and locks again",
    &[("maker", maker)],
);

// ANCHOR: store
struct Store {
    mutex: Mutex,
    filled: Condition,
    /// Only who has the mutex may look at it or change it.
    items: AtomicU32,
}
// ANCHOR_END: store

// ANCHOR: maker
fn maker(maker: &Actor) -> Result {
    let (mutex, filled) = (Mutex::room(), Condition::room());
    let store = shared(Store { mutex, filled, items: AtomicU32::new(0) })?;
    store.mutex.init_normal()?;
    store.filled.init()?;
    let taker = fork(maker, "taker", |me| taker(me, store))?;
    maker.until_waiting("taker", "futex")?;
    maker.gets(token("store"), "taker waits");

    let free = store.mutex.try_lock();
    maker.says(format_args!("tries the mutex: {}", word(free)));
    stage::ensure!(free.is_ok(), "the mutex says {free:?}");
    store.items.fetch_add(1, Relaxed);
    maker.sends(token("filled"), "one item");
    store.filled.signal()?;
    store.mutex.unlock()?;
    maker.waits(taker)
}
// ANCHOR_END: maker

// ANCHOR: taker
fn taker(taker: &Actor, store: &Store) -> Result {
    store.mutex.lock()?;
    while store.items.load(Relaxed) == 0 {
        taker.says("has the mutex, and finds nothing");
        taker.sends(token("store"), "taker waits");
        store.filled.wait(&store.mutex)?;
    }
    taker.gets(token("filled"), "one item");
    let tried = store.mutex.try_lock();
    taker.says(format_args!("is back, tries the mutex: {}; it has it", word(tried)));
    stage::ensure!(tried == Err(Errno::EBUSY), "the mutex says {tried:?}");
    store.items.fetch_sub(1, Relaxed);
    Ok(store.mutex.unlock()?)
}
// ANCHOR_END: taker

fn word(tried: nix::Result<()>) -> String {
    tried.map_or_else(|error| format!("{error:?}"), |()| "it is free".to_owned())
}

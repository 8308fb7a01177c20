//! Two wake up, and there is one item.

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

use stage::{Actor, Result, Scene, token};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::{Condition, Mutex};

pub const SCENE: Scene =
    Scene::new("with-if", "who asks once takes an item that is not there", &[("maker", maker)]);

struct Store {
    mutex: Mutex,
    filled: Condition,
    items: AtomicI32,
}

// ANCHOR: maker
fn maker(maker: &Actor) -> Result {
    let (mutex, filled) = (Mutex::room(), Condition::room());
    let store = shared(Store { mutex, filled, items: AtomicI32::new(0) })?;
    store.mutex.init_normal()?;
    store.filled.init()?;
    let ann = fork(maker, "ann", |me| taker(me, store, "ann waits", "ann wakes up"))?;
    maker.until_waiting("ann", "futex")?;
    maker.gets(token("store"), "ann waits");
    let bob = fork(maker, "bob", |me| taker(me, store, "bob waits", "bob wakes up"))?;
    maker.until_waiting("bob", "futex")?;
    maker.gets(token("store"), "bob waits");

    store.mutex.lock()?;
    let items = store.items.fetch_add(1, Relaxed) + 1;
    maker.says(format_args!("puts {items} item into the store, and wakes both"));
    maker.sends(token("filled"), "ann wakes up");
    maker.sends(token("filled"), "bob wakes up");
    store.filled.broadcast()?;
    store.mutex.unlock()?;

    maker.waits(ann)?;
    maker.waits(bob)?;
    let left = store.items.load(Relaxed);
    maker.says(format_args!("finds {left} items in the store"));
    stage::ensure!(left == -1, "{left} items are left");
    Ok(())
}
// ANCHOR_END: maker

// ANCHOR: taker
fn taker(taker: &Actor, store: &Store, waits: &str, wakes: &str) -> Result {
    store.mutex.lock()?;
    if store.items.load(Relaxed) == 0 {
        taker.sends(token("store"), waits);
        store.filled.wait(&store.mutex)?;
        taker.gets(token("filled"), wakes);
    }
    // It may be gone again. Nobody asks.
    store.items.fetch_sub(1, Relaxed);
    taker.says("takes an item");
    Ok(store.mutex.unlock()?)
}
// ANCHOR_END: taker

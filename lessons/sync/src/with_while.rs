//! The same two, and each asks again whenever it has been woken.

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

use stage::{Actor, Result, Scene, token};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::{Condition, Mutex};
use crate::semaphore::Semaphore;

pub const SCENE: Scene = Scene::new(
    "with-while",
    "who asks again after waking takes only what is there",
    &[("maker", maker)],
);

struct Store {
    mutex: Mutex,
    filled: Condition,
    items: AtomicI32,
    /// Posted by each that has been woken, and by each that has taken an item.
    awake: Semaphore,
    taken: Semaphore,
}

// ANCHOR: maker
fn maker(maker: &Actor) -> Result {
    let (mutex, filled, items) = (Mutex::room(), Condition::room(), AtomicI32::new(0));
    let (awake, taken) = (Semaphore::room(), Semaphore::room());
    let store = shared(Store { mutex, filled, items, awake, taken })?;
    store.mutex.init_normal()?;
    store.filled.init()?;
    store.awake.init(0)?;
    store.taken.init(0)?;
    let ann = fork(maker, "ann", |me| taker(me, store, "ann waits"))?;
    maker.until_waiting("ann", "futex")?;
    maker.gets(token("store"), "ann waits");
    let bob = fork(maker, "bob", |me| taker(me, store, "bob waits"))?;
    maker.until_waiting("bob", "futex")?;
    maker.gets(token("store"), "bob waits");

    let put_one = || -> Result {
        store.mutex.lock()?;
        let found = store.items.fetch_add(1, Relaxed);
        maker.says(format_args!("finds {found} in the store, puts one in, wakes all that wait"));
        stage::ensure!(found == 0, "found {found}");
        maker.sends(token("filled"), "one item");
        store.filled.broadcast()?;
        Ok(store.mutex.unlock()?)
    };
    put_one()?;
    // Both wake up. One takes the item, and the other one goes back to sleep.
    store.awake.wait()?;
    store.awake.wait()?;
    store.taken.wait()?;
    maker.gets(token("store"), "item taken");
    put_one()?;
    store.taken.wait()?;
    maker.gets(token("store"), "item taken");

    maker.waits(ann)?;
    maker.waits(bob)?;
    let left = store.items.load(Relaxed);
    maker.says(format_args!("finds {left} items in the store"));
    stage::ensure!(left == 0, "{left} items are left");
    Ok(())
}
// ANCHOR_END: maker

// ANCHOR: taker
fn taker(taker: &Actor, store: &Store, waits: &str) -> Result {
    store.mutex.lock()?;
    taker.sends(token("store"), waits);
    while store.items.load(Relaxed) == 0 {
        store.filled.wait(&store.mutex)?;
        store.awake.post()?;
    }
    store.items.fetch_sub(1, Relaxed);
    taker.gets(token("filled"), "one item");
    taker.sends(token("store"), "item taken");
    store.taken.post()?;
    Ok(store.mutex.unlock()?)
}
// ANCHOR_END: taker

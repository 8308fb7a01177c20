//! A signal that comes before anybody waits has never been.

use stage::{Actor, Result, Scene};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::{Condition, Mutex};

pub const SCENE: Scene = Scene::new(
    "no-memory",
    "a condition variable remembers no signal: the late one waits for ever",
    &[("maker", maker)],
)
.hangs();

struct Store {
    mutex: Mutex,
    filled: Condition,
}

// ANCHOR: maker
fn maker(maker: &Actor) -> Result {
    let store = shared(Store { mutex: Mutex::room(), filled: Condition::room() })?;
    store.mutex.init_normal()?;
    store.filled.init()?;
    maker.says("signals: there is an item");
    store.filled.signal()?;
    let taker = fork(maker, "taker", |me| {
        store.mutex.lock()?;
        // It does not look whether there is an item already.
        me.says("comes late, and waits for the signal");
        store.filled.wait(&store.mutex)?;
        me.says("has been woken");
        Ok(store.mutex.unlock()?)
    })?;
    maker.waits(taker)
}
// ANCHOR_END: maker

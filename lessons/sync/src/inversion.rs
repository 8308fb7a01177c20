//! Who waits for a lock lends its priority to the owner, if the mutex says so.

use libc::{
    PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_INHERIT, PTHREAD_PRIO_NONE, c_int,
};
use stage::{Actor, Result, Scene, token};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::Mutex;
use crate::real_time::{becomes_real_time, priority};

pub const SCENE: Scene = Scene::new(
    "inversion",
    "an owner of low priority inherits that of who waits for it",
    &[("low", low)],
);

const LOW: c_int = 10;
const HIGH: c_int = 30;

struct Locks {
    plain: Mutex,
    inheriting: Mutex,
}

// ANCHOR: low
fn low(low: &Actor) -> Result {
    let locks = shared(Locks { plain: Mutex::room(), inheriting: Mutex::room() })?;
    locks.plain.init(PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_STALLED)?;
    locks.inheriting.init(PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_STALLED)?;
    becomes_real_time(LOW)?;
    locks.plain.lock()?;
    locks.inheriting.lock()?;
    let before = priority()?;
    low.says(format_args!("runs with real-time priority {before}, and has both mutexes"));
    let high = fork(low, "high", |me| high(me, locks))?;

    low.until_waiting("high", "futex")?;
    low.gets(token("plain"), "high waits");
    let plain = priority()?;
    low.says(format_args!("still runs with priority {plain}"));
    low.sends(token("plain"), "unlocked");
    locks.plain.unlock()?;

    low.until_waiting("high", "futex")?;
    low.gets(token("inherits"), "high waits");
    let lent = priority()?;
    low.says(format_args!("now runs with priority {lent}"));
    low.sends(token("inherits"), "unlocked");
    locks.inheriting.unlock()?;
    let after = priority()?;
    low.says(format_args!("has unlocked it, and runs with priority {after}"));
    let seen = [before, plain, lent, after];
    stage::ensure!(seen == [LOW, LOW, HIGH, LOW], "the priorities were {seen:?}");
    low.waits(high)
}
// ANCHOR_END: low

// ANCHOR: high
fn high(high: &Actor, locks: &Locks) -> Result {
    becomes_real_time(HIGH)?;
    high.says(format_args!("runs with real-time priority {}", priority()?));
    high.sends(token("plain"), "high waits");
    locks.plain.lock()?;
    high.gets(token("plain"), "unlocked");
    high.sends(token("inherits"), "high waits");
    locks.inheriting.lock()?;
    high.gets(token("inherits"), "unlocked");
    locks.inheriting.unlock()?;
    Ok(locks.plain.unlock()?)
}
// ANCHOR_END: high

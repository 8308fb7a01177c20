//! Both processes load and store: memory has no direction. The turns come from two semaphores.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::{Actor, Result, Scene, memory};

use crate::memory::shared;
use crate::process::fork;
use crate::semaphore::Semaphore;

pub const SCENE: Scene =
    Scene::new("turns", "two processes count together: both read, both write", &[("ping", ping)]);

const TURNS: usize = 3;

struct Table {
    counter: AtomicU32,
    ping: Semaphore,
    pong: Semaphore,
}

fn ping(ping: &Actor) -> Result {
    let (counter, first, second) = (AtomicU32::new(0), Semaphore::room(), Semaphore::room());
    let table = shared(Table { counter, ping: first, pong: second })?;
    table.ping.init(1)?;
    table.pong.init(0)?;
    ping.sends(memory("counter"), table.counter.load(Relaxed));

    let pong = fork(ping, "pong", |me| counts(me, &table.counter, &table.pong, &table.ping))?;
    counts(ping, &table.counter, &table.ping, &table.pong)?;
    ping.waits(pong)?;
    let sum = table.counter.load(Relaxed);
    ping.gets(memory("counter"), sum);
    stage::ensure!(sum as usize == 2 * TURNS, "counted {sum} in {TURNS} turns each");
    Ok(())
}

// ANCHOR: counts
fn counts(me: &Actor, counter: &AtomicU32, mine: &Semaphore, theirs: &Semaphore) -> Result {
    for _ in 0..TURNS {
        mine.wait()?;
        let seen = counter.load(Relaxed);
        me.gets(memory("counter"), seen);
        me.sends(memory("counter"), seen + 1);
        counter.store(seen + 1, Relaxed);
        theirs.post()?;
    }
    Ok(())
}
// ANCHOR_END: counts

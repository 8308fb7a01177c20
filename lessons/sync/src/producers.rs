//! The bounded buffer: two producers, two consumers, a ring of four slots in shared memory.

use stage::{Actor, Result, Scene, token};

use crate::memory::shared;
use crate::process::fork;
use crate::ring::make;
use crate::tally::{ITEMS, Tally};

pub const SCENE: Scene = Scene::new(
    "producers",
    "the producer-consumer problem: every item exactly once",
    &[("parent", parent)],
);

/// No item any more: as many of these as there are consumers.
const END: u32 = u32::MAX;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (ring, tally) = (make()?, shared(Tally::new())?);
    let mut consumers = Vec::new();
    for name in ["eats-1", "eats-2"] {
        consumers.push(fork(parent, name, |me| {
            loop {
                match ring.take()? {
                    END => break,
                    item => tally.note(item)?,
                }
            }
            me.gets(token("ring"), "the end");
            Ok(())
        })?);
    }
    let mut producers = Vec::new();
    for (name, first) in [("makes-1", 0), ("makes-2", 1)] {
        producers.push(fork(parent, name, |me| {
            for item in (first..ITEMS).step_by(2) {
                ring.put(item)?;
            }
            me.says(format_args!("has made {} items", ITEMS / 2));
            Ok(())
        })?);
    }
    for producer in producers {
        parent.waits(producer)?;
    }
    // A ring has no end of file.
    for _ in &consumers {
        parent.sends(token("ring"), "the end");
        ring.put(END)?;
    }
    for consumer in consumers {
        parent.waits(consumer)?;
    }
    let (once, sum) = tally.result();
    parent.says(format_args!("{once} of {ITEMS} items consumed exactly once, sum {sum}"));
    stage::ensure!((once, sum) == (1000, 499_500), "{once} once, sum {sum}");
    Ok(())
}
// ANCHOR_END: parent

//! Two producers, two consumers, and a pipe: it does all the waiting.

use std::fs::File;
use std::io::{Read, Write};

use nix::unistd::pipe;
use stage::{Actor, Fork, Result, Scene, memory};

use crate::memory::shared;
use crate::tally::{ITEMS, Tally};

pub const SCENE: Scene = Scene::new(
    "by-pipe",
    "producers and consumers with a pipe: nothing to synchronise",
    &[("parent", parent)],
)
.races(&["read"]);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let tally = shared(Tally::new())?;
    let (read_end, write_end) = pipe()?;
    let mut consumers = Vec::new();
    for name in ["eats-1", "eats-2"] {
        match parent.forks(name)? {
            Fork::Child(me) => {
                // Who keeps the write end waits for its own end of file.
                drop(write_end);
                me.plays(|me| consumes(me, File::from(read_end), tally))
            }
            Fork::Parent(child) => consumers.push(child),
        }
    }
    drop(read_end);
    let mut producers = Vec::new();
    for (name, first) in [("makes-1", 0), ("makes-2", 1)] {
        match parent.forks(name)? {
            Fork::Child(me) => me.plays(|me| produces(me, File::from(write_end), first)),
            Fork::Parent(child) => producers.push(child),
        }
    }
    for producer in producers {
        parent.waits(producer)?;
    }
    // End of file is a state: every reader finds it, however many there are.
    parent.sends(memory("pipe"), "the last write end is closed");
    drop(write_end);
    for consumer in consumers {
        parent.waits(consumer)?;
    }
    let (once, sum) = tally.result();
    parent.says(format_args!("{once} of {ITEMS} items consumed exactly once, sum {sum}"));
    stage::ensure!((once, sum) == (1000, 499_500), "{once} once, sum {sum}");
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: both
fn produces(producer: &Actor, mut pipe: File, first: u32) -> Result {
    for item in (first..ITEMS).step_by(2) {
        pipe.write_all(&item.to_ne_bytes())?;
    }
    producer.says(format_args!("has made {} items", ITEMS / 2));
    Ok(())
}

fn consumes(consumer: &Actor, mut pipe: File, tally: &Tally) -> Result {
    let mut item = [0; 4];
    while pipe.read(&mut item)? == item.len() {
        tally.note(u32::from_ne_bytes(item))?;
    }
    consumer.gets(memory("pipe"), "the last write end is closed");
    Ok(())
}
// ANCHOR_END: both

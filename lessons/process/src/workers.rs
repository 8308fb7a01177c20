//! Cooperation: four processes do one job, each a quarter.

use std::os::fd::OwnedFd;

use nix::unistd::{pipe, read, write};
use stage::{Actor, EOF, Fork, Result, Scene};

pub const SCENE: Scene =
    Scene::new("workers", "four processes share one job", &[("boss", boss)]).races(&["read"]);

const LAST: u64 = 1_000_000;

// ANCHOR: boss
fn boss(boss: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let mut workers = Vec::new();
    for (name, quarter) in ["north", "east", "south", "west"].iter().zip(0..) {
        match boss.forks(name)? {
            Fork::Child(me) => me.plays(|me| worker(me, quarter, &writer)),
            Fork::Parent(worker) => workers.push(worker),
        }
    }
    drop(writer);

    let (mut parts, mut sum, mut bytes) = (0, 0, [0; 8]);
    while read(&reader, &mut bytes)? == bytes.len() {
        parts += 1;
        sum += u64::from_ne_bytes(bytes);
    }
    boss.gets("pipe", format!("{} bytes", parts * bytes.len()));
    boss.gets("pipe", EOF);
    boss.says(format!("{parts} partial sums make {sum}"));
    stage::ensure!((parts, sum) == (4, LAST * (LAST + 1) / 2), "{parts} parts make {sum}");
    workers.into_iter().try_for_each(|worker| boss.waits(worker))
}
// ANCHOR_END: boss

// ANCHOR: worker
fn worker(worker: &Actor, quarter: u64, writer: &OwnedFd) -> Result {
    let size = LAST / 4;
    let (from, to) = (quarter * size + 1, (quarter + 1) * size);
    let sum: u64 = (from..=to).sum();
    worker.says(format!("{from} to {to} is {sum}"));
    let bytes = sum.to_ne_bytes(); // so few are written in one piece: PIPE_BUF, see pipe(7)
    worker.sends("pipe", format!("{} bytes", bytes.len()));
    write(writer, &bytes)?;
    Ok(())
}
// ANCHOR_END: worker

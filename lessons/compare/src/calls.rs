//! A round trip through pipes is four system calls; one through memory is none.

use std::hint::spin_loop;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicU32, Ordering::Acquire, Ordering::Release};

use nix::unistd::{pipe, read, write};
use stage::{Actor, Result, Scene};

use crate::counters::counters;
use crate::together::{fork, number};

pub const SCENE: Scene = Scene::new(
    "calls",
    "how many system calls a round trip takes, as the kernel counts them",
    &[("client", client)],
)
.races(&["*"]);

const ROUNDS: u32 = 20;

fn client(client: &Actor) -> Result {
    let (requests, to_echo) = pipe()?;
    let (replies, from_echo) = pipe()?;
    let ball = number()?;
    let echo = fork(client, "echo", |me| {
        counted(me, "pipes", || echo(&requests, &from_echo))?;
        counted(me, "memory", || in_turn(ball, 1))
    })?;
    counted(client, "pipes", || ask(&to_echo, &replies))?;
    counted(client, "memory", || in_turn(ball, 0))?;
    client.waits(echo)
}

// ANCHOR: pipes
fn ask(to_echo: &OwnedFd, replies: &OwnedFd) -> Result {
    for _ in 0..ROUNDS {
        write(to_echo, b"x")?;
        read(replies, &mut [0])?;
    }
    Ok(())
}

fn echo(requests: &OwnedFd, from_echo: &OwnedFd) -> Result {
    let mut byte = [0];
    for _ in 0..ROUNDS {
        read(requests, &mut byte)?;
        write(from_echo, &byte)?;
    }
    Ok(())
}
// ANCHOR_END: pipes

// ANCHOR: memory
fn in_turn(ball: &AtomicU32, mine: u32) -> Result {
    for _ in 0..ROUNDS {
        while ball.load(Acquire) % 2 != mine {
            spin_loop();
        }
        ball.fetch_add(1, Release);
    }
    Ok(())
}
// ANCHOR_END: memory

// ANCHOR: counted
fn counted(actor: &Actor, through: &str, rounds: impl FnOnce() -> Result) -> Result {
    // To look has a price, too. Measure that first.
    let (first, second) = (counters()?, counters()?);
    let price = second.since(first);
    let before = counters()?;
    rounds()?;
    let used = counters()?.since(before);
    let (reads, writes) = (used.reads - price.reads, used.writes - price.writes);
    actor.says(format!("{ROUNDS} round trips through {through}: {reads} reads, {writes} writes"));
    let expected = if through == "pipes" { u64::from(ROUNDS) } else { 0 };
    stage::ensure!((reads, writes) == (expected, expected), "counted {reads} and {writes}");
    Ok(())
}
// ANCHOR_END: counted

//! Who waits in the kernel goes to sleep in each round. Who spins never does.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicU32, Ordering::Acquire, Ordering::Release};

use nix::sys::resource::{UsageWho, getrusage};
use nix::unistd::{pipe, read, write};
use stage::{Actor, Result, Scene, varies};

use crate::together::{fork, number, pin};

pub const SCENE: Scene = Scene::new(
    "wakes",
    "how often the processor goes from one process to the other in a round trip",
    &[("client", client)],
)
.races(&["*"]);

const ROUNDS: u32 = 20;

fn client(client: &Actor) -> Result {
    let cpu = pin()?;
    client.says(format!("from here on all run on processor {}", varies("cpu", cpu)));
    let (requests, to_echo) = pipe()?;
    let (replies, from_echo) = pipe()?;
    let ball = number()?;
    // ANCHOR: echo
    let echo = fork(client, "echo", |me| {
        switches(me, "waits in read", true, || {
            for _ in 0..ROUNDS {
                read(&requests, &mut [0])?;
                write(&from_echo, b"x")?;
            }
            Ok(())
        })?;
        switches(me, "spins", false, || in_turn(ball, 1))
    })?;
    // ANCHOR_END: echo
    switches(client, "waits in read", true, || {
        for _ in 0..ROUNDS {
            write(&to_echo, b"x")?;
            read(&replies, &mut [0])?;
        }
        Ok(())
    })?;
    switches(client, "spins", false, || in_turn(ball, 0))?;
    client.waits(echo)
}

// ANCHOR: switches
fn switches(actor: &Actor, how: &str, sleeps: bool, rounds: impl FnOnce() -> Result) -> Result {
    let before = getrusage(UsageWho::RUSAGE_SELF)?;
    rounds()?;
    let after = getrusage(UsageWho::RUSAGE_SELF)?;
    let slept = after.voluntary_context_switches() - before.voluntary_context_switches();
    let thrown = after.involuntary_context_switches() - before.involuntary_context_switches();
    stage::ensure!(sleeps || slept == 0, "who spins slept {slept} times");
    // On one processor the other one cannot have had its turn otherwise.
    let left = slept + thrown + 1;
    stage::ensure!(left >= i64::from(ROUNDS), "it left the processor {left} times only");
    // Which of the two it was is up to the scheduler.
    let slept = if sleeps { varies("times", slept) } else { slept.to_string() };
    let thrown = varies("times", thrown);
    actor.says(format!("{how}, {ROUNDS} rounds: slept {slept}, was interrupted {thrown}"));
    Ok(())
}
// ANCHOR_END: switches

fn in_turn(ball: &AtomicU32, mine: u32) -> Result {
    for _ in 0..ROUNDS {
        while ball.load(Acquire) % 2 != mine {
            spin_loop();
        }
        ball.fetch_add(1, Release);
    }
    Ok(())
}

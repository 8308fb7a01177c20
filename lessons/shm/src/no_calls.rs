//! Between a store and the load that sees it there is no system call. Here none is possible.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicI32, Ordering::Acquire, Ordering::Release};

use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use nix::unistd::{pipe, write};
use stage::{Actor, Result, Scene};

use crate::filter::only_exit;
use crate::memory::shared;
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "no-calls",
    "two processes that may only exit play ball in memory",
    &[("parent", parent)],
);

const ROUNDS: i32 = 20;

// ANCHOR: player
fn player(player: &Actor, ball: &AtomicI32, mine: i32) -> Result {
    player.says("from here on may only exit, and plays");
    only_exit()?;
    let mut caught = 0;
    while caught < ROUNDS {
        // No sleeping, which would be a system call: look again and again.
        while ball.load(Acquire) % 2 != mine {
            spin_loop();
        }
        caught += 1;
        ball.fetch_add(1, Release);
    }
    // To tell how often it had the ball, the exit status is all that is left.
    // SAFETY: ends this process.
    unsafe { libc::_exit(caught) }
}
// ANCHOR_END: player

fn parent(parent: &Actor) -> Result {
    let ball = shared(AtomicI32::new(0))?;
    let ping = fork(parent, "ping", |me| player(me, ball, 0))?;
    let pong = fork(parent, "pong", |me| player(me, ball, 1))?;
    for child in [ping, pong] {
        let status = parent.reaps(child)?;
        let caught = matches!(status, WaitStatus::Exited(_, ROUNDS));
        stage::ensure!(caught, "a player ended with {status:?}");
    }
    parent.says(format_args!("finds that the ball flew {} times", ball.load(Acquire)));

    let (_source, sink) = pipe()?;
    let writer = fork(parent, "writer", |me| {
        me.says("from here on may only exit, and writes to a pipe");
        only_exit()?;
        write(&sink, b"x")?;
        Ok(())
    })?;
    let status = parent.reaps(writer)?;
    let killed = matches!(status, WaitStatus::Signaled(_, Signal::SIGSYS, _));
    stage::ensure!(killed, "the writer ended with {status:?}");
    Ok(())
}

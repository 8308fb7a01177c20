//! Synchronisation: two processes that agree on who goes first.

use std::os::fd::OwnedFd;

use nix::unistd::{pipe, read, write};
use stage::{Actor, EOF, Fork, Result, Scene};

use crate::shared::Semaphore;

pub const SCENE: Scene = Scene::new(
    "order",
    "two processes keep one order, as often as one likes",
    &[("parent", parent)],
)
.races(&["read"]);

const ROUNDS: usize = 100;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let (done, next) = (Semaphore::new(0)?, Semaphore::new(0)?);
    let mut children = Vec::new();
    for (name, part) in [("second", second as Part), ("first", first)] {
        match parent.forks(name)? {
            Fork::Child(me) => me.plays(|me| part(me, &writer, done, next)),
            Fork::Parent(child) => children.push(child),
        }
    }
    drop(writer);

    let (mut order, mut buffer) = (String::new(), [0; 64]);
    while let length @ 1.. = read(&reader, &mut buffer)? {
        order += str::from_utf8(&buffer[..length])?;
    }
    parent.gets("pipe", format!("{} bytes", order.len()));
    parent.gets("pipe", EOF);
    let right = order.as_bytes().chunks(2).filter(|round| *round == b"12").count();
    parent.says(format!("of {ROUNDS} rounds {right} are in order"));
    stage::ensure!(right == ROUNDS && order.len() == 2 * ROUNDS, "the order is {order}");
    children.into_iter().try_for_each(|child| parent.waits(child))
}
// ANCHOR_END: parent

type Part = fn(&Actor, &OwnedFd, &Semaphore, &Semaphore) -> Result;

// ANCHOR: children
fn first(first: &Actor, writer: &OwnedFd, done: &Semaphore, next: &Semaphore) -> Result {
    first.sends("pipe", format!("{ROUNDS} bytes"));
    for _ in 0..ROUNDS {
        write(writer, b"1")?;
        done.post()?;
        next.wait()?;
    }
    Ok(())
}

fn second(second: &Actor, writer: &OwnedFd, done: &Semaphore, next: &Semaphore) -> Result {
    second.sends("pipe", format!("{ROUNDS} bytes"));
    for _ in 0..ROUNDS {
        done.wait()?;
        write(writer, b"2")?;
        next.post()?;
    }
    Ok(())
}
// ANCHOR_END: children

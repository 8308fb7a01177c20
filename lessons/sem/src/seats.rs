//! A counting semaphore: as many as there are seats, and no more.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use stage::{Actor, Child, Result, Scene, token};

use crate::memory::shared;
use crate::posix::{Semaphore, sem_getvalue, sem_post, sem_trywait, sem_wait, semaphores};
use crate::process::fork;

pub const SCENE: Scene =
    Scene::new("seats", "three seats, five guests, never more than three", &[("host", host)]);

const SEATS: usize = 3;
const GUESTS: [&str; 5] = ["ann", "bob", "cho", "dora", "emil"];

const CALL: &str = "futex";

struct Room {
    inside: AtomicU32,
    most: AtomicU32,
}

// ANCHOR: host
fn host(host: &Actor) -> Result {
    let [seats, seated] = semaphores([SEATS as u32, 0])?;
    let leave = semaphores([0; GUESTS.len()])?;
    let room = shared(Room { inside: AtomicU32::new(0), most: AtomicU32::new(0) })?;
    let mut here = VecDeque::new();
    for (name, leave) in GUESTS.iter().zip(leave) {
        let child = fork(host, name, |me| guest(me, name, room, [seats, seated, leave]))?;
        here.push_back((name, leave, child));
        if here.len() > SEATS {
            host.until_waiting(name, CALL)?;
            host.gets(token("sleep"), CALL);
            let (free, inside) = (sem_getvalue(seats)?, room.inside.load(SeqCst));
            host.says(format_args!("sees {name} outside, {inside} inside, {free} seats free"));
            sends_home(host, here.pop_front())?;
        }
        sem_wait(seated)?;
        host.gets(token("seated"), name);
    }
    while !here.is_empty() {
        sends_home(host, here.pop_front())?;
    }
    let most = room.most.load(SeqCst);
    host.says(format_args!("has counted {most} guests inside at most"));
    stage::ensure!(most == SEATS as u32, "{most} were inside");
    Ok(())
}
// ANCHOR_END: host

// ANCHOR: guest
fn guest(guest: &Actor, name: &str, room: &Room, semaphores: [&Semaphore; 3]) -> Result {
    let [seats, seated, leave] = semaphores;
    if sem_trywait(seats).is_err() {
        guest.sends(token("sleep"), CALL);
        sem_wait(seats)?;
        guest.gets(token("seats"), "one");
    }
    let inside = room.inside.fetch_add(1, SeqCst) + 1;
    room.most.fetch_max(inside, SeqCst);
    guest.sends(token("seated"), name);
    sem_post(seated)?;
    sem_wait(leave)?;
    guest.gets(token(&format!("to-{name}")), "time to go");
    room.inside.fetch_sub(1, SeqCst);
    guest.sends(token("seats"), "one");
    Ok(sem_post(seats)?)
}
// ANCHOR_END: guest

/// Each guest has a semaphore of their own to be told to leave.
fn sends_home(host: &Actor, first: Option<(&&str, &Semaphore, Child)>) -> Result {
    let Some((name, leave, child)) = first else { return Ok(()) };
    host.sends(token(&format!("to-{name}")), "time to go");
    sem_post(leave)?;
    host.waits(child)
}

//! The same four steps in two orders, and two different sums.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::{Actor, Result, Scene, memory, token};

use crate::memory::shared;
use crate::process::fork;
use crate::semaphore::Semaphore;

pub const SCENE: Scene =
    Scene::new("race", "the same steps in two orders: two sums", &[("parent", parent)]);

// ANCHOR: schedules
type Schedule = [usize; 6];
const IN_TURN: Schedule = [PARENT, ANN, ANN, BOB, BOB, PARENT];
const MIXED: Schedule = [PARENT, ANN, BOB, ANN, BOB, PARENT];
// ANCHOR_END: schedules

const PARENT: usize = 0;
const ANN: usize = 1;
const BOB: usize = 2;
const NAMES: [&str; 3] = ["parent", "ann", "bob"];

struct Table {
    counter: AtomicU32,
    turns: [Semaphore; 3],
}

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let turns = [Semaphore::room(), Semaphore::room(), Semaphore::room()];
    let table = shared(Table { counter: AtomicU32::new(0), turns })?;
    table.turns.iter().try_for_each(|turn| turn.init(0))?;
    let adds_twice = |me: &Actor, name| {
        adds_one(me, table, IN_TURN, name)?;
        adds_one(me, table, MIXED, name)
    };
    let ann = fork(parent, NAMES[ANN], |me| adds_twice(me, ANN))?;
    let bob = fork(parent, NAMES[BOB], |me| adds_twice(me, BOB))?;

    let mut sums = Vec::new();
    for schedule in [IN_TURN, MIXED] {
        parent.sends(memory("counter"), 0);
        table.counter.store(0, Relaxed);
        gives_turn(parent, table, schedule, 0)?;
        takes_turn(parent, table, schedule, schedule.len() - 1)?;
        let sum = table.counter.load(Relaxed);
        parent.gets(memory("counter"), sum);
        sums.push(sum);
    }
    stage::ensure!(sums == [2, 1], "the sums are {sums:?}");
    parent.waits(ann)?;
    parent.waits(bob)
}
// ANCHOR_END: parent

// ANCHOR: adds
fn adds_one(me: &Actor, table: &Table, schedule: Schedule, name: usize) -> Result {
    let [first, second] = steps_of(name, schedule);
    takes_turn(me, table, schedule, first)?;
    let seen = table.counter.load(Relaxed);
    me.gets(memory("counter"), seen);
    gives_turn(me, table, schedule, first)?;

    takes_turn(me, table, schedule, second)?;
    me.sends(memory("counter"), seen + 1);
    table.counter.store(seen + 1, Relaxed);
    gives_turn(me, table, schedule, second)
}
// ANCHOR_END: adds

fn steps_of(name: usize, schedule: Schedule) -> [usize; 2] {
    let mut steps = (0..schedule.len()).filter(|&at| schedule[at] == name);
    [steps.next().unwrap_or(0), steps.next().unwrap_or(0)]
}

/// Waits for the step before this one, unless that was one's own.
fn takes_turn(me: &Actor, table: &Table, schedule: Schedule, at: usize) -> Result {
    let name = schedule[at];
    if schedule[at - 1] != name {
        table.turns[name].wait()?;
        me.gets(token("turn"), NAMES[name]);
    }
    Ok(())
}

/// Lets the step after this one happen, unless that is one's own.
fn gives_turn(me: &Actor, table: &Table, schedule: Schedule, at: usize) -> Result {
    let next = schedule[at + 1];
    if next != schedule[at] {
        me.sends(token("turn"), NAMES[next]);
        table.turns[next].post()?;
    }
    Ok(())
}

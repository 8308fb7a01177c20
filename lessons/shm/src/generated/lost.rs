//! What a shared counter says after a given interleaving of loads and stores.

use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use nix::unistd::{pipe, read, write};
use stage::{Actor, Fork, Generator, Problem, Result, Seed, memory, token};

use crate::memory::shared;

pub const GENERATOR: Generator =
    Generator { name: "lost", idea: "what is lost of a counter's increments", make };

const NAMES: [&str; 3] = ["anna", "ben", "carl"];

fn make(seed: &mut Seed) -> Problem {
    let start = seed.within(0, 20) as u32;
    let count = seed.within(2, 3);
    let adds: Vec<u32> = (0..count).map(|_| seed.within(1, 9) as u32).collect();
    // Each process has two steps, first its load and then its store.
    let mut steps: Vec<usize> = (0..count).flat_map(|who| [who, who]).collect();
    seed.shuffle(&mut steps);
    let mut seen = vec![false; count];
    let mut text = String::new();
    for &who in &steps {
        let (name, add) = (NAMES[who], adds[who]);
        text += &match std::mem::replace(&mut seen[who], true) {
            false => format!("- {name}: `register = counter`\n"),
            true => format!("- {name}: `counter = register + {add}`\n"),
        };
    }
    let sum = start + adds.iter().sum::<u32>();
    Problem::new(
        format!(
            "A counter in shared memory is {start}. {count} processes, each with a register of its \
             own, do this, in this order:\n\n{text}\nWhat is the counter then?"
        ),
        format!(
            "공유 메모리의 카운터가 {start}입니다. 저마다 레지스터를 가진 프로세스 {count}개가 다음을 \
             차례로 합니다:\n\n{text}\n그러면 카운터는 얼마입니까?"
        ),
    )
    .number("")
    .trap(
        sum,
        "So it would be if nobody came between a load and its store.",
        "읽기와 쓰기 사이에 아무도 끼어들지 않았다면 그렇습니다.",
    )
    .explained(
        "{answer}: whoever stores writes what it has loaded before, plus its own number. What others \
         have stored in between is overwritten: these updates are lost.",
        "{answer}입니다. 저장하는 프로세스는 전에 읽은 값에 제 수를 더해 씁니다. 그사이에 다른 \
         프로세스가 저장한 것은 덮어써집니다. 그 갱신은 사라집니다.",
    )
    .played_by("director", move |me| director(me, start, &adds, &steps))
}

fn director(me: &Actor, start: u32, adds: &[u32], steps: &[usize]) -> Result {
    let counter = shared(AtomicU32::new(start))?;
    me.sends(memory("counter"), start);
    let (done, is_done) = pipe()?;
    let mut children = Vec::new();
    for (name, add) in NAMES.iter().zip(adds) {
        let (turn, go) = pipe()?;
        let child = match me.forks(name)? {
            Fork::Child(me) => me.plays(|me| adds_to(me, *add, counter, &turn, &is_done)),
            Fork::Parent(child) => child,
        };
        children.push((name, go, child));
    }
    for &who in steps {
        let (name, go, _) = &children[who];
        me.sends(token("turn"), name);
        write(go, b"x")?;
        read(&done, &mut [0])?;
        me.gets(token("done"), name);
    }
    children.into_iter().try_for_each(|(_, _, child)| me.waits(child))?;
    let found = counter.load(Relaxed);
    me.gets(memory("counter"), found);
    me.finds(found);
    Ok(())
}

fn adds_to(me: &Actor, add: u32, counter: &AtomicU32, turn: &OwnedFd, is_done: &OwnedFd) -> Result {
    let name = me.name();
    read(turn, &mut [0])?;
    me.gets(token("turn"), name);
    let register = counter.load(Relaxed);
    me.gets(memory("counter"), register);
    me.sends(token("done"), name);
    write(is_done, b"x")?;

    read(turn, &mut [0])?;
    me.gets(token("turn"), name);
    me.sends(memory("counter"), register + add);
    counter.store(register + add, Relaxed);
    me.sends(token("done"), name);
    write(is_done, b"x")?;
    Ok(())
}

//! How many writers sleep in front of a full pipe.

use std::os::fd::OwnedFd;

use nix::unistd::{SysconfVar, sysconf, write};
use stage::{Actor, Fork, Generator, Problem, Result, Seed, stuck_in};

use crate::facts::pipe_with_room;

pub const GENERATOR: Generator =
    Generator { name: "blocked", idea: "how many writers sleep in front of a pipe", make };

const WRITERS: [&str; 7] = ["anna", "ben", "carl", "dora", "emil", "fritz", "greta"];

/// How many bytes a page has on this machine.
pub fn page_size() -> Result<usize> {
    Ok(usize::try_from(sysconf(SysconfVar::PAGE_SIZE)?.unwrap_or(4096))?)
}

/// So many pages, in English.
pub fn pages(count: usize) -> String {
    if count == 1 { "1 page".to_owned() } else { format!("{count} pages") }
}

fn make(seed: &mut Seed) -> Problem {
    let room = seed.pick(&[4, 8]);
    let each = seed.within(1, 3);
    let writers = seed.within(3, WRITERS.len());
    Problem::new(
        format!(
            "A pipe has room for {room} pages, and it is empty. {writers} processes write into it, \
             one after the other, {} each with one blocking `write`. Somebody holds the \
             read end, and nobody reads. How many of the writers sleep in `write`?",
            pages(each)
        ),
        format!(
            "빈 파이프에 {room}페이지가 들어갑니다. 프로세스 {writers}개가 차례로, 블로킹 `write` 한 \
             번으로 각각 {each}페이지를 씁니다. 읽는 쪽은 열려 있지만 아무도 읽지 않습니다. `write`에서 \
             잠든 프로세스는 몇 개입니까?"
        ),
    )
    .number("writers")
    .trap(
        writers,
        "A `write` that fits is done: a pipe is a buffer, nobody has to read at that moment.",
        "들어갈 자리가 있으면 `write`는 끝납니다. 파이프는 버퍼이므로 그 순간에 누가 읽을 필요는 없습니다.",
    )
    .trap(
        0,
        "What does not fit has to wait: a blocking `write` returns when all of it is inside.",
        "다 들어가지 않으면 기다립니다. 블로킹 `write`는 모두 들어가야 돌아옵니다.",
    )
    .explained(
        format!(
            "{{answer}}: room for {room} pages takes the whole of some writes of {each}. A blocking \
             `write` sleeps until its last byte is inside, also when a part of it is."
        ),
        format!(
            "{{answer}}개입니다. {room}페이지의 자리에 {each}페이지짜리 쓰기가 몇 번 다 들어갑니다. \
             블로킹 `write`는 일부가 들어갔더라도 마지막 바이트까지 들어갈 때까지 잠듭니다."
        ),
    )
    .played_by("reader", move |me| reader(me, room, each, writers))
    .found_in_lines(|lines| stuck_in(lines, "write").to_string())
}

fn reader(me: &Actor, room: usize, each: usize, writers: usize) -> Result {
    let page = page_size()?;
    let (never_read, writer) = pipe_with_room(room * page)?;
    let mut children = Vec::new();
    for name in &WRITERS[..writers] {
        children.push(match me.forks(name)? {
            Fork::Child(me) => {
                drop(never_read);
                me.plays(|me| a_writer(me, &writer, &vec![b'x'; each * page], each))
            }
            Fork::Parent(child) => child,
        });
        // One after the other: the next one comes when this one is done, or asleep.
        me.until_waiting_or_ended(name, "write")?;
    }
    children.into_iter().try_for_each(|child| me.waits(child))
}

fn a_writer(me: &Actor, writer: &OwnedFd, bytes: &[u8], length: usize) -> Result {
    me.sends("pipe", pages(length));
    write(writer, bytes)?;
    me.says("is done");
    Ok(())
}

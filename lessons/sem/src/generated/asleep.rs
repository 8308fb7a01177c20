//! How many processes sleep in front of a counting semaphore.

use libc::IPC_CREAT;
use stage::{Actor, Fork, Generator, Problem, Result, Seed, stuck_in};

use crate::lacking;
use crate::sysv::{op, semget, semop, set_value};

pub const GENERATOR: Generator =
    Generator { name: "asleep", idea: "how many processes sleep in front of a semaphore", make };

const NAMES: [&str; 8] = ["anna", "ben", "carl", "dora", "emil", "fritz", "greta", "hans"];

fn make(seed: &mut Seed) -> Problem {
    // Not 1, which would be a mutex.
    let value = seed.pick(&[0, 2, 3, 4]);
    let waiters = seed.within(4, NAMES.len());
    let posts = seed.within(0, 3);
    Problem::new(
        format!(
            "A counting semaphore has the value {value}. {waiters} processes wait on it (P) \
             once each, one after the other, and none gives back. Then another process posts it (V) \
             {posts} times. How many of the {waiters} still sleep?"
        ),
        format!(
            "카운팅 세마포어의 값이 {value}입니다. 프로세스 {waiters}개가 차례로 한 번씩 기다리고(P) \
             아무도 돌려주지 않습니다. 그다음 다른 프로세스가 {posts}번 올립니다(V). {waiters}개 가운데 몇 개가 아직 잠들어 있습니까?"
        ),
    )
    .number("")
    .trap(
        waiters - value.min(waiters),
        "Each post lets one of the sleepers go on.",
        "한 번 올릴 때마다 잠든 프로세스 하나가 이어서 실행됩니다.",
    )
    .trap(
        waiters - 1,
        "This is no mutex: as many get through as the value says.",
        "뮤텍스가 아닙니다. 값만큼 통과합니다.",
    )
    .explained(
        format!(
            "{{answer}}: the value {value} lets that many through, each post one more, and whoever \
             finds 0 sleeps. The value never falls below 0."
        ),
        format!(
            "{{answer}}개입니다. 값 {value}만큼 통과하고, 올릴 때마다 하나 더 통과합니다. 0을 본 \
             프로세스는 잠듭니다. 값은 0보다 작아지지 않습니다."
        ),
    )
    .played_by("process", move |me| process(me, value, waiters, posts))
    .found_in_lines(|lines| stuck_in(lines, "semop").to_string())
}

fn process(me: &Actor, value: usize, waiters: usize, posts: usize) -> Result {
    let set = semget(me.sem_key("seats")?, 1, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    set_value(set, 0, i32::try_from(value)?)?;
    let mut children = Vec::new();
    for name in &NAMES[..waiters] {
        children.push(match me.forks(name)? {
            Fork::Child(me) => me.plays(|me| {
                me.says("waits");
                Ok(semop(set, [op(0, -1, 0)])?)
            }),
            Fork::Parent(child) => child,
        });
        // One after the other: the next one comes when this one is through, or asleep.
        me.until_waiting_or_ended(name, "semop")?;
    }
    for _ in 0..posts {
        me.says("posts");
        semop(set, [op(0, 1, 0)])?;
    }
    children.into_iter().try_for_each(|child| me.waits(child))
}

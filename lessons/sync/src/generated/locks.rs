//! Whether processes that take two locks each end, or wait for each other for ever.

use stage::{Act, Actor, Generator, Line, Problem, Result, Seed, token};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::Mutex;
use crate::semaphore::Semaphore;

pub const GENERATOR: Generator =
    Generator { name: "locks", idea: "how many processes a deadlock holds", make };

const NAMES: [&str; 4] = ["anna", "ben", "carl", "dora"];
const LOCKS: [&str; 5] = ["p", "q", "r", "s", "t"];

fn make(seed: &mut Seed) -> Problem {
    let count = seed.within(2, 4);
    let mut locks: Vec<usize> = (0..LOCKS.len()).collect();
    seed.shuffle(&mut locks);
    // Nobody's first lock is another's, so that all have theirs before any goes on.
    // One more lock than processes often lets somebody end.
    let spare = usize::from(seed.within(0, 2) == 0);
    let wanted: Vec<[usize; 2]> = (0..count)
        .map(|who| {
            let others: Vec<usize> =
                locks[..count + spare].iter().copied().filter(|lock| *lock != locks[who]).collect();
            [locks[who], seed.pick(&others)]
        })
        .collect();
    let listed = |then: &str| -> String {
        let told = |(name, [a, b]): (&&str, &[usize; 2])| {
            format!("- {name}: `lock({})`, {then} `lock({})`\n", LOCKS[*a], LOCKS[*b])
        };
        NAMES.iter().zip(&wanted).map(told).collect()
    };
    let (en, ko) = (listed("then"), listed("그다음"));
    Problem::new(
        format!(
            "{count} processes share some mutexes. Each takes two and then gives both back:\n\n\
             {en}\nEach has its first one before any of them goes on to its second. How many of \
             the processes wait for ever?"
        ),
        format!(
            "프로세스 {count}개가 뮤텍스 몇 개를 공유합니다. 저마다 둘을 잠그고 나서 둘 다 풉니다:\n\n\
             {ko}\n모두 첫째 것을 잠근 다음에야 둘째 것으로 넘어갑니다. 몇 개의 프로세스가 영원히 \
             기다립니까?"
        ),
    )
    .number("")
    .trap(
        count,
        "Who can get its second lock ends and gives both back; that may let others end as well.",
        "둘째 것을 얻을 수 있는 프로세스는 끝나고 둘 다 풉니다. 그러면 다른 프로세스도 끝날 수 있습니다.",
    )
    .trap(
        0,
        "Follow who waits for whom: if that is a circle, nobody in it ever ends.",
        "누가 누구를 기다리는지 따라가 보세요. 순환을 이루면 그 안의 누구도 끝나지 않습니다.",
    )
    .explained(
        "{answer}: draw an arrow from each process to the one that has what it wants. Whoever is in \
         a circle, or whose arrows lead into one, waits for ever; all others end. Without a circle \
         there is no deadlock, and one order of the locks for all makes a circle impossible.",
        "{answer}개입니다. 각 프로세스에서 원하는 락을 가진 프로세스로 화살표를 그려 보세요. 순환 안에 있는 \
         것과 화살표가 순환으로 이어지는 것은 영원히 기다리고, 나머지는 끝납니다. 순환이 없으면 교착 상태도 \
         없고, 모두 같은 순서로 잠그면 순환이 생길 수 없습니다.",
    )
    .played_by("referee", move |me| referee(me, &wanted))
    .found_in_lines(found)
}

struct Table {
    locks: [Mutex; LOCKS.len()],
    has_first: Semaphore,
    go_on: Semaphore,
}

fn referee(me: &Actor, wanted: &[[usize; 2]]) -> Result {
    let locks = std::array::from_fn(|_| Mutex::room());
    let table = shared(Table { locks, has_first: Semaphore::room(), go_on: Semaphore::room() })?;
    table.locks.iter().try_for_each(Mutex::init_normal)?;
    table.has_first.init(0)?;
    table.go_on.init(0)?;
    let mut children = Vec::new();
    for (name, both) in NAMES.iter().zip(wanted) {
        children.push(fork(me, name, |me| takes(me, table, *both))?);
        table.has_first.wait()?;
        me.gets(token("first"), name);
    }
    for _ in wanted {
        table.go_on.post()?;
    }
    children.into_iter().try_for_each(|child| me.waits(child))
}

fn takes(me: &Actor, table: &Table, [first, second]: [usize; 2]) -> Result {
    table.locks[first].lock()?;
    me.says(format!("has {}, and wants {}", LOCKS[first], LOCKS[second]));
    me.sends(token("first"), me.name());
    table.has_first.post()?;
    table.go_on.wait()?;
    table.locks[second].lock()?;
    me.says("has both");
    table.locks[second].unlock()?;
    Ok(table.locks[first].unlock()?)
}

/// The referee waits, too, for whoever does not end.
fn found(lines: &[Line]) -> String {
    let stuck = |line: &&Line| line.act == Act::Stuck && line.text.starts_with("waits in futex");
    lines.iter().filter(stuck).count().to_string()
}

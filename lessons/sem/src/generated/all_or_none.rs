//! What an operation on several semaphores at once does when it cannot do all of it.

use libc::{GETVAL, IPC_CREAT, IPC_NOWAIT, c_short, c_ushort};
use nix::errno::Errno;
use stage::{Actor, Generator, Problem, Result, Seed};

use crate::lacking;
use crate::sysv::{get, op, remove, semget, semop, set_value};

pub const GENERATOR: Generator =
    Generator { name: "all-or-none", idea: "the values after operations on a whole set", make };

fn make(seed: &mut Seed) -> Problem {
    let values = [seed.within(0, 3), seed.within(0, 3)];
    let calls: Vec<[c_short; 2]> = (0..seed.within(2, 3))
        .map(|_| [seed.pick(&[-2, -1, 1]), seed.pick(&[-2, -1, 1, 2])])
        .collect();
    let list: Vec<String> = calls.iter().map(|[a, b]| format!("`{{{a:+}, {b:+}}}`")).collect();
    let list = list.join(", ");
    // What somebody expects who does each half by itself.
    let mut halves = values.map(|value| value as i64);
    for call in &calls {
        for (value, add) in halves.iter_mut().zip(call) {
            *value = if *value + i64::from(*add) < 0 { *value } else { *value + i64::from(*add) };
        }
    }
    let [a, b] = values;
    let shown = list.replace(['{', '}'], "");
    Problem::new(
        format!(
            "A System V set has two semaphores with the values {a} and {b}. A process makes these \
             `semop` calls, each on both semaphores at once and with `IPC_NOWAIT`: {shown}. What \
             are the two values then?"
        ),
        format!(
            "System V 세마포어 집합에 값이 {a}과 {b}인 세마포어 둘이 있습니다. 한 프로세스가 두 \
             세마포어에 한꺼번에, `IPC_NOWAIT`으로 다음 `semop`을 차례로 부릅니다: {shown}. 그러면 두 \
             값은 얼마입니까?"
        ),
    )
    .list()
    .trap(
        format!("{} {}", halves[0], halves[1]),
        "A call does all of its operations or none: no half of one is ever done.",
        "한 번의 호출은 모두 하거나 하나도 하지 않습니다. 절반만 하는 일은 없습니다.",
    )
    .explained(
        "{answer}: a `semop` does all its operations or, if one of them would have to wait, none. \
         With `IPC_NOWAIT` it then fails with `EAGAIN`.",
        "{answer}입니다. `semop`은 모든 연산을 하거나, 하나라도 기다려야 하면 하나도 하지 않습니다. \
         `IPC_NOWAIT`이면 `EAGAIN`으로 실패합니다.",
    )
    .played_by("process", move |me| process(me, values, &calls))
}

fn process(me: &Actor, values: [usize; 2], calls: &[[c_short; 2]]) -> Result {
    let set = semget(me.sem_key("both")?, 2, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    for (number, value) in values.into_iter().enumerate() {
        set_value(set, number as i32, i32::try_from(value)?)?;
    }
    let now =
        || -> Result<String> { Ok(format!("{} {}", get(set, 0, GETVAL)?, get(set, 1, GETVAL)?)) };
    me.says(format!("has the values {}", now()?));
    for [a, b] in calls {
        let both = [(0, *a), (1, *b)].map(|(n, add): (c_ushort, c_short)| op(n, add, IPC_NOWAIT));
        let how = match semop(set, both) {
            Ok(()) => String::new(),
            Err(Errno::EAGAIN) => ": EAGAIN".to_owned(),
            Err(errno) => return Err(errno.into()),
        };
        me.says(format!("{a:+}, {b:+}{how}; the values are {}", now()?));
    }
    let found = now()?;
    remove(set)?;
    me.finds(found);
    Ok(())
}

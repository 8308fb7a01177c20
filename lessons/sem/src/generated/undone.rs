//! The value of a semaphore when processes have ended.

use libc::{GETVAL, IPC_CREAT, SEM_UNDO, c_short};
use stage::{Actor, Generator, Problem, Result, Seed};

use crate::lacking;
use crate::process::fork;
use crate::sysv::{get, op, remove, semget, semop, set_value};

pub const GENERATOR: Generator =
    Generator { name: "undone", idea: "a semaphore's value when processes have ended", make };

const NAMES: [&str; 3] = ["anna", "ben", "carl"];

fn make(seed: &mut Seed) -> Problem {
    // Enough that none of the processes waits: at the most six are taken off.
    let value = seed.within(6, 9);
    let count = seed.within(2, 3);
    let operations: Vec<Vec<(c_short, bool)>> = (0..count)
        .map(|_| {
            (0..seed.within(1, 2)).map(|_| (seed.pick(&[-1, -1, 1, 2]), seed.coin())).collect()
        })
        .collect();
    let listed = |undone: &str, then: &str| -> String {
        let told = |own: &[(c_short, bool)]| {
            let own =
                own.iter().map(|(add, undo)| format!("{add:+}{}", if *undo { undone } else { "" }));
            own.collect::<Vec<_>>().join(then)
        };
        NAMES
            .iter()
            .zip(&operations)
            .map(|(name, own)| format!("- {name}: {}\n", told(own)))
            .collect()
    };
    let (en, ko) = (listed(" with `SEM_UNDO`", ", then "), listed(" (`SEM_UNDO`)", ", 그다음 "));
    let with_all: i64 = operations.iter().flatten().map(|(add, _)| i64::from(*add)).sum();
    Problem::new(
        format!(
            "A System V semaphore has the value {value}. These processes do these operations, one \
             process after the other, and each exits when it is done:\n\n{en}\nWhat is the value \
             then?"
        ),
        format!(
            "System V 세마포어의 값이 {value}입니다. 다음 프로세스들이 차례로 이 연산을 하고, 끝나면 \
             종료합니다:\n\n{ko}\n그러면 값은 얼마입니까?"
        ),
    )
    .number("")
    .trap(
        value as i64 + with_all,
        "What was done with `SEM_UNDO` is taken back when the process ends.",
        "`SEM_UNDO`로 한 연산은 프로세스가 끝날 때 되돌려집니다.",
    )
    .trap(
        value,
        "Only what was done with `SEM_UNDO` is taken back; the rest stays done.",
        "`SEM_UNDO`로 한 것만 되돌려집니다. 나머지는 그대로 남습니다.",
    )
    .explained(
        "{answer}: when a process ends, however it ends, the kernel takes back what it has done with \
         `SEM_UNDO`, and only that. POSIX semaphores have nothing like it.",
        "{answer}입니다. 프로세스가 어떻게 끝나든 커널은 `SEM_UNDO`로 한 것만 되돌립니다. POSIX \
         세마포어에는 그런 것이 없습니다.",
    )
    .played_by("parent", move |me| parent(me, value, &operations))
}

fn parent(parent: &Actor, value: usize, operations: &[Vec<(c_short, bool)>]) -> Result {
    let set = semget(parent.sem_key("value")?, 1, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    set_value(set, 0, i32::try_from(value)?)?;
    for (name, own) in NAMES.iter().zip(operations) {
        let child = fork(parent, name, |me| {
            for (add, undo) in own {
                semop(set, [op(0, *add, if *undo { SEM_UNDO } else { 0 })])?;
                let how = if *undo { " with SEM_UNDO" } else { "" };
                me.says(format!("{add:+}{how}: the value is {}", get(set, 0, GETVAL)?));
            }
            Ok(())
        })?;
        parent.waits(child)?;
    }
    let found = get(set, 0, GETVAL)?;
    parent.says(format!("finds the value {found}"));
    remove(set)?;
    parent.finds(found);
    Ok(())
}

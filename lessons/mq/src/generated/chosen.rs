//! Which messages a System V receiver gets, by type.

use libc::{IPC_CREAT, IPC_NOWAIT, c_long};
use stage::{Actor, Generator, Problem, Result, Seed};

use crate::lacking;
use crate::sysv::{msgget, msgrcv_text, msgsnd, remove};

pub const GENERATOR: Generator =
    Generator { name: "chosen", idea: "which messages a System V receiver gets", make };

fn make(seed: &mut Seed) -> Problem {
    let count = seed.within(4, 6);
    let sent: Vec<(char, c_long)> =
        ('a'..).take(count).map(|c| (c, seed.within(1, 4) as c_long)).collect();
    let asked: Vec<c_long> = (0..3).map(|_| seed.pick(&[0, 1, 2, 3, -2, -3, -4])).collect();
    let list =
        sent.iter().map(|(c, mtype)| format!("`{c}`:{mtype}")).collect::<Vec<_>>().join(", ");
    let types = asked.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Problem::new(
        format!(
            "A System V message queue holds these messages, each with its type, in this order: \
             {list}. A process calls `msgrcv` with `IPC_NOWAIT` and these values of `msgtyp`, one \
             after the other: {types}. What does it get each time? Write `ENOMSG` for none."
        ),
        format!(
            "System V 메시지 큐에 다음 메시지가 타입과 함께 차례로 들어 있습니다: {list}. 한 프로세스가 \
             `IPC_NOWAIT`과 다음 `msgtyp`으로 차례로 `msgrcv`를 부릅니다: {types}. 매번 무엇을 얻습니까? \
             없으면 `ENOMSG`라고 쓰세요."
        ),
    )
    .list()
    .trap(
        sent.iter().take(3).map(|(c, _)| c.to_string()).collect::<Vec<_>>().join(" "),
        "Only `msgtyp` 0 takes the oldest of all; any other value chooses by type.",
        "`msgtyp` 0만 가장 오래된 것을 가져갑니다. 다른 값은 타입으로 고릅니다.",
    )
    .explained(
        "{answer}. 0 takes the oldest message, whatever its type; a positive number the oldest of \
         that type; a negative number the oldest of the lowest type that is at most its absolute \
         value. What is not chosen stays.",
        "{answer}. 0은 타입과 상관없이 가장 오래된 것, 양수는 그 타입의 가장 오래된 것, 음수는 절댓값 \
         이하인 가장 작은 타입의 가장 오래된 것을 가져갑니다. 고르지 않은 것은 남습니다.",
    )
    .played_by("process", move |me| process(me, &sent, &asked))
}

fn process(me: &Actor, sent: &[(char, c_long)], asked: &[c_long]) -> Result {
    let queue = msgget(me.msg_key("queue")?, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    for (text, mtype) in sent {
        me.sends("queue", format!("{text}, type {mtype}"));
        msgsnd(queue, *mtype, text.to_string().as_bytes(), 0)?;
    }
    let mut found = Vec::new();
    for &msgtyp in asked {
        match msgrcv_text(queue, msgtyp, IPC_NOWAIT) {
            Ok((mtype, text)) => {
                me.gets("queue", format!("{text}, type {mtype}"));
                found.push(text);
            }
            Err(errno) => {
                me.says(format!("msgtyp {msgtyp}: {errno:?}"));
                found.push(format!("{errno:?}"));
            }
        }
    }
    remove(queue)?;
    me.finds(found.join(" "));
    Ok(())
}

//! A System V receiver chooses by type: any, one, one but not, or the lowest.

use libc::{IPC_CREAT, IPC_NOWAIT, MSG_EXCEPT, c_int, c_long};
use nix::errno::Errno;
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::sysv::{msgget, msgrcv_text, msgsnd, remove};

pub const SCENE: Scene =
    Scene::new("types", "a System V receiver chooses by the message's type", &[("one", one)]);

const SENT: [(&str, c_long); 5] = [("anna", 3), ("ben", 1), ("carl", 2), ("dora", 1), ("emil", 3)];

// ANCHOR: one
fn one(one: &Actor) -> Result {
    let queue = msgget(one.msg_key("queue")?, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    choose(one, queue, 0, 0, "any", "anna ben carl dora emil")?;
    choose(one, queue, 1, 0, "only this type", "ben dora")?;
    choose(one, queue, -2, 0, "the lowest, up to this", "ben dora carl")?;
    choose(one, queue, 3, MSG_EXCEPT, "all but this type", "ben carl dora")?;
    Ok(remove(queue)?)
}

fn choose(
    one: &Actor,
    queue: c_int,
    msgtyp: c_long,
    flags: c_int,
    meaning: &str,
    expected: &str,
) -> Result {
    let sent = SENT.map(|(text, mtype)| format!("{text}:{mtype}")).join(" ");
    one.sends("queue", sent);
    for (text, mtype) in SENT {
        msgsnd(queue, mtype, text.as_bytes(), 0)?;
    }
    let mut found = Vec::new();
    loop {
        match msgrcv_text(queue, msgtyp, IPC_NOWAIT | flags) {
            Ok((_, text)) => found.push(text),
            Err(Errno::ENOMSG) => break,
            Err(error) => return Err(error.into()),
        }
    }
    let found = found.join(" ");
    one.says(format_args!("msgtyp {msgtyp:2}, {meaning}: {found}"));
    stage::ensure!(found == expected, "msgtyp {msgtyp} chose {found}");

    // Whatever was not chosen is still there: the next round begins with an empty queue.
    while msgrcv_text(queue, 0, IPC_NOWAIT).is_ok() {}
    Ok(())
}
// ANCHOR_END: one

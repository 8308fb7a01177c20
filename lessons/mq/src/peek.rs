//! Linux lets a process look into a System V queue without taking anything.

use libc::{IPC_CREAT, IPC_NOWAIT, c_int};
use nix::errno::Errno;
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::sysv::{msgget, msgrcv, msgsnd, remove, stat};

pub const SCENE: Scene =
    Scene::new("peek", "a look into a queue that takes nothing out", &[("one", one)]);

/// Not in every C library's part of `libc`: see msgop(2).
const MSG_COPY: c_int = 0o40000;

// ANCHOR: one
fn one(one: &Actor) -> Result {
    let queue = msgget(one.msg_key("queue")?, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    for (text, mtype) in [("first", 3), ("second", 1), ("third", 2)] {
        one.sends("queue", text);
        msgsnd(queue, mtype, text.as_bytes(), 0)?;
    }

    // With MSG_COPY the third argument counts places in the queue, from 0.
    let mut row = String::new();
    for place in 0.. {
        match msgrcv(queue, 64, place, MSG_COPY | IPC_NOWAIT) {
            Ok((mtype, text)) => row += &format!("[{} {mtype}]", String::from_utf8_lossy(&text)),
            Err(Errno::ENOMSG) => break,
            Err(error) => return Err(lacking::facility("MSG_COPY")(error)),
        }
    }
    let inside = stat(queue)?.msg_qnum;
    one.says(format_args!("sees {row}"));
    one.says(format_args!("{inside} messages are still inside"));
    stage::ensure!((row.as_str(), inside) == ("[first 3][second 1][third 2]", 3), "sees {row}");
    Ok(remove(queue)?)
}
// ANCHOR_END: one

//! A System V receiver with a small buffer is refused, or agrees to lose the rest.

use libc::{IPC_CREAT, IPC_NOWAIT, MSG_NOERROR};
use nix::errno::Errno;
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::outcome::outcome;
use crate::sysv::{msgget, msgrcv, msgsnd, remove, stat};

pub const SCENE: Scene = Scene::new(
    "cut",
    "a small buffer is refused, or cuts the message and loses the rest",
    &[("one", one)],
);

const MESSAGE: &str = "transfer 100 won to account 7";
const SMALL: usize = 12;

// ANCHOR: one
fn one(one: &Actor) -> Result {
    let queue = msgget(one.msg_key("queue")?, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    one.sends("queue", MESSAGE);
    msgsnd(queue, 1, MESSAGE.as_bytes(), 0)?;

    let refused = msgrcv(queue, SMALL, 0, 0);
    let inside = stat(queue)?.msg_qnum;
    one.says(format_args!("room for {SMALL} bytes: {}, {inside} inside", outcome(&refused)));
    stage::ensure!((&refused, inside) == (&Err(Errno::E2BIG), 1), "{refused:?}, {inside} inside");

    let (_, part) = msgrcv(queue, SMALL, 0, MSG_NOERROR)?;
    one.gets("queue", str::from_utf8(&part)?);
    let rest = msgrcv(queue, SMALL, 0, IPC_NOWAIT);
    one.says(format_args!("with MSG_NOERROR: {} bytes; the rest: {}", part.len(), outcome(&rest)));
    stage::ensure!(rest == Err(Errno::ENOMSG), "the rest: {rest:?}");
    Ok(remove(queue)?)
}
// ANCHOR_END: one

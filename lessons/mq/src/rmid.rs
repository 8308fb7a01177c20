//! `IPC_RMID` takes the queue away at once, from those too who wait at it.

use libc::{IPC_CREAT, c_int};
use nix::errno::Errno;
use stage::{Actor, Fork, Result, Scene, token};

use crate::lacking;
use crate::outcome::outcome;
use crate::sysv::{msgget, msgrcv_text, remove};

pub const SCENE: Scene = Scene::new(
    "rmid",
    "removing a System V queue wakes whoever waits at it, with an error",
    &[("remover", remover)],
);

// ANCHOR: remover
fn remover(remover: &Actor) -> Result {
    let queue = msgget(remover.msg_key("queue")?, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    let receiver = match remover.forks("receiver")? {
        Fork::Child(me) => me.plays(|me| receiver(me, queue)),
        Fork::Parent(receiver) => receiver,
    };
    remover.until_waiting("receiver", "msgrcv")?;
    remover.gets(token("sleep"), "in msgrcv");
    remover.sends(token("queue"), "its end");
    remove(queue)?;
    remover.waits(receiver)
}
// ANCHOR_END: remover

// ANCHOR: receiver
fn receiver(receiver: &Actor, queue: c_int) -> Result {
    receiver.sends(token("sleep"), "in msgrcv");
    let woken = msgrcv_text(queue, 0, 0);
    receiver.gets(token("queue"), "its end");
    receiver.says(format_args!("the call that waited: {}", outcome(&woken)));
    let again = msgrcv_text(queue, 0, 0);
    receiver.says(format_args!("the next call: {}", outcome(&again)));
    stage::ensure!(
        (&woken, &again) == (&Err(Errno::EIDRM), &Err(Errno::EINVAL)),
        "{woken:?}, {again:?}"
    );
    Ok(())
}
// ANCHOR_END: receiver

//! The same with System V, where room is counted in bytes.

use libc::{IPC_CREAT, IPC_NOWAIT, c_int};
use nix::errno::Errno;
use stage::{Actor, Fork, Result, Scene, token};

use crate::lacking;
use crate::outcome::outcome;
use crate::sysv::{msgget, msgrcv_text, msgsnd, remove, set_room, stat};

pub const SCENE: Scene = Scene::new(
    "full-sysv",
    "a full System V queue does the same, and counts in bytes",
    &[("receiver", receiver)],
);

// ANCHOR: receiver
fn receiver(receiver: &Actor) -> Result {
    let queue = msgget(receiver.msg_key("queue")?, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    set_room(queue, 16)?;
    let sender = match receiver.forks("sender")? {
        Fork::Child(me) => me.plays(|me| sender(me, queue)),
        Fork::Parent(sender) => sender,
    };
    receiver.until_waiting("sender", "msgsnd")?;

    receiver.gets(token("sleep"), "in msgsnd");
    let found = stat(queue)?;
    receiver.says(format_args!("{} of {} bytes are taken", found.__msg_cbytes, found.msg_qbytes));
    receiver.sends(token("room"), "free bytes");
    let (_, text) = msgrcv_text(queue, 0, 0)?;
    receiver.gets("queue", &text);
    receiver.waits(sender)?;
    Ok(remove(queue)?)
}
// ANCHOR_END: receiver

// ANCHOR: sender
fn sender(sender: &Actor, queue: c_int) -> Result {
    sender.sends("queue", "twelve bytes");
    msgsnd(queue, 1, b"twelve bytes", 0)?;
    let refused = msgsnd(queue, 1, b"seven b", IPC_NOWAIT);
    sender.says(format_args!("with IPC_NOWAIT: {}", outcome(&refused)));
    stage::ensure!(refused == Err(Errno::EAGAIN), "a full queue answered {refused:?}");

    sender.sends("queue", "seven b");
    sender.sends(token("sleep"), "in msgsnd");
    msgsnd(queue, 1, b"seven b", 0)?;
    sender.gets(token("room"), "free bytes");
    Ok(())
}
// ANCHOR_END: sender

//! An empty queue lets the receiver wait, unless it says that it will not.

use libc::{IPC_CREAT, IPC_NOWAIT};
use nix::errno::Errno;
use nix::mqueue::{MQ_OFlag, MqdT, mq_open, mq_send, mq_timedreceive, mq_unlink};
use nix::sys::stat::Mode;
use nix::sys::time::TimeSpec;
use stage::{Actor, Fork, Result, Scene, token};

use crate::lacking;
use crate::outcome::outcome;
use crate::posix::{NEW, OWNER, mq_receive_text, room};
use crate::sysv::{msgget, msgrcv_text, remove};

pub const SCENE: Scene = Scene::new(
    "empty",
    "an empty queue lets the receiver wait, if it wants to",
    &[("sender", sender)],
);

// ANCHOR: receiver
fn receiver(receiver: &Actor, queue: &MqdT) -> Result {
    let name = receiver.mq_name("queue")?;
    let hasty = MQ_OFlag::O_RDONLY | MQ_OFlag::O_NONBLOCK;
    let hasty = mq_open(name.as_c_str(), hasty, Mode::empty(), None)?;
    let refused = mq_receive_text(&hasty);
    receiver.says(format_args!("POSIX, O_NONBLOCK: {}", outcome(&refused)));
    stage::ensure!(refused == Err(Errno::EAGAIN), "an empty queue answered {refused:?}");

    // The deadline is a point in time, not a length of time. This one has long passed.
    let deadline = TimeSpec::new(0, 0);
    let late = mq_timedreceive(queue, &mut [0; 16], &mut 0, &deadline);
    receiver.says(format_args!("POSIX, a deadline that has passed: {}", outcome(&late)));
    stage::ensure!(late == Err(Errno::ETIMEDOUT), "an empty queue answered {late:?}");

    let sysv = msgget(receiver.msg_key("queue")?, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    let refused = msgrcv_text(sysv, 0, IPC_NOWAIT);
    receiver.says(format_args!("System V, IPC_NOWAIT: {}", outcome(&refused)));
    stage::ensure!(refused == Err(Errno::ENOMSG), "an empty queue answered {refused:?}");
    remove(sysv)?;

    receiver.sends(token("sleep"), "in mq_receive");
    let (text, _) = mq_receive_text(queue)?;
    receiver.gets("queue", &text);
    Ok(())
}
// ANCHOR_END: receiver

// ANCHOR: sender
fn sender(sender: &Actor) -> Result {
    let name = sender.mq_name("queue")?;
    let queue = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(1, 16))).map_err(lacking::posix)?;
    let receiver = match sender.forks("receiver")? {
        Fork::Child(me) => me.plays(|me| receiver(me, &queue)),
        Fork::Parent(receiver) => receiver,
    };
    sender.until_waiting("receiver", "mq_receive")?;
    sender.gets(token("sleep"), "in mq_receive");
    sender.sends("queue", "wake up");
    mq_send(&queue, b"wake up", 0)?;
    sender.waits(receiver)?;
    Ok(mq_unlink(name.as_c_str())?)
}
// ANCHOR_END: sender

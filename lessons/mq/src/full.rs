//! A full queue stops the sender until a place is free, or tells it so.

use nix::errno::Errno;
use nix::mqueue::{MQ_OFlag, MqdT, mq_open, mq_send, mq_unlink};
use nix::sys::stat::Mode;
use stage::{Actor, Fork, Result, Scene, token};

use crate::lacking;
use crate::outcome::outcome;
use crate::posix::{NEW, OWNER, mq_receive_text, room};

pub const SCENE: Scene = Scene::new(
    "full",
    "a full queue stops the sender until somebody takes a message",
    &[("receiver", receiver)],
);

// ANCHOR: receiver
fn receiver(receiver: &Actor) -> Result {
    let name = receiver.mq_name("queue")?;
    let queue = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(2, 16))).map_err(lacking::posix)?;
    let sender = match receiver.forks("sender")? {
        Fork::Child(me) => me.plays(|me| sender(me, &queue)),
        Fork::Parent(sender) => sender,
    };
    receiver.until_waiting("sender", "mq_send")?;

    receiver.gets(token("sleep"), "in mq_send");
    receiver.sends(token("room"), "a free place");
    let (text, _) = mq_receive_text(&queue)?;
    receiver.gets("queue", &text);
    receiver.waits(sender)?;
    Ok(mq_unlink(name.as_c_str())?)
}
// ANCHOR_END: receiver

// ANCHOR: sender
fn sender(sender: &Actor, queue: &MqdT) -> Result {
    for text in ["one", "two"] {
        sender.sends("queue", text);
        mq_send(queue, text.as_bytes(), 0)?;
    }
    // O_NONBLOCK belongs to the open description: this one is opened for the purpose.
    let name = sender.mq_name("queue")?;
    let hasty = MQ_OFlag::O_WRONLY | MQ_OFlag::O_NONBLOCK;
    let hasty = mq_open(name.as_c_str(), hasty, Mode::empty(), None)?;
    let refused = mq_send(&hasty, b"three", 0);
    sender.says(format_args!("with O_NONBLOCK: {}", outcome(&refused)));
    stage::ensure!(refused == Err(Errno::EAGAIN), "a full queue answered {refused:?}");

    sender.sends("queue", "three");
    sender.sends(token("sleep"), "in mq_send");
    mq_send(queue, b"three", 0)?;
    sender.gets(token("room"), "a free place");
    Ok(())
}
// ANCHOR_END: sender

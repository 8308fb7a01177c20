//! The sender has gone before the receiver comes. Queues have kept its words, a FIFO has not.

use libc::{IPC_CREAT, IPC_NOWAIT};
use nix::fcntl::{OFlag, open};
use nix::mqueue::{MQ_OFlag, mq_close, mq_open, mq_send, mq_unlink};
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, read, write};
use stage::{Actor, Fork, Result, Scene};

use crate::lacking;
use crate::posix::{NEW, OWNER, mq_receive_text, room};
use crate::sysv::{msgget, msgrcv_text, msgsnd, remove};

pub const SCENE: Scene = Scene::new(
    "later",
    "a queue keeps messages while no process has it open; a FIFO does not",
    &[("parent", parent)],
);

const WORDS: &str = "last words";

fn parent(parent: &Actor) -> Result {
    mkfifo(&parent.path("fifo")?, OWNER)?;
    match parent.forks("sender")? {
        Fork::Child(me) => me.plays(sender),
        Fork::Parent(sender) => parent.waits(sender)?,
    }
    parent.says("nobody has any of the three open now");
    match parent.forks("receiver")? {
        Fork::Child(me) => me.plays(receiver),
        Fork::Parent(receiver) => parent.waits(receiver),
    }
}

// ANCHOR: sender
fn sender(sender: &Actor) -> Result {
    let name = sender.mq_name("queue")?;
    let posix = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(1, 16))).map_err(lacking::posix)?;
    sender.sends("posix", WORDS);
    mq_send(&posix, WORDS.as_bytes(), 0)?;
    mq_close(posix)?;

    let sysv = msgget(sender.msg_key("queue")?, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    sender.sends("sysv", WORDS);
    msgsnd(sysv, 1, WORDS.as_bytes(), 0)?;

    // Open for both directions, so that opening does not wait for a reader.
    let fifo = open(&sender.path("fifo")?, OFlag::O_RDWR, Mode::empty())?;
    sender.sends("fifo", WORDS);
    write(&fifo, WORDS.as_bytes())?;
    Ok(())
}
// ANCHOR_END: sender

// ANCHOR: receiver
fn receiver(receiver: &Actor) -> Result {
    let name = receiver.mq_name("queue")?;
    let posix = mq_open(name.as_c_str(), MQ_OFlag::O_RDONLY, Mode::empty(), None)
        .map_err(lacking::posix)?;
    let (text, _) = mq_receive_text(&posix)?;
    receiver.gets("posix", &text);
    mq_unlink(name.as_c_str())?;

    let sysv = msgget(receiver.msg_key("queue")?, 0).map_err(lacking::system_v)?;
    let (_, same) = msgrcv_text(sysv, 0, IPC_NOWAIT)?;
    receiver.gets("sysv", &same);
    remove(sysv)?;

    let fifo = open(&receiver.path("fifo")?, OFlag::O_RDONLY | OFlag::O_NONBLOCK, Mode::empty())?;
    let length = read(&fifo, &mut [0; 16])?;
    receiver.says(format_args!("the FIFO: {length} bytes"));
    let found = (text.as_str(), same.as_str(), length);
    stage::ensure!(found == (WORDS, WORDS, 0), "{found:?}");
    Ok(())
}
// ANCHOR_END: receiver

//! Four senders and three receivers use one queue at once, without any lock.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;

use nix::mqueue::{MqdT, mq_open, mq_receive, mq_send, mq_unlink};
use nix::unistd::{pipe, write};
use stage::{Actor, Child, Fork, Result, Scene, varies};

use crate::lacking;
use crate::posix::{NEW, OWNER, room};

pub const SCENE: Scene = Scene::new(
    "consumers",
    "each message goes to exactly one receiver, without any lock",
    &[("parent", parent)],
)
.races(&["read", "write", "mq_receive"]);

const EACH: u32 = 250;
const JOB: u32 = 1;
const STOP: u32 = 0;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let name = parent.mq_name("queue")?;
    let queue = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(4, 4))).map_err(lacking::posix)?;
    // What each worker has received, for counting it afterwards.
    let (source, sink) = pipe()?;
    let names = ["worker A", "worker B", "worker C"];
    let workers: Vec<Child> = names
        .into_iter()
        .map(|name| match parent.forks(name)? {
            Fork::Child(me) => me.plays(|me| worker(me, &queue, &sink)),
            Fork::Parent(child) => Ok(child),
        })
        .collect::<Result<_>>()?;
    drop(sink);
    // Who waits longest is served first, so each of them gets a message.
    names.into_iter().try_for_each(|name| parent.until_waiting(name, "mq_receive"))?;
    let mut senders = Vec::new();
    for (at, name) in (0..).zip(["sender A", "sender B", "sender C", "sender D"]) {
        match parent.forks(name)? {
            Fork::Child(me) => me.plays(|me| sender(me, &queue, at * EACH)),
            Fork::Parent(child) => senders.push(child),
        }
    }
    let count = senders.len() as u32 * EACH;
    senders.into_iter().try_for_each(|sender| parent.waits(sender))?;

    // A queue has no end of file: each worker has to be told. The lower priority comes last.
    for _ in &workers {
        parent.sends("queue", "an empty message: stop");
        mq_send(&queue, b"", STOP)?;
    }
    let mut bytes = Vec::new();
    File::from(source).read_to_end(&mut bytes)?;
    let mut received: Vec<u32> =
        bytes.as_chunks().0.iter().map(|&number| u32::from_ne_bytes(number)).collect();
    workers.into_iter().try_for_each(|worker| parent.waits(worker))?;
    received.sort_unstable();
    parent.says(format_args!("{count} messages sent, {} receipts", received.len()));
    let once = received.iter().copied().eq(0..count);
    parent.says(format_args!("each message was received exactly once: {once}"));
    stage::ensure!(once, "received {received:?}");
    Ok(mq_unlink(name.as_c_str())?)
}
// ANCHOR_END: parent

// ANCHOR: worker
fn sender(sender: &Actor, queue: &MqdT, from: u32) -> Result {
    sender.says(format_args!("sends {EACH} numbered messages"));
    Ok((from..from + EACH).try_for_each(|number| mq_send(queue, &number.to_ne_bytes(), JOB))?)
}

fn worker(worker: &Actor, queue: &MqdT, sink: &OwnedFd) -> Result {
    let mut share = 0;
    let mut number = [0; 4];
    while mq_receive(queue, &mut number, &mut 0)? > 0 {
        write(sink, &number)?;
        share += 1;
    }
    worker.gets("queue", "an empty message: stop");
    worker.says(format_args!("received {} messages before it", varies("share", share)));
    Ok(())
}
// ANCHOR_END: worker

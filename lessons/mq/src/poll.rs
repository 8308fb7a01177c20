//! On Linux a POSIX queue is a descriptor: one wait covers it and everything else.

use std::os::fd::{AsFd, OwnedFd};

use nix::mqueue::{MqdT, mq_open, mq_send, mq_unlink};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::pipe;
use stage::{Actor, Fork, Result, Scene, token};

use crate::lacking;
use crate::posix::{NEW, OWNER, mq_receive_text, room};

pub const SCENE: Scene = Scene::new(
    "poll",
    "one poll waits for a pipe and a POSIX queue together",
    &[("sender", sender)],
);

// ANCHOR: watcher
fn watcher(watcher: &Actor, queue: &MqdT, source: &OwnedFd) -> Result {
    let mut both = [
        PollFd::new(source.as_fd(), PollFlags::POLLIN),
        PollFd::new(queue.as_fd(), PollFlags::POLLIN),
    ];
    let ready = poll(&mut both, PollTimeout::ZERO)?;
    watcher.says(format_args!("{ready} of {} are ready", both.len()));
    watcher.sends(token("sleep"), "in poll");
    let ready = poll(&mut both, PollTimeout::NONE)?;

    let (pipe, queued) = (both[0].any() == Some(true), both[1].any() == Some(true));
    let (text, _) = mq_receive_text(queue)?;
    watcher.gets("queue", &text);
    watcher.says(format_args!("{ready} was ready; the pipe: {pipe}, the queue: {queued}"));
    stage::ensure!((ready, pipe, queued) == (1, false, true), "{ready} were ready");
    Ok(())
}
// ANCHOR_END: watcher

// ANCHOR: sender
fn sender(sender: &Actor) -> Result {
    let name = sender.mq_name("queue")?;
    let queue = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(1, 16))).map_err(lacking::posix)?;
    let (source, sink) = pipe()?;
    let watcher = match sender.forks("watcher")? {
        Fork::Child(me) => me.plays(|me| watcher(me, &queue, &source)),
        Fork::Parent(watcher) => watcher,
    };
    sender.until_waiting("watcher", "poll")?;
    sender.gets(token("sleep"), "in poll");
    sender.sends("queue", "here I am");
    mq_send(&queue, b"here I am", 0)?;
    sender.waits(watcher)?;
    // Until here: a pipe whose writers are gone is ready, too.
    drop(sink);
    Ok(mq_unlink(name.as_c_str())?)
}
// ANCHOR_END: sender

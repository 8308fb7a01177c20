//! A process asks to be told when a message comes to its empty queue: once.

use std::os::fd::AsRawFd;

use nix::errno::Errno;
use nix::mqueue::{MqdT, mq_open, mq_send, mq_unlink};
use nix::sys::signal::{SigEvent, SigSet, SigevNotify};
use nix::unistd::Pid;
use stage::{Actor, Fork, Result, Scene};

use crate::arrival::{SIGNAL, arrived, signal};
use crate::lacking;
use crate::outcome::outcome;
use crate::posix::{NEW, OWNER, mq_receive_text, room};

pub const SCENE: Scene = Scene::new(
    "notify",
    "mq_notify tells one process, once, that an empty queue is empty no more",
    &[("watcher", watcher)],
)
.needs(&[stage::lacking::queued_signals]);

// ANCHOR: watcher
fn watcher(watcher: &Actor) -> Result {
    let name = watcher.mq_name("queue")?;
    let queue = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(3, 16))).map_err(lacking::posix)?;
    // The signal waits for `arrived` to ask for it.
    SigSet::from(SIGNAL).thread_block()?;
    mq_notify(&queue)?;
    let sender = match watcher.forks("sender")? {
        Fork::Child(me) => me.plays(|me| sender(me, &queue)),
        Fork::Parent(sender) => sender,
    };

    let pid = sender.pid();
    watcher.waits(sender)?;
    let (text, _) = mq_receive_text(&queue)?;
    watcher.gets("queue", &text);
    let told = arrived();
    watcher.says(format_args!("{SIGNAL} has come, from the sender: {}", told == Ok(pid)));
    stage::ensure!(told == Ok(pid), "told {told:?}");

    mq_send(&queue, b"two", 0)?;
    let told = arrived();
    watcher.says(format_args!("for the next message: {}", signal(&told)));
    stage::ensure!(told == Err(Errno::EAGAIN), "told {told:?}");

    mq_notify(&queue)?;
    mq_send(&queue, b"three", 0)?;
    let told = arrived();
    watcher.says(format_args!("registered again, queue not empty: {}", signal(&told)));
    stage::ensure!(told == Err(Errno::EAGAIN), "told {told:?}");

    mq_receive_text(&queue)?;
    mq_receive_text(&queue)?;
    mq_send(&queue, b"four", 0)?;
    let told = arrived();
    watcher.says(format_args!("still registered, queue emptied first: {}", signal(&told)));
    stage::ensure!(told == Ok(Pid::this()), "told {told:?}");
    Ok(mq_unlink(name.as_c_str())?)
}
// ANCHOR_END: watcher

// ANCHOR: sender
fn sender(sender: &Actor, queue: &MqdT) -> Result {
    let second = mq_notify(queue);
    sender.says(format_args!("wants to be told, too: {}", outcome(&second)));
    stage::ensure!(second == Err(Errno::EBUSY), "mq_notify: {second:?}");
    sender.sends("queue", "one");
    Ok(mq_send(queue, b"one", 0)?)
}
// ANCHOR_END: sender

// ANCHOR: calls
/// Asks for a signal when a message comes to the empty queue.
fn mq_notify(queue: &MqdT) -> nix::Result<()> {
    let event = SigEvent::new(SigevNotify::SigevSignal { signal: SIGNAL, si_value: 0 });
    // The system call itself: not every C library's part of `libc` knows `mq_notify`.
    // SAFETY: `event` outlives the call, which only reads it.
    let asked = unsafe { libc::syscall(libc::SYS_mq_notify, queue.as_raw_fd(), &raw const event) };
    Errno::result(asked).map(drop)
}
// ANCHOR_END: calls

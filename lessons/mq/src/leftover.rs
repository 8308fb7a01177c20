//! A queue whose users have all gone: what is in it stays, and who looks can tell who it was.

use libc::{IPC_CREAT, c_int};
use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;
use stage::{Actor, Fork, Result, Scene, varies};

use crate::lacking;
use crate::outcome::outcome;
use crate::sysv::{msgget, msgsnd, remove, stat};

pub const SCENE: Scene =
    Scene::new("leftover", "a queue full of messages that nobody will read", &[("looker", looker)]);

// ANCHOR: looker
fn looker(looker: &Actor) -> Result {
    let key = looker.msg_key("queue")?;
    let queue = msgget(key, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    match looker.forks("sender")? {
        Fork::Child(me) => me.plays(|me| sender(me, queue)),
        Fork::Parent(sender) => looker.waits(sender)?,
    }

    // What `ipcs -q -p` shows, too.
    let found = stat(queue)?;
    let (messages, bytes) = (found.msg_qnum, found.__msg_cbytes);
    looker.says(format_args!("{messages} messages inside, {bytes} bytes"));
    let last = Pid::from_raw(found.msg_lspid);
    let alive = kill(last, None);
    looker.says(format_args!("last sender: process {}: {}", varies("pid", last), outcome(&alive)));
    looker.says(format_args!("last receiver: {}", found.msg_lrpid));
    stage::ensure!((messages, bytes, found.msg_lrpid) == (3, 15, 0), "{messages}, {bytes}");
    stage::ensure!(alive == Err(Errno::ESRCH), "process {last}: {alive:?}");

    looker.says("removes the queue, with all that is in it");
    remove(queue)?;
    let gone = msgget(key, 0);
    looker.says(format_args!("msgget: {}", outcome(&gone)));
    stage::ensure!(gone == Err(Errno::ENOENT), "msgget: {gone:?}");
    Ok(())
}
// ANCHOR_END: looker

fn sender(sender: &Actor, queue: c_int) -> Result {
    for text in ["alpha", "bravo", "cocoa"] {
        sender.sends("queue", text);
        msgsnd(queue, 1, text.as_bytes(), 0)?;
    }
    Ok(())
}

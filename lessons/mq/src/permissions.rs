//! The mode decides who may open a POSIX queue and who may use a System V queue.

use libc::{IPC_CREAT, IPC_NOWAIT};
use nix::errno::Errno;
use nix::mqueue::{MQ_OFlag, mq_open};
use nix::sys::stat::Mode;
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::outcome::outcome;
use crate::posix::{NEW, room};
use crate::sysv::{msgget, msgsnd};

pub const SCENE: Scene = Scene::new(
    "permissions",
    "a POSIX queue asks at the opening, a System V queue at each use",
    &[("one", one)],
);

// ANCHOR: one
fn one(one: &Actor) -> Result {
    let name = one.mq_name("queue")?;
    mq_open(name.as_c_str(), NEW, Mode::S_IRUSR, Some(&room(1, 16))).map_err(lacking::posix)?;
    let key = one.msg_key("queue")?;
    msgget(key, IPC_CREAT | 0o400).map_err(lacking::system_v)?;
    one.says("has made two queues into which nobody may send, the owner neither");
    // Root may use anything: it becomes somebody else.
    one.obeys_permissions()?;

    let opened = mq_open(name.as_c_str(), MQ_OFlag::O_WRONLY, Mode::empty(), None);
    one.says(format_args!("POSIX, mq_open to send: {}", outcome(&opened)));
    let found = msgget(key, 0);
    one.says(format_args!("System V, msgget: {}", outcome(&found)));
    let sent = msgsnd(found?, 1, b"x", IPC_NOWAIT);
    one.says(format_args!("System V, msgsnd: {}", outcome(&sent)));
    stage::ensure!(matches!(opened, Err(Errno::EACCES)), "mq_open: {opened:?}");
    stage::ensure!(sent == Err(Errno::EACCES), "msgsnd: {sent:?}");
    Ok(())
}
// ANCHOR_END: one

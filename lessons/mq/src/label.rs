//! What stands on the envelope: one number, and what each API allows it to be.

use libc::{IPC_CREAT, c_long};
use nix::errno::Errno;
use nix::mqueue::{mq_open, mq_send, mq_unlink};
use nix::unistd::{SysconfVar, sysconf};
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::outcome::outcome;
use crate::posix::{NEW, OWNER, mq_receive_text, room};
use crate::sysv::{msgget, msgrcv_text, msgsnd, remove};

pub const SCENE: Scene =
    Scene::new("label", "one number on each message: a priority, or a type", &[("one", one)]);

// ANCHOR: one
fn one(one: &Actor) -> Result {
    let name = one.mq_name("queue")?;
    let posix = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(2, 16))).map_err(lacking::posix)?;
    let bound = sysconf(SysconfVar::MQ_PRIO_MAX)?.ok_or(Errno::ENOSYS)?;
    for priority in [bound - 1, bound] {
        let sent = mq_send(&posix, b"x", u32::try_from(priority)?);
        one.says(format_args!("POSIX, priority {priority}: {}", outcome(&sent)));
        let expected = if priority < bound { Ok(()) } else { Err(Errno::EINVAL) };
        stage::ensure!(sent == expected, "priority {priority}: {sent:?}");
    }
    let (_, priority) = mq_receive_text(&posix)?;
    one.says(format_args!("POSIX: a message of priority {priority} came out"));
    stage::ensure!(i64::from(priority) == bound - 1, "priority {priority}");

    let sysv = msgget(one.msg_key("queue")?, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    for mtype in [0, 7, c_long::from(i32::MAX)] {
        let sent = msgsnd(sysv, mtype, b"x", 0);
        one.says(format_args!("System V, type {mtype}: {}", outcome(&sent)));
        let expected = if mtype > 0 { Ok(()) } else { Err(Errno::EINVAL) };
        stage::ensure!(sent == expected, "type {mtype}: {sent:?}");
    }
    let (mtype, _) = msgrcv_text(sysv, 0, 0)?;
    one.says(format_args!("System V: a message of type {mtype} came out"));
    stage::ensure!(mtype == 7, "type {mtype}");
    mq_unlink(name.as_c_str())?;
    Ok(remove(sysv)?)
}
// ANCHOR_END: one

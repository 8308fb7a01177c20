//! A message has a largest size. What is larger is refused whole.

use libc::{IPC_CREAT, IPC_NOWAIT};
use nix::errno::Errno;
use nix::mqueue::{mq_open, mq_send, mq_unlink};
use stage::{Actor, Result, Scene, varies};

use crate::lacking::{self, limit};
use crate::outcome::outcome;
use crate::posix::{NEW, OWNER, room};
use crate::sysv::{msgget, msgsnd, remove};

pub const SCENE: Scene =
    Scene::new("too-big", "a message that is too large is refused", &[("one", one)]);

// ANCHOR: one
fn one(one: &Actor) -> Result {
    let name = one.mq_name("queue")?;
    let posix = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(1, 16))).map_err(lacking::posix)?;
    let larger = mq_send(&posix, &[0; 17], 0);
    let largest = mq_send(&posix, &[0; 16], 0);
    one.says(format_args!("POSIX, one byte more than mq_msgsize: {}", outcome(&larger)));
    one.says(format_args!("POSIX, as large as mq_msgsize: {}", outcome(&largest)));
    stage::ensure!((larger, largest) == (Err(Errno::EMSGSIZE), Ok(())), "{larger:?} {largest:?}");

    let sysv = msgget(one.msg_key("queue")?, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    let bound = usize::try_from(limit("kernel/msgmax")?)?;
    let larger = msgsnd(sysv, 1, &vec![0; bound + 1], IPC_NOWAIT);
    let bound = varies("msgmax", bound);
    one.says(format_args!("System V, one byte more than {bound}: {}", outcome(&larger)));
    stage::ensure!(larger == Err(Errno::EINVAL), "msgsnd: {larger:?}");
    mq_unlink(name.as_c_str())?;
    Ok(remove(sysv)?)
}
// ANCHOR_END: one

//! Where the limits are set, and what each of them answers.

use std::ffi::CStr;

use libc::IPC_CREAT;
use nix::errno::Errno;
use nix::mqueue::{MqAttr, MqdT, mq_open};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use stage::{Actor, Result, Scene, varies};

use crate::lacking::{self, limit};
use crate::outcome::outcome;
use crate::posix::{NEW, OWNER, room};
use crate::sysv::{msgget, remove, stat};

pub const SCENE: Scene =
    Scene::new("limits", "every limit has its file and its error", &[("one", one)]);

// ANCHOR: one
fn one(one: &Actor) -> Result {
    let bytes = limit("kernel/msgmnb")?;
    let queue = msgget(one.msg_key("queue")?, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    let found = stat(queue)?.msg_qbytes;
    remove(queue)?;
    one.says(format_args!("System V: {} bytes in a new queue", varies("msgmnb", found)));
    stage::ensure!(i64::try_from(found)? == bytes, "a new queue has room for {found} bytes");

    let name = one.mq_name("queue")?;
    // CAP_SYS_RESOURCE lifts what follows, and root may have it.
    one.obeys_permissions()?;
    let (messages, bytes) = (limit("fs/mqueue/msg_max")?, limit("fs/mqueue/msgsize_max")?);
    let (max, size) = (varies("msg_max", messages), varies("msgsize_max", bytes));
    one.says(format_args!("POSIX: at most {max} messages of {size} bytes in a queue"));
    let refused = open(&name, &MqAttr::new(0, messages + 1, 16, 0))?;
    one.says(format_args!("a queue for one message more: {}", outcome(&refused)));
    stage::ensure!(matches!(refused, Err(Errno::EINVAL)), "mq_open: {refused:?}");
    let refused = open(&name, &MqAttr::new(0, 1, bytes + 1, 0))?;
    one.says(format_args!("a queue for messages of one byte more: {}", outcome(&refused)));
    stage::ensure!(matches!(refused, Err(Errno::EINVAL)), "mq_open: {refused:?}");

    let (quota, hard) = getrlimit(Resource::RLIMIT_MSGQUEUE)?;
    let quota = varies("bytes", quota);
    one.says(format_args!("all POSIX queues of a user together: {quota} bytes"));
    setrlimit(Resource::RLIMIT_MSGQUEUE, 0, hard)?;
    let refused = open(&name, &room(1, 1))?;
    one.says(format_args!("the smallest queue, with that lowered to none: {}", outcome(&refused)));
    stage::ensure!(matches!(refused, Err(Errno::EMFILE)), "mq_open: {refused:?}");
    Ok(())
}

fn open(name: &CStr, attributes: &MqAttr) -> Result<nix::Result<MqdT>> {
    match mq_open(name, NEW, OWNER, Some(attributes)) {
        Err(error @ (Errno::ENOSYS | Errno::EPERM | Errno::EACCES)) => Err(lacking::posix(error)),
        result => Ok(result),
    }
}
// ANCHOR_END: one

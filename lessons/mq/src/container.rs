//! Queues belong to a namespace: in a container the names mean something else.

use std::ffi::CStr;

use nix::errno::Errno;
use nix::mqueue::{MQ_OFlag, mq_open, mq_unlink};
use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use stage::{Actor, Fork, Result, Scene};

use crate::lacking;
use crate::outcome::outcome;
use crate::posix::{NEW, OWNER, room};
use crate::sysv::{msgget, remove};

pub const SCENE: Scene = Scene::new(
    "container",
    "in another IPC namespace the same name finds nothing",
    &[("host", host)],
);

// ANCHOR: host
fn host(host: &Actor) -> Result {
    let name = host.mq_name("queue")?;
    let key = host.msg_key("queue")?;
    mq_open(name.as_c_str(), NEW, OWNER, Some(&room(1, 16))).map_err(lacking::posix)?;
    let sysv = msgget(key, libc::IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    host.says("has made a queue of each kind");
    match host.forks("inside")? {
        Fork::Child(me) => me.plays(|me| inside(me, &name, key)),
        Fork::Parent(inside) => host.waits(inside)?,
    }
    let posix = mq_open(name.as_c_str(), MQ_OFlag::O_RDONLY, Mode::empty(), None);
    host.says(format_args!("outside, mq_open: {}", outcome(&posix)));
    stage::ensure!(posix.is_ok(), "mq_open: {posix:?}");
    mq_unlink(name.as_c_str())?;
    Ok(remove(sysv)?)
}
// ANCHOR_END: host

// ANCHOR: inside
fn inside(inside: &Actor, name: &CStr, key: libc::key_t) -> Result {
    // The user namespace is what gives an ordinary user the right to the other one.
    unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWIPC)
        .map_err(lacking::facility("unshare"))?;
    // Whoever changes namespaces forgets the wish to end with the parent.
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    inside.says("is in an IPC namespace of its own, as in a container");
    let posix = mq_open(name, MQ_OFlag::O_RDONLY, Mode::empty(), None);
    inside.says(format_args!("mq_open: {}", outcome(&posix)));
    let sysv = msgget(key, 0);
    inside.says(format_args!("msgget: {}", outcome(&sysv)));
    stage::ensure!(matches!(posix, Err(Errno::ENOENT)), "mq_open: {posix:?}");
    stage::ensure!(sysv == Err(Errno::ENOENT), "msgget: {sysv:?}");
    Ok(())
}
// ANCHOR_END: inside

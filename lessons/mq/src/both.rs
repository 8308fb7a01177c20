//! Linux has two kinds of message queue, and they know nothing of each other.

use libc::IPC_CREAT;
use nix::mqueue::{mq_getattr, mq_open, mq_send, mq_unlink};
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::posix::{NEW, OWNER, mq_receive_text, room};
use crate::sysv::{msgget, msgrcv_text, msgsnd, remove, stat};

pub const SCENE: Scene =
    Scene::new("both", "Linux has two kinds of queue, which share nothing", &[("one", one)]);

// ANCHOR: one
fn one(one: &Actor) -> Result {
    one.says("POSIX: a name for everybody, and a descriptor for whoever opens it");
    let name = one.mq_name("queue")?;
    let posix = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(2, 16))).map_err(lacking::posix)?;
    one.says("System V: a number for everybody, and an id for its queue");
    let sysv = msgget(one.msg_key("queue")?, IPC_CREAT | 0o600).map_err(lacking::system_v)?;

    one.sends("posix", "hi");
    mq_send(&posix, b"hi", 0)?;
    one.sends("sysv", "hi");
    msgsnd(sysv, 1, b"hi", 0)?;
    let inside = || Result::Ok((mq_getattr(&posix)?.curmsgs(), stat(sysv)?.msg_qnum));
    let before = inside()?;
    one.says(format_args!("messages inside: POSIX {}, System V {}", before.0, before.1));

    let (text, _) = mq_receive_text(&posix)?;
    one.gets("posix", &text);
    let after = inside()?;
    one.says(format_args!("messages inside: POSIX {}, System V {}", after.0, after.1));
    stage::ensure!((before, after) == ((1, 1), (0, 1)), "{before:?}, then {after:?}");

    let (_, text) = msgrcv_text(sysv, 0, 0)?;
    one.gets("sysv", &text);
    mq_unlink(name.as_c_str())?;
    Ok(remove(sysv)?)
}
// ANCHOR_END: one

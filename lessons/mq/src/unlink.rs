//! `mq_unlink` takes the name away at once, and the queue when nobody has it open any more.

use nix::errno::Errno;
use nix::mqueue::{MQ_OFlag, mq_getattr, mq_open, mq_send, mq_unlink};
use nix::sys::stat::Mode;
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::outcome::outcome;
use crate::posix::{NEW, OWNER, mq_receive_text, room};

pub const SCENE: Scene = Scene::new(
    "unlink",
    "mq_unlink removes the name; who has the queue open keeps it",
    &[("one", one)],
);

// ANCHOR: one
fn one(one: &Actor) -> Result {
    let name = one.mq_name("queue")?;
    let old = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(2, 16))).map_err(lacking::posix)?;
    one.sends("old", "first");
    mq_send(&old, b"first", 0)?;
    one.says("removes the name, and opens it again");
    mq_unlink(name.as_c_str())?;
    let refused = mq_open(name.as_c_str(), MQ_OFlag::O_RDWR, Mode::empty(), None);
    one.says(format_args!("mq_open: {}", outcome(&refused)));
    stage::ensure!(matches!(refused, Err(Errno::ENOENT)), "mq_open: {refused:?}");

    one.sends("old", "second");
    mq_send(&old, b"second", 0)?;
    let new = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(2, 16))).map_err(lacking::posix)?;
    let inside = (mq_getattr(&old)?.curmsgs(), mq_getattr(&new)?.curmsgs());
    one.says("makes a queue of the same name");
    one.says(format_args!("messages in the old one: {}, in the new one: {}", inside.0, inside.1));
    stage::ensure!(inside == (2, 0), "inside: {inside:?}");
    for _ in 0..2 {
        let (text, _) = mq_receive_text(&old)?;
        one.gets("old", &text);
    }
    Ok(mq_unlink(name.as_c_str())?)
}
// ANCHOR_END: one

//! Two processes send to each other before they receive, and neither gets on.

use nix::mqueue::{MqdT, mq_open, mq_send};
use stage::{Actor, Fork, Result, Scene};

use crate::lacking;
use crate::posix::{NEW, OWNER, mq_receive_text, room};

pub const SCENE: Scene = Scene::new(
    "deadlock",
    "two full queues, and each process waits for the other to take",
    &[("ann", ann)],
)
.hangs();

// ANCHOR: both
fn ann(ann: &Actor) -> Result {
    let for_ann = open(ann, "for-ann")?;
    let for_bob = open(ann, "for-bob")?;
    match ann.forks("bob")? {
        Fork::Child(me) => me.plays(|bob| talk(bob, "bob", &for_bob, &for_ann)),
        Fork::Parent(bob) => {
            talk(ann, "ann", &for_ann, &for_bob)?;
            ann.waits(bob)
        }
    }
}

/// First all that there is to say, then all that there is to hear.
fn talk(me: &Actor, name: &str, mine: &MqdT, theirs: &MqdT) -> Result {
    for text in ["first", "second"] {
        me.sends("queue", format_args!("{text} of {name}"));
        mq_send(theirs, text.as_bytes(), 0)?;
    }
    for _ in 0..2 {
        let (text, _) = mq_receive_text(mine)?;
        me.says(format_args!("received {text}"));
    }
    Ok(())
}

fn open(ann: &Actor, label: &str) -> Result<MqdT> {
    let name = ann.mq_name(label)?;
    mq_open(name.as_c_str(), NEW, OWNER, Some(&room(1, 16))).map_err(lacking::posix)
}
// ANCHOR_END: both

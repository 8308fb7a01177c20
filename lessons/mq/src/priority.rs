//! A POSIX queue gives the oldest of the most urgent messages first.

use nix::mqueue::{mq_open, mq_send, mq_unlink};
use stage::{Actor, Fork, Result, Scene};

use crate::lacking;
use crate::posix::{NEW, OWNER, mq_receive_text, room};

pub const SCENE: Scene = Scene::new(
    "priority",
    "the oldest message of the highest priority comes out first",
    &[("receiver", receiver)],
);

const SENT: [(&str, u32); 5] = [("anna", 0), ("ben", 5), ("carl", 1), ("dora", 5), ("emil", 0)];
const RECEIVED: [&str; 5] = ["ben", "dora", "carl", "anna", "emil"];

// ANCHOR: receiver
fn receiver(receiver: &Actor) -> Result {
    let name = receiver.mq_name("queue")?;
    let queue = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(5, 16))).map_err(lacking::posix)?;
    match receiver.forks("sender")? {
        Fork::Child(me) => me.plays(|sender| {
            for (text, priority) in SENT {
                sender.sends("queue", format_args!("{text}, priority {priority}"));
                mq_send(&queue, text.as_bytes(), priority)?;
            }
            Ok(())
        }),
        // All five are inside before the first one is taken.
        Fork::Parent(sender) => receiver.waits(sender)?,
    }

    for expected in RECEIVED {
        let (text, priority) = mq_receive_text(&queue)?;
        receiver.gets("queue", format_args!("{text}, priority {priority}"));
        stage::ensure!(text == expected, "received `{text}` instead of `{expected}`");
    }
    Ok(mq_unlink(name.as_c_str())?)
}
// ANCHOR_END: receiver

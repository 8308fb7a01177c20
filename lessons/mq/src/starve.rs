//! As long as something more urgent keeps coming, the rest waits.

use nix::mqueue::{mq_open, mq_send, mq_unlink};
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::posix::{NEW, OWNER, mq_receive_text, room};

pub const SCENE: Scene = Scene::new(
    "starve",
    "a steady flow of urgent messages keeps all others waiting",
    &[("one", one)],
);

const ROUNDS: usize = 1000;

// ANCHOR: one
fn one(one: &Actor) -> Result {
    let name = one.mq_name("queue")?;
    let queue = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(2, 16))).map_err(lacking::posix)?;
    one.sends("queue", "patient");
    mq_send(&queue, b"patient", 0)?;
    mq_send(&queue, b"urgent", 1)?;

    let mut patient = 0;
    for _ in 0..ROUNDS {
        let (text, _) = mq_receive_text(&queue)?;
        patient += usize::from(text == "patient");
        // The next urgent one is there before the next receive.
        mq_send(&queue, b"urgent", 1)?;
    }
    one.says(format_args!("received {ROUNDS} messages, the patient one {patient} times"));
    stage::ensure!(patient == 0, "the patient message came {patient} times");

    mq_receive_text(&queue)?;
    let (text, _) = mq_receive_text(&queue)?;
    one.gets("queue", &text);
    stage::ensure!(text == "patient", "received `{text}`");
    Ok(mq_unlink(name.as_c_str())?)
}
// ANCHOR_END: one

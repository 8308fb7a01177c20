//! Two programs that share nothing but two names exchange a letter and an answer.

use nix::mqueue::{MqdT, mq_open, mq_receive, mq_send, mq_unlink};
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::posix::{NEW, OWNER, room};

pub const SCENE: Scene = Scene::of_roles(
    "hello",
    "two programs that share nothing but the names of two queues",
    &[("sender", sender), ("receiver", receiver)],
);

const LETTER: &str = "hello, whoever you are";
const ANSWER: &str = "hello, sender";
const SIZE: u16 = 32;

// ANCHOR: sender
fn sender(sender: &Actor) -> Result {
    let letters = open(sender, "letters")?;
    sender.sends("letters", LETTER);
    mq_send(&letters, LETTER.as_bytes(), 0)?;

    let answers = open(sender, "answers")?;
    let answer = receive(&answers)?;
    sender.gets("answers", &answer);
    stage::ensure!(answer == ANSWER, "received `{answer}` instead of `{ANSWER}`");
    sender.says("removes the queue of answers");
    Ok(mq_unlink(sender.mq_name("answers")?.as_c_str())?)
}
// ANCHOR_END: sender

// ANCHOR: receiver
fn receiver(receiver: &Actor) -> Result {
    let letters = open(receiver, "letters")?;
    let letter = receive(&letters)?;
    receiver.gets("letters", &letter);
    stage::ensure!(letter == LETTER, "received `{letter}` instead of `{LETTER}`");
    receiver.says("removes the queue of letters");
    mq_unlink(receiver.mq_name("letters")?.as_c_str())?;

    let answers = open(receiver, "answers")?;
    receiver.sends("answers", ANSWER);
    Ok(mq_send(&answers, ANSWER.as_bytes(), 0)?)
}
// ANCHOR_END: receiver

// ANCHOR: open
fn open(actor: &Actor, label: &str) -> Result<MqdT> {
    let name = actor.mq_name(label)?;
    actor.says(format_args!("opens the queue of {label}, makes it if need be"));
    mq_open(name.as_c_str(), NEW, OWNER, Some(&room(1, SIZE))).map_err(lacking::posix)
}

fn receive(queue: &MqdT) -> Result<String> {
    let mut buffer = [0; SIZE as usize];
    let mut priority = 0;
    let length = mq_receive(queue, &mut buffer, &mut priority)?;
    Ok(String::from_utf8_lossy(&buffer[..length]).into_owned())
}
// ANCHOR_END: open

//! A queue has no end of file: its receiver never learns that all senders have gone.

use std::os::fd::OwnedFd;

use nix::mqueue::{MqdT, mq_open, mq_send};
use nix::unistd::{pipe, read, write};
use stage::{Actor, CLOSE, EOF, Fork, Result, Scene};

use crate::lacking;
use crate::posix::{NEW, OWNER, mq_receive_text, room};

pub const SCENE: Scene = Scene::new(
    "no-eof",
    "a queue has no end of file: the receiver waits for ever",
    &[("receiver", receiver)],
)
.hangs();

const WORDS: &str = "that was all";

// ANCHOR: receiver
fn receiver(receiver: &Actor) -> Result {
    let name = receiver.mq_name("mail")?;
    let queue = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(1, 16))).map_err(lacking::posix)?;
    let (source, sink) = pipe()?;
    let sender = match receiver.forks("sender")? {
        Fork::Child(me) => {
            drop(source);
            me.plays(|me| sender(me, &queue, sink))
        }
        Fork::Parent(sender) => sender,
    };
    drop(sink);
    receiver.waits(sender)?;

    let mut buffer = [0; 16];
    let length = read(&source, &mut buffer)?;
    receiver.gets("pipe", str::from_utf8(&buffer[..length])?);
    let length = read(&source, &mut buffer)?;
    stage::ensure!(length == 0, "read {length} bytes instead of the end of file");
    receiver.gets("pipe", EOF);

    let (text, _) = mq_receive_text(&queue)?;
    receiver.gets("queue", &text);
    receiver.says("receives again; the sender has gone");
    let (text, _) = mq_receive_text(&queue)?;
    receiver.says(format_args!("received {text:?}"));
    Ok(())
}
// ANCHOR_END: receiver

fn sender(sender: &Actor, queue: &MqdT, sink: OwnedFd) -> Result {
    sender.sends("pipe", WORDS);
    write(&sink, WORDS.as_bytes())?;
    sender.sends("queue", WORDS);
    mq_send(queue, WORDS.as_bytes(), 0)?;
    sender.sends("pipe", CLOSE);
    drop(sink);
    Ok(())
}

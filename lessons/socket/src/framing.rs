//! A length before each message gives a stream the boundaries that it does not keep.

use std::io::{Read, Write};
use std::net::TcpStream;

use stage::lacking::loopback;
use stage::{Actor, Fork, Result, Scene};

use crate::facts::connection;

pub const SCENE: Scene = Scene::new(
    "framing",
    "a length before each message makes messages of a stream",
    &[("sender", sender)],
)
.races(&["recv"])
.needs(&[loopback]);

const MESSAGES: [&str; 3] = ["one", "two", "a longer one"];

// ANCHOR: frame
fn frame(message: &str) -> Result<Vec<u8>> {
    // The order of the bytes is part of the agreement: the other machine may have another one.
    let mut frame = u32::try_from(message.len())?.to_be_bytes().to_vec();
    frame.extend_from_slice(message.as_bytes());
    Ok(frame)
}

/// Reads on until the message is whole, however many reads that takes. A length from outside is
/// checked before memory is made for it.
fn message(stream: &mut impl Read) -> Result<String> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = usize::try_from(u32::from_be_bytes(length))?;
    stage::ensure!(length <= 1024, "a message of {length} bytes is not agreed");
    let mut message = vec![0; length];
    stream.read_exact(&mut message)?;
    Ok(String::from_utf8(message)?)
}
// ANCHOR_END: frame

fn sender(sender: &Actor) -> Result {
    let (mut mine, theirs) = connection()?;
    let receiver = match sender.forks("receiver")? {
        Fork::Child(me) => {
            drop(mine);
            me.plays(|me| receiver(me, theirs))
        }
        Fork::Parent(receiver) => receiver,
    };
    drop(theirs);
    let mut frames = Vec::new();
    for message in MESSAGES {
        sender.sends("tcp", message);
        frames.extend(frame(message)?);
    }
    // As unkind as a network may be: the pieces end in the middle of lengths and messages.
    let pieces = frames.chunks(5);
    sender.says(format!("{} bytes, in {} pieces", frames.len(), pieces.len()));
    for piece in pieces {
        mine.write_all(piece)?;
    }
    sender.waits(receiver)
}

fn receiver(receiver: &Actor, mut stream: TcpStream) -> Result {
    for expected in MESSAGES {
        let message = message(&mut stream)?;
        receiver.gets("tcp", &message);
        stage::ensure!(message == expected, "got `{message}`");
    }
    Ok(())
}

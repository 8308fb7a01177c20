//! What is sent as one message is received as one message. A pipe joins what was written.

use libc::IPC_CREAT;
use nix::mqueue::{mq_open, mq_receive, mq_send, mq_unlink};
use nix::unistd::{pipe, read, write};
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::posix::{NEW, OWNER, room};
use crate::sysv::{msgget, msgrcv, msgsnd, remove};

pub const SCENE: Scene = Scene::new(
    "boundaries",
    "queues keep messages apart, even empty ones; a pipe does not",
    &[("one", one)],
);

const MESSAGES: [&str; 3] = ["AAA", "BBBB", ""];

// ANCHOR: one
fn one(one: &Actor) -> Result {
    let name = one.mq_name("queue")?;
    let posix = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(3, 16))).map_err(lacking::posix)?;
    let sysv = msgget(one.msg_key("queue")?, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    let (reader, writer) = pipe()?;

    for message in MESSAGES {
        one.sends("posix", quoted(message.as_bytes()));
        mq_send(&posix, message.as_bytes(), 0)?;
        one.sends("sysv", quoted(message.as_bytes()));
        msgsnd(sysv, 1, message.as_bytes(), 0)?;
        // A pipe cannot carry the empty message: to write nothing is to do nothing.
        if !message.is_empty() {
            one.sends("pipe", message);
            write(&writer, message.as_bytes())?;
        }
    }

    let mut buffer = [0; 16];
    for message in MESSAGES {
        let length = mq_receive(&posix, &mut buffer, &mut 0)?;
        one.gets("posix", quoted(&buffer[..length]));
        let (_, text) = msgrcv(sysv, buffer.len(), 0, 0)?;
        one.gets("sysv", quoted(&text));
        let both = (&buffer[..length], &text[..]);
        stage::ensure!(both == (message.as_bytes(), message.as_bytes()), "received {both:?}");
    }
    let length = read(&reader, &mut buffer)?;
    one.gets("pipe", str::from_utf8(&buffer[..length])?);
    one.says(format_args!("one read of the pipe returned {length} bytes"));
    stage::ensure!(length == MESSAGES.concat().len(), "the pipe gave {length} bytes");
    mq_unlink(name.as_c_str())?;
    Ok(remove(sysv)?)
}
// ANCHOR_END: one

fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\", {} bytes", String::from_utf8_lossy(bytes), bytes.len())
}

//! What works on a pipe, tried on a queue.

use nix::errno::Errno;
use nix::mqueue::{mq_open, mq_receive, mq_send, mq_unlink};
use nix::unistd::{pipe, read, write};
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::outcome::outcome;
use crate::posix::{NEW, OWNER, room};

pub const SCENE: Scene =
    Scene::new("not-a-pipe", "what works on a pipe does not work on a queue", &[("one", one)]);

// ANCHOR: one
fn one(one: &Actor) -> Result {
    let name = one.mq_name("queue")?;
    let queue = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(2, 16))).map_err(lacking::posix)?;
    let (source, sink) = pipe()?;
    one.sends("pipe", "hello");
    write(&sink, b"hello")?;
    one.sends("queue", "hello");
    mq_send(&queue, b"hello", 0)?;

    // Room for two bytes.
    let mut small = [0; 2];
    let length = read(&source, &mut small)?;
    one.gets("pipe", str::from_utf8(&small[..length])?);
    let refused = mq_receive(&queue, &mut small, &mut 0);
    one.says(format_args!("mq_receive with that buffer: {}", outcome(&refused)));
    stage::ensure!((length, refused) == (2, Err(Errno::EMSGSIZE)), "{length}, {refused:?}");

    let refused = write(&queue, b"more");
    one.says(format_args!("write to the queue: {}", outcome(&refused)));
    stage::ensure!(refused == Err(Errno::EINVAL), "write: {refused:?}");

    let mut buffer = [0; 128];
    let length = read(&queue, &mut buffer)?;
    let status = String::from_utf8_lossy(&buffer[..length]);
    let status = status.split_whitespace().collect::<Vec<_>>().join(" ");
    one.says(format_args!("read: {status}"));
    stage::ensure!(status.starts_with("QSIZE:5 "), "read `{status}`");
    Ok(mq_unlink(name.as_c_str())?)
}
// ANCHOR_END: one

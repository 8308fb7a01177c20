//! What is too large for a message stays in shared memory; the message says where.

use std::fs::File;
use std::io::{Read, Write};

use nix::fcntl::OFlag;
use nix::mqueue::{MqdT, mq_open, mq_send, mq_unlink};
use nix::sys::mman::{shm_open, shm_unlink};
use stage::{Actor, Fork, Result, Scene, varies};

use crate::lacking;
use crate::posix::{NEW, OWNER, mq_receive_text, room};

pub const SCENE: Scene =
    Scene::new("large", "what is too large for a message goes beside it", &[("sender", sender)]);

const LARGE: usize = 1024 * 1024;

// ANCHOR: sender
fn sender(sender: &Actor) -> Result {
    let queue = sender.mq_name("queue")?;
    let jobs = mq_open(queue.as_c_str(), NEW, OWNER, Some(&room(1, 64))).map_err(lacking::posix)?;

    let name = sender.shm_name("picture")?;
    let picture = shm_open(name.as_c_str(), OFlag::O_CREAT | OFlag::O_RDWR, OWNER)
        .map_err(lacking::facility("shm_open"))?;
    let bytes: Vec<u8> = (0..LARGE).map(|at| (at % 251) as u8).collect();
    File::from(picture).write_all(&bytes)?;
    sender.says(format_args!("puts {LARGE} bytes into shared memory, sum {}", sum(&bytes)));

    let receiver = match sender.forks("receiver")? {
        Fork::Child(me) => me.plays(|me| receiver(me, &jobs)),
        Fork::Parent(receiver) => receiver,
    };
    let name = name.to_str()?;
    sender.sends("queue", varies("name of the memory", name));
    mq_send(&jobs, name.as_bytes(), 0)?;
    sender.waits(receiver)?;
    Ok(mq_unlink(queue.as_c_str())?)
}
// ANCHOR_END: sender

// ANCHOR: receiver
fn receiver(receiver: &Actor, jobs: &MqdT) -> Result {
    let (name, _) = mq_receive_text(jobs)?;
    receiver.gets("queue", varies("name of the memory", &name));
    let picture = shm_open(name.as_str(), OFlag::O_RDONLY, OWNER)?;
    // Whoever has taken the message is the one who knows that the memory is to be removed.
    shm_unlink(name.as_str())?;
    let mut bytes = Vec::new();
    File::from(picture).read_to_end(&mut bytes)?;
    receiver.says(format_args!("finds {} bytes there, sum {}", bytes.len(), sum(&bytes)));
    let expected: u64 = (0..LARGE as u64).map(|at| at % 251).sum();
    stage::ensure!((bytes.len(), sum(&bytes)) == (LARGE, expected), "other bytes");
    Ok(())
}
// ANCHOR_END: receiver

fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().copied().map(u64::from).sum()
}

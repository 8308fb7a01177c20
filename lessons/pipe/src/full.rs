//! A writer into a full pipe sleeps until somebody reads.

use std::fs::File;
use std::io::Read;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::unistd::{read, write};
use stage::{Actor, Fork, Result, Scene};

use crate::facts::pipe_with_room;

pub const SCENE: Scene =
    Scene::new("full", "a writer into a full pipe waits for a reader", &[("parent", parent)])
        .races(&["read"]);

const ROOM: usize = 65536;

fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe_with_room(ROOM)?;
    let child = match parent.forks("child")? {
        Fork::Child(me) => me.plays(|me| child(me, writer)),
        Fork::Parent(child) => child,
    };
    drop(writer);

    parent.until_waiting("child", "write")?;
    // Too little to make room for anything: the child sleeps on.
    let length = read(&reader, &mut [0; 10])?;
    parent.gets("pipe", format!("{length} bytes of x"));

    parent.until_waiting("child", "write")?;
    let mut inside = 0;
    // SAFETY: FIONREAD fills in one int, and `inside` is one.
    Errno::result(unsafe { libc::ioctl(reader.as_raw_fd(), libc::FIONREAD, &raw mut inside) })?;
    parent.says(format!("sees the child asleep in write, {inside} bytes in the pipe"));
    stage::ensure!(usize::try_from(inside)? == ROOM - length, "{inside} bytes are in the pipe");

    let mut all = Vec::new();
    File::from(reader).read_to_end(&mut all)?;
    parent.gets("pipe", format!("{} bytes of x", all.len()));
    parent.waits(child)
}

fn child(child: &Actor, writer: OwnedFd) -> Result {
    let bytes = [b'x'; ROOM + 1];
    child.sends("pipe", format!("{} bytes of x", bytes.len()));
    let written = write(&writer, &bytes)?;
    stage::ensure!(written == bytes.len(), "wrote {written} bytes");
    Ok(())
}

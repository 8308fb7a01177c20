//! The same without the close: the parent waits for the child, and the child for the parent.

use std::os::fd::OwnedFd;

use nix::unistd::{pipe, read, write};
use stage::{Actor, Fork, Result, Scene};

pub const SCENE: Scene = Scene::new(
    "unclosed",
    "a parent that waits before it closes waits for ever",
    &[("parent", parent)],
)
.hangs();

fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let child = match parent.forks("child")? {
        Fork::Child(me) => {
            drop(writer);
            me.plays(|me| child(me, reader))
        }
        Fork::Parent(child) => child,
    };
    drop(reader);

    parent.sends("pipe", "Hello");
    write(&writer, b"Hello")?;
    parent.waits(child)
}

fn child(child: &Actor, reader: OwnedFd) -> Result {
    let mut buffer = [0; 64];
    loop {
        match read(&reader, &mut buffer)? {
            0 => return Ok(()),
            length => child.gets("pipe", str::from_utf8(&buffer[..length])?),
        }
    }
}

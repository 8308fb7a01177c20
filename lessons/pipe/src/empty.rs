//! A reader of an empty pipe sleeps until somebody writes.

use std::os::fd::OwnedFd;

use nix::unistd::{pipe, read, write};
use stage::{Actor, Fork, Result, Scene};

pub const SCENE: Scene =
    Scene::new("empty", "a reader of an empty pipe waits for a writer", &[("parent", parent)]);

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

    parent.until_waiting("child", "read")?;
    parent.says("sees the child asleep in read");
    parent.sends("pipe", "wake up");
    write(&writer, b"wake up")?;
    parent.waits(child)
}

fn child(child: &Actor, reader: OwnedFd) -> Result {
    let mut buffer = [0; 64];
    let length = read(&reader, &mut buffer)?;
    child.gets("pipe", str::from_utf8(&buffer[..length])?);
    Ok(())
}

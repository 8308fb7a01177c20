//! A message goes from a parent to its child.

use std::os::fd::OwnedFd;

use nix::unistd::{pipe, read, write};
use stage::{Actor, Fork, Result, Scene};

pub const SCENE: Scene =
    Scene::new("hello", "what one process writes, another one reads", &[("parent", parent)]);

const MESSAGE: &str = "hello, child";

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    parent.says("makes a pipe: one end to read, one end to write");
    let (reader, writer) = pipe()?;

    // Both processes have both ends now: each closes the one it does not use.
    let child = match parent.forks("child")? {
        Fork::Child(me) => {
            drop(writer);
            me.plays(|me| child(me, reader))
        }
        Fork::Parent(child) => child,
    };
    drop(reader);

    parent.sends("pipe", MESSAGE);
    write(&writer, MESSAGE.as_bytes())?;
    parent.waits(child)
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, reader: OwnedFd) -> Result {
    let mut buffer = [0; 64];
    let length = read(&reader, &mut buffer)?;
    let text = str::from_utf8(&buffer[..length])?;
    child.gets("pipe", text);
    stage::ensure!(text == MESSAGE, "read `{text}` instead of `{MESSAGE}`");
    Ok(())
}
// ANCHOR_END: child

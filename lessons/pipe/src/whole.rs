//! The notes' second C fragment, complete: read to the end of file, close, wait.

use std::os::fd::OwnedFd;

use nix::unistd::{pipe, read, write};
use stage::{Actor, CLOSE, EOF, Fork, Result, Scene};

pub const SCENE: Scene = Scene::new(
    "whole",
    "the reader reads on to the end, the writer closes and waits",
    &[("parent", parent)],
);

// ANCHOR: parent
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
    parent.sends("pipe", CLOSE);
    // Before waiting: the child ends when it sees the end of file, and this makes one.
    drop(writer);
    parent.waits(child)
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, reader: OwnedFd) -> Result {
    let mut message = Vec::new();
    let mut buffer = [0; 64];
    loop {
        match read(&reader, &mut buffer)? {
            0 => break,
            length => message.extend(&buffer[..length]),
        }
    }
    let text = str::from_utf8(&message)?;
    child.gets("pipe", text);
    child.gets("pipe", EOF);
    stage::ensure!(text == "Hello", "read `{text}` instead of `Hello`");
    Ok(())
}
// ANCHOR_END: child

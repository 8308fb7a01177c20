//! A pipe does not turn round: who reads where they wrote, reads their own message.

use std::os::fd::OwnedFd;

use nix::unistd::{pipe, read, write};
use stage::{Actor, CLOSE, EOF, Fork, Result, Scene};

pub const SCENE: Scene = Scene::new(
    "no-turn",
    "no answer comes back through the pipe of the question",
    &[("parent", parent)],
);

fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let mut buffer = [0; 64];

    parent.sends("pipe", "how are you?");
    write(&writer, b"how are you?")?;
    parent.says("looks for the answer where the question went in");
    let length = read(&reader, &mut buffer)?;
    let answer = str::from_utf8(&buffer[..length])?;
    parent.gets("pipe", answer);
    parent.says("has its own question back");
    stage::ensure!(answer == "how are you?", "read `{answer}`");

    let child = match parent.forks("child")? {
        Fork::Child(me) => {
            drop(writer);
            me.plays(|me| child(me, reader))
        }
        Fork::Parent(child) => child,
    };
    parent.sends("pipe", CLOSE);
    drop(writer);
    parent.waits(child)
}

fn child(child: &Actor, reader: OwnedFd) -> Result {
    child.says("looks for the question");
    let length = read(&reader, &mut [0; 64])?;
    stage::ensure!(length == 0, "{length} bytes were left");
    child.gets("pipe", EOF);
    Ok(())
}

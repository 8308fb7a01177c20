//! Two readers of one pipe share what comes: what one has read, the other never sees.

use std::os::fd::OwnedFd;

use nix::unistd::{pipe, read, write};
use stage::{Actor, CLOSE, EOF, Fork, Result, Scene};

pub const SCENE: Scene =
    Scene::new("readers", "with two readers each byte goes to one of them", &[("parent", parent)]);

fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let (turn, turns) = pipe()?;
    let left = match parent.forks("left")? {
        Fork::Child(me) => {
            drop(writer);
            me.plays(|me| left(me, reader, turns))
        }
        Fork::Parent(child) => child,
    };
    let right = match parent.forks("right")? {
        Fork::Child(me) => {
            drop((writer, turns));
            me.plays(|me| right(me, reader, turn))
        }
        Fork::Parent(child) => child,
    };
    drop(reader);
    parent.sends("pipe", "abcdef");
    write(&writer, b"abcdef")?;
    parent.sends("pipe", CLOSE);
    drop(writer);
    parent.waits(left)?;
    parent.waits(right)
}

fn left(left: &Actor, reader: OwnedFd, turns: OwnedFd) -> Result {
    let mut three = [0; 3];
    let length = read(&reader, &mut three)?;
    let text = str::from_utf8(&three[..length])?;
    left.gets("pipe", text);
    stage::ensure!(text == "abc", "read `{text}`");
    // Without turns it is the kernel that chooses whose read gets what.
    left.sends("turn", "your turn");
    write(&turns, b"your turn")?;
    Ok(())
}

fn right(right: &Actor, reader: OwnedFd, turn: OwnedFd) -> Result {
    let mut buffer = [0; 64];
    let length = read(&turn, &mut buffer)?;
    right.gets("turn", str::from_utf8(&buffer[..length])?);

    let length = read(&reader, &mut buffer)?;
    let text = str::from_utf8(&buffer[..length])?;
    right.gets("pipe", text);
    stage::ensure!(text == "def", "read `{text}`");
    stage::ensure!(read(&reader, &mut buffer)? == 0, "there was more to read");
    right.gets("pipe", EOF);
    Ok(())
}

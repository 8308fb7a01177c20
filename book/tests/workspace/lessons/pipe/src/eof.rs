//! A read returns nothing only when the last writer has closed.

use std::os::fd::OwnedFd;

use nix::unistd::{pipe, read, write};
use stage::{Actor, CLOSE, EOF, Fork, Result, Scene};

pub const SCENE: Scene =
    Scene::new("eof", "end of file comes when the last writer closes", &[("parent", parent)]);

fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let child = match parent.forks("child")? {
        Fork::Child(me) => {
            drop(reader);
            me.plays(|me| child(me, writer))
        }
        Fork::Parent(child) => child,
    };
    parent.says("still has the write end, too");

    let mut buffer = [0; 64];
    let length = read(&reader, &mut buffer)?;
    parent.gets("pipe", str::from_utf8(&buffer[..length])?);
    parent.waits(child)?;

    // ANCHOR: end
    parent.sends("pipe", CLOSE);
    // Without this the next read would wait for a message from ourselves.
    drop(writer);
    let length = read(&reader, &mut buffer)?;
    stage::ensure!(length == 0, "read {length} bytes instead of the end of file");
    parent.gets("pipe", EOF);
    // ANCHOR_END: end
    Ok(())
}

fn child(child: &Actor, writer: OwnedFd) -> Result {
    child.sends("pipe", "last words");
    write(&writer, b"last words")?;
    child.sends("pipe", CLOSE);
    drop(writer);
    Ok(())
}

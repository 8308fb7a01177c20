//! Two writes come out of a pipe as one read, or one write as two.

use std::os::fd::OwnedFd;

use nix::unistd::{pipe, read, write};
use stage::{Actor, Fork, Result, Scene};

pub const SCENE: Scene =
    Scene::new("stream", "a pipe joins and cuts what is written", &[("parent", parent)]);

fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let child = match parent.forks("child")? {
        Fork::Child(me) => me.plays(|me| child(me, writer)),
        Fork::Parent(child) => child,
    };
    // Only then is everything in the pipe.
    parent.waits(child)?;

    // ANCHOR: reads
    let mut small = [0; 4];
    let length = read(&reader, &mut small)?;
    let cut = str::from_utf8(&small[..length])?;
    parent.gets("pipe", cut);

    let mut large = [0; 64];
    let length = read(&reader, &mut large)?;
    let joined = str::from_utf8(&large[..length])?;
    parent.gets("pipe", joined);
    // ANCHOR_END: reads

    stage::ensure!(cut == "onet" && joined == "wothree", "read `{cut}` and `{joined}`");
    Ok(())
}

fn child(child: &Actor, writer: OwnedFd) -> Result {
    for message in ["one", "two", "three"] {
        child.sends("pipe", message);
        write(&writer, message.as_bytes())?;
    }
    Ok(())
}

//! After a fork both processes hold both ends, until they close them.

use std::os::fd::OwnedFd;

use nix::unistd::pipe;
use stage::{Actor, Fork, Result, Scene};

use crate::facts::{ends_held, object};

pub const SCENE: Scene = Scene::new(
    "holders",
    "fork copies both ends; each side closes the one it does not use",
    &[("parent", parent)],
);

fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let pipe = object(&reader)?;
    let child = match parent.forks("child")? {
        Fork::Child(me) => me.plays(|me| child(me, &pipe, reader, writer)),
        Fork::Parent(child) => child,
    };
    let before = ends_held(&pipe)?;
    parent.says(format!("holds the {before}"));

    drop(reader);
    let after = ends_held(&pipe)?;
    parent.says(format!("closes one, holds the {after}"));

    stage::ensure!(before == "read end and write end", "the parent held the {before}");
    stage::ensure!(after == "write end", "the parent holds the {after}");
    parent.waits(child)
}

fn child(child: &Actor, pipe: &str, _reader: OwnedFd, writer: OwnedFd) -> Result {
    let before = ends_held(pipe)?;
    child.says(format!("holds the {before}"));

    drop(writer);
    let after = ends_held(pipe)?;
    child.says(format!("closes one, holds the {after}"));

    stage::ensure!(before == "read end and write end", "the child held the {before}");
    stage::ensure!(after == "read end", "the child holds the {after}");
    Ok(())
}

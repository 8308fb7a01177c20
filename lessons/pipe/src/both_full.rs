//! Two pipes, both full: each side waits for the other to read.

use std::os::fd::OwnedFd;

use nix::fcntl::{FcntlArg, fcntl};
use nix::unistd::{pipe, read, write};
use stage::{Actor, Fork, Result, Scene};

pub const SCENE: Scene =
    Scene::new("both-full", "two that write before they read can deadlock", &[("parent", parent)])
        .hangs();

fn parent(parent: &Actor) -> Result {
    let (from_parent, to_child) = pipe()?;
    let (from_child, to_parent) = pipe()?;
    let child = match parent.forks("child")? {
        Fork::Child(me) => {
            drop((to_child, from_child));
            me.plays(|me| writes_first(me, &to_parent, &from_parent))
        }
        Fork::Parent(child) => child,
    };
    drop((from_parent, to_parent));
    writes_first(parent, &to_child, &from_child)?;
    parent.waits(child)
}

// ANCHOR: first
fn writes_first(me: &Actor, to: &OwnedFd, from: &OwnedFd) -> Result {
    let room = usize::try_from(fcntl(to, FcntlArg::F_GETPIPE_SZ)?)?;
    me.says("writes more than a pipe holds, and means to read after that");
    write(to, &vec![b'x'; room + 1])?;
    read(from, &mut vec![0; room])?;
    Ok(())
}
// ANCHOR_END: first

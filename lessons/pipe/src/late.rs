//! Only what exists before the fork is shared by it.

use std::os::fd::OwnedFd;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::unistd::{pipe, pipe2, read, write};
use stage::{Actor, Fork, Result, Scene, varies};

use crate::facts::{inode, refusal};

pub const SCENE: Scene = Scene::new(
    "late",
    "a pipe made before fork is shared; made after it, there are two",
    &[("parent", parent)],
);

fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let child = match parent.forks("child")? {
        Fork::Child(me) => me.plays(|me| child(me, writer)),
        Fork::Parent(child) => child,
    };
    parent.says("makes another pipe");
    // Non-blocking, because nobody will ever write into it.
    let (late, _late_writer) = pipe2(OFlag::O_NONBLOCK)?;
    parent.waits(child)?;

    let mut buffer = [0; 64];
    let length = read(&reader, &mut buffer)?;
    let theirs: u64 = str::from_utf8(&buffer[..length])?.parse()?;
    parent.gets("early", varies("inode of its late pipe", theirs));
    let mine = inode(&late)?;
    parent.says(format!("has {} as its late pipe: another one", varies("another inode", mine)));
    stage::ensure!(mine != theirs, "both late pipes are {mine}");

    let errno = refusal(read(&late, &mut buffer))?;
    parent.says(format!("finds nothing in it: {errno:?}"));
    stage::ensure!(errno == Errno::EAGAIN, "reading the late pipe gave {errno}");
    Ok(())
}

fn child(child: &Actor, early: OwnedFd) -> Result {
    child.says("makes another pipe, too");
    let (_late_reader, late) = pipe()?;
    child.sends("late", "is anybody there?");
    write(&late, b"is anybody there?")?;

    let inode = inode(&late)?;
    child.sends("early", varies("inode of its late pipe", inode));
    write(&early, inode.to_string().as_bytes())?;
    Ok(())
}

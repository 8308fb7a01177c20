//! Writing into a pipe that nobody can read any more ends the writer.

use std::os::fd::OwnedFd;

use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use nix::unistd::{read, write};
use stage::{Actor, Fork, Result, Scene};

use crate::facts::pipe_with_room;

pub const SCENE: Scene = Scene::new(
    "sigpipe",
    "when the last reader has gone, a signal ends the writer",
    &[("parent", parent)],
);

const ROOM: usize = 65536;

fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe_with_room(ROOM)?;
    let child = match parent.forks("child")? {
        Fork::Child(me) => {
            // A writer that could read itself would never learn that the readers have gone.
            drop(reader);
            me.plays(|me| child(me, writer))
        }
        Fork::Parent(child) => child,
    };
    drop(writer);

    let length = read(&reader, &mut [0; 10])?;
    parent.gets("pipe", format!("{length} bytes of x"));
    parent.until_waiting("child", "write")?;
    parent.says("has enough, and closes the only read end");
    drop(reader);

    let status = parent.reaps(child)?;
    let by_signal = matches!(status, WaitStatus::Signaled(_, Signal::SIGPIPE, _));
    stage::ensure!(by_signal, "the child ended with {status:?}");
    Ok(())
}

fn child(child: &Actor, writer: OwnedFd) -> Result {
    let bytes = [b'x'; 2 * ROOM];
    child.sends("pipe", format!("{} bytes of x", bytes.len()));
    write(&writer, &bytes)?;
    child.says("is never heard to say this");
    Ok(())
}

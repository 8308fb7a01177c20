//! `close` ends a connection only when no copy of the descriptor is left; `shutdown` does not wait.

use std::net::{Shutdown, TcpStream};
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv};
use nix::unistd::{pipe, read};
use stage::lacking::loopback;
use stage::{Actor, Child, Fork, Result, Scene};

use crate::facts::{connection, refusal};

pub const SCENE: Scene = Scene::new(
    "copies",
    "a copy in another process keeps a closed connection open",
    &[("parent", parent)],
)
.needs(&[loopback]);

fn parent(parent: &Actor) -> Result {
    let mut buffer = [0; 8];

    // ANCHOR: close
    let (client, server) = connection()?;
    let (keeper, leash) = keeps(parent, "keeper", &client)?;
    parent.says("closes its end, of which the keeper has a copy");
    drop(client);
    let errno = refusal(recv(server.as_raw_fd(), &mut buffer, MsgFlags::MSG_DONTWAIT))?;
    parent.says(format!("the other end sees no end of file: {errno:?}"));
    stage::ensure!(errno == Errno::EAGAIN, "receiving gave {errno}");
    drop(leash);
    parent.waits(keeper)?;
    let length = recv(server.as_raw_fd(), &mut buffer, MsgFlags::empty())?;
    parent.says(format!("with the keeper gone: {length} bytes, the end of file"));
    stage::ensure!(length == 0, "received {length} bytes");
    // ANCHOR_END: close

    // ANCHOR: shutdown
    let (client, server) = connection()?;
    let (second, leash) = keeps(parent, "second", &client)?;
    client.shutdown(Shutdown::Write)?;
    let length = recv(server.as_raw_fd(), &mut buffer, MsgFlags::empty())?;
    parent.says(format!("after shutdown, although a copy lives: {length} bytes"));
    stage::ensure!(length == 0, "received {length} bytes");
    // ANCHOR_END: shutdown
    drop(leash);
    parent.waits(second)
}

/// A child that keeps a copy of the socket, and never closes it, until the leash is let go.
fn keeps(parent: &Actor, name: &str, _copied: &TcpStream) -> Result<(Child, OwnedFd)> {
    let (end, leash) = pipe()?;
    match parent.forks(name)? {
        Fork::Child(me) => {
            drop(leash);
            me.plays(|me| {
                me.says("has a copy of everything that was open at the fork");
                read(&end, &mut [0])?;
                Ok(())
            })
        }
        Fork::Parent(child) => Ok((child, leash)),
    }
}

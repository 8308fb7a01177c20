//! One call makes both directions: a pair of connected sockets.

use std::os::fd::OwnedFd;

use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};
use nix::unistd::{read, write};
use stage::{Actor, Fork, Result, Scene};

pub const SCENE: Scene =
    Scene::new("pair", "a socket pair goes both ways at once", &[("parent", parent)]);

fn parent(parent: &Actor) -> Result {
    // ANCHOR: pair
    let (mine, theirs) =
        socketpair(AddressFamily::Unix, SockType::Stream, None, SockFlag::empty())?;
    // ANCHOR_END: pair
    let child = match parent.forks("child")? {
        Fork::Child(me) => {
            drop(mine);
            me.plays(|me| child(me, theirs))
        }
        Fork::Parent(child) => child,
    };
    drop(theirs);

    parent.sends("sockets", "ping");
    write(&mine, b"ping")?;
    let mut buffer = [0; 64];
    let length = read(&mine, &mut buffer)?;
    let text = str::from_utf8(&buffer[..length])?;
    parent.gets("sockets", text);
    stage::ensure!(text == "pong", "the answer was `{text}`");
    parent.waits(child)
}

fn child(child: &Actor, mine: OwnedFd) -> Result {
    let mut buffer = [0; 64];
    let length = read(&mine, &mut buffer)?;
    child.gets("sockets", str::from_utf8(&buffer[..length])?);
    child.sends("sockets", "pong");
    write(&mine, b"pong")?;
    Ok(())
}

//! Not every socket has a server: two equals talk, and a datagram socket cannot even listen.

use std::net::UdpSocket;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, Backlog, MsgFlags, SockFlag, SockType, listen, recv, send, socketpair,
};
use stage::lacking::loopback;
use stage::{Actor, Fork, Result, Scene};

use crate::facts::{refusal, udp};

pub const SCENE: Scene = Scene::new(
    "equals",
    "two ends that are equal: a socket pair, and two UDP sockets",
    &[("one", one)],
)
.needs(&[loopback]);

// ANCHOR: one
fn one(one: &Actor) -> Result {
    let kind = SockType::Stream;
    let (mine, theirs) = socketpair(AddressFamily::Unix, kind, None, SockFlag::empty())?;
    let (here, there) = (udp()?, udp()?);
    // Each connects to the other: no packets go out, only the peer's address is noted.
    here.connect(there.local_addr()?)?;
    there.connect(here.local_addr()?)?;
    let errno = refusal(listen(&here, Backlog::new(1)?))?;
    one.says(format!("to listen with a datagram socket: {errno:?}"));
    stage::ensure!(errno == Errno::EOPNOTSUPP, "listen gave {errno}");

    let other = match one.forks("other")? {
        Fork::Child(me) => {
            drop((mine, here));
            me.plays(|me| other(me, theirs, there))
        }
        Fork::Parent(other) => other,
    };
    drop((theirs, there));
    one.sends("pair", "ping");
    send(mine.as_raw_fd(), b"ping", MsgFlags::empty())?;
    hears(one, "pair", mine.as_raw_fd())?;
    hears(one, "udp", here.as_raw_fd())?;
    one.sends("udp", "pong");
    here.send(b"pong")?;
    one.waits(other)
}
// ANCHOR_END: one

// ANCHOR: other
fn other(other: &Actor, pair: OwnedFd, udp: UdpSocket) -> Result {
    hears(other, "pair", pair.as_raw_fd())?;
    other.sends("pair", "pong");
    send(pair.as_raw_fd(), b"pong", MsgFlags::empty())?;
    // This time the other one begins.
    other.sends("udp", "ping");
    udp.send(b"ping")?;
    hears(other, "udp", udp.as_raw_fd())
}
// ANCHOR_END: other

fn hears(me: &Actor, channel: &str, socket: i32) -> Result {
    let mut buffer = [0; 64];
    let length = recv(socket, &mut buffer, MsgFlags::empty())?;
    me.gets(channel, str::from_utf8(&buffer[..length])?);
    Ok(())
}

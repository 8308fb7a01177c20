//! One send may need many receives; a datagram gets one, and what does not fit is gone.

use std::io::IoSliceMut;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockType, recv, recvmsg, send, socketpair,
};
use stage::lacking::loopback;
use stage::{Actor, Result, Scene};

use crate::facts::{connection, refusal};

pub const SCENE: Scene = Scene::new(
    "pieces",
    "a small buffer: a stream keeps the rest, a datagram loses it",
    &[("both", both)],
)
.needs(&[loopback]);

const LETTERS: &str = "abcdefghij";
const ROOM: usize = 4;

fn both(both: &Actor) -> Result {
    let mut buffer = [0; ROOM];

    // ANCHOR: stream
    let (client, server) = connection()?;
    both.sends("tcp", LETTERS);
    send(client.as_raw_fd(), LETTERS.as_bytes(), MsgFlags::empty())?;
    // Looks without taking, until all of it has arrived.
    recv(server.as_raw_fd(), &mut [0; 10], MsgFlags::MSG_PEEK | MsgFlags::MSG_WAITALL)?;
    let mut lengths = Vec::new();
    while lengths.iter().sum::<usize>() < LETTERS.len() {
        let length = recv(server.as_raw_fd(), &mut buffer, MsgFlags::empty())?;
        both.gets("tcp", str::from_utf8(&buffer[..length])?);
        lengths.push(length);
    }
    stage::ensure!(lengths == [4, 4, 2], "received {lengths:?}");
    // ANCHOR_END: stream

    // ANCHOR: datagram
    let (one, other) = pair()?;
    both.says(format!("sends {} bytes as a datagram, three times", LETTERS.len()));
    for _ in 0..3 {
        send(one.as_raw_fd(), LETTERS.as_bytes(), MsgFlags::empty())?;
    }
    let length = recv(other.as_raw_fd(), &mut buffer, MsgFlags::empty())?;
    let text = str::from_utf8(&buffer[..length])?;
    both.says(format!("recv says {length}: {text}, and not that it was cut"));

    let mut parts = [IoSliceMut::new(&mut buffer)];
    let message = recvmsg::<()>(other.as_raw_fd(), &mut parts, None, MsgFlags::empty())?;
    let cut = message.flags.contains(MsgFlags::MSG_TRUNC);
    both.says(format!("recvmsg says {}, and MSG_TRUNC in its flags: {cut}", message.bytes));
    stage::ensure!(cut && message.bytes == ROOM, "{message:?}");

    let real = recv(other.as_raw_fd(), &mut buffer, MsgFlags::MSG_TRUNC)?;
    both.says(format!("recv, asked with MSG_TRUNC, says {real}: the real length"));
    stage::ensure!(real == LETTERS.len(), "the real length is {real}");
    // ANCHOR_END: datagram
    let errno = refusal(recv(other.as_raw_fd(), &mut buffer, MsgFlags::MSG_DONTWAIT))?;
    both.says(format!("what did not fit is nowhere: {errno:?}"));
    stage::ensure!(errno == Errno::EAGAIN, "recv gave {errno}");
    Ok(())
}

fn pair() -> nix::Result<(OwnedFd, OwnedFd)> {
    socketpair(AddressFamily::Unix, SockType::Datagram, None, SockFlag::empty())
}

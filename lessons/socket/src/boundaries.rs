//! Three sends through each kind of socket: how many receives give them back?

use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, recv, send, socketpair};
use stage::lacking::loopback;
use stage::{Actor, Result, Scene};

use crate::facts::{connection, on_one_cpu, udp};

pub const SCENE: Scene = Scene::new(
    "boundaries",
    "three sends: a stream joins them, datagrams stay apart",
    &[("both", both)],
)
.needs(&[loopback]);

const PARTS: [&str; 3] = ["AAA", "BBB", "CCC"];

fn both(both: &Actor) -> Result {
    on_one_cpu()?;
    let (client, server) = connection()?;
    let tcp = sent_and_received(both, "TCP", client, server)?;
    let (one, other) = pair(SockType::Stream)?;
    let unix = sent_and_received(both, "stream", one, other)?;
    both.says(format!("streams: {} sends, {tcp} and {unix} receives", PARTS.len()));
    stage::ensure!((tcp, unix) == (1, 1), "{tcp} and {unix} receives");

    let (from, to) = (udp()?, udp()?);
    from.connect(to.local_addr()?)?;
    let udp = sent_and_received(both, "UDP", from, to)?;
    let (one, other) = pair(SockType::Datagram)?;
    let dgram = sent_and_received(both, "dgram", one, other)?;
    let (one, other) = pair(SockType::SeqPacket)?;
    let packets = sent_and_received(both, "seqpkt", one, other)?;
    both.says(format!("messages: {} sends, {udp}, {dgram}, {packets} receives", PARTS.len()));
    stage::ensure!((udp, dgram, packets) == (3, 3, 3), "{udp}, {dgram}, {packets} receives");
    Ok(())
}

// ANCHOR: receive
fn sent_and_received(me: &Actor, name: &str, from: impl AsFd, to: impl AsFd) -> Result<usize> {
    let (from, to) = (from.as_fd().as_raw_fd(), to.as_fd().as_raw_fd());
    for part in PARTS {
        me.sends(name, part);
        send(from, part.as_bytes(), MsgFlags::empty())?;
    }
    let all = PARTS.concat().len();
    let mut buffer = [0; 64];
    if name == "TCP" {
        // Looks without taking, until all of it has arrived: so the count is no accident.
        recv(to, &mut buffer[..all], MsgFlags::MSG_PEEK | MsgFlags::MSG_WAITALL)?;
    }
    let (mut receives, mut bytes) = (0, 0);
    while bytes < all {
        let length = recv(to, &mut buffer, MsgFlags::empty())?;
        me.gets(name, str::from_utf8(&buffer[..length])?);
        receives += 1;
        bytes += length;
    }
    Ok(receives)
}
// ANCHOR_END: receive

fn pair(kind: SockType) -> nix::Result<(OwnedFd, OwnedFd)> {
    socketpair(AddressFamily::Unix, kind, None, SockFlag::empty())
}

//! UDP over the loopback device: datagrams, which may get lost.

use std::net::{Ipv4Addr, UdpSocket};

use nix::sys::socket::setsockopt;
use nix::sys::socket::sockopt::{RcvBuf, SndBuf};
use stage::{Result, lacking, missing};

use super::unix::{PLENTY, Packets};
use super::{Ends, Mechanism, Setup, USUAL, ends};
use crate::run::Group;

pub const UDP: Mechanism =
    Mechanism { id: "udp", title: "UDP", group: Group::Socket, never_ends: true, make, ..USUAL };

/// What an IPv4 packet of 65535 bytes has left after its own header and UDP's (udp(7)).
const MOST: usize = 65_535 - 20 - 8;

fn make(setup: &Setup) -> Result<Ends> {
    if setup.size > MOST {
        return Err(missing(
            format!("a datagram carries {MOST} bytes at the most, not {}", setup.size),
            format!("choose a size up to {MOST}"),
        ));
    }
    lacking::loopback()?;
    let (near, far) = (socket()?, socket()?);
    near.connect(far.local_addr()?)?;
    far.connect(near.local_addr()?)?;
    ends(Packets(near.into()), Packets(far.into()))
}

fn socket() -> Result<UdpSocket> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    setsockopt(&socket, SndBuf, &PLENTY)?;
    setsockopt(&socket, RcvBuf, &PLENTY)?;
    Ok(socket)
}

//! A pair of Unix domain sockets: a stream, datagrams, or a stream that keeps messages apart.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::sockopt::SndBuf;
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockType, recv, send, setsockopt, socketpair,
};
use stage::{Result, missing};

use super::bytes::{receive_exact, send_all};
use super::{CARRIED, Ends, Link, Mechanism, Setup, TOUCHED, USUAL, ends};
use crate::run::Group;

pub const STREAM: Mechanism = Mechanism {
    id: "unix",
    title: "Unix stream",
    group: Group::Socket,
    kinds: TOUCHED,
    make: |_| {
        let (near, far) = pair(SockType::Stream)?;
        ends(Stream(near), Stream(far))
    },
    ..USUAL
};

pub const DATAGRAM: Mechanism = Mechanism {
    id: "unix-dgram",
    title: "Unix datagram",
    kinds: CARRIED,
    make: |setup| packets(setup, SockType::Datagram),
    ..STREAM
};

pub const SEQPACKET: Mechanism = Mechanism {
    id: "unix-seqpacket",
    title: "Unix seqpacket",
    kinds: CARRIED,
    make: |setup| packets(setup, SockType::SeqPacket),
    ..STREAM
};

/// A connected stream socket, of whatever family.
pub struct Stream(pub OwnedFd);

/// A connected socket that keeps messages apart, of whatever family.
pub struct Packets(pub OwnedFd);

fn pair(kind: SockType) -> Result<(OwnedFd, OwnedFd)> {
    Ok(socketpair(AddressFamily::Unix, kind, None, SockFlag::empty())?)
}

/// How much a socket may have under way, in bytes, if it is asked for more than the kernel gives.
pub const PLENTY: usize = 4 << 20;

fn packets(setup: &Setup, kind: SockType) -> Result<Ends> {
    let (near, far) = pair(kind)?;
    for socket in [&near, &far] {
        setsockopt(socket, SndBuf, &PLENTY)?;
    }
    // A message that never fits is refused at once, however empty the socket is.
    let message = vec![0; setup.size];
    match send(near.as_raw_fd(), &message, MsgFlags::MSG_DONTWAIT) {
        Err(Errno::EMSGSIZE | Errno::ENOBUFS) => {
            return Err(missing(
                format!("a message of {} bytes does not fit the socket's buffer", setup.size),
                "raise `net.core.wmem_max`, or choose a smaller size",
            ));
        }
        other => other.map(drop)?,
    }
    recv(far.as_raw_fd(), &mut vec![0; setup.size], MsgFlags::empty())?;
    ends(Packets(near), Packets(far))
}

impl Link for Stream {
    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        send_all(&self.0, message)
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        receive_exact(&self.0, message)
    }
}

impl Link for Packets {
    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        send(self.0.as_raw_fd(), message, MsgFlags::empty())?;
        Ok(())
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        match recv(self.0.as_raw_fd(), message, MsgFlags::empty())? {
            got if got == message.len() => Ok(()),
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            got => Err(io::Error::other(format!("{got} of {} bytes arrived", message.len()))),
        }
    }
}

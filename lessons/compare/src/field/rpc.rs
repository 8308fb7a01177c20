//! A remote call made by hand: a head that says which call it is, which procedure, and how many
//! bytes follow, through a Unix stream.

use std::io;
use std::os::fd::OwnedFd;

use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};
use nix::unistd::read;
use stage::Result;

use super::bytes::write_all;
use super::{Ends, Link, Mechanism, Setup, USUAL, ends};
use crate::run::{Group, Kind};

pub const RPC: Mechanism = Mechanism {
    id: "rpc",
    title: "RPC by hand, Unix stream",
    group: Group::Call,
    // Into the kernel and out of it, and in both processes between a frame and its body.
    copies: Some(4),
    kinds: &[Kind::Latency],
    make,
    ..USUAL
};

const HEAD: usize = 12;
const ECHO: u32 = 1;

/// One side of the connection. Each call has a number, so that a reply cannot be taken for that
/// of another one.
struct Frames {
    socket: OwnedFd,
    call: u32,
    frame: Vec<u8>,
}

fn make(setup: &Setup) -> Result<Ends> {
    let (near, far) = socketpair(AddressFamily::Unix, SockType::Stream, None, SockFlag::empty())?;
    let side = |socket| Frames { socket, call: 0, frame: Vec::with_capacity(HEAD + setup.size) };
    ends(side(near), side(far))
}

impl Link for Frames {
    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        let length = u32::try_from(message.len()).map_err(io::Error::other)?;
        self.frame.clear();
        for number in [length, self.call, ECHO] {
            self.frame.extend_from_slice(&number.to_le_bytes());
        }
        self.frame.extend_from_slice(message);
        write_all(&self.socket, &self.frame)
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        // Head and body come in one piece more often than not: one call reads what there is.
        self.frame.resize(HEAD + message.len(), 0);
        let mut got = 0;
        while got < HEAD || got < HEAD + self.number(0) {
            match read(&self.socket, &mut self.frame[got..])? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                more => got += more,
            }
            if got >= HEAD && self.number(0) != message.len() {
                return Err(io::Error::other("the frame has another length"));
            }
        }
        if self.number(2) != ECHO as usize {
            return Err(io::Error::other("there is no such procedure"));
        }
        message.copy_from_slice(&self.frame[HEAD..]);
        // A reply has the number of its request.
        self.call = self.number(1) as u32;
        Ok(())
    }

    fn call(&mut self, request: &[u8], reply: &mut [u8]) -> io::Result<()> {
        let number = self.call.wrapping_add(1);
        self.call = number;
        self.send(request)?;
        self.receive(reply)?;
        if self.call == number {
            Ok(())
        } else {
            Err(io::Error::other("it is the reply to another call"))
        }
    }
}

impl Frames {
    /// A number of the head.
    fn number(&self, at: usize) -> usize {
        let bytes = self.frame[at * 4..].first_chunk().copied().unwrap_or_default();
        u32::from_le_bytes(bytes) as usize
    }
}

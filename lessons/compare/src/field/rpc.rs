//! A remote call made by hand: a head that says which call it is, which procedure, and how many
//! bytes follow, through a Unix stream.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, recv, socketpair};
use stage::Result;

use super::bytes::send_all;
use super::{Ends, Link, Mechanism, Setup, USUAL};
use crate::run::Group;

pub const RPC: Mechanism = Mechanism {
    id: "rpc",
    title: "RPC by hand, Unix stream",
    group: Group::Call,
    // Into the kernel and out of it, and in both processes between a frame and its body.
    copies: Some(4),
    how: |kind| {
        kind.one_way().then_some("16 calls under way, each answered by a head without a body")
    },
    make,
    ..USUAL
};

const HEAD: usize = 12;
/// The procedures: sends the body back; takes it.
const ECHO: u32 = 1;
const TAKE: u32 = 2;
/// How many calls may be unanswered, if they need not wait for each other.
const UNDER_WAY: u32 = 16;

/// One side of the connection. Each call has a number, so that a reply cannot be taken for that
/// of another one.
struct Frames {
    socket: OwnedFd,
    procedure: u32,
    call: u32,
    frame: Vec<u8>,
}

/// The side that calls and waits for the answer.
struct Asking {
    frames: Frames,
    /// How many calls it has made.
    calls: u32,
}

/// The side that calls and does not wait for each answer.
struct Calling {
    frames: Frames,
    /// How many calls have been answered.
    answered: u32,
}

/// The side that answers each call by a head alone.
struct Taking(Frames);

fn make(setup: &Setup) -> Result<Ends> {
    let (near, far) = socketpair(AddressFamily::Unix, SockType::Stream, None, SockFlag::empty())?;
    let side = |socket, procedure| Frames {
        socket,
        procedure,
        call: 0,
        frame: Vec::with_capacity(HEAD + setup.size),
    };
    if setup.kind.one_way() {
        let calling = Calling { frames: side(far, TAKE), answered: 0 };
        return Ok(Ends { near: Box::new(Taking(side(near, TAKE))), far: Box::new(calling) });
    }
    let asking = Asking { frames: side(near, ECHO), calls: 0 };
    Ok(Ends { near: Box::new(asking), far: Box::new(side(far, ECHO)) })
}

impl Link for Frames {
    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        self.makes(message)?;
        send_all(&self.socket, &self.frame)
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        // Head and body come in one piece more often than not: one call reads what there is.
        self.frame.resize(HEAD + message.len(), 0);
        let mut got = 0;
        while got < HEAD || got < HEAD + self.number(0) {
            match recv(self.socket.as_raw_fd(), &mut self.frame[got..], MsgFlags::empty())? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                more => got += more,
            }
            if got >= HEAD && self.number(0) != message.len() {
                return Err(io::Error::other("the frame has another length"));
            }
        }
        if self.number(2) != self.procedure as usize {
            return Err(io::Error::other("there is no such procedure"));
        }
        message.copy_from_slice(&self.frame[HEAD..]);
        // A reply has the number of its request.
        self.call = self.number(1) as u32;
        Ok(())
    }
}

impl Link for Asking {
    fn send(&mut self, request: &[u8]) -> io::Result<()> {
        self.calls = self.calls.wrapping_add(1);
        self.frames.call = self.calls;
        self.frames.send(request)
    }

    fn receive(&mut self, reply: &mut [u8]) -> io::Result<()> {
        self.frames.receive(reply)?;
        if self.frames.call == self.calls {
            Ok(())
        } else {
            Err(io::Error::other("it is the reply to another call"))
        }
    }
}

impl Frames {
    /// A head and a body in one piece, so that one call writes them.
    fn makes(&mut self, body: &[u8]) -> io::Result<()> {
        let length = u32::try_from(body.len()).map_err(io::Error::other)?;
        self.frame.clear();
        for number in [length, self.call, self.procedure] {
            self.frame.extend_from_slice(&number.to_le_bytes());
        }
        self.frame.extend_from_slice(body);
        Ok(())
    }

    /// A number of the head.
    fn number(&self, at: usize) -> usize {
        let bytes = self.frame[at * 4..].first_chunk().copied().unwrap_or_default();
        u32::from_le_bytes(bytes) as usize
    }
}

impl Link for Calling {
    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        self.frames.call = self.frames.call.wrapping_add(1);
        if self.frames.call.wrapping_sub(self.answered) > UNDER_WAY {
            self.hears()?;
        }
        self.frames.send(message)
    }

    fn receive(&mut self, _: &mut [u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl Calling {
    /// Takes whatever answers are there; waits for one if there is none.
    fn hears(&mut self) -> io::Result<()> {
        let mut heads = [0; HEAD * UNDER_WAY as usize];
        let mut got = 0;
        while got == 0 || got % HEAD != 0 {
            match recv(self.frames.socket.as_raw_fd(), &mut heads[got..], MsgFlags::empty())? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                more => got += more,
            }
        }
        for head in heads[..got].chunks(HEAD) {
            self.answered = self.answered.wrapping_add(1);
            let number = head[4..].first_chunk().map(|bytes| u32::from_le_bytes(*bytes));
            if number != Some(self.answered) {
                return Err(io::Error::other("it is the reply to another call"));
            }
        }
        Ok(())
    }
}

impl Link for Taking {
    fn send(&mut self, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        self.0.receive(message)?;
        self.0.send(&[])
    }
}

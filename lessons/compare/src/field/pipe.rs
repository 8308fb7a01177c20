//! Two anonymous pipes, one for each direction.

use std::io;
use std::os::fd::OwnedFd;

use nix::unistd::pipe;
use stage::Result;

use super::bytes::{read_exact, write_all};
use super::{Ends, Link, Mechanism, Setup, TOUCHED, USUAL, ends};

pub const PIPE: Mechanism = Mechanism { id: "pipe", title: "pipe", kinds: TOUCHED, make, ..USUAL };

/// One end of two pipes, or of two FIFOs.
pub struct Pipes {
    pub reader: OwnedFd,
    pub writer: OwnedFd,
}

fn make(_: &Setup) -> Result<Ends> {
    let (requests, to_far) = pipe()?;
    let (replies, to_near) = pipe()?;
    ends(Pipes { reader: replies, writer: to_far }, Pipes { reader: requests, writer: to_near })
}

impl Link for Pipes {
    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        write_all(&self.writer, message)
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        read_exact(&self.reader, message)
    }
}

//! Two pipes, into which the writer's pages are put instead of copied, with vmsplice(2).

use std::io::{self, IoSlice};
use std::os::fd::OwnedFd;

use nix::fcntl::{FcntlArg, SpliceFFlags, fcntl, vmsplice};
use nix::unistd::pipe;
use stage::{Result, missing};

use super::bytes::read_exact;
use super::{Ends, Link, Mechanism, Setup, USUAL, ends};

pub const VMSPLICE: Mechanism = Mechanism {
    id: "pipe-vmsplice",
    title: "pipe, vmsplice",
    copies: Some(1),
    how: |kind| kind.one_way().then_some("a buffer is written again when nobody can be at it"),
    make,
    // The reader reads the writer's own pages: a buffer may be written again when the pipe has
    // been filled once more by others. Each takes a place at least, and a page at most.
    borrows: |size| (CAPACITY / PAGE).div_ceil(size.div_ceil(PAGE)) + 2,
    ..USUAL
};

/// What an ordinary user may ask for (pipe(7)).
const CAPACITY: usize = 1 << 20;
const PAGE: usize = 4096;

struct Spliced {
    reader: OwnedFd,
    writer: OwnedFd,
}

fn make(_: &Setup) -> Result<Ends> {
    let (requests, to_far) = wide()?;
    let (replies, to_near) = wide()?;
    ends(Spliced { reader: replies, writer: to_far }, Spliced { reader: requests, writer: to_near })
}

fn wide() -> Result<(OwnedFd, OwnedFd)> {
    let (reader, writer) = pipe()?;
    fcntl(&writer, FcntlArg::F_SETPIPE_SZ(CAPACITY.try_into()?)).map_err(|error| {
        missing(
            format!("a pipe of {CAPACITY} bytes cannot be had: {error}"),
            "raise `fs.pipe-max-size` and `fs.pipe-user-pages-soft` (pipe(7))",
        )
    })?;
    Ok((reader, writer))
}

impl Link for Spliced {
    fn send(&mut self, mut message: &[u8]) -> io::Result<()> {
        while !message.is_empty() {
            let put = vmsplice(&self.writer, &[IoSlice::new(message)], SpliceFFlags::empty())?;
            message = &message[put..];
        }
        Ok(())
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        read_exact(&self.reader, message)
    }
}

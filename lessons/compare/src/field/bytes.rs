//! A message of known length through a stream, which may take it and give it in pieces.

use std::io;
use std::os::fd::AsFd;

use nix::errno::Errno;
use nix::unistd::{read, write};

/// Writes all of it.
pub fn write_all(fd: impl AsFd, mut rest: &[u8]) -> io::Result<()> {
    while !rest.is_empty() {
        match write(&fd, rest) {
            Ok(written) => rest = &rest[written..],
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Reads until it is full.
pub fn read_exact(fd: impl AsFd, mut room: &mut [u8]) -> io::Result<()> {
    while !room.is_empty() {
        match read(&fd, room) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(got) => room = &mut room[got..],
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

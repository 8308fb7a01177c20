//! A message of known length through a stream, which may take it and give it in pieces.

use std::io;
use std::os::fd::{AsFd, AsRawFd};

use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv, send};
use nix::unistd::{read, write};

/// Writes all of it.
pub fn write_all(fd: impl AsFd, message: &[u8]) -> io::Result<()> {
    all(message, |rest| write(&fd, rest))
}

/// Reads until it is full.
pub fn read_exact(fd: impl AsFd, message: &mut [u8]) -> io::Result<()> {
    full(message, |room| read(&fd, room))
}

/// Writes all of it to a socket. Its own call spares what `write` does for every kind of file.
pub fn send_all(socket: &impl AsRawFd, message: &[u8]) -> io::Result<()> {
    all(message, |rest| send(socket.as_raw_fd(), rest, MsgFlags::empty()))
}

/// Reads from a socket until it is full.
pub fn receive_exact(socket: &impl AsRawFd, message: &mut [u8]) -> io::Result<()> {
    full(message, |room| recv(socket.as_raw_fd(), room, MsgFlags::empty()))
}

fn all(mut rest: &[u8], put: impl Fn(&[u8]) -> nix::Result<usize>) -> io::Result<()> {
    while !rest.is_empty() {
        match put(rest) {
            Ok(done) => rest = &rest[done..],
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn full(mut room: &mut [u8], take: impl Fn(&mut [u8]) -> nix::Result<usize>) -> io::Result<()> {
    while !room.is_empty() {
        match take(room) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(got) => room = &mut room[got..],
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

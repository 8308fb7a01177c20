//! A ring in shared memory with two POSIX semaphores in it: how many messages there are, and how
//! much room. It is the bounded buffer of the textbooks.

use std::io;

use nix::errno::Errno;
use stage::Result;

use super::memory::{self, Way};
use super::ring::{self, Reader, Waiting, Writer};
use super::{Ends, Link, Mechanism, Setup, USUAL, ends};
use crate::run::Group;

pub const POSIX: Mechanism = Mechanism {
    id: "shm-sem",
    title: "POSIX shm, semaphores",
    group: Group::Memory,
    make: |setup| counted(setup, memory::posix),
    ..USUAL
};

pub const SYSTEM_V: Mechanism = Mechanism {
    id: "sysv-shm-sem",
    title: "SysV shm, semaphores",
    headline: false,
    make: |setup| counted(setup, memory::system_v),
    ..POSIX
};

pub const MEMFD: Mechanism = Mechanism {
    id: "memfd-sem",
    title: "memfd, semaphores",
    headline: false,
    make: |setup| counted(setup, memory::memfd),
    ..POSIX
};

pub const FILE: Mechanism = Mechanism {
    id: "mmap-sem",
    title: "mapped file, semaphores",
    headline: false,
    make: |setup| counted(setup, memory::file),
    ..POSIX
};

struct Counted {
    to: Writer,
    from: Reader,
}

fn counted(setup: &Setup, way: Way) -> Result<Ends> {
    let ((out, back), (reply, request)) = ring::pair(setup, way)?;
    for writer in [&out, &reply] {
        let header = writer.header();
        let room = u32::try_from(writer.slots())?;
        for (semaphore, count) in [(&header.reader.0, 0), (&header.writer.0, room)] {
            // SAFETY: nobody uses the semaphore yet; it is shared between processes.
            Errno::result(unsafe { libc::sem_init(place(semaphore), 1, count) })?;
        }
    }
    ends(Counted { to: out, from: back }, Counted { to: reply, from: request })
}

impl Link for Counted {
    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        down(&self.to.header().writer.0)?;
        stands(self.to.push(message))?;
        up(&self.to.header().reader.0)
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        down(&self.from.header().reader.0)?;
        stands(self.from.pop(message))?;
        up(&self.from.header().writer.0)
    }
}

fn down(semaphore: &Waiting) -> io::Result<()> {
    // SAFETY: `counted` has made it.
    while unsafe { libc::sem_wait(place(semaphore)) } == -1 {
        if Errno::last() != Errno::EINTR {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

fn up(semaphore: &Waiting) -> io::Result<()> {
    // SAFETY: `counted` has made it.
    Errno::result(unsafe { libc::sem_post(place(semaphore)) })?;
    Ok(())
}

fn place(waiting: &Waiting) -> *mut libc::sem_t {
    waiting.semaphore.get()
}

fn stands(done: bool) -> io::Result<()> {
    if done { Ok(()) } else { Err(io::Error::other("the semaphore and the ring disagree")) }
}

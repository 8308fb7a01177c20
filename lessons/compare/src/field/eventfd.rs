//! An eventfd(2): a counter in the kernel. Alone, and beside a ring in shared memory.

use std::io;
use std::rc::Rc;

use nix::sys::eventfd::EventFd;
use stage::Result;

use super::memory::{self, Way};
use super::ring::{self, Reader, Writer};
use super::{CARRIES_NOTHING, Ends, Link, Mechanism, NOTICED, Setup, USUAL, ends};
use crate::run::Group;

pub const ALONE: Mechanism = Mechanism {
    id: "eventfd",
    title: "eventfd",
    group: Group::Notice,
    copies: None,
    carries: false,
    kinds: NOTICED,
    lacks: CARRIES_NOTHING,
    make: |_| {
        let (there, back) = (bell()?, bell()?);
        ends(
            Bells { mine: back.clone(), theirs: there.clone() },
            Bells { mine: there, theirs: back },
        )
    },
    ..USUAL
};

pub const POSIX: Mechanism = Mechanism {
    id: "shm-eventfd",
    title: "POSIX shm, eventfd",
    group: Group::Memory,
    make: |setup| announced(setup, memory::posix),
    ..USUAL
};

pub const SYSTEM_V: Mechanism = Mechanism {
    id: "sysv-shm-eventfd",
    title: "SysV shm, eventfd",
    headline: false,
    make: |setup| announced(setup, memory::system_v),
    ..POSIX
};

pub const MEMFD: Mechanism = Mechanism {
    id: "memfd-eventfd",
    title: "memfd, eventfd",
    headline: false,
    make: |setup| announced(setup, memory::memfd),
    ..POSIX
};

pub const FILE: Mechanism = Mechanism {
    id: "mmap-eventfd",
    title: "mapped file, eventfd",
    headline: false,
    make: |setup| announced(setup, memory::file),
    ..POSIX
};

fn bell() -> nix::Result<Rc<EventFd>> {
    EventFd::new().map(Rc::new)
}

struct Bells {
    mine: Rc<EventFd>,
    theirs: Rc<EventFd>,
}

impl Link for Bells {
    fn send(&mut self, _: &[u8]) -> io::Result<()> {
        self.theirs.write(1)?;
        Ok(())
    }

    fn receive(&mut self, _: &mut [u8]) -> io::Result<()> {
        match self.mine.read()? {
            1 => Ok(()),
            count => Err(io::Error::other(format!("the counter was {count}"))),
        }
    }
}

/// A ring for each direction, and two counters: of messages, which the writer counts up and the
/// reader takes, and one that wakes a writer who waits for room.
struct Announced {
    to: Writer,
    from: Reader,
    sent: Rc<EventFd>,
    room_there: Rc<EventFd>,
    came: Rc<EventFd>,
    room_here: Rc<EventFd>,
    /// How many messages have been announced and not taken out.
    announced: u64,
}

fn announced(setup: &Setup, way: Way) -> Result<Ends> {
    let ((out, back), (reply, request)) = ring::pair(setup, way)?;
    let (there, room_there) = (bell()?, bell()?);
    let (here, room_here) = (bell()?, bell()?);
    let near = Announced {
        to: out,
        from: back,
        sent: there.clone(),
        room_there: room_there.clone(),
        came: here.clone(),
        room_here: room_here.clone(),
        announced: 0,
    };
    let far = Announced {
        to: reply,
        from: request,
        sent: here,
        room_there: room_here,
        came: there,
        room_here: room_there,
        announced: 0,
    };
    ends(near, far)
}

impl Link for Announced {
    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        while !self.to.push(message) {
            if self.to.must_sleep() {
                self.room_there.read()?;
            }
        }
        self.sent.write(1)?;
        Ok(())
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        if self.announced == 0 {
            // One reading takes all that have been announced since.
            self.announced = self.came.read()?;
        }
        self.announced -= 1;
        if !self.from.pop(message) {
            return Err(io::Error::other("the counter and the ring disagree"));
        }
        if self.from.must_wake() {
            self.room_here.write(1)?;
        }
        Ok(())
    }
}

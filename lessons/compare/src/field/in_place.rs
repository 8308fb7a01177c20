//! A ring in shared memory whose messages are written and read where they lie: nothing is copied.

use std::hint::spin_loop;
use std::io;

use super::futex::{self, Sleeping};
use super::memory;
use super::ring::{self, Reader, Writer};
use super::{Link, Mechanism, USUAL, ends};
use crate::run::{Group, Kind, Wait};

pub const SPIN: Mechanism = Mechanism {
    id: "inplace-spin",
    title: "POSIX shm in place, spin",
    wait: Wait::Spin,
    make: |setup| {
        let ((to, from), (back, forth)) = ring::pair(setup, memory::posix)?;
        let size = setup.size;
        ends(Spinning { to, from, size }, Spinning { to: back, from: forth, size })
    },
    ..FUTEX
};

pub const FUTEX: Mechanism = Mechanism {
    id: "inplace-futex",
    title: "POSIX shm in place, futex",
    group: Group::Memory,
    copies: Some(0),
    // To hand over what nobody writes or reads would take the same time for any size.
    kinds: &[Kind::Touched],
    lacks: &[(Kind::Throughput, "it moves nothing: see what it costs to write and read in place")],
    make: |setup| {
        let (near, far) = futex::pair(setup, memory::posix, 0)?;
        let size = setup.size;
        ends(InPlace { side: near, size }, InPlace { side: far, size })
    },
    ..USUAL
};

struct Spinning {
    to: Writer,
    from: Reader,
    size: usize,
}

impl Link for Spinning {
    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        self.put(&mut [], &mut |slot| slot.copy_from_slice(message))
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        self.take(&mut [], &mut |slot| message.copy_from_slice(slot))
    }

    fn put(&mut self, _: &mut [u8], make: &mut dyn FnMut(&mut [u8])) -> io::Result<()> {
        while self.to.is_full() {
            spin_loop();
        }
        self.to.slot(self.size).map(make);
        self.to.publish();
        Ok(())
    }

    fn take(&mut self, _: &mut [u8], look: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        while self.from.is_empty() {
            spin_loop();
        }
        self.from.slot(self.size).map(look);
        self.from.release();
        Ok(())
    }
}

struct InPlace {
    side: Sleeping,
    size: usize,
}

impl Link for InPlace {
    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        self.put(&mut [], &mut |slot| slot.copy_from_slice(message))
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        self.take(&mut [], &mut |slot| message.copy_from_slice(slot))
    }

    fn put(&mut self, _: &mut [u8], make: &mut dyn FnMut(&mut [u8])) -> io::Result<()> {
        while self.side.to.is_full() {
            self.side.waits_for_room()?;
        }
        self.side.to.slot(self.size).map(make);
        self.side.to.publish();
        self.side.wakes_reader()
    }

    fn take(&mut self, _: &mut [u8], look: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        while self.side.from.is_empty() {
            self.side.waits_for_message()?;
        }
        self.side.from.slot(self.size).map(look);
        self.side.from.release();
        self.side.wakes_writer()
    }
}

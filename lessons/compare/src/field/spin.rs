//! A ring in shared memory; whoever finds nothing looks again.

use std::hint::spin_loop;
use std::io;

use nix::sched::sched_yield;
use stage::Result;

use super::memory::{self, Way};
use super::ring::{self, Reader, Writer};
use super::{CARRIED, Ends, Link, Mechanism, Setup, TOUCHED, USUAL, ends};
use crate::run::{Group, Wait};

pub const POSIX: Mechanism = Mechanism {
    id: "shm-spin",
    title: "POSIX shm, spin",
    group: Group::Memory,
    wait: Wait::Spin,
    kinds: TOUCHED,
    make: |setup| spinning(setup, memory::posix),
    ..USUAL
};

pub const SYSTEM_V: Mechanism = Mechanism {
    id: "sysv-shm-spin",
    kinds: CARRIED,
    title: "SysV shm, spin",
    make: |setup| spinning(setup, memory::system_v),
    ..POSIX
};

pub const MEMFD: Mechanism = Mechanism {
    id: "memfd-spin",
    kinds: CARRIED,
    title: "memfd, spin",
    make: |setup| spinning(setup, memory::memfd),
    ..POSIX
};

pub const FILE: Mechanism = Mechanism {
    id: "mmap-spin",
    kinds: CARRIED,
    title: "mapped file, spin",
    make: |setup| spinning(setup, memory::file),
    ..POSIX
};

pub const YIELD: Mechanism = Mechanism {
    id: "shm-yield",
    title: "POSIX shm, yield",
    make: |setup| {
        let ((out, back), (reply, request)) = ring::pair(setup, memory::posix)?;
        ends(Yielding { to: out, from: back }, Yielding { to: reply, from: request })
    },
    ..POSIX
};

/// Lets the processor know that it looks in vain.
struct Spinning {
    to: Writer,
    from: Reader,
}

/// Lets another process have the processor.
struct Yielding {
    to: Writer,
    from: Reader,
}

fn spinning(setup: &Setup, way: Way) -> Result<Ends> {
    let ((out, back), (reply, request)) = ring::pair(setup, way)?;
    ends(Spinning { to: out, from: back }, Spinning { to: reply, from: request })
}

impl Link for Spinning {
    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        while !self.to.push(message) {
            spin_loop();
        }
        Ok(())
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        while !self.from.pop(message) {
            spin_loop();
        }
        Ok(())
    }
}

impl Link for Yielding {
    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        while !self.to.push(message) {
            sched_yield()?;
        }
        Ok(())
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        while !self.from.pop(message) {
            sched_yield()?;
        }
        Ok(())
    }
}

//! A ring in shared memory; whoever finds nothing sleeps on a word of it, by futex(2).
//!
//! Before it sleeps it writes down that it does: the peer wakes nobody who is awake, which would
//! cost it a system call for nothing.

use std::hint::spin_loop;
use std::io;
use std::ptr;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};

use nix::errno::Errno;
use stage::Result;

use super::memory::{self, Memory, Way};
use super::ring::{self, Reader, Writer};
use super::{
    CARRIED, CARRIES_NOTHING, Ends, Link, Mechanism, NOTICED, Setup, TOUCHED, USUAL, ends,
};
use crate::run::{Group, Wait};

pub const POSIX: Mechanism = Mechanism {
    id: "shm-futex",
    title: "POSIX shm, futex",
    group: Group::Memory,
    kinds: TOUCHED,
    make: |setup| sleeping(setup, memory::posix, 0),
    ..USUAL
};

pub const SYSTEM_V: Mechanism = Mechanism {
    id: "sysv-shm-futex",
    kinds: CARRIED,
    title: "SysV shm, futex",
    headline: false,
    make: |setup| sleeping(setup, memory::system_v, 0),
    ..POSIX
};

pub const MEMFD: Mechanism = Mechanism {
    id: "memfd-futex",
    kinds: CARRIED,
    title: "memfd, futex",
    headline: false,
    make: |setup| sleeping(setup, memory::memfd, 0),
    ..POSIX
};

pub const FILE: Mechanism = Mechanism {
    id: "mmap-futex",
    kinds: CARRIED,
    title: "mapped file, futex",
    headline: false,
    make: |setup| sleeping(setup, memory::file, 0),
    ..POSIX
};

pub const ADAPTIVE: Mechanism = Mechanism {
    id: "shm-adaptive",
    kinds: CARRIED,
    title: "POSIX shm, spin then futex",
    wait: Wait::Adaptive,
    headline: false,
    make: |setup| sleeping(setup, memory::posix, 2000),
    ..POSIX
};

/// A futex and nothing else: a word says how often it was rung.
pub const ALONE: Mechanism = Mechanism {
    id: "futex",
    title: "futex",
    group: Group::Notice,
    copies: None,
    carries: false,
    kinds: NOTICED,
    lacks: CARRIES_NOTHING,
    make: alone,
    ..USUAL
};

/// A side that sleeps while there is nothing for it.
pub struct Sleeping {
    pub to: Writer,
    pub from: Reader,
    /// How often to look again before going to sleep.
    patience: u32,
}

fn sleeping(setup: &Setup, way: Way, patience: u32) -> Result<Ends> {
    let (near, far) = pair(setup, way, patience)?;
    ends(near, far)
}

/// Both sides.
pub fn pair(setup: &Setup, way: Way, patience: u32) -> Result<(Sleeping, Sleeping)> {
    let ((out, back), (reply, request)) = ring::pair(setup, way)?;
    let near = Sleeping { to: out, from: back, patience };
    Ok((near, Sleeping { to: reply, from: request, patience }))
}

impl Sleeping {
    /// Sleeps until there may be room.
    pub fn waits_for_room(&mut self) -> io::Result<()> {
        let full = (0..self.patience).all(|_| looks_again(self.to.is_full()));
        if full && self.to.must_sleep() {
            wait(&self.to.header().writer.0.asleep, 1)?;
        }
        Ok(())
    }

    /// Sleeps until there may be a message.
    pub fn waits_for_message(&mut self) -> io::Result<()> {
        let empty = (0..self.patience).all(|_| looks_again(self.from.is_empty()));
        if empty && self.from.must_sleep() {
            wait(&self.from.header().reader.0.asleep, 1)?;
        }
        Ok(())
    }

    /// Wakes the reader, if it sleeps.
    #[inline]
    pub fn wakes_reader(&self) -> io::Result<()> {
        if self.to.must_wake() { wake(&self.to.header().reader.0.asleep) } else { Ok(()) }
    }

    /// Wakes the writer, if it sleeps and has room again.
    #[inline]
    pub fn wakes_writer(&mut self) -> io::Result<()> {
        if self.from.must_wake() { wake(&self.from.header().writer.0.asleep) } else { Ok(()) }
    }
}

impl Link for Sleeping {
    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        while !self.to.push(message) {
            self.waits_for_room()?;
        }
        self.wakes_reader()
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        while !self.from.pop(message) {
            self.waits_for_message()?;
        }
        self.wakes_writer()
    }
}

fn looks_again(in_vain: bool) -> bool {
    spin_loop();
    in_vain
}

/// Sleeps, unless the word has another value already.
fn wait(word: &AtomicU32, value: u32) -> io::Result<()> {
    let forever = ptr::null::<libc::timespec>();
    // SAFETY: the word is in memory that both processes have mapped; the call only reads it.
    let done =
        unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAIT, value, forever) };
    match Errno::result(done) {
        Ok(_) | Err(Errno::EAGAIN | Errno::EINTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn wake(word: &AtomicU32) -> io::Result<()> {
    // SAFETY: the call takes the word's address and does not look behind it.
    let done = unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAKE, 1) };
    Errno::result(done)?;
    Ok(())
}

struct Bell {
    memory: Rc<Memory>,
    mine: usize,
    theirs: usize,
    heard: u32,
}

fn alone(setup: &Setup) -> Result<Ends> {
    let memory = memory::posix(setup, 4096)?;
    let (one, other) = (0, 128);
    ends(
        Bell { memory: memory.clone(), mine: one, theirs: other, heard: 0 },
        Bell { memory, mine: other, theirs: one, heard: 0 },
    )
}

impl Bell {
    fn word(&self, offset: usize) -> &AtomicU32 {
        // SAFETY: the memory is longer, its start is that of a page, and both processes use it as
        // two words only.
        unsafe { self.memory.at(offset).cast().as_ref() }
    }
}

impl Link for Bell {
    fn send(&mut self, _: &[u8]) -> io::Result<()> {
        let word = self.word(self.theirs);
        word.fetch_add(1, Ordering::Release);
        wake(word)
    }

    fn receive(&mut self, _: &mut [u8]) -> io::Result<()> {
        while self.word(self.mine).load(Ordering::Acquire) == self.heard {
            wait(self.word(self.mine), self.heard)?;
        }
        self.heard = self.heard.wrapping_add(1);
        Ok(())
    }
}

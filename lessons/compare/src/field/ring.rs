//! A ring of messages in shared memory, for one writer and one reader.
//!
//! The writer alone moves the tail, the reader alone the head: no lock. Each keeps a copy of the
//! other's number and looks at the shared one only when the copy says that there is nothing to
//! do, since a cache line that the other one writes has to travel. How to wait is left to whoever
//! uses it.
//!
//! Who asks and waits for the answer needs one slot, and no head: the answer says that the slot is
//! free. The slot then begins beside the tail, so that both travel together.

use std::cell::UnsafeCell;
use std::ptr::NonNull;
use std::rc::Rc;
use std::slice;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};

use stage::Result;

use super::Setup;
use super::memory::{Memory, Way};
use crate::run::Kind;

/// How much a ring of many slots holds, if not four messages are more.
const ROOM: usize = 256 * 1024;
const LINE: usize = 64;
const PAGE: usize = 4096;

/// A value with a cache line to itself. Two lines, since processors fetch lines in pairs.
#[repr(C, align(128))]
pub struct Line<T>(pub T);

/// What both processes write, each its own lines.
#[repr(C)]
pub struct Header {
    /// How many messages have been taken out.
    head: Line<AtomicU64>,
    /// What the mechanism needs for waiting: of the reader, for a message...
    pub reader: Line<Waiting>,
    /// ...and of the writer, for room.
    pub writer: Line<Waiting>,
    /// How many have been put in. The last of all, since a single slot begins behind it.
    tail: AtomicU64,
}

/// What a side may wait with: all zeros at first.
#[repr(C)]
pub struct Waiting {
    /// 1 while the side sleeps.
    pub asleep: AtomicU32,
    pub semaphore: UnsafeCell<libc::sem_t>,
}

/// A ring, as one of its two users sees it.
struct Ring {
    /// Keeps the mapping.
    _memory: Rc<Memory>,
    header: NonNull<Header>,
    first: NonNull<u8>,
    slots: u64,
    stride: usize,
    /// Of the number that this side alone writes.
    mine: u64,
    /// Of the other's, as last seen.
    theirs: u64,
}

/// The side that puts messages in.
pub struct Writer(Ring);

/// The side that takes them out.
pub struct Reader(Ring);

/// A ring for each direction: what the near and what the far process has of them.
pub fn pair(setup: &Setup, way: Way) -> Result<((Writer, Reader), (Writer, Reader))> {
    let stride = setup.size.next_multiple_of(LINE);
    let (slots, first) = match setup.kind {
        Kind::Latency | Kind::Paced => {
            (1, std::mem::offset_of!(Header, tail) + size_of::<AtomicU64>())
        }
        Kind::Throughput | Kind::Touched => (power_of_two(ROOM / stride).max(4), PAGE),
    };
    let bytes = (first + slots * stride).next_multiple_of(PAGE);
    let memory = way(setup, 2 * bytes)?;
    let ring = |start| Ring {
        header: memory.at(start).cast(),
        first: memory.at(start + first),
        _memory: memory.clone(),
        slots: slots as u64,
        stride,
        mine: 0,
        theirs: 0,
    };
    let near = (Writer(ring(0)), Reader(ring(bytes)));
    let far = (Writer(ring(bytes)), Reader(ring(0)));
    Ok((near, far))
}

/// The largest one that is not larger.
fn power_of_two(number: usize) -> usize {
    if number.is_power_of_two() { number } else { number.next_power_of_two() / 2 }
}

impl Ring {
    #[inline]
    fn header(&self) -> &Header {
        // SAFETY: the ring begins with a header, at the start of a page, and all zeros are a
        // valid one; the mapping lives as long as we.
        unsafe { self.header.as_ref() }
    }

    /// The slot of the message after so many others.
    #[inline]
    fn slot(&self, before: u64) -> *mut u8 {
        let slot = (before & (self.slots - 1)) as usize;
        // SAFETY: `pair` has made room for that many slots.
        unsafe { self.first.add(slot * self.stride) }.as_ptr()
    }

    /// Whether each message is answered before the next.
    #[inline]
    fn alternates(&self) -> bool {
        self.slots == 1
    }
}

impl Writer {
    /// Puts the message in; `false` while the ring is full.
    #[inline]
    pub fn push(&mut self, message: &[u8]) -> bool {
        let Some(slot) = self.slot(message.len()) else { return false };
        slot.copy_from_slice(message);
        self.publish();
        true
    }

    /// The slot of the next message, to be written where it lies; `None` while the ring is full.
    #[inline]
    pub fn slot(&mut self, size: usize) -> Option<&mut [u8]> {
        if self.is_full() {
            return None;
        }
        let Self(ring) = self;
        debug_assert!(size <= ring.stride);
        // SAFETY: the slot is as long as a message, and the reader does not look at it before the
        // tail has passed it.
        Some(unsafe { slice::from_raw_parts_mut(ring.slot(ring.mine), size) })
    }

    /// Passes on the slot that has been written.
    #[inline]
    pub fn publish(&mut self) {
        let Self(ring) = self;
        ring.mine += 1;
        ring.header().tail.store(ring.mine, Ordering::Release);
    }

    /// Whether there is no room.
    #[inline]
    pub fn is_full(&mut self) -> bool {
        let Self(ring) = self;
        if ring.alternates() {
            return false;
        }
        if ring.mine - ring.theirs == ring.slots {
            ring.theirs = ring.header().head.0.load(Ordering::Acquire);
        }
        ring.mine - ring.theirs == ring.slots
    }

    /// Writes down that this side is about to sleep, and looks once more whether it must.
    pub fn must_sleep(&mut self) -> bool {
        self.header().writer.0.asleep.store(1, Ordering::Relaxed);
        // We write the word, then look at the number; the peer writes the number, then looks at
        // the word. With a fence in between on both sides, one of us sees the other.
        fence(Ordering::SeqCst);
        self.is_full()
    }

    /// Whether the reader sleeps; says so once.
    #[inline]
    pub fn must_wake(&self) -> bool {
        fence(Ordering::SeqCst);
        has_slept(&self.header().reader.0)
    }

    /// How many messages fit in.
    pub fn slots(&self) -> u64 {
        self.0.slots
    }

    /// What the two wait on.
    pub fn header(&self) -> &Header {
        self.0.header()
    }
}

impl Reader {
    /// Takes the next message out; `false` while there is none.
    #[inline]
    pub fn pop(&mut self, message: &mut [u8]) -> bool {
        let Some(slot) = self.slot(message.len()) else { return false };
        message.copy_from_slice(slot);
        self.release();
        true
    }

    /// The next message where it lies; `None` while there is none.
    #[inline]
    pub fn slot(&mut self, size: usize) -> Option<&[u8]> {
        if self.is_empty() {
            return None;
        }
        let Self(ring) = self;
        debug_assert!(size <= ring.stride);
        // SAFETY: the slot is as long as a message, and the writer does not touch it before the
        // head has passed it.
        Some(unsafe { slice::from_raw_parts(ring.slot(ring.mine), size) })
    }

    /// Gives back the slot that has been read.
    #[inline]
    pub fn release(&mut self) {
        let Self(ring) = self;
        ring.mine += 1;
        if !ring.alternates() {
            ring.header().head.0.store(ring.mine, Ordering::Release);
        }
    }

    /// Whether there is no message.
    #[inline]
    pub fn is_empty(&mut self) -> bool {
        let Self(ring) = self;
        if ring.mine == ring.theirs {
            ring.theirs = ring.header().tail.load(Ordering::Acquire);
        }
        ring.mine == ring.theirs
    }

    /// Writes down that this side is about to sleep, and looks once more whether it must.
    pub fn must_sleep(&mut self) -> bool {
        self.header().reader.0.asleep.store(1, Ordering::Relaxed);
        // See `Writer::must_sleep`.
        fence(Ordering::SeqCst);
        self.is_empty()
    }

    /// Whether the writer sleeps, and there is enough room for it to have something to do; says
    /// so once.
    #[inline]
    pub fn must_wake(&mut self) -> bool {
        if self.0.alternates() {
            return false;
        }
        fence(Ordering::SeqCst);
        if self.header().writer.0.asleep.load(Ordering::Relaxed) == 0 {
            return false;
        }
        let Self(ring) = self;
        ring.theirs = ring.header().tail.load(Ordering::Acquire);
        ring.theirs - ring.mine <= ring.slots / 2 && has_slept(&self.header().writer.0)
    }

    /// What the two wait on.
    pub fn header(&self) -> &Header {
        self.0.header()
    }
}

fn has_slept(side: &Waiting) -> bool {
    side.asleep.load(Ordering::Relaxed) == 1 && side.asleep.swap(0, Ordering::Relaxed) == 1
}

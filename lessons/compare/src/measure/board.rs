//! Memory in which the measured processes and the one that started them leave each other notes.
//! No message that is measured goes through it.

use std::cell::UnsafeCell;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicI32, AtomicU32, AtomicU64, Ordering};

use nix::errno::Errno;
use nix::sys::resource::{Usage as Rusage, UsageWho, getrusage};
use nix::unistd::Pid;
use stage::Result;

/// How many round trips can be timed one by one.
pub const SAMPLES: usize = 1 << 20;
/// How many batches a repetition has at the most, and at the least.
pub const BATCHES: usize = 11;
pub const FEWEST: usize = 3;
const TEXT: usize = 512;

/// Which of the two processes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The one that measures.
    Near = 0,
    /// The other one.
    Far = 1,
}

/// What the near process wants of the far one, beside messages.
pub mod wish {
    /// Nothing.
    pub const GO_ON: u32 = 0;
    /// That it writes down what it has used of the machine.
    pub const REPORT: u32 = 1;
    /// That each message is made new from its first byte to its last.
    pub const WHOLE: u32 = 2;
    /// That it ends.
    pub const STOP: u32 = 3;
}

#[repr(C, align(128))]
struct Line<T>(T);

#[repr(C)]
struct Notes {
    arrived: Line<AtomicU32>,
    wish: Line<AtomicU32>,
    /// How many reports the far process has written.
    reports: Line<AtomicU32>,
    /// After how many round trips the far process ends, once it is wished that it does.
    last: Line<AtomicU64>,
    ping: Line<AtomicU32>,
    pong: Line<AtomicU32>,
    pids: [AtomicI32; 2],
    usage: UnsafeCell<Usage>,
    found: UnsafeCell<Found>,
    texts: [UnsafeCell<[u8; TEXT]>; 2],
    lengths: [AtomicU32; 2],
    samples: UnsafeCell<[u32; SAMPLES]>,
}

/// What a process has used since its birth.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Usage {
    pub cpu_ns: f64,
    pub voluntary: f64,
    pub involuntary: f64,
    pub faults: f64,
}

/// What one repetition of a row, or one measurement of a limit, has found.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Found {
    pub batches: [f64; BATCHES],
    pub batch_count: usize,
    /// How many operations the batches had together.
    pub batched: u64,
    /// How many operations were timed one by one.
    pub timed: usize,
    /// Of a paced loop: what a round trip took in the closed one before, and how many of them
    /// began after they were due.
    pub closed_ns: f64,
    pub late: u64,
    /// A cache line there and back; 0 on one processor.
    pub cacheline_ns: f64,
    pub lost_percent: f64,
    pub longest_gap_ns: f64,
    pub stable: bool,
    /// Of both processes, during the batches.
    pub used: Usage,
    pub numbered: u64,
    pub whole: u64,
    pub bytes: u64,
    /// Messages that did not arrive, and those that did, during the batches.
    pub lost: u64,
    pub got: u64,
}

impl Found {
    /// The time per operation of each batch.
    pub fn batches(&self) -> &[f64] {
        &self.batches[..self.batch_count.min(BATCHES)]
    }
}

/// The memory itself; every process that is forked from here on shares it.
#[derive(Clone, Copy)]
pub struct Board(NonNull<Notes>);

impl Board {
    /// Makes it, once for all trials.
    pub fn new() -> Result<Self> {
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_SHARED | libc::MAP_ANONYMOUS | libc::MAP_POPULATE;
        // SAFETY: a new mapping at a place that the kernel chooses.
        let start =
            unsafe { libc::mmap(ptr::null_mut(), size_of::<Notes>(), access, flags, -1, 0) };
        if start == libc::MAP_FAILED {
            return Err(Errno::last().into());
        }
        Ok(Self(NonNull::new(start.cast()).ok_or(Errno::EFAULT)?))
    }

    fn notes(&self) -> &Notes {
        // SAFETY: the mapping is that large, all zeros are valid notes, and it is never unmapped.
        unsafe { self.0.as_ref() }
    }

    /// Wipes it, while no other process uses it.
    pub fn wipe(&self) {
        let notes = self.notes();
        for number in
            [&notes.arrived.0, &notes.wish.0, &notes.reports.0, &notes.ping.0, &notes.pong.0]
                .into_iter()
                .chain(&notes.lengths)
        {
            number.store(0, Ordering::Relaxed);
        }
        self.leaves(Found::default());
    }

    /// Waits until so many processes have come here, counted since the last wipe.
    pub fn meets(&self, processes: u32) {
        let arrived = &self.notes().arrived.0;
        arrived.fetch_add(1, Ordering::AcqRel);
        futex(arrived, libc::FUTEX_WAKE, i32::MAX as u32);
        loop {
            let now = arrived.load(Ordering::Acquire);
            if now >= processes {
                return;
            }
            futex(arrived, libc::FUTEX_WAIT, now);
        }
    }

    pub fn set_pid(&self, side: Side) {
        self.notes().pids[side as usize].store(Pid::this().as_raw(), Ordering::Release);
    }

    pub fn pid(&self, side: Side) -> Pid {
        Pid::from_raw(self.notes().pids[side as usize].load(Ordering::Acquire))
    }

    #[inline]
    pub fn wish(&self) -> u32 {
        self.notes().wish.0.load(Ordering::Acquire)
    }

    pub fn wishes(&self, wish: u32) {
        self.notes().wish.0.store(wish, Ordering::Release);
    }

    /// The far process ends when it has answered so many messages.
    pub fn stops_after(&self, messages: u64) {
        self.notes().last.0.store(messages, Ordering::Relaxed);
        self.wishes(wish::STOP);
    }

    /// See [`Board::stops_after`].
    pub fn last(&self) -> u64 {
        self.notes().last.0.load(Ordering::Relaxed)
    }

    /// Waits, with what has been sent still open, until nothing more is wanted, or the end.
    pub fn rests(&self) {
        while self.wish() != wish::STOP {
            futex(&self.notes().wish.0, libc::FUTEX_WAIT, self.wish());
        }
    }

    /// The far process writes down what it has used.
    pub fn reports(&self) {
        // SAFETY: the near process reads it only after the number below has changed.
        unsafe { *self.notes().usage.get() = Usage::now() };
        self.notes().wish.0.store(wish::GO_ON, Ordering::Relaxed);
        self.notes().reports.0.fetch_add(1, Ordering::Release);
    }

    pub fn report_count(&self) -> u32 {
        self.notes().reports.0.load(Ordering::Acquire)
    }

    pub fn reported(&self) -> Usage {
        // SAFETY: it is written before the number of reports changes, and then left alone.
        unsafe { *self.notes().usage.get() }
    }

    /// The near process, or one that measures a limit, writes down what it has found.
    pub fn leaves(&self, found: Found) {
        // SAFETY: one process writes it, and the first process reads it when that one has ended.
        unsafe { *self.notes().found.get() = found };
    }

    pub fn found(&self) -> Found {
        // SAFETY: see `leaves`.
        unsafe { *self.notes().found.get() }
    }

    /// Room for the times of single operations, in nanoseconds.
    #[expect(clippy::mut_from_ref, reason = "it is memory shared between processes, see below")]
    pub fn samples(&self) -> &mut [u32; SAMPLES] {
        // SAFETY: the near process alone writes it, and the first one reads it when that one has
        // ended; each asks once at a time.
        unsafe { &mut *self.notes().samples.get() }
    }

    /// Writes down why this process has to give up.
    pub fn confesses(&self, side: Side, text: &str) {
        let length = text.len().min(TEXT);
        // SAFETY: only that side writes there, and readers wait for its end.
        let room = unsafe { &mut *self.notes().texts[side as usize].get() };
        room[..length].copy_from_slice(&text.as_bytes()[..length]);
        self.notes().lengths[side as usize].store(length as u32, Ordering::Release);
    }

    /// Why that process had to give up.
    pub fn confession(&self, side: Side) -> Option<String> {
        let length = self.notes().lengths[side as usize].load(Ordering::Acquire) as usize;
        // SAFETY: see `confesses`.
        let text = unsafe { &*self.notes().texts[side as usize].get() };
        (length > 0).then(|| String::from_utf8_lossy(&text[..length]).into_owned())
    }

    /// A line that the near process writes, and one that the far process writes.
    pub fn lines(&self) -> (&AtomicU32, &AtomicU32) {
        (&self.notes().ping.0, &self.notes().pong.0)
    }
}

impl Usage {
    /// Of this process.
    pub fn now() -> Self {
        getrusage(UsageWho::RUSAGE_SELF).map_or_else(|_| Self::default(), |used| Self::of(&used))
    }

    fn of(used: &Rusage) -> Self {
        let ns = |time: nix::sys::time::TimeVal| {
            time.tv_sec() as f64 * 1e9 + time.tv_usec() as f64 * 1e3
        };
        Self {
            cpu_ns: ns(used.user_time()) + ns(used.system_time()),
            voluntary: used.voluntary_context_switches() as f64,
            involuntary: used.involuntary_context_switches() as f64,
            faults: used.minor_page_faults() as f64,
        }
    }

    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            cpu_ns: self.cpu_ns + other.cpu_ns,
            voluntary: self.voluntary + other.voluntary,
            involuntary: self.involuntary + other.involuntary,
            faults: self.faults + other.faults,
        }
    }

    /// What was used since.
    pub fn since(self, before: Self) -> Self {
        self.and(before.times(-1.0))
    }

    /// So many times of it.
    pub fn times(self, factor: f64) -> Self {
        Self {
            cpu_ns: self.cpu_ns * factor,
            voluntary: self.voluntary * factor,
            involuntary: self.involuntary * factor,
            faults: self.faults * factor,
        }
    }
}

fn futex(word: &AtomicU32, operation: libc::c_int, value: u32) {
    let forever = ptr::null::<libc::timespec>();
    // SAFETY: the word lives as long as the mapping; an error is a reason to look again.
    unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), operation, value, forever) };
}

//! One repetition of one row: two processes are made, put in their places, and measured.

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CpuSet, sched_setaffinity};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, fork, getppid, pipe2};
use stage::{Error, Register, Result};

use super::board::{Board, Found, Side};
use super::drive::{self, Amount, Part};
use super::lines;
use crate::counts;
use crate::field::{Ends, Link, Mechanism, Setup};
use crate::run::{Kind, Placement};

/// What a repetition is about.
#[derive(Clone, Copy)]
pub struct Trial<'a> {
    pub mechanism: &'a Mechanism,
    pub kind: Kind,
    pub placement: Placement,
    pub size: usize,
    /// The processors of `cross`; `same` uses the first.
    pub pins: &'a [usize],
    pub amount: Amount,
    /// After how many milliseconds it is given up.
    pub limit_ms: u16,
}

impl Trial<'_> {
    /// Measures it.
    ///
    /// # Errors
    ///
    /// What the machine lacks for it, or what went wrong in which process.
    pub fn run(&self, board: &Board, register: &Register) -> Result<Found> {
        let setup = Setup { size: self.size, kind: self.kind, register };
        let found = (self.mechanism.make)(&setup).and_then(|ends| self.part(board, ends));
        // Names that are still there, and must be: those of System V queues.
        register.clear();
        found
    }

    fn part(&self, board: &Board, ends: Ends) -> Result<Found> {
        board.wipe();
        let Ends { near, far } = ends;
        // Each process takes its end along and drops the other one.
        let (mut near, mut far) = (Some(near), Some(far));
        let far_process = Process::new(board, Side::Far, self.pin(Side::Far), || {
            near = None;
            self.far(board, far.take())
        })?;
        let near_process = Process::new(board, Side::Near, self.pin(Side::Near), || {
            far = None;
            self.near(board, near.take())
        })?;
        drop((near, far));
        let end = near_process.ends_within(self.limit_ms, &far_process)?;
        // The far one may be in the middle of a message, and nobody will read it.
        let far_end = far_process.reaps(true)?;
        let near_end = near_process.reaps(end != End::Itself)?;
        if near_end == (WaitStatus::Exited(near_process.pid, 0)) {
            return Ok(board.found());
        }
        let said = |side, name: &str| board.confession(side).map(|why| format!("{name}: {why}"));
        let why: Vec<String> =
            [said(Side::Near, "near"), said(Side::Far, "far")].into_iter().flatten().collect();
        Err(Error::new(match why.as_slice() {
            [] => match end {
                End::Late => format!("it did not end within {} ms", self.limit_ms),
                End::Left => format!("the far process ended before its time: {far_end:?}"),
                End::Itself => format!("the near process ended before its time: {near_end:?}"),
            },
            why => why.join("; "),
        }))
    }

    fn pin(&self, side: Side) -> usize {
        match (self.placement, side) {
            (Placement::Cross, Side::Far) => self.pins[1],
            _ => self.pins[0],
        }
    }

    fn near(&self, board: &Board, link: Option<Box<dyn Link>>) -> Result {
        let mut link = link.ok_or_else(|| Error::new("there is no link"))?;
        self.begins(board, &mut *link, Side::Far)?;
        let mut around = Found::default();
        lines::looks_around(board, self.placement == Placement::Cross, &mut around);
        board.meets(6);
        self.marks();
        let mut found = drive::near(&mut *link, board, self.kind, self.size, self.amount)?;
        self.marks();
        found.lost_percent = around.lost_percent;
        found.longest_gap_ns = around.longest_gap_ns;
        found.cacheline_ns = around.cacheline_ns;
        board.leaves(found);
        Ok(())
    }

    fn far(&self, board: &Board, link: Option<Box<dyn Link>>) -> Result {
        let mut link = link.ok_or_else(|| Error::new("there is no link"))?;
        self.begins(board, &mut *link, Side::Near)?;
        if self.placement == Placement::Cross {
            lines::pongs(board);
        }
        board.meets(6);
        let most = match self.amount {
            Amount::Count(count) if !self.mechanism.never_ends => Some(count),
            _ => None,
        };
        let borrows = (self.mechanism.borrows)(self.size);
        self.marks();
        drive::far(&mut *link, board, &Part { kind: self.kind, size: self.size, borrows, most })?;
        self.marks();
        Ok(())
    }

    /// Where the calls of the operations are counted from outside, tells where they are.
    fn marks(&self) {
        if let Amount::Count(_) = self.amount {
            counts::mark();
        }
    }

    /// Both know each other's pid, then both are ready for what the other one does.
    fn begins(&self, board: &Board, link: &mut dyn Link, peer: Side) -> Result {
        board.meets(2);
        link.begin(board.pid(peer))?;
        board.meets(4);
        Ok(())
    }
}

/// How a process that was waited for has ended, or not.
#[derive(PartialEq, Eq)]
enum End {
    Itself,
    /// It has not, within its time.
    Late,
    /// It has not, although its partner has gone.
    Left,
}

/// A child process that is known to end when its end of a pipe closes.
pub struct Process {
    pid: Pid,
    end: OwnedFd,
}

impl Process {
    /// Makes it, puts it on that processor, and lets it do its part.
    ///
    /// # Errors
    ///
    /// Those of `pipe(2)` and `fork(2)`.
    pub fn new(
        board: &Board,
        side: Side,
        pin: usize,
        part: impl FnOnce() -> Result,
    ) -> Result<Self> {
        let (end, alive) = pipe2(OFlag::O_CLOEXEC)?;
        let parent = Pid::this();
        // SAFETY: this process has one thread, so nothing is locked or half done in the copy.
        match unsafe { fork() }? {
            ForkResult::Parent { child: pid } => Ok(Self { pid, end }),
            ForkResult::Child => {
                drop(end);
                let done = catch_unwind(AssertUnwindSafe(|| {
                    set_pdeathsig(Signal::SIGKILL)?;
                    if getppid() != parent {
                        return Err(Error::new("the parent has gone"));
                    }
                    stay_on(pin)?;
                    board.set_pid(side);
                    part()
                }));
                let status = match done {
                    Ok(Ok(())) => 0,
                    Ok(Err(error)) => {
                        board.confesses(side, &error.to_string());
                        1
                    }
                    Err(_) => {
                        board.confesses(side, "it panicked, see above");
                        1
                    }
                };
                // Held until now: its closing is what the parent waits for.
                let _ = alive.as_raw_fd();
                // SAFETY: ends the process at once, without what the parent's exit would do.
                unsafe { libc::_exit(status) }
            }
        }
    }

    /// Waits until it ends, or until its partner has ended and it has had a moment to notice.
    fn ends_within(&self, ms: u16, partner: &Self) -> Result<End> {
        let mut ours = [
            PollFd::new(self.end.as_fd(), PollFlags::POLLIN),
            PollFd::new(partner.end.as_fd(), PollFlags::POLLIN),
        ];
        let count = poll_again(&mut ours, ms)?;
        Ok(match ours[0].any() == Some(true) {
            true => End::Itself,
            false if count == 0 => End::Late,
            false if poll_again(&mut ours[..1], 1000)? > 0 => End::Itself,
            false => End::Left,
        })
    }

    /// Waits until it ends.
    ///
    /// # Errors
    ///
    /// Those of `poll(2)`.
    pub fn ends(&self, ms: u16) -> Result<bool> {
        Ok(poll_again(&mut [PollFd::new(self.end.as_fd(), PollFlags::POLLIN)], ms)? > 0)
    }

    /// Reaps it; ends it before if need be.
    ///
    /// # Errors
    ///
    /// Those of `waitpid(2)`.
    pub fn reaps(&self, end_it: bool) -> Result<WaitStatus> {
        if end_it {
            // It may have ended by itself.
            let _ = kill(self.pid, Signal::SIGKILL);
        }
        loop {
            match waitpid(self.pid, None) {
                Err(Errno::EINTR) => {}
                other => return Ok(other?),
            }
        }
    }
}

fn poll_again(ends: &mut [PollFd<'_>], ms: u16) -> io::Result<i32> {
    loop {
        match poll(ends, PollTimeout::from(ms)) {
            Err(Errno::EINTR) => {}
            other => return Ok(other?),
        }
    }
}

/// Keeps this process, and those that it will make, on that processor.
///
/// # Errors
///
/// Those of `sched_setaffinity(2)`.
pub fn stay_on(pin: usize) -> Result {
    let mut set = CpuSet::new();
    set.set(pin)?;
    Ok(sched_setaffinity(Pid::from_raw(0), &set)?)
}

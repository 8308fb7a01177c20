//! What this machine can do at best: the limits that no mechanism can pass, measured in the same
//! run as the mechanisms.

use std::hint::black_box;
use std::sync::atomic::Ordering;

use nix::sched::sched_yield;
use nix::sys::wait::WaitStatus;
use stage::{Error, Result};

use crate::measure::board::{Board, Found, Side, wish};
use crate::measure::clock::{self, median, now};
use crate::measure::lines;
use crate::measure::trial::Process;
use crate::run::{Calibration, Copying};

/// The amounts that are copied: within the first cache, beyond it, beyond the second, and beyond
/// all of them.
const COPIED: [usize; 5] = [64, 4 << 10, 64 << 10, 1 << 20, 64 << 20];
const BATCHES: usize = 5;
const LIMIT_MS: u16 = 20_000;

/// The limits as often as they were measured.
#[derive(Default)]
pub struct Limits {
    clock: Vec<f64>,
    syscall: Vec<f64>,
    switches: Vec<f64>,
    cacheline: Vec<f64>,
    copies: [Vec<f64>; COPIED.len()],
    lost: Vec<f64>,
    longest_gap: f64,
}

impl Limits {
    /// Measures all of them once more.
    ///
    /// # Errors
    ///
    /// What went wrong in which process.
    pub fn measure(&mut self, board: &Board, pins: &[usize]) -> Result {
        let found = alone(board, pins[0], || Ok(one_process()))?;
        self.clock.push(found.batches[0]);
        self.syscall.push(found.batches[1]);
        for (copies, &speed) in self.copies.iter_mut().zip(&found.batches[2..]) {
            copies.push(speed);
        }
        self.lost.push(found.lost_percent);
        self.longest_gap = self.longest_gap.max(found.longest_gap_ns);
        self.switches.push(switches(board, pins[0])?);
        if let [near, far, ..] = *pins {
            self.cacheline.push(cacheline(board, near, far)?);
        }
        Ok(())
    }

    /// The median of each.
    pub fn calibration(mut self) -> Calibration {
        let least = self.cacheline.iter().copied().reduce(f64::min);
        let most = self.cacheline.iter().copied().reduce(f64::max);
        let memcpy = COPIED
            .iter()
            .zip(&mut self.copies)
            .map(|(&size, speeds)| Copying { size: size as u64, mb_per_s: median(speeds).round() });
        let memcpy = memcpy.collect();
        let round = |ns: f64| (ns * 10.0).round() / 10.0;
        Calibration {
            clock_ns: round(median(&mut self.clock)),
            clock: clock::NAME.to_owned(),
            syscall_ns: round(median(&mut self.syscall)),
            switch_floor_ns: round(median(&mut self.switches)),
            cacheline_ns: least.map(|_| round(median(&mut self.cacheline))),
            cacheline_low_ns: least.map(round),
            cacheline_high_ns: most.map(round),
            memcpy,
            lost_percent: round(median(&mut self.lost)),
            longest_gap_ns: self.longest_gap,
        }
    }
}

/// The median time of one of so many, over a few batches.
fn each(count: u64, mut work: impl FnMut()) -> f64 {
    let mut batches = [0.0; BATCHES];
    for batch in &mut batches {
        let begin = now();
        (0..count).for_each(|_| work());
        *batch = (now() - begin) as f64 / count as f64;
    }
    median(&mut batches)
}

fn one_process() -> Found {
    let mut found = Found::default();
    (found.lost_percent, found.longest_gap_ns) = clock::noise(20_000_000);
    found.batches[0] = each(20_000, || {
        black_box(now());
    });
    found.batches[1] = each(20_000, || {
        // SAFETY: `getppid` takes nothing and cannot fail. By number, since a library might
        // remember the answer.
        black_box(unsafe { libc::syscall(libc::SYS_getppid) });
    });
    for (speed, size) in found.batches[2..].iter_mut().zip(COPIED) {
        *speed = copying(size);
    }
    found
}

/// Megabytes a second.
fn copying(size: usize) -> f64 {
    let (from, mut to) = (vec![1_u8; size], vec![2_u8; size]);
    let count = ((8 << 20) / size).clamp(1, 20_000) as u64;
    let ns = each(count, || {
        to.copy_from_slice(black_box(&from));
        black_box(&mut to);
    });
    size as f64 * 1e3 / ns
}

/// Two processes on one processor that yield to each other: how long until it is one's turn again.
fn switches(board: &Board, pin: usize) -> Result<f64> {
    let count = 3_000;
    let found = together(
        board,
        [pin, pin],
        || {
            let (_, turns) = board.lines();
            let mut batches = [0.0; BATCHES];
            for batch in &mut batches {
                let (begin, first) = (now(), turns.load(Ordering::Relaxed));
                for _ in 0..count {
                    sched_yield()?;
                }
                // The other one's turns: a call that came back at once was no switch.
                let turns = turns.load(Ordering::Relaxed) - first;
                *batch = (now() - begin) as f64 / f64::from(turns.max(1));
            }
            board.wishes(wish::STOP);
            let mut found = Found::default();
            found.batches[0] = median(&mut batches);
            Ok(found)
        },
        || {
            let (_, turns) = board.lines();
            while board.wish() != wish::STOP {
                turns.fetch_add(1, Ordering::Relaxed);
                sched_yield()?;
            }
            Ok(())
        },
    )?;
    Ok(found.batches[0])
}

/// A cache line to the other processor and back.
fn cacheline(board: &Board, near: usize, far: usize) -> Result<f64> {
    let found = together(
        board,
        [near, far],
        || Ok(Found { cacheline_ns: lines::pings(board), ..Found::default() }),
        || {
            lines::pongs(board);
            Ok(())
        },
    )?;
    Ok(found.cacheline_ns)
}

fn alone(board: &Board, pin: usize, work: impl FnOnce() -> Result<Found>) -> Result<Found> {
    board.wipe();
    let process = Process::new(board, Side::Near, pin, || {
        board.leaves(work()?);
        Ok(())
    })?;
    ends_well(board, &process)
}

fn together(
    board: &Board,
    [near, far]: [usize; 2],
    work: impl FnOnce() -> Result<Found>,
    partner: impl FnOnce() -> Result,
) -> Result<Found> {
    board.wipe();
    let partner = Process::new(board, Side::Far, far, || {
        board.meets(2);
        partner()
    })?;
    let worker = Process::new(board, Side::Near, near, || {
        board.meets(2);
        board.leaves(work()?);
        Ok(())
    })?;
    let found = ends_well(board, &worker);
    partner.reaps(true)?;
    found
}

fn ends_well(board: &Board, process: &Process) -> Result<Found> {
    let in_time = process.ends(LIMIT_MS)?;
    match process.reaps(!in_time)? {
        WaitStatus::Exited(_, 0) => Ok(board.found()),
        end => Err(Error::new(format!(
            "a limit of the machine could not be measured: {}",
            board.confession(Side::Near).unwrap_or_else(|| format!("{end:?}"))
        ))),
    }
}

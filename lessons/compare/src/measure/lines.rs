//! How far the two processors are apart, and what else goes on there.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicU32, Ordering};

use super::board::{Board, Found};
use super::clock::{median, noise, now};

const LINES: u32 = 2000;

/// The near process's part in measuring how far the two processors are apart.
pub fn pings(board: &Board) -> f64 {
    let (ping, pong) = board.lines();
    let mut number = 0;
    let mut batch = || {
        let begin = now();
        for _ in 0..LINES {
            number += 1;
            ping.store(number, Ordering::Release);
            spin_until(pong, number);
        }
        (now() - begin) as f64 / f64::from(LINES)
    };
    // The first one brings the other process here.
    batch();
    let mut batches = [batch(), batch(), batch(), batch(), batch()];
    median(&mut batches)
}

/// The far process's part in it.
pub fn pongs(board: &Board) {
    let (ping, pong) = board.lines();
    for number in 1..=6 * LINES {
        spin_until(ping, number);
        pong.store(number, Ordering::Release);
    }
}

#[inline]
fn spin_until(word: &AtomicU32, value: u32) {
    while word.load(Ordering::Acquire) != value {
        spin_loop();
    }
}

/// What the near process finds out about its surroundings before it measures.
pub fn looks_around(board: &Board, apart: bool, found: &mut Found) {
    (found.lost_percent, found.longest_gap_ns) = noise(2_000_000);
    if apart {
        found.cacheline_ns = pings(board);
    }
}

//! The clock that everything is timed with: CLOCK_MONOTONIC, which nobody sets.

use nix::time::{ClockId, clock_gettime};

/// Its name.
pub const NAME: &str = "CLOCK_MONOTONIC";

/// Nanoseconds since some moment in the past.
#[inline]
pub fn now() -> u64 {
    match clock_gettime(ClockId::CLOCK_MONOTONIC) {
        Ok(time) => time.tv_sec() as u64 * 1_000_000_000 + time.tv_nsec() as u64,
        // Every Linux has it.
        Err(error) => panic!("{NAME} cannot be read: {error}"),
    }
}

/// Looks at the clock for so long and nothing else: how much of the time was taken away, in
/// percent, and the longest time that was.
pub fn noise(ns: u64) -> (f64, f64) {
    let begin = now();
    let (mut last, mut lost, mut longest) = (begin, 0, 0);
    while last - begin < ns {
        let gap = now() - last;
        last += gap;
        // Two readings in a row take less, whatever the clock.
        if gap > 5_000 {
            lost += gap;
            longest = longest.max(gap);
        }
    }
    (100.0 * lost as f64 / (last - begin) as f64, longest as f64)
}

/// The middle one.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        count if count % 2 == 1 => values[count / 2],
        count => f64::midpoint(values[count / 2 - 1], values[count / 2]),
    }
}

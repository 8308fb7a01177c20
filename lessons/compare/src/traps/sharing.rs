//! Two counters that have nothing to do with each other, in one cache line and in two.

use std::hint::spin_loop;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use stage::Result;

use super::processes::{child, pin, reap, shared};
use super::{Trap, trap};
use crate::measure::clock::{median, now};

/// Many enough for both to run at the same time, even if others want a processor, too.
const TIMES: u32 = 1 << 17;
const BATCHES: u32 = 31;
/// Places in a page, in words: where one line begins, and two lines further on, since processors
/// fetch them in pairs.
const OURS: usize = 128;
const BESIDE: usize = OURS + 1;
const APART: usize = OURS + 16;
const STOP: usize = 0;

/// Who writes a line takes it away from everybody else, whatever they wanted with it.
pub fn false_sharing(processors: &[usize]) -> Result<Trap> {
    let what = "adding 1 to a counter, while another process on another processor adds to its own";
    let [here, there, ..] = *processors else {
        return Ok(Trap {
            missing: Some("there is only one processor for the two processes".to_owned()),
            ..trap("false-sharing", what, Vec::new())
        });
    };
    let figures = vec![
        ("both counters in one cache line".to_owned(), adding(here, there, BESIDE)?),
        ("each in a line of its own".to_owned(), adding(here, there, APART)?),
    ];
    Ok(trap("false-sharing", what, figures))
}

/// How long we take to add 1 while another process adds to the counter at `theirs`.
fn adding(here: usize, there: usize, theirs: usize) -> Result<f64> {
    let words = shared(4096)?;
    pin(&[there])?;
    let other = child(|| {
        while words[STOP].load(Acquire) == 0 {
            for _ in 0..1024 {
                words[theirs].fetch_add(1, Relaxed);
            }
        }
        Ok(())
    })?;
    pin(&[here])?;
    while words[theirs].load(Relaxed) == 0 {
        spin_loop();
    }
    let mut batches = Vec::new();
    for _ in 0..BATCHES {
        let begin = now();
        for _ in 0..TIMES {
            words[OURS].fetch_add(1, Relaxed);
        }
        batches.push((now() - begin) as f64 / f64::from(TIMES));
    }
    words[STOP].store(1, Release);
    reap(other)?;
    Ok(median(&mut batches))
}

//! Each way to go wrong, and the right one beside it.

use std::fs::File;
use std::hint::black_box;
use std::io::{Read, Write};
use std::sync::atomic::Ordering::Relaxed;

use nix::unistd::pipe;
use stage::Result;

use super::processes::{BATCH, child, pin, reap, round_trips, round_trips_of, shared};
use super::{Trap, trap};
use crate::measure::clock::{median, now};

const LARGE: usize = 64 << 10;

/// The scheduler moves two processes together and apart as it likes.
pub fn unpinned(processors: &[usize]) -> Result<Trap> {
    let mut figures = Vec::new();
    for (name, processors) in
        [("pinned to one processor", &processors[..1]), ("not pinned", processors)]
    {
        pin(processors)?;
        let mut batches = round_trips(24, |_| {}, |_| {})?;
        batches.sort_by(f64::total_cmp);
        let ends = [("fastest", batches.first()), ("slowest", batches.last())];
        for (which, batch) in ends {
            figures.push((
                format!("{name}, the {which} of 24 batches"),
                batch.copied().unwrap_or(0.0),
            ));
        }
    }
    Ok(trap("unpinned", "a round trip of a byte through pipes, mean of a thousand", figures))
}

/// To make a process takes longer than many round trips.
pub fn start_up(_: &[usize]) -> Result<Trap> {
    let mut with = Vec::new();
    for _ in 0..9 {
        let begin = now();
        round_trips_of(1, 100, |_| {}, |_| {})?;
        with.push((now() - begin) as f64 / 100.0);
    }
    let without = median(&mut round_trips(9, |_| {}, |_| {})?);
    let figures = vec![
        ("from before fork to after wait, by 100".to_owned(), median(&mut with)),
        ("round trips alone, after a warm-up".to_owned(), without),
    ];
    Ok(trap("start-up", "a round trip of a byte through pipes", figures))
}

/// Who writes and reads in one process never waits for anybody.
pub fn one_process(_: &[usize]) -> Result<Trap> {
    let (reader, writer) = pipe()?;
    let (mut reader, mut writer) = (File::from(reader), File::from(writer));
    let mut batches = Vec::new();
    for _ in 0..9 {
        let begin = now();
        for _ in 0..BATCH {
            writer.write_all(b"x")?;
            reader.read_exact(&mut [0])?;
            writer.write_all(b"x")?;
            reader.read_exact(&mut [0])?;
        }
        batches.push((now() - begin) as f64 / f64::from(BATCH));
    }
    let figures = vec![
        ("in one process: two writes, two reads".to_owned(), median(&mut batches)),
        ("between two processes".to_owned(), median(&mut round_trips(9, |_| {}, |_| {})?)),
    ];
    Ok(trap("one-process", "a byte there and back through pipes", figures))
}

/// To hand over memory without looking at it is to hand over a number.
pub fn untouched(_: &[usize]) -> Result<Trap> {
    let memory = shared(LARGE)?;
    let fill = |round: u32| memory.iter().for_each(|word| word.store(round.into(), Relaxed));
    let sum = |_| {
        black_box(memory.iter().map(|word| word.load(Relaxed)).fold(0_u64, u64::wrapping_add));
    };
    // Every page is there before anything is timed.
    fill(0);
    let figures = vec![
        ("announced, and never looked at".to_owned(), median(&mut round_trips(9, |_| {}, |_| {})?)),
        ("written by one, read by the other".to_owned(), median(&mut round_trips(9, fill, sum)?)),
    ];
    Ok(trap("untouched", "64 KiB in shared memory, announced by a byte through a pipe", figures))
}

/// A writer is done when the kernel has its bytes. The reader may not have begun.
pub fn half_way(_: &[usize]) -> Result<Trap> {
    let (mut writer_says, mut reader_says) = (Vec::new(), Vec::new());
    for _ in 0..101 {
        let (reader, writer) = pipe()?;
        let (done, tell) = pipe()?;
        let message = [0; 4096];
        let begin = now();
        let child = child(|| {
            let mut room = vec![0; 16 * message.len()];
            File::from(reader.try_clone()?).read_exact(&mut room)?;
            File::from(tell.try_clone()?).write_all(b"x")
        })?;
        let mut writer = File::from(writer);
        let began = now();
        (0..16).try_for_each(|_| writer.write_all(&message))?;
        writer_says.push((now() - began) as f64 / 16.0);
        File::from(done).read_exact(&mut [0])?;
        reader_says.push((now() - began) as f64 / 16.0);
        reap(child)?;
        black_box(begin);
    }
    let figures = vec![
        ("until the writer is done".to_owned(), median(&mut writer_says)),
        ("until the reader has them".to_owned(), median(&mut reader_says)),
    ];
    Ok(trap("half-way", "each of 16 messages of 4 KiB into an empty pipe", figures))
}

/// A client that waits for each answer sends nothing while the server stands still, and so hardly
/// notices.
pub fn closed_loop(_: &[usize]) -> Result<Trap> {
    const REQUESTS: u32 = 4000;
    const EVERY_NS: u64 = 200_000;
    const STALL_NS: u64 = 20_000_000;
    let (reader, to_server) = pipe()?;
    let (replies, writer) = pipe()?;
    let server = child(|| {
        let (mut reader, mut writer) =
            (File::from(reader.try_clone()?), File::from(writer.try_clone()?));
        for request in 1..=REQUESTS {
            reader.read_exact(&mut [0])?;
            if request % (REQUESTS / 4) == 0 {
                let begin = now();
                while now() - begin < STALL_NS {}
            }
            writer.write_all(b"x")?;
        }
        Ok(())
    })?;
    let (mut to_server, mut replies) = (File::from(to_server), File::from(replies));
    let (mut closed, mut open) = (Vec::new(), Vec::new());
    let begin = now();
    for request in 0..u64::from(REQUESTS) {
        let intended = begin + request * EVERY_NS;
        while now() < intended {}
        let sent = now();
        to_server.write_all(b"x")?;
        replies.read_exact(&mut [0])?;
        let back = now();
        closed.push((back - sent) as f64);
        open.push((back - intended) as f64);
    }
    reap(server)?;
    let mut figures = Vec::new();
    for (name, times) in
        [("since it was sent", &mut closed), ("since it should have been sent", &mut open)]
    {
        times.sort_by(f64::total_cmp);
        for (percent, share) in [("median", 0.5), ("p99", 0.99)] {
            let at = (share * times.len() as f64) as usize;
            figures.push((format!("{percent} {name}"), times.get(at).copied().unwrap_or(0.0)));
        }
    }
    let what = "5000 requests a second to a server that stands still for 20 ms four times";
    Ok(trap("closed-loop", what, figures))
}

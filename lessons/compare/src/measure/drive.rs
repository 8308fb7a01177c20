//! What the two processes do with their links: the loops that are measured.

use std::hint::spin_loop;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};

use stage::{Error, Result, ensure};

use super::board::{BATCHES, Board, Found, SAMPLES, Usage, wish};
use super::clock::{median, noise, now};
use super::message::{Buffers, WHOLE, ends_with, fill, is_filled, number, stamp};
use crate::field::Link;
use crate::run::Kind;

/// How many messages are compared in every byte before the measurement, and after it.
const WHOLES: u64 = 8;
const LINES: u32 = 2000;

/// How long to measure, or how often.
#[derive(Clone, Copy)]
pub enum Amount {
    /// Warm up at the most so long, then measure so long, in nanoseconds.
    Time { warm_up: u64, window: u64 },
    /// So many operations, timed by nobody: to be looked at from outside.
    Count(u64),
}

/// The far process: answers or writes until it is told to end.
pub fn far(link: &mut dyn Link, board: &Board, kind: Kind, size: usize, borrows: usize) -> Result {
    let done = match kind {
        Kind::Latency => answers(link, board, size),
        Kind::Throughput => writes(link, board, size, borrows),
    };
    match done {
        // The near process has what it wanted, and has gone.
        Err(error) if has_gone(&error) && board.wish() == wish::STOP => Ok(()),
        other => Ok(other?),
    }
}

fn has_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionRefused, ConnectionReset, UnexpectedEof};
    [BrokenPipe, ConnectionRefused, ConnectionReset, UnexpectedEof].contains(&error.kind())
}

fn answers(link: &mut dyn Link, board: &Board, size: usize) -> io::Result<()> {
    let mut expected = 0;
    let mut wrong = None;
    let mut message = Buffers::new(size, 1);
    let done = link.serve(message.turn(), &mut |message| {
        wrong = wrong.or(unlike(message, expected));
        expected += 1;
        match board.wish() {
            wish::GO_ON => {}
            wish::REPORT => board.reports(),
            _ => return false,
        }
        wrong.is_none()
    });
    match wrong {
        Some(number) => Err(io::Error::other(format!("message {number} arrived changed"))),
        None => done,
    }
}

/// The number of the message, if it is not what was expected.
#[inline]
fn unlike(message: &[u8], expected: u64) -> Option<u64> {
    if message.is_empty() {
        return None;
    }
    let number = number(message, expected);
    let like = number & !WHOLE == expected
        && if number & WHOLE == 0 {
            ends_with(message, number)
        } else {
            is_filled(message, number)
        };
    (!like).then_some(expected)
}

fn writes(link: &mut dyn Link, board: &Board, size: usize, borrows: usize) -> io::Result<()> {
    let mut buffers = Buffers::new(size, borrows);
    for number in 0.. {
        let message = buffers.turn();
        stamp(message, number);
        match board.wish() {
            wish::GO_ON => {}
            wish::REPORT => board.reports(),
            wish::WHOLE => fill(message, number | WHOLE),
            _ => break,
        }
        link.send(message)?;
    }
    Ok(())
}

/// The near process: measures.
pub fn near(
    link: &mut dyn Link,
    board: &Board,
    kind: Kind,
    size: usize,
    amount: Amount,
) -> Result<Found> {
    match kind {
        Kind::Latency => Asking::new(link, board, size).measures(amount),
        Kind::Throughput => Reading::new(link, board, size).measures(amount),
    }
}

struct Asking<'a> {
    link: &'a mut dyn Link,
    board: &'a Board,
    requests: Buffers,
    reply: Buffers,
    size: usize,
    number: u64,
    found: Found,
}

impl<'a> Asking<'a> {
    fn new(link: &'a mut dyn Link, board: &'a Board, size: usize) -> Self {
        // Not the request's own buffer: that one would be right before anything has come.
        let (requests, reply) = (Buffers::new(size, 2), Buffers::new(size, 1));
        Self { link, board, requests, reply, size, number: 0, found: Found::default() }
    }

    fn measures(mut self, amount: Amount) -> Result<Found> {
        match amount {
            Amount::Count(count) => self.asks(count)?,
            Amount::Time { warm_up, window } => {
                self.asks_whole()?;
                self.warms_up(warm_up)?;
                self.batches(window / 2)?;
                self.times(window / 2)?;
                self.asks_whole()?;
            }
        }
        self.board.wishes(wish::STOP);
        self.asks(1)?;
        self.found.numbered = self.number;
        self.found.bytes = 2 * self.number * self.size as u64;
        Ok(self.found)
    }

    /// So many round trips.
    #[inline]
    fn asks(&mut self, count: u64) -> Result {
        for _ in 0..count {
            self.ask()?;
        }
        Ok(())
    }

    #[inline]
    fn ask(&mut self) -> Result {
        let request = self.requests.turn();
        stamp(request, self.number);
        let reply = self.reply.turn();
        self.link.call(request, reply)?;
        if let Some(number) = unlike(reply, self.number) {
            return Err(changed(number));
        }
        self.number += 1;
        Ok(())
    }

    fn asks_whole(&mut self) -> Result {
        for _ in 0..WHOLES {
            let request = self.requests.turn();
            fill(request, self.number | WHOLE);
            let reply = self.reply.turn();
            self.link.call(request, reply)?;
            ensure!(reply == request, "message {} came back changed", self.number);
            self.number += 1;
            self.found.whole += u64::from(!reply.is_empty());
        }
        Ok(())
    }

    fn warms_up(&mut self, most: u64) -> Result {
        let mut settling = Settling::new(most);
        while let Some(count) = settling.next() {
            let begin = now();
            self.asks(count)?;
            settling.took(now() - begin, count);
        }
        self.found.stable = settling.stable;
        Ok(())
    }

    fn batches(&mut self, window: u64) -> Result {
        let per_batch = self.rounds(window / BATCHES as u64)?;
        let before = self.used()?;
        for at in 0..BATCHES {
            let begin = now();
            self.asks(per_batch)?;
            self.found.batches[at] = (now() - begin) as f64 / per_batch as f64;
        }
        self.found.batch_count = BATCHES;
        self.found.batched = per_batch * BATCHES as u64;
        self.found.used = self.used()?.since(before);
        Ok(())
    }

    /// The end of one round trip is the beginning of the next: one reading of the clock for each.
    fn times(&mut self, window: u64) -> Result {
        let samples = self.board.samples();
        let most = self.rounds(window)?.clamp(4, SAMPLES as u64) as usize;
        // What a sample costs to store must not depend on whether its page is there.
        samples[..most].fill(0);
        let mut last = now();
        for sample in &mut samples[..most] {
            self.ask()?;
            let end = now();
            *sample = u32::try_from(end - last).unwrap_or(u32::MAX);
            last = end;
        }
        self.found.timed = most;
        Ok(())
    }

    /// How many round trips take so long.
    fn rounds(&mut self, ns: u64) -> Result<u64> {
        let begin = now();
        let mut count = 0;
        while count < 2 || now() - begin < ns / 20 {
            self.asks(1)?;
            count += 1;
        }
        Ok((ns * count / (now() - begin).max(1)).max(1))
    }

    /// What both processes have used so far.
    fn used(&mut self) -> Result<Usage> {
        self.board.wishes(wish::REPORT);
        self.asks(1)?;
        Ok(self.board.reported().and(Usage::now()))
    }
}

struct Reading<'a> {
    link: &'a mut dyn Link,
    board: &'a Board,
    message: Buffers,
    size: usize,
    expected: u64,
    arrived: u64,
    found: Found,
}

impl<'a> Reading<'a> {
    fn new(link: &'a mut dyn Link, board: &'a Board, size: usize) -> Self {
        Self {
            link,
            board,
            message: Buffers::new(size, 1),
            size,
            expected: 0,
            arrived: 0,
            found: Found::default(),
        }
    }

    fn measures(mut self, amount: Amount) -> Result<Found> {
        match amount {
            Amount::Count(count) => self.reads(count)?,
            Amount::Time { warm_up, window } => {
                self.reads_whole()?;
                self.warms_up(warm_up)?;
                self.batches(window)?;
                self.reads_whole()?;
            }
        }
        self.board.wishes(wish::STOP);
        self.found.numbered = self.arrived;
        self.found.bytes = self.arrived * self.size as u64;
        Ok(self.found)
    }

    #[inline]
    fn reads(&mut self, count: u64) -> Result {
        for _ in 0..count {
            self.read()?;
        }
        Ok(())
    }

    #[inline]
    fn read(&mut self) -> Result<bool> {
        let message = self.message.turn();
        self.link.receive(message)?;
        let number = number(message, self.expected);
        let (plain, whole) = (number & !WHOLE, number & WHOLE != 0);
        // A datagram may get lost; no mechanism may bring one twice, or in another order.
        let right = plain >= self.expected
            && if whole { is_filled(message, number) } else { ends_with(message, number) };
        if !right {
            return Err(changed(self.expected));
        }
        self.found.lost += plain - self.expected;
        self.found.got += 1;
        self.arrived += 1;
        self.found.whole += u64::from(whole);
        self.expected = plain + 1;
        Ok(whole)
    }

    fn reads_whole(&mut self) -> Result {
        // In a message too short for a mark, the number is all there is.
        if self.size < 8 {
            self.reads(WHOLES)?;
            self.found.whole += WHOLES;
            return Ok(());
        }
        self.board.wishes(wish::WHOLE);
        let mut seen = 0;
        while seen < WHOLES {
            seen += u64::from(self.read()?);
        }
        self.board.wishes(wish::GO_ON);
        while self.read()? {}
        Ok(())
    }

    fn warms_up(&mut self, most: u64) -> Result {
        let mut settling = Settling::new(most);
        while let Some(count) = settling.next() {
            let begin = now();
            self.reads(count)?;
            settling.took(now() - begin, count);
        }
        self.found.stable = settling.stable;
        Ok(())
    }

    fn batches(&mut self, window: u64) -> Result {
        let begin = now();
        let mut count = 0;
        while count < 8 || now() - begin < window / 20 {
            self.reads(8)?;
            count += 8;
        }
        let took = (now() - begin).max(1);
        let per_batch = (window / BATCHES as u64 * count / took).max(8);
        let before = self.used()?;
        (self.found.lost, self.found.got) = (0, 0);
        for at in 0..BATCHES {
            let begin = now();
            self.reads(per_batch)?;
            self.found.batches[at] = (now() - begin) as f64 / per_batch as f64;
        }
        self.found.batch_count = BATCHES;
        self.found.batched = per_batch * BATCHES as u64;
        let (lost, got) = (self.found.lost, self.found.got);
        // It reads on until the other process has reported: more messages than those timed.
        let used = self.used()?.since(before);
        self.found.used = used.times(got as f64 / self.found.got as f64);
        (self.found.lost, self.found.got) = (lost, got);
        Ok(())
    }

    /// What both processes have used so far. The far one may wait for room: go on reading.
    fn used(&mut self) -> Result<Usage> {
        let before = self.board.report_count();
        self.board.wishes(wish::REPORT);
        while self.board.report_count() == before {
            self.read()?;
        }
        Ok(self.board.reported().and(Usage::now()))
    }
}

fn changed(number: u64) -> Error {
    Error::new(format!("message {number} arrived changed, or not at all"))
}

/// Decides when a warm-up is over: when three batches in a row differ by a few percent.
struct Settling {
    begin: u64,
    most: u64,
    count: u64,
    last: [f64; 3],
    stable: bool,
}

impl Settling {
    const BATCH: f64 = 1.5e6;
    const ALIKE: f64 = 1.05;

    fn new(most: u64) -> Self {
        Self { begin: now(), most, count: 4, last: [0.0; 3], stable: false }
    }

    /// How many operations to do next; `None` when it is warm, or when time is up.
    fn next(&mut self) -> Option<u64> {
        let done = self.stable || now() - self.begin > self.most;
        (!done).then_some(self.count)
    }

    fn took(&mut self, ns: u64, count: u64) {
        let each = ns as f64 / count as f64;
        self.last.rotate_left(1);
        self.last[2] = each;
        // Only batches that are long enough tell anything.
        if ns as f64 > Self::BATCH / 3.0 {
            let (least, most) = self
                .last
                .iter()
                .fold((f64::MAX, 0.0_f64), |(least, most), &one| (least.min(one), most.max(one)));
            self.stable = least > 0.0 && most < least * Self::ALIKE;
        } else {
            self.last = [0.0; 3];
        }
        self.count = ((Self::BATCH / each.max(1.0)) as u64).clamp(1, 1 << 20);
    }
}

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

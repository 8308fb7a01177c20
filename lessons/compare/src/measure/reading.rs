//! The near process where messages go one way: reads, and times what it has read.

use stage::Result;

use super::board::{BATCHES, Board, FEWEST, Found, Usage, wish};
use super::buffers::Buffers;
use super::clock::now;
use super::drive::Amount;
use super::message::{WHOLE, WHOLES, WHOLES_NS, changed, ends_with, is_filled, is_touched, number};
use super::settling::Settling;
use crate::field::Link;
use crate::run::Kind;

/// What it needs for that.
pub struct Reading<'a> {
    link: &'a mut dyn Link,
    board: &'a Board,
    /// Whether every byte is read, inside of what is timed.
    touched: bool,
    message: Buffers,
    size: usize,
    expected: u64,
    arrived: u64,
    found: Found,
}

impl<'a> Reading<'a> {
    pub fn new(link: &'a mut dyn Link, board: &'a Board, kind: Kind, size: usize) -> Self {
        Self {
            link,
            board,
            touched: kind == Kind::Touched,
            message: Buffers::new(size, 1),
            size,
            expected: 0,
            arrived: 0,
            found: Found::default(),
        }
    }

    pub fn measures(mut self, amount: Amount) -> Result<Found> {
        match amount {
            Amount::Count(count) => self.reads(count)?,
            Amount::Time { warm_up, window } | Amount::Paced { warm_up, window, .. } => {
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

    /// Takes a message and checks it; says whether it was made new in every byte.
    #[inline]
    fn read(&mut self) -> Result<bool> {
        let message = self.message.turn();
        let (touched, expected) = (self.touched, self.expected);
        let number = if touched {
            let mut found = None;
            self.link.take(message, &mut |message| found = checked(message, expected, true))?;
            found
        } else {
            self.link.receive(message)?;
            checked(message, expected, false)
        };
        let Some(number) = number else { return Err(changed(expected)) };
        let (plain, whole) = (number & !WHOLE, number & WHOLE != 0);
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
        let begin = now();
        let mut seen = 0;
        // Where each turn takes a time slice, fewer will do.
        while seen < 2 || (seen < WHOLES && now() - begin < WHOLES_NS) {
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
        let (start, mut count) = (now(), 0);
        // Where a few messages fill the window, fewer batches must do.
        while count < BATCHES && (count < FEWEST || now() - start < 2 * window) {
            let at = count;
            let begin = now();
            self.reads(per_batch)?;
            self.found.batches[at] = (now() - begin) as f64 / per_batch as f64;
            count += 1;
        }
        self.found.batch_count = count;
        self.found.batched = per_batch * count as u64;
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

/// The number of a message that is as it was sent, and not from before the expected one: a
/// datagram may get lost, but no mechanism may bring one twice, or in another order.
#[inline]
fn checked(message: &[u8], expected: u64, touched: bool) -> Option<u64> {
    let number = number(message, expected);
    let right = number & !WHOLE >= expected
        && if number & WHOLE != 0 {
            is_filled(message, number)
        } else if touched {
            is_touched(message, number)
        } else {
            ends_with(message, number)
        };
    right.then_some(number)
}

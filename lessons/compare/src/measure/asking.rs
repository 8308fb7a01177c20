//! The near process of a round trip: asks, and times the answers.

use stage::{Result, ensure};

use super::board::{BATCHES, Board, FEWEST, Found, SAMPLES, Usage, wish};
use super::buffers::Buffers;
use super::clock::{median, now};
use super::drive::Amount;
use super::message::{WHOLE, WHOLES, WHOLES_NS, changed, fill, stamp, unlike};
use super::settling::Settling;
use crate::field::Link;

/// What it needs for that.
pub struct Asking<'a> {
    link: &'a mut dyn Link,
    board: &'a Board,
    requests: Buffers,
    reply: Buffers,
    size: usize,
    number: u64,
    found: Found,
}

impl<'a> Asking<'a> {
    pub fn new(link: &'a mut dyn Link, board: &'a Board, size: usize) -> Self {
        // The reply is not the request's own buffer: that one would be right before anything has
        // come. And the next request is made while this one is under way.
        let (requests, reply) = (Buffers::new(size, 2), Buffers::new(size, 1));
        Self { link, board, requests, reply, size, number: 0, found: Found::default() }
    }

    pub fn measures(mut self, amount: Amount) -> Result<Found> {
        self.makes_next();
        match amount {
            Amount::Count(count) => self.asks(count)?,
            Amount::Time { warm_up, window } => {
                self.asks_whole()?;
                self.warms_up(warm_up)?;
                self.batches(window / 2)?;
                self.times(window / 2)?;
                self.asks_whole()?;
            }
            Amount::Paced { warm_up, window, every } => {
                self.asks_whole()?;
                self.warms_up(warm_up)?;
                self.batches(window / 2)?;
                self.paces(window, every)?;
                self.asks_whole()?;
            }
        }
        self.board.stops_after(self.number + 1);
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
        self.link.send(self.requests.last())?;
        let number = self.number;
        self.number += 1;
        self.makes_next();
        let reply = self.reply.turn();
        self.link.receive(reply)?;
        unlike(reply, number).map_or(Ok(()), |number| Err(changed(number)))
    }

    #[inline]
    fn makes_next(&mut self) {
        stamp(self.requests.turn(), self.number);
    }

    fn asks_whole(&mut self) -> Result {
        let begin = now();
        for done in 0..WHOLES {
            // Where each turn takes a time slice, fewer will do.
            if done > 1 && now() - begin > WHOLES_NS {
                break;
            }
            let request = self.requests.turn();
            fill(request, self.number | WHOLE);
            let reply = self.reply.turn();
            self.link.send(request)?;
            self.link.receive(reply)?;
            ensure!(reply == request, "message {} came back changed", self.number);
            self.number += 1;
            self.found.whole += u64::from(!reply.is_empty());
        }
        self.makes_next();
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
        let (start, mut count) = (now(), 0);
        // Where a single round trip fills the window, fewer of them must do.
        while count < BATCHES && (count < FEWEST || now() - start < 2 * window) {
            let at = count;
            let begin = now();
            self.asks(per_batch)?;
            self.found.batches[at] = (now() - begin) as f64 / per_batch as f64;
            count += 1;
        }
        self.found.batch_count = count;
        self.found.batched = per_batch * count as u64;
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

    /// Each round trip is due at its time, and its time is counted from then, whenever it could
    /// begin. That nothing begins before it is due is watched, not slept for: a timer's slack
    /// would be in the figure.
    fn paces(&mut self, window: u64, every: u64) -> Result {
        self.found.closed_ns = median(&mut self.found.batches().to_vec());
        if self.found.closed_ns > every as f64 {
            // It would fall behind further and further.
            return Ok(());
        }
        let samples = self.board.samples();
        let most = (window / every).clamp(4, SAMPLES as u64) as usize;
        samples[..most].fill(0);
        let begin = now() + every;
        for (nth, sample) in samples[..most].iter_mut().enumerate() {
            let due = begin + nth as u64 * every;
            let mut start = now();
            self.found.late += u64::from(start > due);
            while start < due {
                start = now();
            }
            self.ask()?;
            *sample = u32::try_from(now() - due).unwrap_or(u32::MAX);
        }
        self.found.timed = most;
        Ok(())
    }

    /// How many round trips take so long.
    fn rounds(&mut self, ns: u64) -> Result<u64> {
        let begin = now();
        let mut count = 0;
        while count == 0 || now() - begin < ns / 20 {
            self.asks(1)?;
            count += 1;
        }
        Ok((ns * count / (now() - begin).max(1)).max(1))
    }

    /// What both processes have used so far.
    fn used(&mut self) -> Result<Usage> {
        self.board.wishes(wish::REPORT);
        // It looks at our wishes after an answer: when the second one comes, it has reported.
        self.asks(2)?;
        Ok(self.board.reported().and(Usage::now()))
    }
}

//! What the two processes do with their links: one measures, the other answers or writes.

use std::io;
use std::mem::ManuallyDrop;

use stage::Result;

use super::asking::Asking;
use super::board::{Board, Found, wish};
use super::buffers::Buffers;
use super::message::{WHOLE, fill, stamp, touch, unlike};
use super::reading::Reading;
use crate::field::Link;
use crate::run::Kind;

/// How long to measure, or how often.
#[derive(Clone, Copy)]
pub enum Amount {
    /// Warm up at the most so long, then measure so long, in nanoseconds.
    Time { warm_up: u64, window: u64 },
    /// The same, with a round trip due every so many nanoseconds.
    Paced { warm_up: u64, window: u64, every: u64 },
    /// So many operations, timed by nobody: to be looked at from outside.
    Count(u64),
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
        Kind::Latency | Kind::Paced => Asking::new(link, board, size).measures(amount),
        Kind::Throughput | Kind::Touched => Reading::new(link, board, kind, size).measures(amount),
    }
}

/// What the far process has to know for its part.
pub struct Part {
    pub kind: Kind,
    pub size: usize,
    /// How many messages may still be read from its memory when they have been sent.
    pub borrows: usize,
    /// After how many messages to send no more, if that matters.
    pub most: Option<u64>,
}

/// The far process: answers or writes until it is told to end.
pub fn far(link: &mut dyn Link, board: &Board, part: &Part) -> Result {
    let done = match part.kind {
        Kind::Latency | Kind::Paced => answers(link, board, part.size),
        Kind::Throughput => writes(link, board, part),
        Kind::Touched => touches(link, board, part),
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
    // Never freed: who frees memory may write into it, and the last answer may still have to be
    // read from there (vmsplice(2)).
    let mut message = ManuallyDrop::new(Buffers::new(size, 1));
    let done = link.serve(message.turn(), &mut |message| {
        wrong = wrong.or(unlike(message, expected));
        expected += 1;
        match board.wish() {
            wish::GO_ON => {}
            wish::REPORT => board.reports(),
            // We may see this before the last message has come.
            _ => return wrong.is_none() && expected < board.last(),
        }
        wrong.is_none()
    });
    match wrong {
        Some(number) => Err(io::Error::other(format!("message {number} arrived changed"))),
        None => done,
    }
}

fn writes(link: &mut dyn Link, board: &Board, part: &Part) -> io::Result<()> {
    let mut buffers = Buffers::alike(part.size, part.borrows);
    let mut whole = Buffers::new(part.size, part.borrows);
    for number in 0..part.most.unwrap_or(u64::MAX) {
        let message = match board.wish() {
            wish::STOP => return Ok(()),
            wish::WHOLE => {
                let message = whole.turn();
                fill(message, number | WHOLE);
                message
            }
            other => {
                if other == wish::REPORT {
                    board.reports();
                }
                let message = buffers.turn();
                stamp(message, number);
                message
            }
        };
        link.send(message)?;
    }
    board.rests();
    Ok(())
}

fn touches(link: &mut dyn Link, board: &Board, part: &Part) -> io::Result<()> {
    let mut buffer = Buffers::new(part.size, 1);
    for number in 0..part.most.unwrap_or(u64::MAX) {
        let whole = match board.wish() {
            wish::GO_ON => false,
            wish::REPORT => {
                board.reports();
                false
            }
            wish::WHOLE => true,
            _ => return Ok(()),
        };
        link.put(buffer.turn(), &mut |message| {
            if whole { fill(message, number | WHOLE) } else { touch(message, number) }
        })?;
    }
    board.rests();
    Ok(())
}

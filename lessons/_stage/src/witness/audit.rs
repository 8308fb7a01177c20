//! Holds what the actors told against what the kernel saw.
//!
//! A line that announces bytes is told before they are given to the kernel, a line that reports
//! bytes after they have been got. Every byte vouches for one line only.

use scope::{Bytes, Call, Outcome, errno_name};

use super::{Deed, Moment, Seen, Witness};
use crate::line::{Act, CLOSE, Channel, EOF, Line, shown};
use crate::order::amount;

impl Witness {
    /// The lines that tell of bytes which the kernel did not see.
    pub(crate) fn audit(&self) -> Vec<String> {
        let lies = self.actors.iter().flat_map(|actor| {
            // Whoever executes another program announces what that one will write.
            let announced = if actor.executed { Vec::new() } else { actor.announced() };
            announced.into_iter().chain(actor.reported())
        });
        lies.collect()
    }
}

impl Seen {
    /// The reports that no bytes stand behind. Lines may come together after the bytes of all of
    /// them, but what one report left unused is gone when more is got.
    fn reported(&self) -> Vec<String> {
        let mut pool = Pool::default();
        let mut lies = Vec::new();
        for moment in &self.moments {
            match &moment.deed {
                Deed::Called(call) => pool.add(call, false),
                Deed::Told(line) => match &line.act {
                    Act::Gets(channel) if moves_bytes(channel, line) && !pool.vouches(line) => {
                        lies.push(format!("{}, but got nothing like it", self.tells(line)));
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        lies
    }

    /// The announcements that no bytes follow: the same, seen from the end.
    fn announced(&self) -> Vec<String> {
        let mut pool = Pool::default();
        let mut lies = Vec::new();
        for Moment { deed, .. } in self.moments.iter().rev() {
            match deed {
                Deed::Called(call) => pool.add(call, true),
                Deed::Told(line) => match &line.act {
                    Act::Sends(channel) if moves_bytes(channel, line) && !pool.vouches(line) => {
                        lies.push(format!("{}, but gave nothing like it", self.tells(line)));
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        lies.reverse();
        lies
    }

    fn tells(&self, line: &Line) -> String {
        format!("`{}` tells `{}`", self.name, line.to_string().trim())
    }
}

/// Whether the line tells of bytes that a call moves. What happens in memory alone, the kernel
/// does not see; opening, closing, posting and waking move no bytes; and the bytes of a regular
/// file (a channel called so) are not recorded: processes do not talk through the call.
fn moves_bytes(channel: &Channel, line: &Line) -> bool {
    let marks = line.text == CLOSE || line.text == EOF;
    !channel.keeps && !channel.token && channel.name != "file" && !marks
}

/// Bytes that have moved and that no line has told of yet, in the order of their moving.
#[derive(Default)]
struct Pool {
    pieces: Vec<Vec<u8>>,
    /// How many there are: of long ones the recording keeps the beginning only.
    total: u64,
    /// A line has told of some: what it left is not kept for lines that come after other bytes.
    told: bool,
}

impl Pool {
    fn add(&mut self, call: &Call, given: bool) {
        let moved = !matches!(call.outcome, Outcome::Error(_) | Outcome::Restart(_));
        let Some(bytes) = call.bytes.as_ref().filter(|it| it.given == given && moved) else {
            return;
        };
        if self.told {
            *self = Self::default();
        }
        let Bytes { data, total, .. } = bytes;
        self.total += total;
        // What is given is met from the end.
        let at = if given { 0 } else { self.pieces.len() };
        self.pieces.insert(at, data.clone());
    }

    /// Takes out what the line tells of; `false` if it is not there.
    fn vouches(&mut self, line: &Line) -> bool {
        self.told = true;
        let text = shown(&line.text);
        let taken = match amount(&text) {
            Some((bytes, _)) => Some(bytes),
            None => self
                .text(text.as_bytes())
                .or_else(|| self.quoted(&text))
                .or_else(|| self.numbers(&text)),
        };
        let left = taken.and_then(|taken| self.total.checked_sub(taken as u64));
        self.total = left.unwrap_or(self.total);
        left.is_some()
    }

    /// The text itself, from one call or from several. Returns, as those below, how many bytes.
    fn text(&mut self, text: &[u8]) -> Option<usize> {
        let inside = |piece: &Vec<u8>| find(piece, text);
        if let Some((piece, at)) =
            self.pieces.iter_mut().find_map(|piece| inside(piece).map(|at| (piece, at)))
        {
            piece.drain(at..at + text.len());
            return Some(text.len());
        }
        let mut all = self.pieces.concat();
        let at = find(&all, text)?;
        let after = all.split_off(at + text.len());
        all.truncate(at);
        self.pieces = vec![all, after];
        Some(text.len())
    }

    /// A whole message that the line quotes: `ben, priority 5` tells of the bytes `ben`, and
    /// `"", 0 bytes` or `an empty message` of no bytes; an errno, sent as an integer, is told by
    /// its name.
    fn quoted(&mut self, text: &str) -> Option<usize> {
        let says_empty = text.contains("\"\"") || text.contains("empty");
        let quotes = |piece: &Vec<u8>| match piece.trim_ascii() {
            [] => piece.is_empty() && says_empty,
            message if find(text.as_bytes(), message).is_some() => true,
            _ => piece
                .as_slice()
                .try_into()
                .is_ok_and(|errno| text.starts_with(&errno_name(i32::from_ne_bytes(errno)))),
        };
        let at = self.pieces.iter().position(quotes);
        at.map(|at| self.pieces.remove(at).len())
    }

    /// The numbers in the text, which the bytes hold as native integers.
    fn numbers(&mut self, text: &str) -> Option<usize> {
        let told: Vec<u64> = text
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|digits| digits.parse().ok())
            .collect();
        let mut all = self.pieces.concat();
        let sizes = [1, 4, 8].into_iter();
        let mut fitting = sizes.filter(|&size| integers(&all, size).starts_with(&told));
        let size = fitting.next().filter(|_| !told.is_empty())? * told.len();
        self.pieces = vec![all.split_off(size)];
        Some(size)
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    (!part.is_empty()).then(|| bytes.windows(part.len()).position(|window| window == part))?
}

fn integers(bytes: &[u8], size: usize) -> Vec<u64> {
    let word = |bytes: &[u8]| {
        let mut whole = [0; 8];
        let at = if cfg!(target_endian = "little") { 0 } else { 8 - size };
        whole[at..at + size].copy_from_slice(bytes);
        u64::from_ne_bytes(whole)
    };
    bytes.chunks_exact(size).map(word).collect()
}

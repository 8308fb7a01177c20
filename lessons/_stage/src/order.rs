//! The one order that every correct run of a scene agrees on.
//!
//! Two processes run at once, so the order in which their lines appear is an accident. What is no
//! accident is each process's own order, that a thing is got after it was sent, that a child
//! speaks after the fork, and that it is reaped after it has spoken. Numbering the lines by these
//! rules alone (Lamport's logical time) and settling ties by the order of the cast gives one
//! order. The order in which the lines came in is never looked at.

use std::collections::HashMap;
use std::fmt;

use crate::line::{Act, CLOSE, EOF, Line};

/// A line at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The line itself, masked.
    pub line: Line,
    /// Its logical time, counted from 1.
    pub time: usize,
    /// The places, counted from 0, of the lines of other actors that had to come before this one.
    pub after: Vec<usize>,
}

/// Why a run has no logical order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disorder {
    /// A line reports something that nobody announced. Holds the line.
    NobodySent(Line),
    /// An actor speaks that is neither in the cast nor anybody's child. Holds its first line.
    NobodyForked(Line),
    /// Lines that wait for each other. Holds the next line of each actor that cannot go on.
    Circle(Vec<Line>),
}

impl fmt::Display for Disorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NobodySent(line) => write!(
                f,
                "`{}` was got, but nobody sent it: announce it with `sends` before the act",
                line.to_string().trim()
            ),
            Self::NobodyForked(line) => write!(
                f,
                "`{}` is told by `{}`, which is not in the cast and was not forked",
                line.to_string().trim(),
                line.actor
            ),
            Self::Circle(lines) => {
                write!(f, "lines wait for each other in a circle:")?;
                lines.iter().try_for_each(|line| write!(f, "\n{line}"))
            }
        }
    }
}

impl std::error::Error for Disorder {}

/// Puts the lines of a run into logical order. `cast` names the actors that exist from the start,
/// in the order that settles ties.
///
/// # Errors
///
/// [`Disorder`], with the line that cannot be placed.
pub fn arrange(cast: &[impl AsRef<str>], lines: &[Line]) -> Result<Vec<Placed>, Disorder> {
    let mut desk = Desk::new(cast, lines);
    while let Some((actor, after)) = desk.next() {
        desk.place(actor, after);
    }
    desk.finish()
}

/// What was sent into a channel that is not a memory, and how much of it was got.
struct Parcel {
    place: usize,
    sender: usize,
    text: String,
    taken: usize,
}

struct Desk {
    /// The actors in the order that settles ties, each with its lines that are not placed yet.
    actors: Vec<(String, std::collections::VecDeque<Line>)>,
    born: HashMap<String, Option<usize>>,
    last: HashMap<usize, usize>,
    parcels: HashMap<String, Vec<Parcel>>,
    stored: HashMap<String, Vec<(String, usize)>>,
    closes: HashMap<String, Vec<usize>>,
    /// How many of the closes each actor knows of by an end of file: every reader gets one, and
    /// another one only after another writer has come and gone.
    ends: HashMap<(usize, String), usize>,
    placed: Vec<Placed>,
}

impl Desk {
    fn new(cast: &[impl AsRef<str>], lines: &[Line]) -> Self {
        let mut names: Vec<String> = cast.iter().map(|name| name.as_ref().to_owned()).collect();
        let born = names.iter().map(|name| (name.clone(), None)).collect();
        // Children rank after the cast by their first mention in a fork of their parent. The
        // parent's own order is the same in every run, so this walk is too.
        let mut at = 0;
        while at < names.len() {
            let parent = names[at].clone();
            for line in lines.iter().filter(|line| line.actor == parent) {
                if let Act::Forks(child) = &line.act
                    && !names.contains(child)
                {
                    names.push(child.clone());
                }
            }
            at += 1;
        }
        for line in lines {
            if !names.contains(&line.actor) {
                names.push(line.actor.clone());
            }
        }
        let of = |name: &str| lines.iter().filter(|l| l.actor == name).map(Line::masked).collect();
        let actors = names.into_iter().map(|name| (name.clone(), of(&name))).collect();
        Self {
            actors,
            born,
            last: HashMap::new(),
            parcels: HashMap::new(),
            stored: HashMap::new(),
            closes: HashMap::new(),
            ends: HashMap::new(),
            placed: Vec::new(),
        }
    }

    /// The actor whose next line comes next, with the places of the lines it had to wait for.
    fn next(&self) -> Option<(usize, Vec<usize>)> {
        let ready = |wanted: Turn| {
            (0..self.actors.len())
                .filter_map(|actor| {
                    let line = self.actors[actor].1.front()?;
                    let after =
                        (self.turn(actor, line) == wanted).then(|| self.ready(actor, line))??;
                    Some((self.time(actor, &after), actor, after))
                })
                .min()
                .map(|(_, actor, after)| (actor, after))
        };
        [Turn::Now, Turn::Overwrite, Turn::Late, Turn::Last].into_iter().find_map(ready)
    }

    fn turn(&self, actor: usize, line: &Line) -> Turn {
        match &line.act {
            Act::Stuck => Turn::Last,
            Act::Gets(_) if line.text == EOF => Turn::Late,
            Act::Sends(channel) if channel.keeps => {
                let value = self.stored.get(&channel.name).and_then(|stored| stored.last());
                let reads = |other: &Line| {
                    matches!(&other.act, Act::Gets(from) if from == channel)
                        && value
                            .is_some_and(|(value, _)| *value == other.text && *value != line.text)
                };
                let others = (0..self.actors.len()).filter(|&other| other != actor);
                let wanted = others.flat_map(|other| &self.actors[other].1).any(reads);
                if wanted { Turn::Overwrite } else { Turn::Now }
            }
            _ => Turn::Now,
        }
    }

    fn time(&self, actor: usize, after: &[usize]) -> usize {
        let own = self.last.get(&actor);
        after.iter().chain(own).map(|&place| self.placed[place].time).max().unwrap_or(0) + 1
    }

    /// The places of the lines of others that `line` had to wait for, if all are placed.
    fn ready(&self, actor: usize, line: &Line) -> Option<Vec<usize>> {
        let mut after = Vec::new();
        if !self.last.contains_key(&actor) {
            after.extend(self.born.get(&line.actor)?.iter());
        }
        match &line.act {
            Act::Reaps(child) => {
                self.born.get(child)?;
                let index = self.actors.iter().position(|(name, _)| name == child);
                if let Some(index) = index {
                    if !self.actors[index].1.is_empty() {
                        return None;
                    }
                    after.extend(self.last.get(&index));
                }
            }
            Act::Gets(channel) if channel.keeps => {
                let stored = self.stored.get(&channel.name)?;
                after.push(stored.iter().rev().find(|(text, _)| *text == line.text)?.1);
            }
            Act::Gets(channel) if line.text == EOF => {
                let closes = self.closes.get(&channel.name).map_or(&[][..], Vec::as_slice);
                let known = self.ends.get(&(actor, channel.name.clone())).copied().unwrap_or(0);
                let closes = closes.get(known..).unwrap_or_default();
                let gone = self.gone_senders(&channel.name);
                if closes.is_empty() && gone.is_empty() {
                    return None;
                }
                after.extend(closes.iter().copied().chain(gone));
            }
            Act::Gets(channel) => {
                let parcels = self.parcels.get(&channel.name)?;
                after.extend(take(parcels, &line.text)?.iter().map(|&(at, _)| parcels[at].place));
            }
            Act::Says | Act::Sends(_) | Act::Forks(_) | Act::Stuck => {}
        }
        after.sort_unstable();
        after.dedup();
        Some(after)
    }

    /// The last lines of actors that sent into the channel and have ended: their ends are closed.
    fn gone_senders(&self, channel: &str) -> Vec<usize> {
        let senders = self.parcels.get(channel).into_iter().flatten().map(|parcel| parcel.sender);
        senders
            .filter(|&sender| self.actors[sender].1.is_empty())
            .filter_map(|sender| self.last.get(&sender).copied())
            .collect()
    }

    fn place(&mut self, actor: usize, after: Vec<usize>) {
        let time = self.time(actor, &after);
        let Some(line) = self.actors[actor].1.pop_front() else { return };
        let place = self.placed.len();
        match &line.act {
            Act::Forks(child) => {
                self.born.insert(child.clone(), Some(place));
            }
            Act::Sends(channel) if channel.keeps => {
                let stored = self.stored.entry(channel.name.clone()).or_default();
                stored.push((line.text.clone(), place));
            }
            Act::Sends(channel) if line.text == CLOSE => {
                self.closes.entry(channel.name.clone()).or_default().push(place);
            }
            Act::Sends(channel) => {
                let parcels = self.parcels.entry(channel.name.clone()).or_default();
                let text = line.text.clone();
                parcels.push(Parcel { place, sender: actor, text, taken: 0 });
            }
            Act::Gets(channel) if channel.keeps => {}
            Act::Gets(channel) if line.text == EOF => {
                let closes = self.closes.get(&channel.name).map_or(0, Vec::len);
                self.ends.insert((actor, channel.name.clone()), closes);
            }
            Act::Gets(channel) => {
                if let Some(parcels) = self.parcels.get_mut(&channel.name) {
                    for (at, amount) in take(parcels, &line.text).unwrap_or_default() {
                        parcels[at].taken += amount;
                    }
                }
            }
            Act::Says | Act::Reaps(_) | Act::Stuck => {}
        }
        self.last.insert(actor, place);
        self.placed.push(Placed { line, time, after });
    }

    fn finish(self) -> Result<Vec<Placed>, Disorder> {
        let blocked: Vec<&Line> = self.actors.iter().filter_map(|(_, rest)| rest.front()).collect();
        if blocked.is_empty() {
            return Ok(self.placed);
        }
        let unborn = |line: &&&Line| !self.born.contains_key(&line.actor);
        let announced = |line: &Line| {
            let rest = self.actors.iter().flat_map(|(_, rest)| rest);
            rest.filter(|other| matches!(other.act, Act::Sends(_) | Act::Forks(_)))
                .any(|other| other.peer() == line.peer())
        };
        // A forked actor that never got its turn is part of a circle, not an orphan.
        let forked = |line: &Line| {
            let rest = self.actors.iter().flat_map(|(_, rest)| rest);
            rest.clone().any(|other| other.act == Act::Forks(line.actor.clone()))
        };
        if let Some(line) = blocked.iter().filter(unborn).find(|line| !forked(line)) {
            return Err(Disorder::NobodyForked((**line).clone()));
        }
        if let Some(line) = blocked
            .iter()
            .find(|line| matches!(line.act, Act::Gets(_) | Act::Reaps(_)) && !announced(line))
        {
            return Err(Disorder::NobodySent((**line).clone()));
        }
        Err(Disorder::Circle(blocked.into_iter().cloned().collect()))
    }
}

/// When a line takes its turn among those that could.
#[derive(Clone, Copy, PartialEq)]
enum Turn {
    Now,
    /// A store over a value that somebody still has to read.
    Overwrite,
    /// An end of file: it says that every writer has closed, so all that can still be placed
    /// without it comes first.
    Late,
    /// What the first process saw when nothing moved any more.
    Last,
}

/// Which parcels `text` came out of, each with the amount taken from it.
fn take(parcels: &[Parcel], text: &str) -> Option<Vec<(usize, usize)>> {
    let whole = |parcel: &&Parcel| parcel.taken == 0 && parcel.text == text;
    if let Some(at) = parcels.iter().position(|parcel| whole(&parcel)) {
        return Some(vec![(at, size(text))]);
    }
    match amount(text) {
        Some((wanted, what)) => take_amount(parcels, wanted, what),
        None => take_text(parcels, text, &mut Vec::new()),
    }
}

/// How many bytes a line speaks of: `65536 bytes of zeros` is 65536, ` of zeros`.
pub(crate) fn amount(text: &str) -> Option<(usize, &str)> {
    let (number, rest) = text.split_once(' ')?;
    let what = rest.strip_prefix("bytes").or_else(|| rest.strip_prefix("byte"))?;
    Some((number.parse().ok()?, what))
}

fn size(text: &str) -> usize {
    amount(text).map_or(text.len(), |(bytes, _)| bytes)
}

fn take_amount(parcels: &[Parcel], wanted: usize, what: &str) -> Option<Vec<(usize, usize)>> {
    let mut missing = wanted;
    let mut taken = Vec::new();
    for (at, parcel) in parcels.iter().enumerate() {
        let same = amount(&parcel.text).is_none_or(|(_, of)| of == what || what.is_empty());
        let there = size(&parcel.text).saturating_sub(parcel.taken);
        if same && there > 0 && missing > 0 {
            taken.push((at, there.min(missing)));
            missing -= there.min(missing);
        }
    }
    (missing == 0).then_some(taken)
}

/// A stream keeps each sender's own order, and joins or cuts what was written.
fn take_text(
    parcels: &[Parcel],
    text: &str,
    taken: &mut Vec<(usize, usize)>,
) -> Option<Vec<(usize, usize)>> {
    if text.is_empty() {
        return (!taken.is_empty()).then(|| taken.clone());
    }
    let left = |at: usize| {
        let parcel: &Parcel = &parcels[at];
        let now: usize = taken.iter().filter(|(of, _)| *of == at).map(|(_, amount)| amount).sum();
        parcel.text.get(parcel.taken + now..).unwrap_or("").to_owned()
    };
    let mut heads: Vec<(usize, String)> = Vec::new();
    for (at, parcel) in parcels.iter().enumerate() {
        let rest = left(at);
        let first = !heads.iter().any(|&(head, _)| parcels[head].sender == parcel.sender);
        if !rest.is_empty() && first {
            heads.push((at, rest));
        }
    }
    for (at, rest) in heads {
        let bytes = if text.starts_with(&rest) {
            rest.len()
        } else if rest.starts_with(text) {
            text.len()
        } else {
            continue;
        };
        taken.push((at, bytes));
        if let Some(all) = take_text(parcels, &text[bytes..], taken) {
            return Some(all);
        }
        taken.pop();
    }
    None
}

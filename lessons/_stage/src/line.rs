//! One line of a run: who acts, what the act is, and what is told.

use std::fmt::{self, Display};

use crate::json;

/// What a process announces when it closes its end of a stream.
pub const CLOSE: &str = "close";

/// What a process reports when a read has returned nothing because every writer has closed.
pub const EOF: &str = "end of file";

/// The version of the JSON form of a line.
pub const VERSION: u64 = 1;

const OPEN_MARK: char = '\u{E000}';
const MIDDLE_MARK: char = '\u{E001}';
const CLOSE_MARK: char = '\u{E002}';

/// A value that differs from run to run: shown on the terminal, masked in the recording.
///
/// ```
/// use stage::{masked, shown, varies};
/// let text = format!("is process {}", varies("pid", 4711));
/// assert_eq!(shown(&text), "is process 4711");
/// assert_eq!(masked(&text), "is process ‹pid›");
/// ```
pub fn varies(name: &str, value: impl Display) -> String {
    format!("{OPEN_MARK}{name}{MIDDLE_MARK}{value}{CLOSE_MARK}")
}

/// The text as a person sees it in a live run.
pub fn shown(text: &str) -> String {
    replace(text, |_, value| value.to_owned())
}

/// The text as a recording keeps it: the name of each varying value instead of the value.
pub fn masked(text: &str) -> String {
    replace(text, |name, _| format!("‹{name}›"))
}

/// The names and values of what varies in the text.
pub(crate) fn varying(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let note = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut rest = text;
    while let Some((_, marked)) = rest.split_once(OPEN_MARK) {
        let (inside, after) = marked.split_once(CLOSE_MARK).unwrap_or((marked, ""));
        found.extend(inside.split_once(MIDDLE_MARK).map(|(name, value)| note(name, value)));
        rest = after;
    }
    found
}

fn replace(text: &str, with: impl Fn(&str, &str) -> String) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, marked)) = rest.split_once(OPEN_MARK) {
        out.push_str(before);
        let (inside, after) = marked.split_once(CLOSE_MARK).unwrap_or((marked, ""));
        let (name, value) = inside.split_once(MIDDLE_MARK).unwrap_or(("", inside));
        out.push_str(&with(name, value));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The thing that bytes go into and come out of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Its name in the scene, such as `pipe`.
    pub name: String,
    /// Whether reading leaves the value there, as in memory, instead of consuming it.
    pub keeps: bool,
    /// Whether no bytes go through it: a semaphore, a lock, a signal.
    pub token: bool,
}

impl From<&str> for Channel {
    fn from(name: &str) -> Self {
        Self { name: name.to_owned(), keeps: false, token: false }
    }
}

/// Memory: what is stored in it can be read by many, again and again.
pub fn memory(name: &str) -> Channel {
    Channel { name: name.to_owned(), keeps: true, token: false }
}

/// Something that tells *that*, not *what*: a semaphore, a lock, a signal. No bytes go through it.
pub fn token(name: &str) -> Channel {
    Channel { name: name.to_owned(), keeps: false, token: true }
}

/// What a line is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// The actor tells about itself.
    Says,
    /// The actor is about to give something away.
    Sends(Channel),
    /// The actor has received something.
    Gets(Channel),
    /// The actor is about to make a child process.
    Forks(String),
    /// The actor has waited for a child process that ended.
    Reaps(String),
    /// The actor waits and nobody can wake it: seen by the first process, not told by the actor.
    Stuck,
}

/// One line: one event of one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The name of the process that acts.
    pub actor: String,
    /// What it does.
    pub act: Act,
    /// What is told, with the marks of [`varies`].
    pub text: String,
}

impl Line {
    /// The other name in the line, if it has one.
    pub fn peer(&self) -> Option<&str> {
        match &self.act {
            Act::Says | Act::Stuck => None,
            Act::Sends(channel) | Act::Gets(channel) => Some(&channel.name),
            Act::Forks(child) | Act::Reaps(child) => Some(child),
        }
    }

    /// The same line with every varying value masked.
    pub fn masked(&self) -> Self {
        Self { text: masked(&self.text), ..self.clone() }
    }

    /// The line as a JSON object: `v`, `actor`, `act`, `text`, and where they apply `peer`,
    /// `keeps` (the peer is memory), `token` (no bytes go through it) and `masked` (the text
    /// without what varies).
    pub fn to_json(&self) -> String {
        self.json(None)
    }

    /// The same with one more member, the text with its marks: what an actor sends.
    pub(crate) fn to_wire(&self) -> String {
        self.json(Some(&self.text))
    }

    fn json(&self, raw: Option<&str>) -> String {
        let channel = match &self.act {
            Act::Sends(channel) | Act::Gets(channel) => Some(channel),
            _ => None,
        };
        let (shown, masked) = (shown(&self.text), masked(&self.text));
        nojson::object(|f| {
            f.member("v", VERSION)?;
            f.member("actor", &self.actor)?;
            f.member("act", self.act.word())?;
            if let Some(peer) = self.peer() {
                f.member("peer", peer)?;
            }
            if channel.is_some_and(|channel| channel.keeps) {
                f.member("keeps", true)?;
            }
            if channel.is_some_and(|channel| channel.token) {
                f.member("token", true)?;
            }
            f.member("text", &shown)?;
            if masked != shown {
                f.member("masked", &masked)?;
            }
            raw.map_or(Ok(()), |raw| f.member("raw", raw))
        })
        .to_string()
    }

    /// Reads a line back from [`Line::to_json`]; `None` for an object that is no line.
    /// The values that vary come back masked.
    pub fn from_json(text: &str) -> Option<Self> {
        json::object(text, |object| {
            let channel = || {
                Some(Channel {
                    name: object.text("peer")?,
                    keeps: object.flag("keeps"),
                    token: object.flag("token"),
                })
            };
            let act = match object.text("act")?.as_str() {
                "says" => Act::Says,
                "sends" => Act::Sends(channel()?),
                "gets" => Act::Gets(channel()?),
                "forks" => Act::Forks(object.text("peer")?),
                "reaps" => Act::Reaps(object.text("peer")?),
                "stuck" => Act::Stuck,
                _ => return None,
            };
            let text = ["raw", "masked", "text"].iter().find_map(|key| object.text(key))?;
            Some(Self { actor: object.text("actor")?, act, text })
        })
    }
}

impl Act {
    fn word(&self) -> &'static str {
        match self {
            Self::Says => "says",
            Self::Sends(_) => "sends",
            Self::Gets(_) => "gets",
            Self::Forks(_) => "forks",
            Self::Reaps(_) => "reaps",
            Self::Stuck => "stuck",
        }
    }
}

/// The line as the terminal and the recording show it, see [`crate::picture`].
impl Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::picture::row(self))
    }
}

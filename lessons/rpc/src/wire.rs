//! The messages of a remote procedure call, as values and as bytes.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};

/// What both sides have agreed on: how messages are written, and what the methods mean.
pub const VERSION: u32 = 1;

// ANCHOR: messages
/// What is asked. On the wire: `1 7 pay 10`.
#[derive(Clone)]
pub struct Request {
    pub version: u32,
    pub id: u32,
    pub method: String,
    pub argument: i64,
}

/// What comes back. On the wire: `7 ok 90`, or `7 failed not enough money`.
pub struct Answer {
    pub id: u32,
    pub result: Outcome,
}

/// What a function elsewhere gives back: a value, or why there is none.
pub type Outcome = Result<i64, String>;
// ANCHOR_END: messages

// ANCHOR: marshal
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.version, self.id, self.method, self.argument)
    }
}

impl Request {
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        Some(Self {
            version: words.next()?.parse().ok()?,
            id: words.next()?.parse().ok()?,
            method: words.next()?.to_owned(),
            argument: words.next()?.parse().ok()?,
        })
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.result {
            Ok(value) => write!(f, "{} ok {value}", self.id),
            Err(why) => write!(f, "{} failed {why}", self.id),
        }
    }
}

impl Answer {
    pub fn parse(text: &str) -> Option<Self> {
        let (id, rest) = text.split_once(' ')?;
        let result = match rest.split_once(' ')? {
            ("ok", value) => Ok(value.parse().ok()?),
            ("failed", why) => Err(why.to_owned()),
            _ => return None,
        };
        Some(Self { id: id.parse().ok()?, result })
    }
}
// ANCHOR_END: marshal

// ANCHOR: frame
/// A length stands before each message: a stream keeps no boundaries.
pub fn give(stream: &mut impl Write, message: &str) -> io::Result<()> {
    let length = u32::try_from(message.len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes(), message.as_bytes()].concat())
}

pub fn take(stream: &mut impl Read) -> io::Result<String> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if length > 1024 {
        return Err(nonsense(format!("a message of {length} bytes")));
    }
    let mut message = vec![0; length as usize];
    stream.read_exact(&mut message)?;
    String::from_utf8(message).map_err(nonsense)
}
// ANCHOR_END: frame

/// The peer does not keep to the agreement.
pub fn nonsense(what: impl fmt::Display) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("not what was agreed: {what}"))
}

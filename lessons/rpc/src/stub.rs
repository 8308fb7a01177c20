//! The caller's side of a remote procedure call: what looks like a function.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io::{self, ErrorKind, Read, Write};

use stage::{Actor, CLOSE};

use crate::wire::{Answer, Outcome, Request, VERSION, give, nonsense, take};

// ANCHOR: stub
/// The caller's side: it has the methods of an account, and no account.
pub struct Stub<'a, S> {
    me: &'a Actor,
    channel: &'static str,
    pub stream: S,
    pub version: u32,
    last: u32,
    /// Calls that somebody waits for, and answers that came before they were asked for.
    open: HashSet<u32>,
    arrived: HashMap<u32, Outcome>,
}

impl<'a, S: Read + Write> Stub<'a, S> {
    pub fn pay(&mut self, amount: i64) -> Result<i64, Failure> {
        self.call("pay", amount)
    }

    pub fn balance(&mut self) -> Result<i64, Failure> {
        self.call("balance", 0)
    }

    pub fn call(&mut self, method: &str, argument: i64) -> Result<i64, Failure> {
        let request = self.request(method, argument);
        self.send(&request)?;
        self.answer_to(&request)
    }
    // ANCHOR_END: stub

    pub fn new(me: &'a Actor, channel: &'static str, stream: S) -> Self {
        let (open, arrived) = (HashSet::new(), HashMap::new());
        Self { me, channel, stream, version: VERSION, last: 0, open, arrived }
    }

    // ANCHOR: call
    pub fn request(&mut self, method: &str, argument: i64) -> Request {
        self.last += 1;
        Request { version: self.version, id: self.last, method: method.to_owned(), argument }
    }

    pub fn send(&mut self, request: &Request) -> Result<(), Failure> {
        self.me.sends(self.channel, request);
        self.open.insert(request.id);
        Ok(give(&mut self.stream, &request.to_string())?)
    }

    pub fn answer_to(&mut self, request: &Request) -> Result<i64, Failure> {
        loop {
            if let Some(result) = self.arrived.remove(&request.id) {
                return result.map_err(Failure::Refused);
            }
            let text = take(&mut self.stream).inspect_err(|_| {
                self.open.remove(&request.id);
            })?;
            self.me.gets(self.channel, &text);
            let answer = Answer::parse(&text).ok_or_else(|| nonsense(&text))?;
            // An answer that nobody waits for any more is thrown away.
            if self.open.remove(&answer.id) {
                self.arrived.insert(answer.id, answer.result);
            }
        }
    }
    // ANCHOR_END: call

    pub fn close(self) {
        self.me.sends(self.channel, CLOSE);
    }
}

// ANCHOR: failure
/// What a call gives back that a local one never does.
#[derive(Debug, PartialEq)]
pub enum Failure {
    /// The server has answered: no.
    Refused(String),
    /// No answer in time. The call may have run, may run now, may run later, or never.
    Late,
    /// No answer any more. The call has run, or has not.
    Gone,
    /// The messages make no sense.
    Broken(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => Self::Late,
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
                Self::Gone
            }
            _ => Self::Broken(error.to_string()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => write!(f, "the server says: {why}"),
            Self::Late => f.write_str("no answer in time: did it run?"),
            Self::Gone => f.write_str("connection closed: did it run?"),
            Self::Broken(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Failure {}
// ANCHOR_END: failure

/// The failure of a call that must fail.
#[track_caller]
pub fn failure(result: Result<i64, Failure>) -> stage::Result<Failure> {
    result.err().ok_or_else(|| stage::Error::new("the call was answered, although it must fail"))
}

//! What the kernel saw of a scene, beside what its processes tell.
//!
//! The lesson runs once more under [`scope`], which records the calls of every process. Who is
//! which actor, and which line is told between which calls, is seen in the calls themselves: an
//! actor tells its lines to the first process with `sendmsg`.

mod audit;
mod picture;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use scope::{Arg, Call, End, Event, Outcome, Value, What, signal_name};

use crate::json;
use crate::line::Line;
use picture::Names;

/// What became of one actor.
struct Seen {
    name: String,
    /// Also the number of its first thread.
    pid: i32,
    moments: Vec<Moment>,
    /// Descriptors of the stage's own.
    own: HashSet<i32>,
    /// It has become another program, whose calls are that program's matter.
    executed: bool,
}

/// When and where an actor did something.
struct Moment {
    /// Since the recording began.
    at: Duration,
    tid: i32,
    deed: Deed,
}

/// One thing that an actor did or that happened to it.
enum Deed {
    /// It told a line.
    Told(Line),
    /// It made a call.
    Called(Box<Call>),
    /// A signal came.
    Signal(i32),
    /// It ended.
    Ended(End),
}

/// Takes in what a recording of a lesson yields, and remembers it.
#[derive(Default)]
pub(crate) struct Witness {
    actors: Vec<Seen>,
    by_pid: HashMap<i32, usize>,
    /// Why the scene cannot be played on this machine.
    pub(crate) missing: Option<String>,
    /// The stage itself.
    first: Option<i32>,
    /// When the stage began to end a scene in which all wait for each other.
    stopped: Option<Duration>,
}

/// What an event adds to the story.
pub(crate) enum News<'a> {
    /// A line was told.
    Line(&'a Line),
    /// An actor of this name made a call.
    Call(&'a str, String),
    /// Something happened to an actor of this name.
    Fate(&'a str, String),
}

impl Witness {
    /// Takes in one event. Returns what it adds, unless it is the stage's own or the runtime's.
    pub(crate) fn take(&mut self, event: Event) -> Option<News<'_>> {
        let Event { at, pid, tid, what, .. } = event;
        self.first.get_or_insert(pid);
        let deed = match what {
            What::Call(call) => self.call(pid, call)?,
            What::Signal { signal, .. } if signal != libc::SIGCHLD => Deed::Signal(signal),
            // A status was already given to `exit`, unless another program's.
            What::Ended(End::Status(_)) => return None,
            What::Ended(end) if pid == tid => Deed::Ended(end),
            _ => return None,
        };
        let who = *self.by_pid.get(&pid)?;
        self.actors[who].moments.push(Moment { at, tid, deed });
        self.news(who)
    }

    /// What the call means, unless it is the stage's own or the runtime's.
    fn call(&mut self, pid: i32, call: Box<Call>) -> Option<Deed> {
        let message = call.bytes.as_ref().filter(|_| call.name == "sendmsg");
        let message = message.and_then(|bytes| str::from_utf8(&bytes.data).ok());
        if let Some(born) = message.and_then(|text| {
            json::object(text, |it| Some((it.text("born")?, it.number("answers")?)))
        }) {
            let (name, answers) = born;
            let mut own: HashSet<i32> = descriptors(&call.args).collect();
            own.extend(i32::try_from(answers));
            self.by_pid.insert(pid, self.actors.len());
            self.actors.push(Seen { name, pid, moments: Vec::new(), own, executed: false });
            return None;
        }
        let Some(&who) = self.by_pid.get(&pid) else {
            if self.first == Some(pid) && kills(&call) {
                self.stopped.get_or_insert(call.began);
            }
            return None;
        };
        let actor = &mut self.actors[who];
        let on = descriptors(&call.args).next();
        if on.is_some_and(|fd| actor.own.contains(&fd)) {
            if let Some(why) = message.and_then(|text| json::object(text, |it| it.text("missing")))
            {
                self.missing = Some(why);
                return None;
            }
            return message.and_then(Line::from_json).map(Deed::Told);
        }
        // A program of somebody else's makes other calls in every version.
        if actor.executed || is_runtimes_own(&call) {
            return None;
        }
        actor.executed = call.name == "exec" && !matches!(call.outcome, Outcome::Error(_));
        Some(Deed::Called(call))
    }

    fn news(&self, who: usize) -> Option<News<'_>> {
        let actor = &self.actors[who];
        Some(match &actor.moments.last()?.deed {
            Deed::Told(line) => News::Line(line),
            Deed::Called(call) => News::Call(&actor.name, self.text(call, &mut Names::Live)),
            Deed::Signal(signal) => {
                News::Fate(&actor.name, format!("gets {}", signal_name(*signal)))
            }
            Deed::Ended(end) => News::Fate(&actor.name, format!("ends: {end}")),
        })
    }
}

/// Calls that no scene makes for its own sake. Rust's debug build asks, before each close, whether
/// the descriptor is open; a C library with threads takes signals below the real-time ones for
/// itself; and that an actor ends with its parent, the stage arranges.
fn is_runtimes_own(call: &Call) -> bool {
    let word = |at: usize| match call.args.get(at).map(|arg| &arg.value) {
        Some(Value::Word(word)) => word.as_str(),
        _ => "",
    };
    match call.name {
        "fcntl" => word(1) == "F_GETFD",
        "sigaction" => matches!(word(0), "signal 32" | "signal 33"),
        "prctl" => word(0) == "PR_SET_PDEATHSIG",
        _ => false,
    }
}

fn kills(call: &Call) -> bool {
    let is_kill = |arg: &Arg| matches!(&arg.value, Value::Word(word) if word == "SIGKILL");
    call.name == "kill" && call.args.iter().any(is_kill)
}

fn descriptors(args: &[Arg]) -> impl Iterator<Item = i32> {
    fn collect(value: &Value, found: &mut Vec<i32>) {
        match value {
            Value::Fd(fd, _) => found.push(*fd),
            Value::List(values) => values.iter().for_each(|value| collect(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    args.iter().for_each(|arg| collect(&arg.value, &mut found));
    found.into_iter()
}

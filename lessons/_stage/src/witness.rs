//! What the kernel saw of a scene, beside what its processes tell.
//!
//! The lesson runs once more under [`scope`], which records the calls of every process. Who is
//! which actor, and which line is told between which calls, is seen in the calls themselves: an
//! actor tells its lines to the first process with `sendmsg`.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use scope::{Arg, Call, End, Event, Outcome, Thing, Value, What, signal_name};

use crate::line::{Act, CLOSE, EOF, Line};
use crate::{json, line};

/// What became of one actor.
struct Seen {
    name: String,
    deeds: Vec<Deed>,
    /// Descriptors of the stage's own.
    own: HashSet<i32>,
    /// It has become another program, whose calls are that program's matter.
    executed: bool,
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
        match event.what {
            What::Call(call) => self.call(event.pid, call),
            What::Signal { signal, .. } if signal != libc::SIGCHLD => {
                self.add(event.pid, Deed::Signal(signal))
            }
            // A status was already given to `exit`, unless another program's.
            What::Ended(End::Status(_)) => None,
            What::Ended(end) if event.pid == event.tid => self.add(event.pid, Deed::Ended(end)),
            _ => None,
        }
    }

    fn call(&mut self, pid: i32, call: Box<Call>) -> Option<News<'_>> {
        let message = call.bytes.as_ref().filter(|_| call.name == "sendmsg");
        let message = message.and_then(|bytes| str::from_utf8(&bytes.data).ok());
        if let Some(born) = message.and_then(|text| {
            json::object(text, |it| Some((it.text("born")?, it.number("answers")?)))
        }) {
            let (name, answers) = born;
            let mut own: HashSet<i32> = descriptors(&call.args).collect();
            own.extend(i32::try_from(answers));
            self.by_pid.insert(pid, self.actors.len());
            self.actors.push(Seen { name, deeds: Vec::new(), own, executed: false });
            return None;
        }
        let at = *self.by_pid.get(&pid)?;
        let actor = &mut self.actors[at];
        let on = descriptors(&call.args).next();
        if on.is_some_and(|fd| actor.own.contains(&fd)) {
            if let Some(why) = message.and_then(|text| json::object(text, |it| it.text("missing")))
            {
                self.missing = Some(why);
                return None;
            }
            let line = message.and_then(Line::from_json)?;
            actor.deeds.push(Deed::Told(line));
            return self.news(at);
        }
        // A program of somebody else's makes other calls in every version.
        if actor.executed || is_runtimes_own(&call) {
            return None;
        }
        // The register's file is the stage's, too, under whatever number it is opened.
        if let (true, Outcome::Value(fd)) = (is_register(&call), call.outcome) {
            actor.own.extend(i32::try_from(fd));
            return None;
        }
        actor.executed = call.name == "exec" && !matches!(call.outcome, Outcome::Error(_));
        actor.deeds.push(Deed::Called(call));
        self.news(at)
    }

    fn add(&mut self, pid: i32, deed: Deed) -> Option<News<'_>> {
        let at = *self.by_pid.get(&pid)?;
        self.actors[at].deeds.push(deed);
        self.news(at)
    }

    fn news(&self, at: usize) -> Option<News<'_>> {
        let actor = &self.actors[at];
        Some(match actor.deeds.last()? {
            Deed::Told(line) => News::Line(line),
            Deed::Called(call) => News::Call(&actor.name, self.text(call, &mut Names::Live)),
            Deed::Signal(signal) => {
                News::Fate(&actor.name, format!("gets {}", signal_name(*signal)))
            }
            Deed::Ended(end) => News::Fate(&actor.name, format!("ends: {end}")),
        })
    }
}

/// How things and processes are named: as the recording does, or so that every run agrees.
enum Names {
    Live,
    /// The numbers that things have been given so far, by kind.
    Agreed(HashMap<String, String>, HashMap<String, usize>),
}

impl Names {
    fn agreed() -> Self {
        Self::Agreed(HashMap::new(), HashMap::new())
    }

    /// `pipe 7` becomes `pipe 1` if it is the first pipe that is met.
    fn thing(&mut self, name: &str) -> String {
        let Self::Agreed(known, counts) = self else { return name.to_owned() };
        let numbered = name.rsplit_once(' ').filter(|(_, number)| number.parse::<u64>().is_ok());
        let Some((kind, _)) = numbered else { return mask(name) };
        if let Some(agreed) = known.get(name) {
            return agreed.clone();
        }
        let count = counts.entry(kind.to_owned()).or_insert(0);
        *count += 1;
        let agreed = format!("{kind} {count}");
        known.insert(name.to_owned(), agreed.clone());
        agreed
    }
}

impl Witness {
    /// The calls of each process, in its own order, with what varies masked. The cast comes
    /// first, then the others in the order of the names.
    pub(crate) fn picture(&self, cast: &[&str], races: &[&str]) -> String {
        let rank = |actor: &&Seen| {
            let at = cast.iter().position(|name| *name == actor.name);
            (at.unwrap_or(cast.len()), actor.name.clone())
        };
        let mut actors: Vec<&Seen> = self.actors.iter().collect();
        actors.sort_by_key(rank);
        let mut names = Names::agreed();
        let mut picture = String::new();
        for actor in actors {
            let _ = writeln!(picture, "{}", actor.name);
            let mut before = String::new();
            for deed in &actor.deeds {
                let row = match deed {
                    Deed::Told(_) => continue,
                    Deed::Called(call) if races.contains(&call.name) => {
                        let things: Vec<String> =
                            call.things.iter().take(1).map(|it| names.thing(&it.name)).collect();
                        format!("{} {} ‹as often as the race decides›", call.name, things.join(""))
                    }
                    Deed::Called(call) => self.text(call, &mut names),
                    Deed::Signal(signal) => format!("gets {}", signal_name(*signal)),
                    Deed::Ended(end) => format!("ends: {end}"),
                };
                if row != before || !row.ends_with("decides›") {
                    let _ = writeln!(picture, "  {row}");
                }
                before = row;
            }
        }
        picture
    }

    /// The call as in a manual page.
    fn text(&self, call: &Call, names: &mut Names) -> String {
        // How a C library makes and reaps a process is its own matter.
        let kept = match call.name {
            "fork" => 0,
            "wait" => 2,
            _ => call.args.len(),
        };
        let args = call.args.iter().take(kept).filter_map(|arg| self.value(&arg.value, names));
        let mut text = format!("{}({})", call.name, args.collect::<Vec<_>>().join(", "));
        match call.outcome {
            Outcome::None => {}
            Outcome::Value(value) => {
                let _ = write!(text, " = {}", self.outcome(call, value, names));
            }
            outcome => {
                let _ = write!(text, " = {outcome}");
            }
        }
        text
    }

    fn outcome(&self, call: &Call, value: i64, names: &mut Names) -> String {
        if matches!(names, Names::Live) {
            return value.to_string();
        }
        if let Some(name) = i32::try_from(value)
            .ok()
            .filter(|_| is_of_processes(call))
            .and_then(|pid| self.name(pid))
        {
            return name.to_owned();
        }
        match call.name {
            "mmap" | "shmat" | "mremap" => "‹address›".to_owned(),
            "shmget" | "semget" | "msgget" => "‹id›".to_owned(),
            _ if is_of_processes(call) && value > 0 => "‹pid›".to_owned(),
            _ => value.to_string(),
        }
    }

    /// `None` for an address, which says nothing.
    fn value(&self, value: &Value, names: &mut Names) -> Option<String> {
        let live = matches!(names, Names::Live);
        Some(match value {
            Value::Int(number) => number.to_string(),
            Value::Word(word) if live => word.clone(),
            Value::Word(word) => mask(word),
            Value::Text(text) if live => scope::quoted(text, 256),
            Value::Text(text) => mask(&scope::quoted(text, 256)),
            Value::Bytes(bytes) => mask(&scope::preview(bytes, 32)),
            Value::Fd(fd, None) => fd.to_string(),
            Value::Fd(fd, Some(thing)) => format!("{fd}: {}", thing_text(thing, names)),
            Value::Id(id, thing) if live => format!("{id}: {}", thing_text(thing, names)),
            Value::Id(_, thing) => thing_text(thing, names),
            Value::Pid(who) => match self.name(who.pid) {
                Some(name) => name.to_owned(),
                None if who.pid <= 0 => who.pid.to_string(),
                None if live => who.to_string(),
                None => "‹pid›".to_owned(),
            },
            Value::List(values) => {
                let parts: Vec<String> =
                    values.iter().filter_map(|value| self.value(value, names)).collect();
                format!("[{}]", parts.join(", "))
            }
            Value::Pointer(_) => return None,
        })
    }

    fn name(&self, pid: i32) -> Option<&str> {
        Some(&self.actors[*self.by_pid.get(&pid)?].name)
    }
}

fn thing_text(thing: &Thing, names: &mut Names) -> String {
    let mut text = names.thing(&thing.name);
    if let Some(end) = &thing.end {
        let _ = write!(text, " ({end})");
    }
    if let Some(peer) = &thing.peer {
        let _ = write!(text, " ⇄ {}", names.thing(peer));
    }
    text
}

/// Takes out what is another one in every run: the run's folder and its mark in names, keys,
/// addresses, and pids in paths below `/proc`.
fn mask(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let register = format!("{}/between-processes-", std::env::temp_dir().display());
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix(&register) {
            // USER/RUN/label
            let label = after.splitn(3, '/').nth(2).unwrap_or("");
            out.push_str("‹run›/");
            rest = &rest[rest.len() - label.len()..];
        } else if let Some(after) = rest.strip_prefix("/between-processes-") {
            out.push_str("/‹run›");
            rest = after.trim_start_matches(|c: char| c.is_ascii_hexdigit());
        } else if let Some(after) =
            rest.strip_prefix("/proc/").filter(|it| it.starts_with(|c: char| c.is_ascii_digit()))
        {
            out.push_str("/proc/‹pid›");
            rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        } else if let Some(after) = rest.strip_prefix("0x") {
            let digits =
                after.len() - after.trim_start_matches(|c: char| c.is_ascii_hexdigit()).len();
            if digits > 4 {
                out.push_str("‹number›");
            } else {
                out.push_str(&rest[..2 + digits]);
            }
            rest = &after[digits..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

fn is_of_processes(call: &Call) -> bool {
    matches!(call.name, "fork" | "wait" | "getpid" | "getppid" | "clone")
}

/// Rust's debug build asks, before each close, whether the descriptor is open.
fn is_runtimes_own(call: &Call) -> bool {
    let word = call.args.get(1).map(|arg| &arg.value);
    call.name == "fcntl" && matches!(word, Some(Value::Word(word)) if word == "F_GETFD")
}

fn is_register(call: &Call) -> bool {
    call.name == "open"
        && call.args.iter().any(|arg| match &arg.value {
            Value::Text(path) => path.ends_with(b"/names"),
            _ => false,
        })
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

impl Witness {
    /// Holds what the actors told against what the kernel saw: bytes that are announced must move
    /// before the next line, and bytes that are reported must have moved after the one before.
    pub(crate) fn audit(&self) -> Vec<String> {
        self.actors.iter().filter(|actor| !actor.executed).flat_map(Seen::audit).collect()
    }
}

impl Seen {
    fn audit(&self) -> Vec<String> {
        let mut lies = Vec::new();
        let lines = self.deeds.iter().enumerate();
        for (at, deed) in lines {
            let Deed::Told(line) = deed else { continue };
            let told = |deed: &&Deed| !matches!(deed, Deed::Told(_));
            let (window, given): (Vec<&Deed>, bool) = match &line.act {
                Act::Sends(channel) if moves_bytes(channel, line) => {
                    (self.deeds[at + 1..].iter().take_while(told).collect(), true)
                }
                Act::Gets(channel) if moves_bytes(channel, line) => {
                    (self.deeds[..at].iter().rev().take_while(told).collect(), false)
                }
                _ => continue,
            };
            if !moved(&window, line, given) {
                let how =
                    if given { "gave nothing like it to" } else { "got nothing like it from" };
                lies.push(format!(
                    "`{}` tells `{}`, but {how} the kernel",
                    self.name,
                    line.to_string().trim()
                ));
            }
        }
        lies
    }
}

/// Whether the line tells of bytes that a call moves. What happens in memory alone, the kernel
/// does not see; opening, closing, posting and waking move no bytes.
fn moves_bytes(channel: &line::Channel, line: &Line) -> bool {
    !channel.keeps && !channel.token && line.text != CLOSE && line.text != EOF
}

fn moved(window: &[&Deed], line: &Line, given: bool) -> bool {
    let calls = window.iter().filter_map(|deed| match deed {
        Deed::Called(call) => call.bytes.as_ref().filter(|bytes| bytes.given == given),
        _ => None,
    });
    let text = line::shown(&line.text);
    match crate::order::amount(&text) {
        Some((wanted, _)) => calls.map(|bytes| bytes.total).sum::<u64>() >= wanted as u64,
        None => {
            let mut all: Vec<&[u8]> = calls.map(|bytes| bytes.data.as_slice()).collect();
            if !given {
                // They were collected backwards.
                all.reverse();
            }
            let all = all.concat();
            all.windows(text.len().max(1)).any(|part| part == text.as_bytes())
        }
    }
}

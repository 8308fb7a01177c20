//! What the kernel saw, as the lines of a run: each process by itself and in its own order, which
//! the stage then puts into logical order.
//!
//! - Masked: the temporary folder is ‹folder›, a port of 127.0.0.1 is ‹port› wherever its digits
//!   stand, the time of day is ‹when›, and a size that differs from run to run is ‹n›.
//! - Put together: neighbouring reads, or writes, of one process on one channel, since a stream has
//!   no borders.
//! - Put in order: neighbouring waits of one process, since which child ends first is an accident;
//!   and signals after the calls of all threads.
//! - Left out: the wrappers that a process was before it became its program.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use book::wild::{Channel, Lane, Selection};
use scope::{Arg, Bytes, Call, Event, Kind, Outcome, Thing, Value, What, signal_name};
use stage::{Act, EOF, Line, arrange, picture as rows, token};

/// How many bytes of what went through a channel are shown.
const SHOWN: usize = 32;
/// How a program's own thread sends a signal (sigaction(2)).
const SI_TKILL: i32 = -6;
/// How many columns a command may take.
const COMMAND: usize = 56;

/// The picture of the run.
///
/// # Errors
///
/// A process that did not run, or a run without logical order.
pub fn picture(selection: &Selection, events: &[Event]) -> Result<String, String> {
    let cast = Cast::new(selection, events)?;
    let mut lines = Vec::new();
    for (lane, pid) in &cast.lanes {
        lines.extend(cast.tell(lane, *pid, events));
    }
    let unborn =
        cast.lanes.iter().map(|(lane, _)| &lane.name).filter(|name| {
            !lines.iter().any(|line: &Line| line.act == Act::Forks((*name).clone()))
        });
    let unborn: Vec<&String> = unborn.collect();
    let placed =
        arrange(&unborn, &lines).map_err(|why| format!("{why}\n{}", rows::draw(&lines)))?;
    let lines: Vec<Line> = placed.into_iter().map(|placed| placed.line).collect();
    Ok(rows::draw(&lines))
}

struct Cast<'a> {
    selection: &'a Selection,
    lanes: Vec<(&'a Lane, i32)>,
    /// How each process ended.
    ends: HashMap<i32, String>,
    /// The addresses that were connected to, by the name of the socket that did.
    connected: HashMap<String, String>,
    /// The pipes of this run, by the recorder's names for them, which also count ours.
    pipes: Vec<String>,
    /// When each shown process closed its last read end of a pipe, and of which one.
    left: HashMap<i32, (Duration, String)>,
    /// What differs from run to run, and what stands for it.
    masks: Vec<(String, &'static str)>,
}

/// Something of one process, before neighbours are put together.
enum Deed {
    Line(Act, String),
    Moved(String, Bytes),
}

impl<'a> Cast<'a> {
    fn new(selection: &'a Selection, events: &[Event]) -> Result<Self, String> {
        // The last name is the program that it came to run.
        let mut names: Vec<(i32, &str)> = Vec::new();
        let mut ends = HashMap::new();
        let mut connected = HashMap::new();
        let mut pipes = Vec::new();
        for event in events {
            let name = event.who.split([':', '#']).next().unwrap_or_default();
            match names.iter_mut().find(|(pid, _)| *pid == event.pid) {
                Some(entry) => entry.1 = name,
                None => names.push((event.pid, name)),
            }
            match &event.what {
                What::Ended(end) if event.pid == event.tid => {
                    ends.insert(event.pid, end.to_string());
                }
                What::Call(call) if call.name == "pipe" => {
                    pipes.extend(call.things.first().map(|thing| thing.name.to_string()));
                }
                What::Call(call) if call.name == "connect" => {
                    if let (Some(thing), Some(address)) = (call.things.first(), address(call)) {
                        connected.insert(thing.name.to_string(), address);
                    }
                }
                _ => {}
            }
        }
        let find = |lane: &'a Lane| {
            let is = |name: &str| lane.process.iter().any(|start| name.starts_with(start));
            let found = names.iter().find(|(_, name)| is(name));
            let found = found.ok_or(format!("no process is called `{}`", lane.process[0]))?;
            Ok::<_, String>((lane, found.0))
        };
        let lanes = selection.lane.iter().map(find).collect::<Result<_, _>>()?;
        let mut cast = Self {
            selection,
            lanes,
            ends,
            connected,
            pipes,
            left: HashMap::new(),
            masks: masks(events),
        };
        let mut left = HashMap::new();
        for event in events {
            if let What::Call(call) = &event.what
                && call.name == "close"
                && cast
                    .lane(event.pid)
                    .is_some_and(|lane| lane.calls.iter().any(|name| name == "close"))
                && call.things.iter().any(|thing| {
                    thing.end.as_deref() == Some("read end") && cast.channel(thing).is_some()
                })
            {
                left.insert(event.pid, (call.began, cast.arguments(call)));
            }
        }
        cast.left = left;
        Ok(cast)
    }

    fn lane(&self, pid: i32) -> Option<&'a Lane> {
        self.lanes.iter().find(|(_, other)| *other == pid).map(|(lane, _)| *lane)
    }

    /// The lines of one process, in its own order.
    fn tell(&self, lane: &Lane, pid: i32, events: &[Event]) -> Vec<Line> {
        let own: Vec<&Event> = events.iter().filter(|event| event.pid == pid).collect();
        // Wrappers on the way to the program are nobody's matter here.
        let execs: Vec<usize> = (0..own.len()).filter(|at| is_exec(own[*at])).collect();
        let wrapped = execs.first().copied().unwrap_or(0)..execs.last().copied().unwrap_or(0);
        let mut deeds: Vec<Deed> = Vec::new();
        for (_, event) in own.iter().enumerate().filter(|(at, _)| !wrapped.contains(at)) {
            match (self.deed(lane, event), deeds.last_mut()) {
                (Some(Deed::Moved(channel, more)), Some(Deed::Moved(before, bytes)))
                    if *before == channel && bytes.given == more.given && more.total > 0 =>
                {
                    bytes.data.extend(more.data);
                    bytes.total += more.total;
                }
                (Some(deed), _) => deeds.push(deed),
                (None, _) => {}
            }
        }
        self.told_that_nobody_reads(&mut deeds);
        let mut lines: Vec<Line> = deeds.into_iter().map(|deed| self.line(lane, deed)).collect();
        // A signal comes to any thread, so its place among the calls of others is an accident.
        lines.sort_by_key(is_signal);
        let reaped = |line: &Line| match &line.act {
            Act::Reaps(child) => self.lanes.iter().position(|(lane, _)| lane.name == *child),
            _ => None,
        };
        for waits in lines.chunk_by_mut(|one, next| reaped(one).is_some() && reaped(next).is_some())
        {
            waits.sort_by_key(reaped);
        }
        lines
    }

    fn deed(&self, lane: &Lane, event: &Event) -> Option<Deed> {
        match &event.what {
            What::Call(call) if lane.calls.iter().any(|wanted| is(call, wanted)) => {
                self.call(event.pid, call)
            }
            What::Signal { signal, code, sender } => {
                let name = signal_name(*signal);
                let ours = sender.as_ref().is_some_and(|sender| sender.pid == event.pid);
                // A handler that ends its program by the same signal again.
                if !lane.signals.contains(&name) || ours && *code == SI_TKILL {
                    return None;
                }
                let told = sender.as_ref().filter(|_| !ours);
                Some(match told.and_then(|sender| self.lane(sender.pid)) {
                    Some(_) => Deed::Line(Act::Gets(token("signal")), name),
                    None => Deed::Line(Act::Says, format!("gets {name}")),
                })
            }
            _ => None,
        }
    }

    /// Before a write that fails with EPIPE stands that the last reader has closed its end.
    fn told_that_nobody_reads(&self, deeds: &mut Vec<Deed>) {
        let broken = |deed: &Deed| match deed {
            Deed::Line(Act::Says, text) => {
                let (_, channel) = text.strip_suffix("): EPIPE")?.split_once('(')?;
                Some(format!("{channel} (read end)"))
            }
            _ => None,
        };
        if let Some((at, end)) =
            deeds.iter().enumerate().find_map(|(at, it)| Some((at, broken(it)?)))
            && self.left.values().any(|(_, told)| *told == end)
        {
            deeds.insert(at, Deed::Line(Act::Gets(token("close")), end));
        }
    }

    /// Whether this call of a shown process closes its last read end of a pipe.
    fn leaves(&self, pid: i32, call: &Call) -> bool {
        self.left.get(&pid).is_some_and(|(began, _)| *began == call.began)
    }

    fn line(&self, lane: &Lane, deed: Deed) -> Line {
        let (act, text) = match deed {
            Deed::Line(act, text) => (act, self.masked(&text)),
            Deed::Moved(channel, bytes) => {
                let text =
                    if bytes.total == 0 { EOF.to_owned() } else { self.sized(&channel, &bytes) };
                let given = bytes.given;
                let channel = channel.as_str().into();
                (if given { Act::Sends(channel) } else { Act::Gets(channel) }, text)
            }
        };
        Line { actor: lane.name.clone(), act, text }
    }

    /// What went through a channel, and how much if that is not all of it.
    fn sized(&self, channel: &str, bytes: &Bytes) -> String {
        let masks = self.selection.channels.iter().any(|it| it.name == channel && it.masks_sizes);
        let text = self.masked(&String::from_utf8_lossy(&bytes.data));
        let (text, when) = match text.split_once("Date: ") {
            Some((before, _)) if before.len() < SHOWN => (format!("{before}Date: "), "‹when›"),
            _ => (text, ""),
        };
        let quoted = scope::quoted(text.as_bytes(), usize::MAX);
        let quoted = quoted.trim_end_matches('"');
        let mut short: String = quoted.chars().take(SHOWN + 1).collect();
        if short.rfind('‹') > short.rfind('›') {
            // Not within a mask.
            short = quoted.split_inclusive('›').next().unwrap_or(quoted).to_owned();
        }
        if short == quoted && when.is_empty() && bytes.data.len() as u64 == bytes.total {
            return format!("{short}\"");
        }
        let size = if masks { "‹n›".to_owned() } else { bytes.total.to_string() };
        format!("{short}{when}\"… {size} B")
    }

    fn call(&self, pid: i32, call: &Call) -> Option<Deed> {
        let says = |text: String| Some(Deed::Line(Act::Says, text));
        let channel = call.things.iter().find_map(|thing| self.channel(thing));
        let failed = match call.outcome {
            Outcome::Error(errno) => Some(scope::errno_name(errno)),
            _ => None,
        };
        match (call.name, call.outcome) {
            ("exec", Outcome::Value(_)) => says(format!("becomes {}", self.command(call))),
            ("exec", _) => None,
            ("fork", Outcome::Value(child)) => {
                let child = self.lane(i32::try_from(child).ok()?)?;
                Some(Deed::Line(Act::Forks(child.name.clone()), "fork".to_owned()))
            }
            ("wait", Outcome::Value(child)) => {
                let child = i32::try_from(child).ok()?;
                let end = self.ends.get(&child)?.clone();
                Some(Deed::Line(Act::Reaps(self.lane(child)?.name.clone()), end))
            }
            ("kill", Outcome::Value(_)) => {
                let target = call.args.iter().find_map(|Arg { value, .. }| match value {
                    Value::Pid(who) => self.lane(who.pid),
                    _ => None,
                });
                target?;
                let signal = call.args.iter().find_map(word)?;
                Some(Deed::Line(Act::Sends(token("signal")), signal))
            }
            ("connect", _) => {
                channel?;
                let door = Act::Sends("connect".into());
                address(call).map(|address| Deed::Line(door, address))
            }
            ("accept", Outcome::Value(_)) => {
                channel?;
                let peer = call.things.iter().find_map(|thing| thing.peer.as_ref())?;
                let address = self.connected.get(&**peer)?.clone();
                Some(Deed::Line(Act::Gets("connect".into()), address))
            }
            ("accept", _) => None,
            ("pipe", Outcome::Value(_)) => says(format!("pipe() makes {}", channel?.name)),
            // After its last one a writer is told that nobody reads.
            ("close", _) if channel.is_some() && self.leaves(pid, call) => {
                Some(Deed::Line(Act::Sends(token("close")), self.arguments(call)))
            }
            // A copy, kept where the program looks for it.
            ("close", _) if call.things.iter().any(|thing| thing.kind == Kind::Pipe) => None,
            (name, _) => match (channel, &call.bytes, failed) {
                (Some(channel), Some(_), Some(errno)) => {
                    says(format!("{name}({}): {errno}", channel.name))
                }
                (Some(channel), Some(bytes), None) if bytes.total == 0 && channel.hides_end => None,
                (Some(channel), Some(bytes), None) => {
                    Some(Deed::Moved(channel.name.clone(), bytes.clone()))
                }
                (Some(_), None, failed) => {
                    let failed = failed.map_or_else(String::new, |errno| format!(": {errno}"));
                    says(format!("{name}({}){failed}", self.arguments(call)))
                }
                (None, ..) => None,
            },
        }
    }

    fn channel(&self, thing: &Thing) -> Option<&'a Channel> {
        let shown = match self.pipes.iter().position(|name| **name == *thing.name) {
            Some(at) => format!("pipe {}", at + 1),
            None if thing.kind == Kind::Pipe => return None,
            None => thing.to_string(),
        };
        self.selection.channels.iter().find(|channel| shown.contains(&channel.is))
    }

    /// The arguments as far as they mean anything outside of the process.
    fn arguments(&self, call: &Call) -> String {
        let told: Vec<String> = match call.name {
            "socket" => call.args.iter().take(2).filter_map(word).collect(),
            "dup2" => call.args.iter().map(|arg| self.argument(&arg.value)).collect(),
            _ => {
                let is_size = |value: &Value| matches!(value, Value::Int(_) | Value::Pointer(_));
                let told = call.args.iter().filter(|arg| !is_size(&arg.value));
                told.map(|arg| self.argument(&arg.value)).collect()
            }
        };
        told.join(", ")
    }

    fn argument(&self, value: &Value) -> String {
        match value {
            Value::Fd(_, Some(thing)) => match (self.channel(thing), &thing.end) {
                (Some(channel), Some(end)) => format!("{} ({end})", channel.name),
                (Some(channel), None) => channel.name.clone(),
                (None, _) => {
                    thing.name.trim_end_matches(|c: char| c == ' ' || c.is_ascii_digit()).to_owned()
                }
            },
            Value::Fd(fd, None) => fd.to_string(),
            Value::Int(number) => number.to_string(),
            Value::Word(word) => word.clone(),
            Value::Text(text) => scope::quoted(text, SHOWN),
            Value::List(list) => {
                let list: Vec<String> = list.iter().map(|value| self.argument(value)).collect();
                list.join(", ")
            }
            Value::Bytes(bytes) => scope::preview(bytes, SHOWN),
            Value::Id(_, thing) => thing.to_string(),
            Value::Pid(who) => who.to_string(),
            Value::Pointer(_) => "‹address›".to_owned(),
        }
    }

    /// The command that a process became, as much of it as fits.
    fn command(&self, call: &Call) -> String {
        let words = call.args.iter().find_map(|arg| match &arg.value {
            Value::List(words) => Some(words),
            _ => None,
        });
        let words = words.into_iter().flatten().enumerate().map(|(at, word)| {
            let Value::Text(text) = word else { return String::new() };
            let text = String::from_utf8_lossy(text);
            let name = text.rsplit('/').next().filter(|_| at == 0);
            name.unwrap_or(&text).split_whitespace().collect::<Vec<_>>().join(" ")
        });
        let words = self.masked(&words.collect::<Vec<_>>().join(" "));
        match words.char_indices().nth(COMMAND) {
            Some((end, _)) => format!("{}…", &words[..end]),
            None => words,
        }
    }

    fn masked(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (old, new) in &self.masks {
            text = text.replace(old, new);
        }
        text
    }
}

fn is_signal(line: &Line) -> bool {
    let token = matches!(&line.act, Act::Gets(channel) if channel.name == "signal");
    token || line.act == Act::Says && line.text.starts_with("gets SIG")
}

/// Whether it is the call that `wanted` names, as `close` or `epoll_ctl EPOLL_CTL_ADD`.
fn is(call: &Call, wanted: &str) -> bool {
    let (name, flag) = wanted.split_once(' ').unwrap_or((wanted, ""));
    let has = |flag| call.args.iter().filter_map(word).any(|word| word == flag);
    call.name == name && (flag.is_empty() || has(flag))
}

fn is_exec(event: &Event) -> bool {
    matches!(&event.what, What::Call(call) if call.name == "exec" && matches!(call.outcome, Outcome::Value(_)))
}

fn word(arg: &Arg) -> Option<String> {
    match &arg.value {
        Value::Word(word) => Some(word.clone()),
        _ => None,
    }
}

/// The address that a call was given.
fn address(call: &Call) -> Option<String> {
    call.args.iter().find_map(|arg| word(arg).filter(|_| arg.name == "address"))
}

/// The ports and the temporary folders that the run names.
fn masks(events: &[Event]) -> Vec<(String, &'static str)> {
    let mut ports = BTreeSet::new();
    let mut folders = BTreeSet::new();
    for event in events {
        let told = scope::words(event, 256);
        for piece in told.split("127.0.0.1:").skip(1) {
            let port: String = piece.chars().take_while(char::is_ascii_digit).collect();
            if port.len() > 3 {
                ports.insert(port);
            }
        }
        for piece in told.split("/tmp.").skip(1) {
            let end: String = piece.chars().take_while(char::is_ascii_alphanumeric).collect();
            let before = told.split(&format!("/tmp.{end}")).next().unwrap_or_default();
            let start = before.rfind(['"', ' ', '=']).map_or(0, |at| at + 1);
            folders.insert(format!("{}/tmp.{end}", &before[start..]));
        }
    }
    let folders = folders.into_iter().map(|folder| (folder, "‹folder›"));
    folders.chain(ports.into_iter().map(|port| (port, "‹port›"))).collect()
}

//! What the kernel saw of a scene, as text: of the calls as they are made, and of the whole so
//! that every run and every machine agrees.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use scope::{Arg, Call, Outcome, Thing, Value, signal_name};

use super::{Deed, Moment, Seen, Witness};
use crate::line;

/// How things and processes are named: as the recording does, or so that every run agrees.
pub(super) enum Names {
    Live,
    Agreed(Agreed),
}

/// The names that every run agrees on.
#[derive(Default)]
pub(super) struct Agreed {
    /// What things are called, by the names that the recording gave them.
    things: HashMap<String, String>,
    /// How many of each kind have been named.
    counts: HashMap<String, usize>,
    /// What differs in every run, longest first, and what stands for it.
    masks: Vec<(String, String)>,
}

impl Names {
    fn mask(&self, text: &str) -> String {
        match self {
            Self::Live => text.to_owned(),
            Self::Agreed(agreed) => mask(text, &agreed.masks),
        }
    }

    /// `pipe 7` becomes `pipe 1` if it is the first pipe that is met.
    fn thing(&mut self, name: &str) -> String {
        let Self::Agreed(known) = self else { return name.to_owned() };
        if let Some(agreed) = known.things.get(name) {
            return agreed.clone();
        }
        // A word of memory: the memory's number, and where in it.
        let (memory, place) = match name.rsplit_once(" +") {
            Some((memory, place)) => (memory, format!(" +{place}")),
            None => (name, String::new()),
        };
        let is_number = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
        let Some((kind, _)) = memory.rsplit_once(' ').filter(|(_, number)| is_number(number))
        else {
            return mask(name, &known.masks);
        };
        let kind = mask(kind, &known.masks);
        let count = known.counts.entry(kind.clone()).or_insert(0);
        *count += 1;
        let agreed = format!("{kind} {count}{place}");
        known.things.insert(name.to_owned(), agreed.clone());
        agreed
    }
}

impl Witness {
    /// The calls of each process, in its own order, with what varies masked. The cast comes
    /// first, then the others in the order of the names.
    pub(crate) fn picture(&self, cast: &[&str], races: &[&str]) -> String {
        if races.contains(&"*") {
            return String::new();
        }
        let rank = |actor: &&Seen| {
            let at = cast.iter().position(|name| *name == actor.name);
            (at.unwrap_or(cast.len()), actor.name.clone())
        };
        let mut actors: Vec<&Seen> = self.actors.iter().collect();
        actors.sort_by_key(rank);
        let masks = self.masks();
        let mut names = Names::Agreed(Agreed { masks, ..Agreed::default() });
        let mut picture = String::new();
        for actor in actors {
            let _ = writeln!(picture, "{}", actor.name);
            for (rank, tid) in actor.threads().into_iter().enumerate() {
                if rank > 0 {
                    let _ = writeln!(picture, "  a thread of it");
                }
                let indent = if rank > 0 { "    " } else { "  " };
                for row in folded(&self.rows(actor, tid, races, &mut names)) {
                    let _ = writeln!(picture, "{indent}{row}");
                }
            }
        }
        picture
    }

    /// What one thread did. Of calls whose number a race decides, a row stays for each kind.
    fn rows(&self, actor: &Seen, tid: i32, races: &[&str], names: &mut Names) -> Vec<String> {
        let mut rows: Vec<String> = Vec::new();
        let mut racing = 0;
        let is_race = |call: &Call| {
            let own = |race: &str| race.split_once(' ') == Some((&actor.name, call.name));
            races.iter().any(|race| *race == call.name || own(race))
        };
        let is_uncertain =
            |call: &Call| races.iter().any(|race| race.strip_suffix('?') == Some(call.name));
        let moments: Vec<&Moment> = actor.moments.iter().filter(|it| it.tid == tid).collect();
        let mut ignored: Vec<String> = Vec::new();
        for (at, Moment { deed, at: time, .. }) in moments.iter().enumerate() {
            let cut = self.stopped.is_some_and(|stopped| *time >= stopped);
            if let Deed::Called(call) = deed {
                dispose(call, &mut ignored);
            }
            let row = match deed {
                Deed::Told(_) => continue,
                // Whom the stage ends first, decides what the others see last.
                Deed::Called(call) if cut => match self.stopped {
                    Some(stopped) if call.began < stopped => self.text(&unfinished(call), names),
                    _ => continue,
                },
                // A retry, or a wake-up that a race makes needed, is no step of its own.
                Deed::Called(call) if is_accident(call) => continue,
                Deed::Called(call) if moments.get(at + 1).is_some_and(|it| searches(call, it)) => {
                    continue;
                }
                Deed::Called(call) if is_uncertain(call) => continue,
                Deed::Called(call) if is_race(call) => {
                    let row = self.racing(call, names);
                    if !rows[racing..].contains(&row) {
                        rows.push(row);
                    }
                    continue;
                }
                Deed::Called(call) => self.text(call, names),
                _ if cut => continue,
                // Only because it is traced does it hear of a signal that it ignores.
                Deed::Signal(signal) if ignored.contains(&signal_name(*signal)) => continue,
                Deed::Signal(signal) => format!("gets {}", signal_name(*signal)),
                Deed::Ended(end) => format!("ends: {end}"),
            };
            rows.push(row);
            racing = rows.len();
        }
        let ended = self.stopped.is_some_and(|stopped| actor.lived_until(stopped));
        rows.extend(ended.then(|| "waits for ever, and is ended by the stage".to_owned()));
        rows
    }

    /// A call that stands for all of its kind: on a descriptor, however often it is made; on
    /// something else, whatever comes of it.
    fn racing(&self, call: &Call, names: &mut Names) -> String {
        let mut call = call.clone();
        let on =
            call.args.iter().position(|arg| matches!(arg.value, Value::Fd(..) | Value::Id(..)));
        let often = on.is_some();
        if let Some(at) = on {
            call.args = vec![call.args.swap_remove(at)];
        }
        call.outcome = Outcome::None;
        let text = self.text(&call, names);
        let how =
            if often { ", as often as the race decides" } else { " = ‹as the race decides›" };
        format!("{text}{how}")
    }

    /// What the actors themselves told as varying.
    fn masks(&self) -> Vec<(String, String)> {
        let told = self.actors.iter().flat_map(|actor| &actor.moments);
        let told = told.flat_map(|moment| match &moment.deed {
            Deed::Told(line) => line::varying(&line.text),
            _ => Vec::new(),
        });
        let told = told.filter(|(_, value)| value.len() > 2);
        let told = told.map(|(name, value)| (value, format!("‹{name}›")));
        let mut masks: Vec<(String, String)> = told.collect();
        masks.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        masks
    }

    /// The call as in a manual page.
    pub(super) fn text(&self, call: &Call, names: &mut Names) -> String {
        // How a C library makes and reaps a process is its own matter.
        let kept = match call.name {
            "fork" | "thread" => 0,
            "wait" => 2,
            _ => call.args.len(),
        };
        let live = matches!(names, Names::Live);
        // Where what varies is masked in the bytes, their number varies as well.
        let hidden = call.bytes.as_ref().filter(|bytes| {
            let preview = scope::preview(bytes, 32);
            names.mask(&preview) != preview
        });
        let hidden = hidden.map(|bytes| bytes.total);
        let key = matches!(call.name, "shmget" | "semget" | "msgget");
        let key = key && matches!(names, Names::Agreed(_));
        let first = key.then(|| "‹key›".to_owned());
        let path = searched(call);
        let told = |arg: &Arg, names: &mut Names| match &arg.value {
            _ if is_idle(call, arg) => None,
            Value::Text(_) if !live && arg.name == "program" && path.is_some() => path.clone(),
            Value::Word(mode) if call.name == "mkfifo" && arg.name == "mode" => {
                // That it makes a FIFO, its name says.
                Some(mode.replacen("010", "0", 1))
            }
            Value::Int(pid) if !live && matches!(arg.name, "pid" | "tid" | "tgid" | "id") => {
                let name = i32::try_from(*pid).ok().and_then(|pid| self.name(pid));
                Some(name.unwrap_or("‹pid›").to_owned())
            }
            Value::Int(length) if hidden.is_some() && hidden == u64::try_from(*length).ok() => {
                Some("‹length›".to_owned())
            }
            // The last argument of semctl(2) is a value or, for most commands, a pointer.
            Value::Int(_) if call.name == "semctl" && arg.name == "arg" && !sets_one(call) => None,
            // The type of a message is an address: it can be the pid that was told as varying.
            Value::Int(number) if arg.name == "kind" => Some(names.mask(&number.to_string())),
            value => self.value(value, names),
        };
        let args =
            call.args.iter().take(kept).skip(usize::from(key)).filter_map(|arg| told(arg, names));
        let args: Vec<String> = first.into_iter().chain(args).collect();
        let mut text = format!("{}({})", call.name, args.join(", "));
        match call.outcome {
            Outcome::None => {}
            // A process can be gone before the call comes back.
            Outcome::Value(_) if call.name == "thread" && !live => {}
            Outcome::Value(value) if hidden.is_some() && hidden == u64::try_from(value).ok() => {
                text.push_str(" = ‹length›");
            }
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
            "sigwait" => i32::try_from(value).map_or_else(|_| value.to_string(), signal_name),
            "fcntl" if call.args.iter().any(|arg| is_word(arg, "F_GETFL")) => open_flags(value),
            "shmget" | "semget" | "msgget" => "‹id›".to_owned(),
            "semctl" if call.args.iter().any(|arg| is_word(arg, "GETPID")) => "‹pid›".to_owned(),
            _ if is_of_processes(call) && value > 0 => "‹pid›".to_owned(),
            _ => value.to_string(),
        }
    }

    /// `None` for an address, which says nothing.
    fn value(&self, value: &Value, names: &mut Names) -> Option<String> {
        let live = matches!(names, Names::Live);
        Some(match value {
            Value::Int(number) => number.to_string(),
            Value::Word(word) => names.mask(word),
            Value::Text(text) => names.mask(&scope::quoted(text, 256)),
            Value::Bytes(bytes) => names.mask(&plain(&scope::preview(bytes, 32))),
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
    // Which socket is at the other side is known to the recorder sooner or later.
    if let (Some(peer), Names::Live) = (&thing.peer, &*names) {
        let _ = write!(text, " ⇄ {}", names.thing(peer));
    }
    text
}

/// Takes out what is another one in every run: the values that are known to be, the run's folder
/// and its mark in names, addresses, ports, inodes, and pids in paths below `/proc`.
fn mask(text: &str, masks: &[(String, String)]) -> String {
    let register = format!("{}/between-processes-", std::env::temp_dir().display());
    let digits = |text: &str, radix| text.chars().take_while(|c| c.is_digit(radix)).count();
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let inside = out.ends_with(|c: char| c.is_ascii_alphanumeric());
        let known = masks.iter().find(|(value, _)| {
            let after = rest.strip_prefix(value.as_str());
            !inside && after.is_some_and(|it| !it.starts_with(|c: char| c.is_ascii_alphanumeric()))
        });
        if let Some((value, stands)) = known {
            out.push_str(stands);
            rest = &rest[value.len()..];
        } else if let Some(after) = rest.strip_prefix(&register) {
            // USER/RUN/label
            let label = after.splitn(3, '/').nth(2).unwrap_or("");
            out.push_str("‹run›/");
            rest = &rest[rest.len() - label.len()..];
        } else if let Some(after) = rest.strip_prefix("between-processes-") {
            out.push_str("‹run›");
            rest = &after[digits(after, 16)..];
        } else if let Some((before, after)) =
            ["/proc/", "pipe:[", "socket:["].iter().find_map(|before| {
                let after = rest.strip_prefix(before)?;
                (digits(after, 10) > 0).then_some((before, after))
            })
        {
            out.push_str(before);
            out.push_str("‹number›");
            rest = &after[digits(after, 10)..];
        } else if c == ':' && is_host(&out) && digits(&rest[1..], 10) > 0 {
            out.push_str(":‹number›");
            rest = &rest[1 + digits(&rest[1..], 10)..];
        } else if rest.starts_with("/sem.") && !rest.starts_with("/sem.between") {
            // The name under which the C library makes a semaphore before it links its own.
            out.push_str("/sem.‹temporary›");
            rest = rest[5..].trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        } else if let Some(after) = rest.strip_prefix("0x").filter(|it| digits(it, 16) > 4) {
            out.push_str("‹address›");
            rest = &after[digits(after, 16)..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// Keeps the list of the signals that a process ignores.
fn dispose(call: &Call, ignored: &mut Vec<String>) {
    let ("sigaction", Outcome::Value(_)) = (call.name, call.outcome) else { return };
    let [signal, action, ..] = call.args.as_slice() else { return };
    let (Value::Word(signal), Value::Word(action)) = (&signal.value, &action.value) else { return };
    ignored.retain(|known| known != signal);
    if action.starts_with("SIG_IGN") {
        ignored.push(signal.clone());
    }
}

fn sets_one(call: &Call) -> bool {
    call.args.iter().any(|arg| matches!(&arg.value, Value::Word(op) if op == "SETVAL"))
}

/// Whether the text ends with an address of the Internet, behind which a port would stand.
fn is_host(text: &str) -> bool {
    let start = text.rfind(|c: char| c != '.' && !c.is_ascii_digit()).map_or(0, |at| at + 1);
    text.get(start..).is_some_and(|host| host.split('.').count() == 4)
}

fn is_of_processes(call: &Call) -> bool {
    matches!(call.name, "fork" | "thread" | "wait" | "getpid" | "getppid")
}

/// Whether the call is made or not differs from run to run: one that a signal interrupted is made
/// again, and a futex is asked only when somebody came first.
fn is_accident(call: &Call) -> bool {
    matches!(call.outcome, Outcome::Restart(_)) || call.name.starts_with("futex")
}

impl Seen {
    /// Its threads, the first one first.
    fn threads(&self) -> Vec<i32> {
        // A thread may have ended before the call that has made it is seen to return.
        let mut threads = vec![self.pid];
        for moment in &self.moments {
            if !threads.contains(&moment.tid) {
                threads.push(moment.tid);
            }
        }
        threads
    }

    fn lived_until(&self, stopped: Duration) -> bool {
        self.moments.last().is_some_and(|moment| moment.at >= stopped)
    }
}

/// The call as it stood before it came back.
fn unfinished(call: &Call) -> Call {
    let mut call = call.clone();
    call.outcome = Outcome::None;
    call.args.retain(|arg| !matches!(&arg.value, Value::Bytes(bytes) if !bytes.given));
    call
}

/// Whether the call looks for a program where the next one looks for it again: `PATH` is another
/// one on every machine.
fn searches(call: &Call, next: &Moment) -> bool {
    let failed = matches!(call.outcome, Outcome::Error(_));
    let Deed::Called(next) = &next.deed else { return false };
    failed && searched(call).is_some_and(|name| searched(next) == Some(name))
}

/// The program, if it was called by a name without a path, as `execvp` takes it.
fn searched(call: &Call) -> Option<String> {
    let [program, arguments, ..] = call.args.get(..2)? else { return None };
    let (Value::Text(program), Value::List(arguments)) = (&program.value, &arguments.value) else {
        return None;
    };
    let Some(Value::Text(name)) = arguments.first() else { return None };
    let program = str::from_utf8(program).ok().filter(|_| call.name == "exec")?;
    let (at, file) = program.rsplit_once('/')?;
    let path = std::env::var_os("PATH")?;
    let known = std::env::split_paths(&path).any(|folder| folder == Path::new(at));
    (known && file.as_bytes() == name).then(|| format!("\"‹PATH›/{file}\""))
}

/// Whether the argument asks for nothing that is not asked for by its absence.
fn is_idle(call: &Call, arg: &Arg) -> bool {
    match (arg.name, &arg.value) {
        ("dev", Value::Int(0)) => true,
        // That of an address, which stands beside it.
        ("length", Value::Int(_)) => matches!(call.name, "bind" | "connect" | "send"),
        ("flags" | "mode", Value::Word(word)) => word.bytes().all(|digit| digit == b'0'),
        _ => ["AT_FDCWD", "no limit", "-"].iter().any(|word| is_word(arg, word)),
    }
}

fn is_word(arg: &Arg, wanted: &str) -> bool {
    matches!(&arg.value, Value::Word(word) if word == wanted)
}

/// What `F_GETFL` says, without the bits that every processor has elsewhere.
fn open_flags(value: i64) -> String {
    let flags = i32::try_from(value).unwrap_or_default();
    let access = match flags & libc::O_ACCMODE {
        libc::O_RDONLY => "O_RDONLY",
        libc::O_WRONLY => "O_WRONLY",
        _ => "O_RDWR",
    };
    let more = [(libc::O_NONBLOCK, "|O_NONBLOCK"), (libc::O_APPEND, "|O_APPEND")];
    let more = more.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, word)| *word);
    std::iter::once(access).chain(more).collect()
}

/// Bytes that are no text, as C writes them: `\x01` and `\0` for Rust's `\u{1}` and `\u{0}`.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\u{") {
        let (digits, after) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        match u8::from_str_radix(digits, 16) {
            Ok(0) => out.push_str("\\0"),
            Ok(byte) => {
                let _ = write!(out, "\\x{byte:02x}");
            }
            Err(_) => {
                let _ = write!(out, "\\u{{{digits}}}");
            }
        }
        rest = after;
    }
    out + rest
}

/// What is done again and again stands there once: one row, or a round of a few, or one call with
/// always other bytes.
fn folded(rows: &[String]) -> Vec<String> {
    let mut shown = Vec::new();
    let mut rest = rows;
    while !rest.is_empty() {
        let rounds = |length: usize| {
            let round = rest.get(..length)?;
            let times = rest.chunks_exact(length).take_while(|next| *next == round).count();
            (times > if length == 1 { 1 } else { 3 }).then_some((length, times))
        };
        let head = |row: &str| row.split_once(", ").map(|(head, _)| head.to_owned());
        let alike = rest.iter().take_while(|row| head(row) == head(&rest[0])).count();
        let taken = match (1..=6).find_map(rounds) {
            Some((1, times)) => {
                shown.push(format!("{}  ×{times}", rest[0]));
                times
            }
            Some((length, times)) => {
                shown.extend_from_slice(&rest[..length]);
                shown.push(format!("… these {length} ×{times}"));
                length * times
            }
            None if let (Some(head), 12..) = (head(&rest[0]), alike) => {
                shown.push(format!("{head}, …)  ×{alike}"));
                alike
            }
            None => {
                shown.push(rest[0].clone());
                1
            }
        };
        rest = &rest[taken..];
    }
    shown
}

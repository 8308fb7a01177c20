//! Events in words.

use std::collections::HashMap;
use std::fmt::Write;
use std::time::Duration;

use crate::event::{
    Bytes, Call, Cause, Event, Group, Outcome, Thing, Value, What, errno_name, signal_name,
};

/// Text of the program, safe to print: escaped, cut after `limit` bytes.
pub fn quoted(data: &[u8], limit: usize) -> String {
    let cut = &data[..data.len().min(limit)];
    let mut text = String::from('"');
    for chunk in cut.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' => text.push_str("\\\""),
                // The escapes of `char` also cover what reorders or hides text.
                c if c == '\\' || c.is_control() => text.extend(c.escape_default()),
                '\'' => text.push(c),
                c => text.extend(c.escape_debug()),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text.push('"');
    if cut.len() < data.len() {
        text.push('…');
    }
    text
}

/// Bytes that moved: a preview and, when that is not all, how many there were.
pub fn preview(bytes: &Bytes, limit: usize) -> String {
    let shown = bytes.data.len().min(limit) as u64;
    let mut text = quoted(&bytes.data, limit);
    if shown < bytes.total {
        if !text.ends_with('…') {
            text.push('…');
        }
        let _ = write!(text, " {} B", bytes.total);
    }
    text
}

/// 1.234 ms, 56 µs, 7.8 s.
pub fn duration(d: Duration) -> String {
    match d.as_micros() {
        n @ 0..1_000 => format!("{n} µs"),
        n @ 1_000..1_000_000 => format!("{:.1} ms", n as f64 / 1e3),
        n => format!("{:.2} s", n as f64 / 1e6),
    }
}

/// An argument.
pub fn value(value: &Value, limit: usize) -> String {
    match value {
        Value::Int(n) => n.to_string(),
        Value::Word(word) => word.clone(),
        Value::Text(text) => quoted(text, 256),
        Value::Bytes(bytes) => preview(bytes, limit),
        Value::Fd(fd, None) => fd.to_string(),
        Value::Fd(fd, Some(thing)) => format!("{fd}: {thing}"),
        Value::Id(_, thing) => thing.to_string(),
        Value::Pid(who) if who.pid <= 0 => who.pid.to_string(),
        Value::Pid(who) => who.to_string(),
        Value::List(values) => {
            let parts: Vec<_> = values.iter().map(|v| self::value(v, limit)).collect();
            format!("[{}]", parts.join(", "))
        }
        Value::Pointer(0) => "NULL".to_string(),
        Value::Pointer(address) => format!("{address:#x}"),
    }
}

/// A call as in a manual page: `read(3: pipe 1 (read end), "hi\n", 100) = 3`.
pub fn call(call: &Call, limit: usize) -> String {
    let args: Vec<_> = call.args.iter().map(|arg| value(&arg.value, limit)).collect();
    let mut text = format!("{}({})", call.name, args.join(", "));
    match call.outcome {
        Outcome::None => {}
        outcome => {
            let _ = write!(text, " = {outcome}");
        }
    }
    if let Some(thing) = made(call) {
        let _ = write!(text, ": {thing}");
    }
    text.push_str(&wait(call));
    text
}

/// What the call made, if its arguments do not tell already.
fn made(call: &Call) -> Option<&Thing> {
    let made = matches!(
        call.name,
        "open"
            | "socket"
            | "accept"
            | "dup"
            | "dup2"
            | "mq_open"
            | "eventfd"
            | "signalfd"
            | "epoll_create"
            | "memfd_create"
            | "pidfd_open"
            | "pidfd_getfd"
            | "shmget"
            | "msgget"
            | "semget"
            | "mmap"
            | "munmap"
            | "shmdt"
            | "msync"
    ) || call.name == "fcntl" && call.things.len() > 1;
    call.things.last().filter(|_| made && !matches!(call.outcome, Outcome::Error(_)))
}

/// How long it waited, and what ended that.
pub fn wait(call: &Call) -> String {
    match (&call.waited, &call.ended_by) {
        (Some(time), Some(cause)) => format!("  waited {} for {cause}", duration(*time)),
        (Some(time), None) => format!("  waited {}", duration(*time)),
        _ => String::new(),
    }
}

/// How a signal was sent (`si_code`).
pub fn signal_code(signal: i32, code: i32) -> &'static str {
    match (signal, code) {
        (_, libc::SI_USER) => "kill",
        (_, libc::SI_QUEUE) => "sigqueue",
        (_, libc::SI_TKILL) => "tgkill",
        (_, libc::SI_TIMER) => "a timer",
        (_, libc::SI_MESGQ) => "a queue's notice",
        (_, libc::SI_ASYNCIO | libc::SI_SIGIO) => "input or output",
        (_, libc::SI_KERNEL) => "the kernel",
        (libc::SIGCHLD, libc::CLD_EXITED) => "exited",
        (libc::SIGCHLD, libc::CLD_KILLED | libc::CLD_DUMPED) => "killed",
        (libc::SIGCHLD, libc::CLD_STOPPED | libc::CLD_TRAPPED) => "stopped",
        (libc::SIGCHLD, libc::CLD_CONTINUED) => "continued",
        _ => "the kernel, for what the program did",
    }
}

/// An event in one line.
pub fn event(event: &Event, limit: usize) -> String {
    match &event.what {
        What::Call(made) => call(made, limit),
        What::Born { parent: Some(parent), thread: false } => {
            format!("is born, a child of {parent}")
        }
        What::Born { parent: _, thread: true } => "begins, a thread".to_string(),
        What::Born { parent: None, .. } => "begins".to_string(),
        What::Renamed { from } => format!("was {from} until now"),
        What::Signal { signal, code, sender } => {
            let how = signal_code(*signal, *code);
            let name = signal_name(*signal);
            match sender {
                Some(who) => format!("gets {name} from {who} ({how})"),
                None => format!("gets {name} ({how})"),
            }
        }
        What::Stopped { signal } => format!("is stopped by {}", signal_name(*signal)),
        What::Continued => "goes on".to_string(),
        What::Ended(end) => format!("ends: {end}"),
        What::Note(note) => format!("note: {note}"),
    }
}

/// An event for a narrow column, with arrows to the thing and from it.
pub fn short(event: &Event, limit: usize) -> String {
    let What::Call(call) = &event.what else {
        return match &event.what {
            What::Born { parent: Some(parent), .. } => format!("◀ {parent}"),
            What::Signal { signal, sender: Some(who), .. } => {
                format!("{} ◀ {who}", signal_name(*signal))
            }
            What::Signal { signal, .. } => signal_name(*signal),
            What::Ended(end) => end.to_string(),
            _ => self::event(event, limit),
        };
    };
    let name = call.name;
    let thing = call.things.first().map(brief).unwrap_or_default();
    let mut text = match (call.outcome, call.group) {
        (Outcome::Error(errno), _) => match shown_text(call) {
            Some(path) if thing.is_empty() => format!("{name} {path} {}", errno_name(errno)),
            _ => format!("{name} {thing} {}", errno_name(errno)),
        },
        (Outcome::Restart(_), _) => format!("{name} {thing} interrupted"),
        (outcome, Group::Data | Group::Queue) if call.bytes.is_some() => {
            let bytes = call.bytes.as_ref().expect("checked");
            let arrow = if bytes.given { '▶' } else { '◀' };
            let ended = !bytes.given && outcome == Outcome::Value(0);
            let what = if ended { "end of file".to_string() } else { preview(bytes, limit) };
            let thing = call.things.first().map_or(String::new(), |t| t.name.to_string());
            format!("{name} {arrow} {thing} {what}")
        }
        (_, Group::Process) => process(call),
        (Outcome::Value(new), _)
            if matches!(name, "dup" | "dup2" | "open" | "accept" | "mq_open") =>
        {
            let made = call.things.last().map(brief).unwrap_or_default();
            format!("{name} {made} = {new}")
        }
        (_, Group::Signal) => {
            let known = call.args.iter().filter(|arg| !matches!(arg.value, Value::Pointer(_)));
            let args: Vec<_> = known.map(|arg| value(&arg.value, limit)).collect();
            let arrow = if matches!(call.args.first(), Some(a) if matches!(a.value, Value::Pid(_)))
            {
                " ▶"
            } else {
                ""
            };
            format!("{name}{arrow} {}", args.join(" "))
        }
        _ if matches!(name, "pipe" | "socketpair") => {
            let made = call.things.last();
            let peer = made.and_then(|made| made.peer.as_ref()).map(|peer| format!(" ⇄ {peer}"));
            format!(
                "{name} = {}{}",
                made.map(|t| t.name.to_string()).unwrap_or_default(),
                peer.unwrap_or_default()
            )
        }
        _ => {
            let all: Vec<_> = call.things.iter().map(brief).collect();
            match (all.is_empty(), shown_text(call)) {
                (true, Some(path)) => format!("{name} {path}"),
                _ => format!("{name} {}", all.join(", ")),
            }
        }
    };
    if let (Some(time), Some(cause)) = (&call.waited, &call.ended_by) {
        let _ = match cause {
            Cause::Call(by) => write!(text, " ({} for {}'s {})", duration(*time), by.who, by.call),
            Cause::Closed(by) => {
                write!(text, " ({} for {}'s {})", duration(*time), by.who, by.call)
            }
            _ => write!(text, " ({} for {cause})", duration(*time)),
        };
    }
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What the threads have said in `exit`: their ends need not say it again.
#[derive(Default)]
pub struct Exits(HashMap<i32, String>);

impl Exits {
    /// Whether the event, told in these words, is an end that its thread's `exit` has told.
    pub fn told(&mut self, event: &Event, said: &str) -> bool {
        match &event.what {
            What::Call(call) if call.name == "exit" => {
                self.0.insert(event.tid, said.to_string());
                false
            }
            What::Ended(_) => self.0.remove(&event.tid).is_some_and(|exit| exit == said),
            _ => false,
        }
    }
}

fn brief(thing: &Thing) -> String {
    match &thing.end {
        Some(end) if end.starts_with('+') => format!("{} {end}", thing.name),
        Some(end) => format!("{} ({})", thing.name, end.trim_end_matches(" end")),
        None => thing.name.to_string(),
    }
}

fn shown_text(call: &Call) -> Option<String> {
    call.args.iter().find_map(|arg| match &arg.value {
        Value::Text(path) => Some(String::from_utf8_lossy(path).escape_debug().to_string()),
        _ => None,
    })
}

fn process(call: &Call) -> String {
    let child = call.args.iter().find(|arg| arg.name == "child").map(|arg| value(&arg.value, 0));
    let child = child.unwrap_or_default();
    match call.name {
        "fork" | "thread" => format!("{} ▶ {child}", call.name),
        "wait" => {
            let status =
                call.args.get(1).filter(|a| a.name == "status").map(|a| value(&a.value, 0));
            let status = status.filter(|s| s != "NULL" && !s.starts_with("0x"));
            format!("wait ◀ {child} {}", status.unwrap_or_default())
        }
        "exec" => match call.args.iter().find(|arg| arg.name == "argv").map(|arg| &arg.value) {
            Some(Value::List(argv)) => {
                let words: Vec<_> = argv
                    .iter()
                    .map(|word| match word {
                        Value::Text(text) => {
                            String::from_utf8_lossy(text).escape_debug().to_string()
                        }
                        other => value(other, 64),
                    })
                    .collect();
                format!("exec {}", words.join(" "))
            }
            _ => "exec".to_string(),
        },
        "exit" => {
            format!("exit {}", call.args.first().map(|a| value(&a.value, 0)).unwrap_or_default())
        }
        name => {
            let args: Vec<_> = call.args.iter().map(|arg| value(&arg.value, 32)).collect();
            format!("{name} {}", args.join(" "))
        }
    }
}

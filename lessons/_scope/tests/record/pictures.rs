//! What is understood of each mechanism, as pictures: each process's own sequence of events.

use std::collections::HashMap;

use scope::{Event, Options, Outcome, Program, What};

use crate::{Test, nothing};

pub fn tests() -> Vec<Test> {
    macro_rules! pictures {
        ($($name:ident)*) => { vec![$(Test {
            name: concat!("picture_", stringify!($name)),
            needs: pictures!(@needs $name),
            run: || picture(stringify!($name)),
        }),*] };
        (@needs queue) => { || lacks("queue", "POSIX message queues") };
        (@needs system_v) => { || lacks("system_v", "System V IPC") };
        (@needs $name:ident) => { nothing };
    }
    pictures!(dup rights fifo unix queue system_v semaphore signals stops threads splices process_vm
              eventfd signalfd memfd tcp)
}

/// A subject that ends with 77 has found that this machine lacks what it is about.
fn lacks(subject: &str, what: &str) -> Option<String> {
    let program = std::env::current_exe().unwrap();
    let status = std::process::Command::new(program).args(["subject", subject]).status().unwrap();
    (status.code() == Some(77)).then(|| format!("{what} are missing here"))
}

pub fn record(subject: &str, options: &Options) -> (scope::End, Vec<Event>) {
    let program = std::env::current_exe().unwrap();
    let words = [program.into_os_string(), "subject".into(), subject.into()];
    let mut events = Vec::new();
    let end = scope::run(&Program::new(words), options, &mut |event| events.push(event)).unwrap();
    (end, events)
}

fn picture(subject: &str) {
    let (end, events) = record(subject, &Options::default());
    assert_eq!(end, scope::End::Status(0));
    let filtered = drawn(&events);
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../pictures" }, {
        insta::assert_snapshot!(subject, filtered);
    });
    // Without a filter every call stops, and what is seen is the same.
    let (_, events) = record(subject, &Options { filter: false, ..Options::default() });
    assert_eq!(filtered, drawn(&events), "the same without a filter");
}

/// Each process's own sequence from the subject's beginning, with what varies masked.
fn drawn(events: &[Event]) -> String {
    let mut processes: Vec<(i32, String)> = Vec::new();
    let mut names = HashMap::new();
    let begin = events
        .iter()
        .position(|event| matches!(event.what, What::Renamed { .. }) && &*event.who == "subject");
    for event in &events[begin.expect("the subject names itself")..] {
        let lane = match processes.iter().position(|(tid, _)| *tid == event.tid) {
            Some(lane) => lane,
            None => {
                processes.push((event.tid, format!("{}\n", event.who)));
                processes.len() - 1
            }
        };
        if let Some(line) = line(event) {
            let mut line = renumbered(&line, &mut names);
            // Whether a client's socket has its other side yet is a race: its server may not
            // have accepted it when it writes.
            if lane > 0 {
                line = line.replace(" ⇄ socket 3", "");
            }
            processes[lane].1.push_str(&format!("  {line}\n"));
        }
    }
    processes.into_iter().map(|(_, lane)| lane).collect::<Vec<_>>().join("\n")
}

fn line(event: &Event) -> Option<String> {
    let mut event = event.clone();
    match &mut event.what {
        What::Call(call) => {
            // The runtime's own; and whether a joining thread sleeps is a race.
            // So is whether SIGCHLD interrupts a wait.
            if call.name == "sigaction" || matches!(call.outcome, Outcome::Restart(_)) {
                return None;
            }
            (call.waited, call.ended_by) = (None, None);
            if matches!(call.name, "fork" | "thread" | "wait" | "shmget" | "semget" | "msgget")
                && matches!(call.outcome, Outcome::Value(1..))
            {
                call.outcome = Outcome::Value(0);
            }
            if matches!(call.name, "exec" | "mmap" | "shmat" | "munmap" | "shmdt") {
                call.args.clear();
                call.outcome = Outcome::Value(0);
            }
            if call.name == "thread" {
                call.args.retain(|arg| arg.name == "child");
            }
        }
        // Whether SIGCHLD comes before or after the wait is a race.
        What::Signal { signal: libc::SIGCHLD, .. } => return None,
        What::Renamed { .. } => return None,
        _ => {}
    }
    Some(scope::words(&event, 64))
}

/// Numbers and ids in the order of their appearance, addresses as `ADDRESS`.
fn renumbered(line: &str, names: &mut HashMap<String, usize>) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        let hex = tail.starts_with("0x");
        let end = tail
            .find(|c: char| !(c.is_ascii_digit() || hex && c.is_ascii_alphanumeric()))
            .unwrap_or(tail.len());
        let (number, tail) = tail.split_at(end);
        let kind = ["pipe ", "socket ", "segment ", "set ", "queue ", "scope-"]
            .into_iter()
            .find(|kind| head.ends_with(kind));
        match kind {
            _ if hex => out.push_str("ADDRESS"),
            Some(kind) => {
                let count = names.keys().filter(|name| name.starts_with(kind)).count();
                let nth = *names.entry(format!("{kind}{number}")).or_insert(count + 1);
                out.push_str(&nth.to_string());
            }
            // Ids of System V objects, and of processes, are larger than any descriptor here.
            None if number.parse::<u64>().is_ok_and(|n| n > 99 && n != 128 && n != 4096) => {
                out.push('N');
            }
            None => out.push_str(number),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

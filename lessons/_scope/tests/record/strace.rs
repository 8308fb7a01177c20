//! strace as the second witness: of each thread, the same calls with the same results.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::process::Command;

use scope::{Event, Options, Outcome, Program, What};

use crate::{Test, without};

/// How often strace looks before a sequence counts as one that every run has; a number in
/// `SCOPE_STRACE_RUNS` looks longer.
fn runs() -> usize {
    std::env::var("SCOPE_STRACE_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(10)
}

pub fn tests() -> Vec<Test> {
    vec![
        Test {
            name: "strace_shell_pipeline",
            needs: || without("strace"),
            run: || compare(&["sh", "-c", "printf 'a\\nb\\nab\\n' | grep b | wc -l >/dev/null"], 3),
        },
        Test {
            name: "strace_python_pipe",
            needs: || without("strace").or_else(|| without("python3")),
            run: || compare(&[&python(), "-S", "-c", PYTHON], 1),
        },
        Test {
            name: "strace_threads",
            needs: || without("strace"),
            run: || {
                let own = std::env::current_exe().unwrap();
                compare(&[own.to_str().unwrap(), "subject", "threads"], 5);
            },
        },
    ]
}

/// The interpreter itself: `python3` may be a shell script that looks for it.
fn python() -> String {
    let asked = ["-c", "import sys; print(sys.executable, end='')"];
    String::from_utf8(Command::new("python3").args(asked).output().unwrap().stdout).unwrap()
}

const PYTHON: &str = "
from multiprocessing import Pipe, get_context
def child(end):
    end.send('hello from the child')
    end.close()
ctx = get_context('fork')
here, there = Pipe()
p = ctx.Process(target=child, args=(there,))
p.start()
here.recv()
p.join()
";

/// Threads by their place in the tree of births: `0/1/0`.
type Sequences = BTreeMap<String, Vec<String>>;

/// `least` threads at least must have a sequence of their own that every run of strace shows.
fn compare(argv: &[&str], least: usize) {
    let mut seen: BTreeMap<String, BTreeSet<Vec<String>>> = BTreeMap::new();
    for _ in 0..runs() {
        for (thread, calls) in strace(argv) {
            seen.entry(thread).or_default().insert(calls);
        }
    }
    let ours = recorded(argv);
    let threads: Vec<_> = seen.keys().collect();
    assert_eq!(ours.keys().collect::<Vec<_>>(), threads, "the same threads");
    let mut compared = 0;
    for (thread, sequences) in &seen {
        let mine = &ours[thread];
        if let (Some(theirs), 1) = (sequences.first(), sequences.len()) {
            compared += 1;
            assert_eq!(mine.join("\n"), theirs.join("\n"), "thread {thread} of {argv:?}");
        } else {
            // Its own sequence is a race. What moved through each descriptor is not.
            let theirs: BTreeSet<_> = sequences.iter().map(|calls| bag(calls)).collect();
            if theirs.len() == 1 {
                assert!(theirs.contains(&bag(mine)), "thread {thread} of {argv:?}: {mine:#?}");
            }
        }
    }
    assert!(compared >= least, "{compared} of {} threads have one sequence", seen.len());
}

/// Calls whose number no race decides, in any order.
fn bag(calls: &[String]) -> Vec<String> {
    let racing = ["wait4", "rt_sigreturn", "rt_sigprocmask", "restart_syscall"];
    let mut bag: Vec<String> = calls
        .iter()
        .filter(|call| !racing.iter().any(|name| call.starts_with(name)))
        .cloned()
        .collect();
    bag.sort();
    bag
}

/// A call as both tell it: its name, and its result unless that is an id or an address.
fn entry(name: &str, result: &str) -> String {
    let varies = [
        "fork",
        "vfork",
        "clone",
        "clone3",
        "wait4",
        "getpid",
        "gettid",
        "getppid",
        "set_tid_address",
        "mmap",
        "brk",
        "mremap",
        "rt_sigreturn",
        "getpgrp",
        "getpgid",
        "umask",
        "time",
        "getrandom",
    ];
    let number = match result.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).map_or(result.to_string(), |n| n.to_string()),
        None => result.to_string(),
    };
    let masked = varies.contains(&name) && number.parse::<u64>().is_ok_and(|n| n > 0);
    format!("{name} {}", if masked { "N" } else { &number })
}

/// Sleeping or not is a race of the threads.
fn races(name: &str) -> bool {
    matches!(name, "futex" | "sched_yield")
}

fn recorded(argv: &[&str]) -> Sequences {
    let options = Options { all: true, capture: 0, ..Options::default() };
    let mut places: HashMap<i32, (String, usize)> = HashMap::new();
    let mut sequences = Sequences::new();
    let mut waiting: Vec<Event> = Vec::new();
    let mut end = |event: Event| waiting.push(event);
    scope::run(&Program::new(argv.iter().copied()), &options, &mut end).unwrap();
    // A child may be told before the call that made it: its place comes from that call.
    let calls = |event: &Event| match &event.what {
        What::Call(call) => Some((call.name, call.syscall, call.outcome)),
        _ => None,
    };
    places.insert(waiting[0].tid, ("0".to_string(), 0));
    let births: Vec<(i32, i32)> = waiting
        .iter()
        .filter_map(|event| match calls(event) {
            Some(("fork" | "thread", _, Outcome::Value(child @ 1..))) => {
                Some((event.tid, child as i32))
            }
            _ => None,
        })
        .collect();
    place_all(&births, &mut places);
    for event in &waiting {
        let Some((_, name, outcome)) = calls(event) else { continue };
        let result = match outcome {
            Outcome::Value(value) => (value as u64).to_string(),
            Outcome::Error(errno) => scope::errno_name(errno),
            Outcome::Restart(_) => "interrupted".to_string(),
            Outcome::None => "?".to_string(),
        };
        if !races(name) {
            let place = places.get(&event.tid).expect("every thread was made by a call").0.clone();
            sequences.entry(place).or_default().push(entry(name, &result));
        }
    }
    sequences
}

fn place_all(births: &[(i32, i32)], places: &mut HashMap<i32, (String, usize)>) {
    // A child's own forks may be told before the one that made it.
    let mut left: Vec<(i32, i32)> = births.to_vec();
    while !left.is_empty() {
        let before = left.len();
        left.retain(|(parent, child)| {
            let Some((place, count)) = places.get_mut(parent) else { return true };
            *count += 1;
            let place = format!("{place}/{count}");
            places.insert(*child, (place, 0));
            false
        });
        assert!(left.len() < before, "births without a parent: {left:?}");
    }
}

fn strace(argv: &[&str]) -> Sequences {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out");
    let status = Command::new("strace")
        .args(["-f", "-q", "-e", "signal=none", "-o"])
        .arg(&file)
        .arg("--")
        .args(argv)
        .status()
        .unwrap();
    assert!(status.success(), "strace {argv:?}: {status}");
    let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
    let mut order: Vec<(i32, String, String)> = Vec::new();
    let mut open: HashMap<i32, usize> = HashMap::new();
    for line in text.lines() {
        let Some((tid, rest)) = line.split_once(' ') else { continue };
        let (Ok(tid), rest) = (tid.parse::<i32>(), rest.trim_start()) else { continue };
        if rest.starts_with("+++") || rest.starts_with("---") {
            continue;
        }
        if let Some(resumed) = rest.strip_prefix("<... ") {
            let _ = resumed;
            if let Some(at) = open.remove(&tid) {
                order[at].2 = result(rest);
            }
            continue;
        }
        let name = rest.split('(').next().unwrap_or_default().to_string();
        if rest.ends_with("<unfinished ...>") {
            open.insert(tid, order.len());
            order.push((tid, name, "?".to_string()));
        } else {
            order.push((tid, name, result(rest)));
        }
    }
    let mut places = HashMap::from([(order[0].0, ("0".to_string(), 0))]);
    let births: Vec<(i32, i32)> = order
        .iter()
        .filter(|(_, name, _)| matches!(name.as_str(), "fork" | "vfork" | "clone" | "clone3"))
        .filter_map(|(tid, _, result)| Some((*tid, result.parse().ok()?)))
        .collect();
    place_all(&births, &mut places);
    let mut sequences = Sequences::new();
    for (tid, name, result) in order.iter().filter(|(_, name, _)| !races(name)) {
        let place = places.get(tid).expect("every thread was made by a call").0.clone();
        sequences.entry(place).or_default().push(entry(name, result));
    }
    sequences
}

/// The result at the end of strace's line: a number, an error's name, or `?`.
fn result(line: &str) -> String {
    let end = line.rsplit(") = ").next().or_else(|| line.rsplit(" = ").next()).unwrap_or_default();
    // Long lines are padded: `)     = 0`.
    let end = if end == line { line.rsplit(" = ").next().unwrap_or_default() } else { end };
    let mut words = end.split_whitespace();
    match (words.next(), words.next()) {
        (Some("-1"), Some(error)) => error.to_string(),
        (Some("?"), Some(restart)) if restart.starts_with("ERESTART") => "interrupted".to_string(),
        (Some(value), _) => value.to_string(),
        (None, _) => String::new(),
    }
}

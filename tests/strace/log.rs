//! What strace writes, read back; and which of it is about things that processes share, judged
//! from strace's own words alone (`-y` shows what is behind each descriptor).

use std::collections::{HashMap, HashSet};

/// A call as strace shows it.
pub struct Sighting {
    pub tid: i32,
    pub name: String,
    /// What stands between the name's parenthesis and the result, strings blanked.
    args: String,
    /// The strings among them.
    strings: Vec<String>,
    /// A number in decimal digits, the name of an error, `interrupted`, or `?`.
    pub result: String,
    /// What is behind the descriptor that is the result.
    made: String,
}

impl Sighting {
    /// The descriptor that is its first argument.
    pub fn fd(&self) -> Option<i32> {
        let (number, _) = self.args.split_once('<')?;
        number.parse().ok().filter(|_| !self.name.ends_with("at"))
    }

    fn number(&self, at: usize) -> Option<u64> {
        let word = self.args.split(", ").nth(at)?.trim_end_matches(')');
        match word.strip_prefix("0x") {
            Some(hex) => u64::from_str_radix(hex, 16).ok(),
            None => word.parse().ok(),
        }
    }

    fn succeeded(&self) -> bool {
        self.result.parse::<u64>().is_ok()
    }
}

/// Every call, in the order of their beginnings.
pub fn read(text: &str) -> Vec<Sighting> {
    let mut all: Vec<Sighting> = Vec::new();
    let mut open: HashMap<i32, usize> = HashMap::new();
    for line in text.lines() {
        let Some((tid, rest)) = line.split_once(' ') else { continue };
        let (Ok(tid), rest) = (tid.parse::<i32>(), rest.trim_start()) else { continue };
        if rest.starts_with("+++") || rest.starts_with("---") {
            continue;
        }
        if let Some((_, rest)) = rest.strip_prefix("<... ").and_then(|it| it.split_once("resumed>"))
        {
            if let Some(at) = open.remove(&tid) {
                let (args, strings, result, made) = parts(rest);
                let seen = &mut all[at];
                seen.args.push_str(&args);
                seen.strings.extend(strings);
                (seen.result, seen.made) = (result, made);
            }
            continue;
        }
        let Some((name, rest)) = rest.split_once('(') else { continue };
        let begun = rest.strip_suffix("<unfinished ...>");
        let (args, strings, result, made) = match begun {
            Some(rest) => {
                open.insert(tid, all.len());
                let (args, strings) = blanked(rest.trim_end());
                (args, strings, "?".to_owned(), String::new())
            }
            None => parts(rest),
        };
        all.push(Sighting { tid, name: name.to_owned(), args, strings, result, made });
    }
    restore(&mut all);
    all
}

/// Of a process that is not dumpable (prctl(2)), an ordinary user's strace cannot see what is
/// behind a descriptor: then what the same number was shown with before must do.
fn restore(all: &mut [Sighting]) {
    const ON: [&str; 10] = [
        "read",
        "write",
        "close",
        "fcntl",
        "sendmsg",
        "recvmsg",
        "sendto",
        "recvfrom",
        "ftruncate",
        "flock",
    ];
    let makes =
        |seen: &&Sighting| matches!(seen.name.as_str(), "fork" | "vfork" | "clone" | "clone3");
    let makers: HashMap<i32, i32> = all
        .iter()
        .filter(makes)
        .filter_map(|seen| Some((seen.result.parse().ok()?, seen.tid)))
        .collect();
    let mut shown: HashMap<(i32, String), String> = HashMap::new();
    for seen in all {
        let first = seen.args.split([',', ')']).next().unwrap_or_default().to_owned();
        if seen.result == "EBADF" {
            // Nothing is behind it any more.
        } else if let Some((number, text)) = first.split_once('<') {
            shown.insert((seen.tid, number.to_owned()), text.to_owned());
        } else if ON.contains(&seen.name.as_str()) {
            let mut who = Some(seen.tid);
            let known = std::iter::from_fn(|| {
                let tid = who?;
                who = makers.get(&tid).copied();
                Some(tid)
            });
            let known = known.into_iter().find_map(|tid| shown.get(&(tid, first.clone())));
            if let Some(text) = known {
                seen.args = seen.args.replacen(&first, &format!("{first}<{text}"), 1);
            }
        }
    }
}

/// Arguments, strings, the result, and what is behind it.
fn parts(text: &str) -> (String, Vec<String>, String, String) {
    let (args, strings) = blanked(text);
    let Some((args, end)) = args.rsplit_once(" = ") else {
        return (args, strings, "?".to_owned(), String::new());
    };
    let mut words = end.split_whitespace();
    let result = match (words.next(), words.next()) {
        (Some("-1"), Some(error)) => error.to_owned(),
        (Some("?"), Some(restart)) if restart.starts_with("ERESTART") => "interrupted".to_owned(),
        (Some(value), _) => {
            let value = value.split('<').next().unwrap_or_default();
            let hex = value.strip_prefix("0x").and_then(|hex| u64::from_str_radix(hex, 16).ok());
            hex.map_or(value.to_owned(), |number| number.to_string())
        }
        (None, _) => String::new(),
    };
    let made = end.split_once('<').map_or("", |(_, made)| made);
    (args.trim_end().to_owned(), strings, result, made.to_owned())
}

/// The text with every string taken out, and the strings.
fn blanked(text: &str) -> (String, Vec<String>) {
    let (mut out, mut strings) = (String::new(), Vec::new());
    let mut string: Option<String> = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (&mut string, letter) {
            (Some(_), '"') => {
                strings.extend(string.take());
                out.push('"');
            }
            (Some(inside), '\\') => {
                inside.push('\\');
                inside.extend(letters.next());
            }
            (Some(inside), letter) => inside.push(letter),
            (None, '"') => {
                out.push('"');
                string = Some(String::new());
            }
            (None, letter) => out.push(letter),
        }
    }
    strings.extend(string);
    (out, strings)
}

/// Those of the calls that are about what processes share.
pub fn between_processes<'a>(
    all: &'a [Sighting],
    births: &[(i32, i32)],
) -> impl Iterator<Item = &'a Sighting> {
    // Who opens a FIFO may wait so long that it has another name in the end.
    let moved = |seen: &Sighting| match seen.strings.as_slice() {
        [from, to] if seen.name.starts_with("rename") => Some((from.clone(), to.clone())),
        _ => None,
    };
    let mut world = World {
        moved: all.iter().filter_map(moved).collect(),
        makers: births.iter().map(|(maker, child)| (*child, *maker)).collect(),
        ..World::default()
    };
    all.iter().filter(move |seen| world.tells(seen))
}

/// What the calls until now have made.
#[derive(Default)]
struct World {
    makers: HashMap<i32, i32>,
    /// Who shares memory with its maker.
    threads: HashSet<i32>,
    /// Names and the names that they get later.
    moved: HashMap<String, String>,
    /// Paths of FIFOs, sockets and queues.
    meetings: HashSet<String>,
    /// The sizes of System V segments, by id.
    segments: HashMap<u64, u64>,
    /// Shared mappings of each process: from, to.
    maps: HashMap<i32, Vec<(u64, u64)>>,
}

impl World {
    fn tells(&mut self, seen: &Sighting) -> bool {
        let process = self.process(seen.tid);
        self.learn(seen, process);
        let path = || seen.strings.first().is_some_and(|path| self.is_meeting(path));
        match seen.name.as_str() {
            "read" | "write" | "readv" | "writev" | "pread64" | "pwrite64" | "preadv"
            | "pwritev" | "preadv2" | "pwritev2" | "splice" | "tee" | "vmsplice" | "sendfile"
            | "copy_file_range" | "sendto" | "recvfrom" | "sendmsg" | "recvmsg" | "sendmmsg"
            | "recvmmsg" | "pipe" | "pipe2" | "dup" | "dup2" | "dup3" | "close" | "eventfd"
            | "eventfd2" | "memfd_create" | "ftruncate" | "fallocate" | "pidfd_open"
            | "pidfd_getfd" | "signalfd" | "signalfd4" | "poll" | "ppoll" | "select"
            | "pselect6" => self.is_about_things(seen),
            "fcntl" => seen.args.contains("SETLK") || self.is_about_things(seen),
            "open" | "creat" | "openat" if seen.succeeded() => self.is_about_things(seen),
            "open" | "creat" | "openat" | "unlink" | "unlinkat" => path(),
            "mknod" | "mknodat" => seen.args.contains("S_IFIFO"),
            "mmap" => seen.args.contains("MAP_SHARED") && !seen.args.contains("</usr/"),
            "munmap" | "msync" => self.unmapped(seen, process),
            "futex" => {
                let word = seen.number(0).unwrap_or_default();
                !seen.args.contains("_PRIVATE") && self.is_shared(process, word)
            }
            "prctl" => ["PR_SET_PDEATHSIG", "PR_SET_SECCOMP", "PR_SET_CHILD_SUBREAPER"]
                .iter()
                .any(|op| seen.args.starts_with(op)),
            "close_range" | "rename" | "renameat" | "renameat2" => false,
            _ => true,
        }
    }

    fn learn(&mut self, seen: &Sighting, process: i32) {
        match seen.name.as_str() {
            "mknod" | "mknodat" | "bind" => {
                let path = seen.strings.first();
                let later = path.and_then(|path| self.moved.get(path));
                self.meetings.extend(path.into_iter().chain(later).cloned());
            }
            "mq_open" if seen.succeeded() => {
                self.meetings.extend(seen.made.split('>').next().map(str::to_owned));
            }
            "shmget" if seen.succeeded() => {
                let id = seen.result.parse().unwrap_or_default();
                self.segments.insert(id, seen.number(1).unwrap_or_default());
            }
            "shmat" if seen.succeeded() => {
                let start: u64 = seen.result.parse().unwrap_or_default();
                let id = seen.number(0).unwrap_or_default();
                let length = self.segments.get(&id).copied().unwrap_or_default();
                self.maps.entry(process).or_default().push((start, start + length));
            }
            "clone" | "clone3" if seen.args.contains("CLONE_THREAD") => {
                self.threads.extend(seen.result.parse::<i32>());
            }
            "execve" if seen.succeeded() => drop(self.maps.insert(process, Vec::new())),
            "mmap" if seen.args.contains("MAP_SHARED") && seen.succeeded() => {
                let start = seen.result.parse().unwrap_or_default();
                let length = seen.number(1).unwrap_or_default();
                self.maps.entry(process).or_default().push((start, start + length));
            }
            _ => {}
        }
    }

    /// The process of a thread; a new one begins with its maker's mappings.
    fn process(&mut self, tid: i32) -> i32 {
        let Some(maker) = self.makers.get(&tid).copied() else { return tid };
        if self.threads.contains(&tid) {
            return self.process(maker);
        }
        if !self.maps.contains_key(&tid) {
            let maker = self.process(maker);
            let maps = self.maps.get(&maker).cloned().unwrap_or_default();
            self.maps.insert(tid, maps);
        }
        tid
    }

    fn is_shared(&self, process: i32, address: u64) -> bool {
        let maps = self.maps.get(&process).into_iter().flatten();
        maps.into_iter().any(|(start, end)| (*start..*end).contains(&address))
    }

    fn unmapped(&mut self, seen: &Sighting, process: i32) -> bool {
        let start = seen.number(0).unwrap_or_default();
        let was = self.is_shared(process, start);
        if seen.name == "munmap" && seen.succeeded() {
            let end = start + seen.number(1).unwrap_or_default();
            let maps = self.maps.entry(process).or_default();
            let around = |(from, to): &(u64, u64)| [(*from, start.min(*to)), (end.max(*from), *to)];
            *maps = maps.iter().flat_map(around).filter(|(from, to)| from < to).collect();
        }
        was
    }

    fn is_about_things(&self, seen: &Sighting) -> bool {
        // What `dup2` closes is whatever stood there before: the test's own pipe, perhaps.
        let most = if seen.name.starts_with("dup") { 1 } else { usize::MAX };
        let shown = seen.args.split('<').skip(1).take(most).chain([seen.made.as_str()]);
        shown.map(|text| text.split('>').next().unwrap_or_default()).any(|text| {
            ["pipe:[", "socket:[", "/memfd:", "/dev/shm/"].iter().any(|it| text.starts_with(it))
                || is_anonymous(text)
                || self.meetings.contains(text)
        })
    }

    fn is_meeting(&self, path: &str) -> bool {
        path.starts_with("/dev/shm/")
            || path.starts_with("/dev/mqueue/")
            || self.meetings.contains(path)
    }
}

fn is_anonymous(text: &str) -> bool {
    let kinds = ["eventfd", "signalfd", "pidfd", "eventpoll", "timerfd", "inotify"];
    let kind = text.strip_prefix("anon_inode:").map(|it| it.trim_matches(['[', ']']));
    kind.is_some_and(|kind| kinds.contains(&kind)) || text == "anon_inode:inotify"
}

//! strace as the second witness: each thread's calls, with their results, as both see them.
//!
//! A thread is known by its place in the tree of births (`0/1` is the first child of the first
//! process), a call by its kernel name, the descriptor that it is about, and what came back; ids
//! and addresses are masked. strace looks at one run of the program and scope at another, and both
//! again as long as they differ:
//!
//! - As a rule both have seen one and the same sequence: the whole sequence is compared.
//! - A thread that shows one of them more than one sequence has a race in it. Then its calls are
//!   compared in any order, but for those that only looked (they found nothing, were interrupted,
//!   or waited for something to be ready): how often they are made the race decides.
//! - Where a race decides the number of the others as well (bytes that come in pieces, messages
//!   that go to whoever is first), it is how many bytes moved through each descriptor by each
//!   call, and how many other calls were made; and where it decides that, too, only which calls
//!   were made on which descriptors.
//! - A thread that shows each of them always one sequence, but not the same one to both, may
//!   differ in the calls that only looked: the two recorders slow a program down differently.
//!
//! The first process of a lesson hears its actors in the order in which they speak: that it races
//! need not be found out. What is done in shared memory without a call, neither of them sees.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};

use scope::{Event, Options, Outcome, Program, Value, What};

use super::log::{self, Sighting};

/// What one thread did.
pub type Sequence = Vec<Entry>;
/// Threads by their place in the tree of births: `0/1/2`.
type Look = BTreeMap<String, Sequence>;

/// A call as both tell it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub name: String,
    pub fd: Option<i32>,
    pub result: String,
}

/// How much of a thread's calls both agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreed {
    /// The sequence.
    Sequence,
    /// The sequence without the calls that only looked.
    Steps,
    /// The calls on each descriptor, in any order.
    Calls,
    /// The bytes through each descriptor, and how many other calls were made.
    Sums,
    /// Which calls were made on which descriptors.
    Kinds,
}

impl fmt::Display for Agreed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sequence => "calls, in order",
            Self::Steps => "calls that did more than look, in order",
            Self::Calls => "calls, in any order",
            Self::Sums => "bytes through each descriptor, and numbers of other calls,",
            Self::Kinds => "kinds of calls",
        })
    }
}

/// How what the two have seen compares.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    /// They have seen one and the same at least once.
    Same,
    /// They have not, but at least one of them sees something else each time.
    Races,
    /// Each sees always the same, and the other one something else.
    Different,
}

/// So often both look until a race need not be compared any closer, and until a difference is one.
const RACES: usize = 4;
pub const LOOKS: usize = 12;

/// Why this machine has no second witness.
pub fn missing() -> Option<String> {
    let mut command = Command::new("strace");
    command.args(["-f", "--seccomp-bpf", "-y", "-e", "trace=execve", "true"]);
    match command.stdin(Stdio::null()).output() {
        Err(error) => Some(format!("`strace` is not installed here ({error})")),
        Ok(output) if !output.status.success() => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            Some(format!("`strace` cannot trace here: {}", said.lines().next().unwrap_or_default()))
        }
        Ok(_) => None,
    }
}

/// What both agree on, for each thread of the program, of which some are known to race.
///
/// # Errors
/// The difference, or why one of them could not look.
pub fn compare(
    argv: &[String],
    folder: &Path,
    races: impl Fn(&str) -> bool,
) -> Result<BTreeMap<String, Agreed>, String> {
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    for looked in 1..=LOOKS {
        let theirs = strace(argv, folder)?;
        let ours = recorded(argv, folder)?;
        // A thread that only some looks find has done nothing in the others.
        let places: BTreeSet<String> =
            seen.keys().chain(theirs.keys()).chain(ours.keys()).cloned().collect();
        for place in places {
            let known = seen.entry(place.clone()).or_default();
            known.races = races(&place);
            known.theirs.insert(theirs.get(&place).cloned().unwrap_or_default());
            known.ours.insert(ours.get(&place).cloned().unwrap_or_default());
        }
        let agreed = |(place, seen): (&String, &Seen)| Some((place.clone(), seen.agreed(looked)?));
        if let Some(agreed) = seen.iter().map(agreed).collect() {
            return Ok(agreed);
        }
    }
    let different = seen.iter().filter(|(_, seen)| seen.agreed(LOOKS).is_none());
    Err(different.map(|(place, seen)| seen.difference(place)).collect())
}

/// What the two witnesses have seen of one thread.
#[derive(Default)]
pub struct Seen {
    pub theirs: BTreeSet<Sequence>,
    pub ours: BTreeSet<Sequence>,
    /// It is known to race.
    pub races: bool,
}

impl Seen {
    /// What they agree on after so many looks. A coarser way of looking counts only if the finer
    /// one shows a race.
    pub fn agreed(&self, looked: usize) -> Option<Agreed> {
        use Held::{Different, Races, Same};
        let [mut sequence, steps, calls, sums, kinds] = [
            self.held(Sequence::clone),
            self.held(|calls| steps(calls)),
            self.held(|calls| sorted(calls)),
            self.held(|calls| sums(calls)),
            self.held(|calls| sums(calls).into_keys().collect::<Vec<_>>()),
        ];
        let (known, patient, at_last) = (self.races, looked >= RACES, looked >= LOOKS);
        if known && sequence == Different {
            sequence = Races;
        }
        match (sequence, steps, calls, sums, kinds) {
            (Same, ..) => Some(Agreed::Sequence),
            (Races, _, Same, ..) => Some(Agreed::Calls),
            (Races, _, Races, Same, _) if patient => Some(Agreed::Sums),
            (Races, _, _, Same, _) if known => Some(Agreed::Sums),
            (Races, _, Races, Races, Same) if patient => Some(Agreed::Kinds),
            (Different, Same, ..) if at_last => Some(Agreed::Steps),
            _ => None,
        }
    }

    /// How the two stand, looked at in this way.
    fn held<T: Ord>(&self, way: impl Fn(&Sequence) -> T) -> Held {
        let theirs: BTreeSet<T> = self.theirs.iter().map(&way).collect();
        let ours: BTreeSet<T> = self.ours.iter().map(&way).collect();
        match theirs.intersection(&ours).count() {
            0 if theirs.len() == 1 && ours.len() == 1 => Held::Different,
            0 => Held::Races,
            _ => Held::Same,
        }
    }

    fn difference(&self, place: &str) -> String {
        let all = |all: &BTreeSet<Sequence>| -> BTreeSet<Sequence> {
            let races = self.held(Sequence::clone) == Held::Races;
            all.iter().map(|calls| if races { sorted(calls) } else { calls.clone() }).collect()
        };
        let (theirs, ours) = (all(&self.theirs), all(&self.ours));
        let first = |all: BTreeSet<Sequence>| all.into_iter().next().unwrap_or_default();
        let (theirs, ours) = (first(theirs), first(ours));
        let same = theirs.iter().zip(&ours).take_while(|(a, b)| a == b).count();
        let rows = |sign: &str, calls: &[Entry]| {
            let rows = calls.iter().take(12);
            rows.map(|call| format!("{sign} {}\n", call.shown())).collect::<String>()
        };
        let shared = rows(" ", &theirs[same.saturating_sub(4)..same]);
        let (theirs, ours) = (rows("-", &theirs[same..]), rows("+", &ours[same..]));
        format!("thread {place}, as strace sees it (-) and scope (+):\n{shared}{theirs}{ours}")
    }
}

impl Entry {
    pub fn new(name: &str, fd: Option<i32>, result: &str) -> Self {
        let is_id = matches!(
            name,
            "fork"
                | "vfork"
                | "clone"
                | "clone3"
                | "wait4"
                | "mmap"
                | "shmat"
                | "shmget"
                | "semget"
                | "msgget"
        );
        let masked = is_id && result.parse::<u64>().is_ok_and(|number| number > 0);
        let result = if masked { "N" } else { result };
        Self { name: name.to_owned(), fd, result: result.to_owned() }
    }

    fn shown(&self) -> String {
        let fd = self.fd.map_or(String::new(), |fd| fd.to_string());
        format!("{}({fd}) = {}", self.name, self.result)
    }

    /// Whether it only looked, or was told to look again: how often is a race of its own.
    fn is_idle(&self) -> bool {
        let waits = ["poll", "ppoll", "select", "pselect6", "epoll_wait", "epoll_pwait", "futex"];
        matches!(self.result.as_str(), "EAGAIN" | "EINTR" | "interrupted")
            || waits.contains(&self.name.as_str())
            || self.name == "wait4" && self.result == "0"
            || self.name == "restart_syscall"
    }
}

/// The calls without those that only looked.
fn steps(calls: &[Entry]) -> Sequence {
    calls.iter().filter(|call| !call.is_idle()).cloned().collect()
}

/// The same in any order.
fn sorted(calls: &[Entry]) -> Sequence {
    let mut bag = steps(calls);
    bag.sort();
    bag
}

/// The bytes that moved through each descriptor by each call, and how many other calls were made.
fn sums(calls: &[Entry]) -> BTreeMap<(String, Option<i32>), u64> {
    const MOVES: [&str; 8] =
        ["read", "readv", "write", "writev", "sendto", "recvfrom", "splice", "sendfile"];
    let mut sums = BTreeMap::new();
    for call in calls.iter().filter(|call| !call.is_idle()) {
        let sum = sums.entry((call.name.clone(), call.fd)).or_default();
        let moved = call.result.parse().ok().filter(|_| MOVES.contains(&call.name.as_str()));
        *sum += moved.unwrap_or(1);
    }
    sums
}

/// Threads by their place, from who made whom. One whose making nobody saw return has none.
fn places(first: i32, births: &[(i32, i32)]) -> HashMap<i32, String> {
    let mut places = HashMap::from([(first, ("0".to_owned(), 0))]);
    let mut left = births.to_vec();
    loop {
        let before = left.len();
        // A child's own children may be told before itself.
        left.retain(|(parent, child)| {
            let Some((place, count)) = places.get_mut(parent) else { return true };
            *count += 1;
            let place = format!("{place}/{count}");
            places.insert(*child, (place, 0));
            false
        });
        if left.len() == before {
            return places.into_iter().map(|(tid, (place, _))| (tid, place)).collect();
        }
    }
}

fn recorded(argv: &[String], folder: &Path) -> Result<Look, String> {
    let mut events: Vec<Event> = Vec::new();
    let mut program = Program::new(argv);
    program.env = Some(environment(folder));
    let options = Options { capture: 0, ..Options::default() };
    scope::run(&program, &options, &mut |event| events.push(event))
        .map_err(|error| format!("scope: {error}"))?;
    let first = events.first().ok_or("scope has seen nothing")?.tid;
    let mut births = Vec::new();
    let mut calls = Vec::new();
    for event in &events {
        let What::Call(call) = &event.what else { continue };
        if let ("fork" | "thread", Outcome::Value(child @ 1..)) = (call.name, call.outcome) {
            births.extend(i32::try_from(child).map(|child| (event.tid, child)));
        }
        let result = match call.outcome {
            Outcome::Value(value) => (value as u64).to_string(),
            Outcome::Error(errno) => scope::errno_name(errno),
            Outcome::Restart(_) => "interrupted".to_owned(),
            Outcome::None => "?".to_owned(),
        };
        let fd = match call.args.first().map(|arg| &arg.value) {
            Some(Value::Fd(fd, Some(_))) => Some(*fd),
            _ => None,
        };
        calls.push((event.tid, Entry::new(call.syscall, fd, &result)));
    }
    Ok(sequences(first, &births, calls))
}

fn strace(argv: &[String], folder: &Path) -> Result<Look, String> {
    let out = folder.join("strace");
    // A FIFO may get another name: that is not recorded, but must be known.
    let names: Vec<&str> = scope::recorded().chain(["rename", "renameat", "renameat2"]).collect();
    let status = Command::new("strace")
        .args(["-f", "--seccomp-bpf", "-q", "-y", "-s", "4096", "-e", "signal=none", "-e"])
        .arg(format!("trace=?{}", names.join(",?")))
        .arg("-o")
        .arg(&out)
        .arg("--")
        .args(argv)
        .env_clear()
        .envs(environment(folder))
        .status()
        .map_err(|error| format!("strace: {error}"))?;
    let text = std::fs::read(&out).map_err(|error| format!("strace: {error}, {status}"))?;
    let sightings = log::read(&String::from_utf8_lossy(&text));
    let first = sightings.first().ok_or("strace has seen nothing")?.tid;
    let birth = |seen: &Sighting| {
        let makes = matches!(seen.name.as_str(), "fork" | "vfork" | "clone" | "clone3");
        let child = seen.result.parse().ok().filter(|child| makes && *child > 0);
        child.map(|child| (seen.tid, child))
    };
    let births: Vec<(i32, i32)> = sightings.iter().filter_map(birth).collect();
    let calls = log::between_processes(&sightings, &births);
    let calls = calls.map(|seen| (seen.tid, Entry::new(&seen.name, seen.fd(), &seen.result)));
    Ok(sequences(first, &births, calls.collect()))
}

fn sequences(first: i32, births: &[(i32, i32)], calls: Vec<(i32, Entry)>) -> Look {
    let places = places(first, births);
    let mut look = Look::new();
    for (tid, call) in calls {
        if let Some(place) = places.get(&tid) {
            look.entry(place.clone()).or_default().push(call);
        }
    }
    look
}

/// Ours, with a folder for temporary files that no other run shares.
fn environment(folder: &Path) -> Vec<(std::ffi::OsString, std::ffi::OsString)> {
    let ours = std::env::vars_os().filter(|(name, _)| name != "TMPDIR");
    ours.chain([("TMPDIR".into(), folder.as_os_str().to_owned())]).collect()
}

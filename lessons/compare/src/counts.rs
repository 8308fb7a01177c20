//! How many system calls an operation makes, as the kernel sees it: the same loop is run once more
//! under `scope`, by two processes for few operations, and by two others for more of them. What
//! begins and ends the processes is in both; the difference is the operations'.

use std::collections::BTreeMap;
use std::env::current_exe;
use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command, value_parser};
use nix::sched::{sched_getaffinity, sched_setaffinity};
use nix::unistd::{Pid, getsid};
use scope::{Event, Options, Program, What};
use stage::{Extra, Register};

use crate::field;
use crate::measure::board::Board;
use crate::measure::drive::Amount;
use crate::measure::trial::{Trial, stay_on};
use crate::run::{CallCount, Kind, Placement, Wait};

/// So many operations of the first two processes, so many of the others.
const OFTEN: [u64; 2] = [10, 60];
/// The same where each turn takes a time slice.
const SELDOM: [u64; 2] = [1, 9];
/// So many calls more may be chance: memory that one pair of processes had to ask for.
const CHANCE: i64 = 3;
/// What a process calls before its first operation and after its last one, and for nothing else.
const MARK: &str = "getsid";

const KINDS: [Kind; 4] = [Kind::Latency, Kind::Throughput, Kind::Touched, Kind::Paced];

/// The calls of one operation, of both processes together, by name.
///
/// # Errors
///
/// Why they cannot be counted: as a rule, that ptrace is forbidden.
pub fn count(trial: &Trial) -> Result<Vec<CallCount>, String> {
    let slow = trial.mechanism.wait == Wait::Spin && trial.placement == Placement::Same;
    let often = if slow { SELDOM } else { OFTEN };
    let [less, mut calls] = near_by(trial, || calls(trial, often))?;
    for (name, count) in less {
        *calls.entry(name).or_default() -= count;
    }
    let each = |count: i64| count as f64 / (often[1] - often[0]) as f64;
    let counted = calls.into_iter().filter(|&(_, count)| count > CHANCE);
    let rounded = |count| (each(count) * 100.0).round() / 100.0;
    Ok(counted
        .map(|(name, count)| CallCount { name: name.to_owned(), per_op: rounded(count) })
        .collect())
}

/// Who counts looks at every call, which is quickest on the processor of those who make them; but
/// not where somebody spins there for what only goes on when it has been looked at.
fn near_by<T>(trial: &Trial, work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let anywhere = sched_getaffinity(Pid::this()).map_err(|error| error.to_string())?;
    if trial.mechanism.wait == Wait::Block {
        stay_on(trial.pins[0]).map_err(|error| error.to_string())?;
    }
    let done = work();
    sched_setaffinity(Pid::this(), &anywhere).map_err(|error| error.to_string())?;
    done
}

type Calls = BTreeMap<&'static str, i64>;

/// The calls of each pair of processes.
fn calls(trial: &Trial, often: [u64; 2]) -> Result<[Calls; 2], String> {
    let exe = current_exe().map_err(|error| error.to_string())?;
    let words = |numbers: &mut dyn Iterator<Item = String>| numbers.collect::<Vec<_>>().join(",");
    let words = [
        "once".to_owned(),
        trial.mechanism.id.to_owned(),
        trial.kind.to_string(),
        trial.placement.to_string(),
        trial.size.to_string(),
        words(&mut often.iter().map(ToString::to_string)),
        words(&mut trial.pins.iter().map(ToString::to_string)),
    ];
    let argv = [exe.into_os_string()].into_iter().chain(words.map(OsString::from));
    let options = Options { all: true, capture: 0, ..Options::default() };
    // How many marks each process has made: two of them for each number of operations.
    let mut marks: Vec<(i32, u32)> = Vec::new();
    let mut calls = [Calls::new(), Calls::new()];
    let end = scope::run(&Program::new(argv), &options, &mut |event: Event| {
        let What::Call(call) = event.what else { return };
        match marks.iter().position(|(pid, _)| *pid == event.pid) {
            None if call.name == MARK => marks.push((event.pid, 1)),
            None => {}
            Some(at) if call.name == MARK => marks[at].1 += 1,
            Some(at) if marks[at].1 == 1 => {
                *calls[usize::from(at > 1)].entry(call.name).or_default() += 1;
            }
            Some(_) => {}
        }
    });
    match end.map_err(|error| error.to_string())? {
        scope::End::Status(0) => Ok(calls),
        end => Err(format!("the run to be counted ended with {end}")),
    }
}

/// Tells whoever counts that the operations begin here, or have ended.
pub fn mark() {
    // It asks for its own session, which nobody wants to know.
    let _ = getsid(None);
}

/// So many operations and nothing else; and again, by other processes.
pub const ONCE: Extra = Extra {
    command: || {
        let number = |name| Arg::new(name).required(true).value_parser(value_parser!(u64));
        Command::new("once")
            .about("Does what is measured so many times, to be looked at from outside")
            .hide(true)
            .arg(Arg::new("mechanism").required(true))
            .arg(Arg::new("kind").required(true).value_parser(KINDS.map(Kind::word)))
            .arg(Arg::new("placement").required(true).value_parser(["same", "cross"]))
            .arg(number("size"))
            .arg(number("count").value_delimiter(','))
            .arg(
                Arg::new("pins")
                    .required(true)
                    .value_delimiter(',')
                    .value_parser(value_parser!(usize)),
            )
    },
    run: once,
    first: false,
};

fn once(matches: &ArgMatches) -> Result<ExitCode, Box<dyn Error>> {
    let word = |key: &str| matches.get_one::<String>(key).map_or("", String::as_str);
    let number = |key: &str| matches.get_one::<u64>(key).copied().unwrap_or_default();
    let pins: Vec<usize> = matches.get_many("pins").into_iter().flatten().copied().collect();
    let cross = word("placement") == "cross";
    if cross && pins.len() < 2 {
        return Err("two processors are needed".into());
    }
    let mechanism = field::find(word("mechanism")).ok_or("there is no such mechanism")?;
    let kind = KINDS.into_iter().find(|kind| kind.word() == word("kind"));
    let kind = kind.ok_or("there is no such kind")?;
    let trial = |count| Trial {
        mechanism,
        kind,
        placement: if cross { Placement::Cross } else { Placement::Same },
        size: number("size") as usize,
        pins: &pins,
        amount: Amount::Count(count),
        limit_ms: 10_000,
    };
    let register = Register::open("compare-once")?;
    let board = Board::new().map_err(|error| error.to_string())?;
    for &count in matches.get_many::<u64>("count").into_iter().flatten() {
        trial(count).run(&board, &register).map_err(|error| error.to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

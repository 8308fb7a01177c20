//! How many system calls an operation makes, as the kernel sees it: the same loop is run once more
//! under `scope`, once for few operations and once for more of them. What begins and ends the
//! processes is in both; the difference is the operations'.

use std::collections::BTreeMap;
use std::env::current_exe;
use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command, value_parser};
use scope::{Event, Options, Program, What};
use stage::{Extra, Register};

use crate::field;
use crate::measure::board::Board;
use crate::measure::drive::Amount;
use crate::measure::trial::Trial;
use crate::run::{CallCount, Kind, Placement, Wait};

const FEW: u64 = 20;
const MORE: u64 = 420;

/// The calls of one operation, of both processes together, by name.
///
/// # Errors
///
/// Why they cannot be counted: as a rule, that ptrace is forbidden.
pub fn count(trial: &Trial) -> Result<Vec<CallCount>, String> {
    if trial.mechanism.wait == Wait::Spin && trial.placement == Placement::Same {
        // A turn takes a time slice, so that too few of them would be counted.
        return Err("it spins on the only processor: see the figures of two".to_owned());
    }
    let (less, mut calls) = (calls(trial, FEW)?, calls(trial, MORE)?);
    for (name, count) in less {
        *calls.entry(name).or_default() -= count;
    }
    let each = |count: i64| count as f64 / (MORE - FEW) as f64;
    // A call or two more in one of the runs are not the operations'.
    let counted = calls.into_iter().filter(|&(_, count)| each(count) >= 0.05);
    let rounded = |count| (each(count) * 100.0).round() / 100.0;
    Ok(counted
        .map(|(name, count)| CallCount { name: name.to_owned(), per_op: rounded(count) })
        .collect())
}

fn calls(trial: &Trial, count: u64) -> Result<BTreeMap<&'static str, i64>, String> {
    let exe = current_exe().map_err(|error| error.to_string())?;
    let pins: Vec<String> = trial.pins.iter().map(ToString::to_string).collect();
    let words = [
        "once".to_owned(),
        trial.mechanism.id.to_owned(),
        trial.kind.to_string(),
        trial.placement.to_string(),
        trial.size.to_string(),
        count.to_string(),
        pins.join(","),
    ];
    let argv = [exe.into_os_string()].into_iter().chain(words.map(OsString::from));
    let options = Options { all: true, capture: 0, ..Options::default() };
    let mut calls = BTreeMap::new();
    let end = scope::run(&Program::new(argv), &options, &mut |event: Event| {
        if let What::Call(call) = event.what {
            *calls.entry(call.name).or_default() += 1;
        }
    });
    match end.map_err(|error| error.to_string())? {
        scope::End::Status(0) => Ok(calls),
        end => Err(format!("the run to be counted ended with {end}")),
    }
}

/// So many operations and nothing else.
pub const ONCE: Extra = Extra {
    command: || {
        let number = |name| Arg::new(name).required(true).value_parser(value_parser!(u64));
        Command::new("once")
            .about("Does what is measured so many times, to be looked at from outside")
            .hide(true)
            .arg(Arg::new("mechanism").required(true))
            .arg(Arg::new("kind").required(true).value_parser(["latency", "throughput"]))
            .arg(Arg::new("placement").required(true).value_parser(["same", "cross"]))
            .arg(number("size"))
            .arg(number("count"))
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
    let trial = Trial {
        mechanism: field::find(word("mechanism")).ok_or("there is no such mechanism")?,
        kind: if word("kind") == "latency" { Kind::Latency } else { Kind::Throughput },
        placement: if cross { Placement::Cross } else { Placement::Same },
        size: number("size") as usize,
        pins: &pins,
        amount: Amount::Count(number("count")),
        limit_ms: 60_000,
    };
    let register = Register::open("compare-once")?;
    let board = Board::new().map_err(|error| error.to_string())?;
    trial.run(&board, &register).map_err(|error| error.to_string())?;
    Ok(ExitCode::SUCCESS)
}

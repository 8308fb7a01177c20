//! The words of the command line, and the plan that they ask for.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::field::{self, FIELD, Mechanism};
use crate::machine;
use crate::plan::Plan;
use crate::run::{Kind, Placement};

/// What the comparison measures if nothing else is asked for.
const SIZES: [usize; 2] = [64, 64 << 10];
/// What it measures with `--full`.
const ALL_SIZES: [usize; 6] = [1, 64, 1 << 10, 4 << 10, 64 << 10, 1 << 20];
const MOST: usize = 1 << 20;
/// How long the default comparison measures at the most; what it counts after that comes on top.
const SECONDS: f64 = 68.0;
const WINDOW_MS: f64 = 200.0;

/// What every command that measures can be told.
pub fn common(command: Command) -> Command {
    let ids: Vec<&str> = FIELD.iter().map(|mechanism| mechanism.id).collect();
    command
        .after_help(format!("Mechanisms:\n  {}", ids.join(" ")))
        .arg(
            Arg::new("mechanism")
                .value_name("MECHANISM")
                .num_args(0..)
                .help("Measures these instead of all"),
        )
        .arg(
            Arg::new("sizes")
                .long("sizes")
                .value_name("BYTES,..")
                .value_delimiter(',')
                .value_parser(value_parser!(u64).range(1..=MOST as u64))
                .help("Sizes of the messages, up to 1048576"),
        )
        .arg(
            Arg::new("pin")
                .long("pin")
                .value_name("CPU,CPU")
                .value_delimiter(',')
                .value_parser(value_parser!(usize))
                .help("Uses these two processors, or this one"),
        )
        .arg(
            Arg::new("placement")
                .long("placement")
                .value_name("WHERE")
                .value_parser(["same", "cross"])
                .help("Both processes on one processor, or each on its own"),
        )
        .arg(reps())
        .arg(
            Arg::new("window")
                .long("window")
                .value_name("MS")
                .value_parser(value_parser!(u64).range(1..=10_000))
                .help("Measures each repetition of a row for so long"),
        )
        .arg(
            flag("json")
                .help("Prints the run as one JSON object")
                .conflicts_with_all(["csv", "svg"]),
        )
        .arg(flag("csv").help("Prints the rows as CSV").conflicts_with("svg"))
        .arg(
            Arg::new("svg")
                .long("svg")
                .value_name("FOLDER")
                .value_parser(value_parser!(PathBuf))
                .help("Draws charts into this folder"),
        )
        .arg(
            Arg::new("compare")
                .long("compare")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .conflicts_with_all(["json", "csv", "svg"])
                .help(
                    "Holds the run against one that `--json` has written; ends with 1 if a verdict \
                     holds in one of them and does not hold in the other",
                ),
        )
}

/// All of it.
pub fn full() -> Arg {
    flag("full")
        .conflicts_with("sizes")
        .help("Takes all mechanisms, variants and sizes, and its time")
}

fn flag(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}

/// Round trips at given times.
pub fn rate() -> Arg {
    Arg::new("rate")
        .long("rate")
        .value_name("N")
        .value_parser(value_parser!(u64).range(1..=1_000_000_000))
        .help("Begins N round trips a second, and counts each from when it was due")
}

/// The default comparison: for claims, which are judged by it.
///
/// # Errors
///
/// What this machine cannot do.
pub fn default_plan() -> Result<Plan, String> {
    let mechanisms = FIELD.iter().filter(|mechanism| mechanism.headline).collect();
    let kinds = [Kind::Latency, Kind::Throughput, Kind::Touched];
    let pins = pins(None)?;
    Ok(timed(new_plan(mechanisms, &kinds, SIZES.to_vec(), pins, None, 3)?))
}

/// The plan.
///
/// # Errors
///
/// What cannot be, and what can.
pub fn plan(matches: &ArgMatches, kinds: &[Kind]) -> Result<Plan, String> {
    let full = matches.get_flag("full");
    let named: Vec<&String> = matches.get_many("mechanism").into_iter().flatten().collect();
    let mechanisms = if named.is_empty() {
        let wanted = |mechanism: &&Mechanism| {
            (full || mechanism.headline) && mechanism.kinds.iter().any(|kind| kinds.contains(kind))
        };
        FIELD.iter().filter(wanted).collect()
    } else {
        named.iter().map(|id| mechanism(id)).collect::<Result<Vec<_>, _>>()?
    };
    let sizes = match matches.get_many::<u64>("sizes") {
        Some(sizes) => once_each(sizes.map(|&size| size as usize)),
        None if full => ALL_SIZES.to_vec(),
        None => SIZES.to_vec(),
    };
    let pins = pins(matches.get_many("pin").map(Iterator::copied).map(Iterator::collect))?;
    let placement = match matches.get_one::<String>("placement").map(String::as_str) {
        Some("same") => Some(Placement::Same),
        Some(_) => Some(Placement::Cross),
        None => None,
    };
    let reps = reps_of(matches);
    let rate = kinds.contains(&Kind::Paced).then(|| matches.get_one("rate").copied()).flatten();
    let plan = Plan { rate, ..new_plan(mechanisms, kinds, sizes, pins, placement, reps)? };
    Ok(match matches.get_one::<u64>("window") {
        Some(&ms) => Plan { window_ms: ms as f64, ..plan },
        None if full || !named.is_empty() => plan,
        None => timed(plan),
    })
}

/// How often each row is measured.
pub fn reps() -> Arg {
    Arg::new("reps")
        .long("reps")
        .value_name("N")
        .value_parser(value_parser!(u64).range(1..=99))
        .default_value("3")
        .help("Measures each row so often, all rows in turn")
}

/// What was said to it.
pub fn reps_of(matches: &ArgMatches) -> u64 {
    matches.get_one("reps").copied().unwrap_or(3)
}

fn new_plan(
    mechanisms: Vec<&'static Mechanism>,
    kinds: &[Kind],
    sizes: Vec<usize>,
    pins: Vec<usize>,
    placement: Option<Placement>,
    reps: u64,
) -> Result<Plan, String> {
    let kinds: Vec<Kind> = kinds.to_vec();
    if let Some(none) =
        mechanisms.iter().find(|mechanism| !mechanism.kinds.iter().any(|kind| kinds.contains(kind)))
    {
        return Err(format!(
            "`{}` has no {}: it can be measured by `{}`",
            none.id,
            if kinds[0].one_way() { "throughput" } else { "latency" },
            if kinds[0].one_way() { "latency" } else { "throughput" },
        ));
    }
    let placements = match placement {
        Some(Placement::Cross) if pins.len() < 2 => {
            return Err("`--placement cross` needs two processors, and there is only one: name \
                        two with `--pin`, or let this process use more (taskset(1))"
                .to_owned());
        }
        Some(placement) => vec![placement],
        None => vec![Placement::Same, Placement::Cross],
    };
    Ok(Plan {
        mechanisms,
        kinds,
        placements,
        sizes,
        pins,
        reps,
        window_ms: WINDOW_MS,
        rate: None,
        budget_s: None,
    })
}

fn timed(plan: Plan) -> Plan {
    Plan { window_ms: plan.window_for(SECONDS), budget_s: Some(SECONDS), ..plan }
}

fn mechanism(id: &str) -> Result<&'static Mechanism, String> {
    field::find(id).ok_or_else(|| {
        let ids: Vec<&str> = FIELD.iter().map(|mechanism| mechanism.id).collect();
        format!("there is no mechanism `{id}`; there are {}", ids.join(", "))
    })
}

/// The processors that were asked for, or the best two.
fn pins(asked: Option<Vec<usize>>) -> Result<Vec<usize>, String> {
    let allowed = machine::allowed().map_err(|error| error.to_string())?;
    let Some(asked) = asked else { return Ok(machine::pins(&allowed)) };
    let words =
        |cpus: &[usize]| cpus.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let possible = format!("this process may use {}", words(&allowed));
    if asked.len() > 2 {
        return Err(format!(
            "`--pin {}`: two processes need two processors at the most; {possible}",
            words(&asked)
        ));
    }
    if let Some(other) = asked.iter().find(|cpu| !allowed.contains(cpu)) {
        return Err(format!(
            "`--pin {}`: there is no processor {other} here; {possible}",
            words(&asked)
        ));
    }
    Ok(once_each(asked.into_iter()))
}

fn once_each(values: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut once = Vec::new();
    for value in values {
        if !once.contains(&value) {
            once.push(value);
        }
    }
    once
}

/// The command line without the places of files, which are somebody's own.
pub fn asked(mut words: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept = Vec::new();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--to" | "--svg" | "--compare" => drop(words.next()),
            _ => kept.push(word),
        }
    }
    kept
}

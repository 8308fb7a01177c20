//! The lesson's own subcommands.

use std::error::Error;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use stage::Extra;

use crate::field::{self, FIELD, Mechanism};
use crate::machine;
use crate::plan::{Plan, Progress};
use crate::run::{Kind, Placement, Run, SCHEMA};
use crate::show::{self, Style};
use crate::verdicts;

/// What the comparison measures if nothing else is asked for.
const SIZES: [usize; 2] = [64, 64 << 10];
/// What it measures with `--full`.
const ALL_SIZES: [usize; 6] = [1, 64, 1 << 10, 4 << 10, 64 << 10, 1 << 20];
const MOST: usize = 1 << 20;
/// How long the default comparison takes at the most, with some time to spare.
const SECONDS: f64 = 60.0;
const WINDOW_MS: f64 = 200.0;

/// The comparison, which is also what happens without any words.
pub const MEASURE: Extra = Extra {
    command: || {
        let about = "Compares all mechanisms (this is what happens without any words)";
        common(Command::new("measure").about(about)).arg(full())
    },
    run: |matches| run(matches, &[Kind::Latency, Kind::Throughput]),
    first: true,
};

/// Round trips only.
pub const LATENCY: Extra = Extra {
    command: || {
        let about = "Measures round trips: a message goes there and comes back";
        common(Command::new("latency").about(about)).arg(full())
    },
    run: |matches| run(matches, &[Kind::Latency]),
    first: false,
};

/// One direction only.
pub const THROUGHPUT: Extra = Extra {
    command: || {
        let about = "Measures throughput: messages go one way, as many as fit";
        common(Command::new("throughput").about(about)).arg(full())
    },
    run: |matches| run(matches, &[Kind::Throughput]),
    first: false,
};

/// What the default comparison says of the notes' claims.
pub const CLAIMS: Extra = Extra {
    command: || {
        Command::new("claims")
            .about("Measures, and says which speed claims hold on this machine")
            .arg(
                Arg::new("from")
                    .long("from")
                    .value_name("FILE")
                    .value_parser(value_parser!(PathBuf))
                    .help("Judges a run that `--json` has written instead"),
            )
    },
    run: claims,
    first: false,
};

fn common(command: Command) -> Command {
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
        .arg(
            Arg::new("reps")
                .long("reps")
                .value_name("N")
                .value_parser(value_parser!(u64).range(1..=99))
                .default_value("3")
                .help("Measures each row so often, all rows in turn"),
        )
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
                .help("Holds the run against one that `--json` has written"),
        )
}

fn full() -> Arg {
    flag("full")
        .conflicts_with("sizes")
        .help("Takes all mechanisms, variants and sizes, and its time")
}

fn flag(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}

fn run(matches: &ArgMatches, kinds: &[Kind]) -> Result<ExitCode, Box<dyn Error>> {
    let plan = match plan(matches, kinds) {
        Ok(plan) => plan,
        Err(refused) => return refuse(&refused),
    };
    // What is wrong with a file is said before the time is spent.
    if let Some(folder) = matches.get_one::<PathBuf>("svg").filter(|folder| !folder.is_dir()) {
        return refuse(&format!("`--svg {0}`: there is no folder `{0}`", folder.display()));
    }
    let earlier = match matches.get_one::<PathBuf>("compare").map(|path| read_run(path)).transpose()
    {
        Ok(earlier) => earlier,
        Err(refused) => return refuse(&refused),
    };
    let (run, failed) = measure(&plan)?;
    let mut out = io::stdout().lock();
    if matches.get_flag("json") {
        writeln!(out, "{}", show::json(&run))?;
    } else if matches.get_flag("csv") {
        write!(out, "{}", show::csv(&run))?;
    } else if let Some(folder) = matches.get_one::<PathBuf>("svg") {
        draw(&run, folder, &mut out)?;
    } else if let Some(earlier) = &earlier {
        write!(out, "{}", show::difference(earlier, &run, &style()))?;
    } else {
        write!(out, "{}", show::table(&run, &style()))?;
    }
    for row in &failed {
        writeln!(io::stderr(), "error: {row}")?;
    }
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn claims(matches: &ArgMatches) -> Result<ExitCode, Box<dyn Error>> {
    let run = match matches.get_one::<PathBuf>("from") {
        Some(path) => match read_run(path) {
            Ok(run) => run,
            Err(refused) => return refuse(&refused),
        },
        None => match default_plan() {
            Ok(plan) => measure(&plan)?.0,
            Err(refused) => return refuse(&refused),
        },
    };
    let text = show::claims(&verdicts::all(&run), &style());
    write!(io::stdout(), "{text}")?;
    Ok(ExitCode::SUCCESS)
}

/// The command line asks for what cannot be.
pub fn refuse(why: &str) -> Result<ExitCode, Box<dyn Error>> {
    writeln!(io::stderr(), "error: {why}")?;
    Ok(ExitCode::from(2))
}

/// As the terminal can show it; a file gets plain text.
pub fn style() -> Style {
    let terminal = io::stdout().is_terminal();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let width = if terminal { scope::terminal_width() } else { Style::PLAIN.width };
    Style { colour: terminal && !plain, width: width.max(Style::PLAIN.width) }
}

/// Writes each chart into a file of its own.
pub fn draw(run: &Run, folder: &Path, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    for chart in show::charts(run) {
        let file = folder.join(format!("{}.svg", chart.name));
        fs::write(&file, &chart.svg)
            .map_err(|error| format!("failed to write `{}`: {error}", file.display()))?;
        writeln!(out, "{}", file.display())?;
    }
    Ok(())
}

/// Measures, and says how far it is if somebody watches.
///
/// # Errors
///
/// When not even the machine's limits can be measured.
pub fn measure(plan: &Plan) -> Result<(Run, Vec<String>), Box<dyn Error>> {
    let (when, begin) = (SystemTime::now(), Instant::now());
    let mut bar = Bar { begin, shown: io::stderr().is_terminal(), width: 0 };
    let measured = plan.measure(&mut bar);
    bar.wipe();
    let measured = measured.map_err(|error| error.to_string())?;
    let allowed = machine::allowed().map_err(|error| error.to_string())?;
    let run = Run {
        schema: SCHEMA.to_owned(),
        when: utc(when.duration_since(UNIX_EPOCH)?.as_secs()),
        took_s: (begin.elapsed().as_secs_f64() * 10.0).round() / 10.0,
        plan: plan.describe(asked(std::env::args().skip(1))),
        machine: machine::describe(&allowed, &plan.pins),
        calibration: measured.calibration,
        rows: measured.rows,
        notes: plan.notes().into_iter().chain(measured.notes).collect(),
    };
    Ok((run, measured.failed))
}

/// The default comparison: for claims, which are judged by it.
///
/// # Errors
///
/// What this machine cannot do.
pub fn default_plan() -> Result<Plan, String> {
    let mechanisms = FIELD.iter().filter(|mechanism| mechanism.headline).collect();
    let kinds = [Kind::Latency, Kind::Throughput];
    let pins = pins(None)?;
    Ok(timed(new_plan(mechanisms, &kinds, SIZES.to_vec(), pins, None, 3)?))
}

fn plan(matches: &ArgMatches, kinds: &[Kind]) -> Result<Plan, String> {
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
    let reps = matches.get_one("reps").copied().unwrap_or(3);
    let plan = new_plan(mechanisms, kinds, sizes, pins, placement, reps)?;
    Ok(match matches.get_one::<u64>("window") {
        Some(&ms) => Plan { window_ms: ms as f64, ..plan },
        None if full || !named.is_empty() => plan,
        None => timed(plan),
    })
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
            "`{}` has no {}: it can be measured by {}",
            none.id,
            kinds.first().map_or("", |kind| kind.word()),
            none.kinds.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(" and "),
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
        budget_s: None,
    })
}

fn timed(plan: Plan) -> Plan {
    Plan { window_ms: plan.window_for(SECONDS), budget_s: Some(SECONDS + 20.0), ..plan }
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

pub fn read_run(path: &Path) -> Result<Run, String> {
    let shown = path.display();
    let text =
        fs::read_to_string(path).map_err(|error| format!("failed to read `{shown}`: {error}"))?;
    Run::from_json(&text)
        .map_err(|error| format!("`{shown}` is no earlier run: {error}; `--json` writes one"))
}

/// The command line without the places of files, which are somebody's own.
fn asked(mut words: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept = Vec::new();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--to" | "--svg" | "--compare" => drop(words.next()),
            _ => kept.push(word),
        }
    }
    kept
}

/// Seconds since 1970 as a date and a time.
fn utc(seconds: u64) -> String {
    // Days since 1 March 0000: years then end with their leap day (Howard Hinnant's algorithm).
    let days = seconds / 86_400 + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = 400 * era + year + u64::from(month <= 2);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// A bar on the terminal's last line.
struct Bar {
    begin: Instant,
    shown: bool,
    width: usize,
}

impl Progress for Bar {
    fn at(&mut self, done: usize, of: usize, row: &str) {
        if !self.shown || of == 0 {
            return;
        }
        let parts = 24 * done / of;
        let spent = self.begin.elapsed().as_secs_f64();
        let left = if done == 0 { 0.0 } else { spent * (of - done) as f64 / done as f64 };
        let line = format!(
            "[{}{}] {:3} %  {left:3.0} s left  {row}",
            "█".repeat(parts),
            "·".repeat(24 - parts),
            100 * done / of
        );
        let width = line.chars().count();
        let blank = " ".repeat(self.width.saturating_sub(width));
        self.width = width;
        // A terminal that has gone is no reason to stop.
        let _ = write!(io::stderr(), "\r{line}{blank}");
    }
}

impl Bar {
    fn wipe(&self) {
        if self.width > 0 {
            let _ = write!(io::stderr(), "\r{}\r", " ".repeat(self.width));
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn seconds_are_a_date() {
        assert_eq!(super::utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(super::utc(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(super::utc(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(super::utc(1_795_249_200), "2026-11-21T08:20:00Z");
    }
}

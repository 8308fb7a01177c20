//! The lesson's own subcommands.

use std::error::Error;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use clap::{Arg, ArgMatches, Command, value_parser};
use stage::Extra;

use crate::machine;
use crate::plan::Plan;
use crate::run::{Kind, Run, SCHEMA};
use crate::show::{self, Style};
use crate::verdicts;
use bar::Bar;
use words::{asked, common, default_plan, full, plan, rate};

mod bar;
mod date;
pub mod words;

/// The comparison, which is also what happens without any words.
pub const MEASURE: Extra = Extra {
    command: || {
        let about = "Compares all mechanisms (this is what happens without any words)";
        common(Command::new("measure").about(about)).arg(full())
    },
    run: |matches| run(matches, &[Kind::Latency, Kind::Throughput, Kind::Touched]),
    first: true,
};

/// Round trips only.
pub const LATENCY: Extra = Extra {
    command: || {
        let about = "Measures round trips: a message goes there and comes back";
        common(Command::new("latency").about(about)).arg(full()).arg(rate())
    },
    run: |matches| match matches.get_one::<u64>("rate") {
        Some(_) => run(matches, &[Kind::Paced]),
        None => run(matches, &[Kind::Latency]),
    },
    first: false,
};

/// One direction only.
pub const THROUGHPUT: Extra = Extra {
    command: || {
        let about = "Measures throughput: messages go one way, as many as fit";
        common(Command::new("throughput").about(about)).arg(full())
    },
    run: |matches| run(matches, &[Kind::Throughput, Kind::Touched]),
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
    if let Some(why) = too_many(&run) {
        return refuse(&why);
    }
    let mut out = io::stdout().lock();
    let mut contradicts = false;
    if matches.get_flag("json") {
        writeln!(out, "{}", show::json(&run))?;
    } else if matches.get_flag("csv") {
        write!(out, "{}", show::csv(&run))?;
    } else if let Some(folder) = matches.get_one::<PathBuf>("svg") {
        draw(&run, folder, &mut out)?;
    } else if let Some(earlier) = &earlier {
        contradicts = show::contradicts(earlier, &run);
        write!(out, "{}", show::difference(earlier, &run, &style()))?;
    } else {
        write!(out, "{}", show::table(&run, &style()))?;
    }
    for row in &failed {
        writeln!(io::stderr(), "error: {row}")?;
    }
    Ok(if failed.is_empty() && !contradicts { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Why nothing at all could be measured at the rate that was asked for.
fn too_many(run: &Run) -> Option<String> {
    run.plan.rate?;
    let mut why = String::new();
    for row in &run.rows {
        let missing = row.missing.as_ref()?;
        why += &format!(
            "{}`{}`, {}: {}; {}",
            if why.is_empty() { "" } else { "\n  " },
            row.mechanism,
            show::place(run, row.placement),
            missing.reason,
            missing.remedy
        );
    }
    (!why.is_empty()).then_some(why)
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
    let mut bar = Bar::begins();
    let measured = plan.measure(&mut bar);
    bar.wipe();
    let measured = measured.map_err(|error| error.to_string())?;
    let allowed = machine::allowed().map_err(|error| error.to_string())?;
    let run = Run {
        schema: SCHEMA.to_owned(),
        when: date::utc(when.duration_since(UNIX_EPOCH)?.as_secs()),
        took_s: (begin.elapsed().as_secs_f64() * 10.0).round() / 10.0,
        plan: plan.describe(asked(std::env::args().skip(1))),
        machine: machine::describe(&allowed, &plan.pins),
        calibration: measured.calibration,
        rows: measured.rows,
        notes: plan.notes().into_iter().chain(measured.notes).collect(),
    };
    Ok((run, measured.failed))
}

/// A run from a file.
///
/// # Errors
///
/// What is wrong with it.
pub fn read_run(path: &Path) -> Result<Run, String> {
    let shown = path.display();
    let text =
        fs::read_to_string(path).map_err(|error| format!("failed to read `{shown}`: {error}"))?;
    Run::from_json(&text)
        .map_err(|error| format!("`{shown}` is no earlier run: {error}; `--json` writes one"))
}

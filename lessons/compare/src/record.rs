//! Writes the run that the chapter shows: `recorded/measured.json`, and the pieces made of it.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command, value_parser};
use stage::Extra;

use crate::commands::{self, words};
use crate::field::FIELD;
use crate::machine;
use crate::plan::Plan;
use crate::run::{Kind, Placement, Run};
use crate::show::{Piece, json, pieces};
use crate::traps::{self, Trap};

/// Where the chapter looks for it.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/recorded");
const FILE: &str = "measured.json";

/// Makes the chapter's recorded run, or its pieces anew.
pub const RECORD: Extra = Extra {
    command: || {
        Command::new("record")
            .about("Writes the run that the chapter shows, and its charts and tables")
            .after_help(
                "Without `--from` it measures everything in three sizes, which takes about ten \
                 minutes on a machine that should do nothing else. `--from` the recorded file \
                 itself draws its charts and tables anew.",
            )
            .arg(
                Arg::new("from")
                    .long("from")
                    .value_name("FILE")
                    .value_parser(value_parser!(PathBuf))
                    .help("Takes a run that `--json` has written instead of measuring"),
            )
            .arg(words::reps().conflicts_with("from"))
            .arg(
                Arg::new("to")
                    .long("to")
                    .value_name("FOLDER")
                    .value_parser(value_parser!(PathBuf))
                    .default_value(FOLDER)
                    .hide_default_value(true)
                    .help("Writes there instead of beside the chapter"),
            )
    },
    run: record,
    first: false,
};

fn record(matches: &ArgMatches) -> Result<ExitCode, Box<dyn Error>> {
    let to: &PathBuf = matches.get_one("to").ok_or("no folder to write to")?;
    if !to.is_dir() {
        let text = format!(
            "there is no folder `{}`: run it in the sources, or name one with `--to`",
            to.display()
        );
        return Err(text.into());
    }
    let mut failed = Vec::new();
    let (run, traps) = match matches.get_one::<PathBuf>("from") {
        Some(file) => read(file)?,
        None => {
            let (run, wrong) = commands::measure(&everything(words::reps_of(matches))?)?;
            failed = wrong;
            (run, Vec::new())
        }
    };
    // What a file from before has not, is measured now.
    let traps = traps::measure(&traps).map_err(|error| error.to_string())?;
    for row in &failed {
        writeln!(io::stderr(), "error: {row}")?;
    }
    if !failed.is_empty() {
        writeln!(io::stderr(), "error: nothing was written, since not every row could be trusted")?;
        return Ok(ExitCode::FAILURE);
    }
    for (name, text) in files(&run, &traps) {
        let file = to.join(&name);
        fs::write(&file, text)
            .map_err(|error| format!("failed to write `{}`: {error}", file.display()))?;
        writeln!(io::stdout(), "{}", file.display())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn everything(reps: u64) -> Result<Plan, Box<dyn Error>> {
    let allowed = machine::allowed().map_err(|error| error.to_string())?;
    Ok(Plan {
        mechanisms: FIELD.iter().collect(),
        kinds: vec![Kind::Latency, Kind::Throughput, Kind::Touched],
        placements: vec![Placement::Same, Placement::Cross],
        sizes: vec![64, 4 << 10, 64 << 10],
        pins: machine::pins(&allowed),
        reps,
        window_ms: 120.0,
        rate: None,
        budget_s: None,
    })
}

fn read(file: &Path) -> Result<(Run, Vec<Trap>), String> {
    let shown = file.display();
    let text =
        fs::read_to_string(file).map_err(|error| format!("failed to read `{shown}`: {error}"))?;
    let run = Run::from_json(&text)
        .map_err(|error| format!("`{shown}` is no run: {error}; `--json` writes one"))?;
    Ok((run, traps::recorded(&text)))
}

/// Every file that is written, with its text.
fn files(run: &Run, traps: &[Trap]) -> Vec<(String, String)> {
    let mut run = run.clone();
    // What the chapter does not show need not be kept: the quantiles are.
    for figures in run.rows.iter_mut().filter_map(|row| row.figures.as_mut()) {
        if let Some(tail) = &mut figures.tail {
            tail.buckets.clear();
        }
    }
    // One row a line, so that a person can compare two recordings.
    let text = json(&run).replace(
        ",{\"mechanism\":",
        ",
{\"mechanism\":",
    );
    let text = text
        .replace(
            ",{\"id\":",
            ",
{\"id\":",
        )
        .replace(
            ",\"claims\":",
            ",
\"claims\":",
        );
    let open = text.strip_suffix('}').unwrap_or(&text);
    let text = format!(
        "{open},
\"traps\":{}}}",
        nojson::Json(traps)
    );
    let mut files = vec![(FILE.to_owned(), text + "\n")];
    for Piece { name, html, svg } in pieces(&run, traps) {
        files.push((format!("{name}.html"), html));
        files.extend(svg.map(|svg| (format!("{name}.svg"), svg + "\n")));
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces that the chapter shows are made from the run that is recorded, by this code.
    #[test]
    fn the_recorded_pieces_are_those_of_the_recorded_run() {
        let (run, traps) = read(&Path::new(FOLDER).join(FILE)).expect("there is a recorded run");
        let wrong: Vec<String> = files(&run, &traps)
            .into_iter()
            .filter(|(name, text)| {
                fs::read_to_string(Path::new(FOLDER).join(name)).ok().as_ref() != Some(text)
            })
            .map(|(name, _)| name)
            .collect();
        assert!(
            wrong.is_empty(),
            "{wrong:?} differ: `cargo run --release -p lesson-compare -- record --from lessons/compare/recorded/{FILE}` writes them anew"
        );
    }
}

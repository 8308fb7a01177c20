//! Shows a run that has been kept, without measuring anything.

use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use stage::Extra;

use crate::commands::{draw, read_run, refuse, style};
use crate::show;

/// A run that `--json` has written: as the table, or as something else.
pub const SHOW: Extra = Extra {
    command: || {
        let file = |name| Arg::new(name).value_name("FILE").value_parser(value_parser!(PathBuf));
        Command::new("show")
            .about("Shows a run that `--json` has written, without measuring")
            .arg(file("file").required(true).help("The run"))
            .arg(
                Arg::new("csv")
                    .long("csv")
                    .action(ArgAction::SetTrue)
                    .conflicts_with_all(["svg", "compare"])
                    .help("Prints the rows as CSV"),
            )
            .arg(
                Arg::new("svg")
                    .long("svg")
                    .value_name("FOLDER")
                    .value_parser(value_parser!(PathBuf))
                    .conflicts_with("compare")
                    .help("Writes charts into this folder"),
            )
            .arg(file("compare").long("compare").help(
                "Holds it against an earlier run; ends with 1 if a verdict holds in one of them \
                 and does not hold in the other",
            ))
    },
    run: shown,
    first: false,
};

fn shown(matches: &ArgMatches) -> Result<ExitCode, Box<dyn Error>> {
    let file = |name: &str| matches.get_one::<PathBuf>(name).map(PathBuf::as_path);
    let read = |name: &str| file(name).map(read_run).transpose();
    let (run, earlier) = match (read("file"), read("compare")) {
        (Ok(Some(run)), Ok(earlier)) => (run, earlier),
        (Err(refused), _) | (_, Err(refused)) => return refuse(&refused),
        (Ok(None), _) => return refuse("no run is named"),
    };
    if let Some(folder) = file("svg").filter(|folder| !Path::is_dir(folder)) {
        return refuse(&format!("`--svg {0}`: there is no folder `{0}`", folder.display()));
    }
    let mut out = io::stdout().lock();
    if let Some(folder) = file("svg") {
        draw(&run, folder, &mut out)?;
    } else if let Some(earlier) = earlier {
        write!(out, "{}", show::difference(&earlier, &run, &style()))?;
        if show::contradicts(&earlier, &run) {
            return Ok(ExitCode::FAILURE);
        }
    } else if matches.get_flag("csv") {
        write!(out, "{}", show::csv(&run))?;
    } else {
        write!(out, "{}", show::table(&run, &style()))?;
    }
    Ok(ExitCode::SUCCESS)
}

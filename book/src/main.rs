//! The book's command line: serves, builds, checks.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Error, Result, anyhow};
use book::{Course, Lessons, Problems, course, serve, site, table};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use mdbook_preprocessor::{Preprocessor, parse_input};

const AFTER_HELP: &str = "\
Exit status:
  0  it was done
  1  something is wrong with the course (each line says where, and what to do), or a file or port
     cannot be used
  2  the command line was wrong";

fn main() -> ExitCode {
    let matches = command().get_matches();
    match run(&matches) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read our output has had enough.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {}", told(&error));
            ExitCode::FAILURE
        }
    }
}

fn command() -> Command {
    let dest = Arg::new("dest")
        .long("dest")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .help("Writes it there instead of into book/site");
    let draft = Arg::new("draft").long("draft").action(ArgAction::SetTrue).help(
        "Writes what there is of a course that is not whole, tells what is wrong, and exits with 1",
    );
    let write = Arg::new("write").long("write").action(ArgAction::SetTrue);
    Command::new("book")
        .about("Builds the course's site, serves it on this machine, and reloads it on change")
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(AFTER_HELP)
        .args_conflicts_with_subcommands(true)
        .arg(
            Arg::new("no-open")
                .long("no-open")
                .action(ArgAction::SetTrue)
                .help("Opens no browser, prints the address only"),
        )
        .arg(
            Arg::new("port")
                .long("port")
                .value_name("PORT")
                .value_parser(value_parser!(u16).range(1024..=65000))
                .default_value("3000")
                .help("The first port that is tried; a taken one is passed over"),
        )
        .subcommand(Command::new("build").about("Writes the site as files").arg(dest).arg(draft))
        .subcommand(
            Command::new("check").about("Builds the site, checks everything, keeps nothing"),
        )
        .subcommand(
            Command::new("lessons")
                .about("Prints the table of lessons, and fails if the README has another one")
                .arg(write.help("Rewrites the README's table")),
        )
        .subcommand(
            Command::new("preprocess")
                .about("The preprocessor that plain `mdbook build book` runs")
                .subcommand(Command::new("supports").arg(Arg::new("renderer").required(true))),
        )
}

fn run(matches: &ArgMatches) -> Result<()> {
    match matches.subcommand() {
        Some(("build", matches)) => {
            let root = root()?;
            let dest = matches.get_one::<PathBuf>("dest").cloned();
            let dest = dest.unwrap_or_else(|| root.join(site::SITE));
            let draft = matches.get_flag("draft");
            let problems = match draft {
                true => site::draft(&root, &dest)?,
                false => site::build(&root, &dest).map(|()| Problems::default())?,
            };
            writeln!(
                io::stdout(),
                "the site is in {}: open {}",
                dest.display(),
                dest.join("index.html").display()
            )?;
            Ok(problems.or(())?)
        }
        Some(("check", _)) => {
            let root = root()?;
            drop(site::check(&root)?);
            Ok(table::readme(&Course::outline(&root)?, false)?)
        }
        Some(("lessons", matches)) => {
            let course = Course::outline(&root()?)?;
            write!(io::stdout(), "{}", table::markdown(&course))?;
            Ok(table::readme(&course, matches.get_flag("write"))?)
        }
        Some(("preprocess", matches)) => match matches.subcommand() {
            Some((_, supports)) => supported(supports),
            None => preprocess(),
        },
        _ => {
            let port = matches.get_one::<u16>("port").copied().unwrap_or(3000);
            serve::serve(&root()?, port, !matches.get_flag("no-open"))
        }
    }
}

fn supported(matches: &ArgMatches) -> Result<()> {
    let renderer = matches.get_one::<String>("renderer").map_or("", String::as_str);
    if Lessons::default().supports_renderer(renderer)? {
        return Ok(());
    }
    Err(anyhow!("the lessons are made for the renderer `html`, not for `{renderer}`"))
}

/// What plain `mdbook build` sends on standard input, expanded. The links can be checked only on
/// a whole site, so one is built aside first: `mdbook` itself would pass over a broken one.
fn preprocess() -> Result<()> {
    let (context, book) = parse_input(io::stdin())?;
    let root = context.root.canonicalize()?;
    let root = root.parent().unwrap_or(Path::new("/"));
    drop(site::check(root)?);
    let book = Lessons::default().run(&context, book)?;
    serde_json::to_writer(io::stdout(), &book)?;
    Ok(())
}

fn root() -> Result<PathBuf> {
    let here = std::env::current_dir().context("failed to find the current folder")?;
    course::root_above(&here).ok_or_else(|| {
        anyhow!(
            "`{}` is not inside the course: no folder above it has `lessons/` and `book/book.toml`",
            here.display()
        )
    })
}

/// The cause where mdBook has put its own words around it, one line each.
fn told(error: &Error) -> String {
    let problems = error.chain().find_map(|cause| cause.downcast_ref::<Problems>());
    problems.map_or_else(
        || format!("{error:#}"),
        |problems| format!("the course is not whole\n{problems}"),
    )
}

fn is_closed_pipe(error: &Error) -> bool {
    let is_pipe = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        cause.downcast_ref().is_some_and(is_pipe)
            || cause
                .downcast_ref::<serde_json::Error>()
                .is_some_and(|error| error.io_error_kind() == Some(io::ErrorKind::BrokenPipe))
    })
}

//! The words of the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, value_parser};

const AFTER: &str = "\
What is shown goes to standard error, or to --output FILE.

Exit status: that of COMMAND; if a signal killed it, the same signal ends scope.
Those of scope itself:
  125  tracing is impossible here, or another error of scope
  126  COMMAND cannot be executed
  127  COMMAND is not found

Not seen: what is done in shared memory without a call, 32-bit programs, io_uring.
When all of COMMAND is stopped, scope stops as well; if COMMAND is killed meanwhile,
`fg` or SIGCONT ends scope.

Examples:
  scope sh -c 'ls | grep toml | wc -l'
  scope --summary --svg run.svg -- python3 program.py
  scope --attach 4711 --list";

fn command() -> Command {
    Command::new("scope")
        .about("Shows what a program's processes do to each other, as the kernel saw it")
        .after_help(AFTER)
        .arg(
            Arg::new("command")
                .value_name("COMMAND")
                .help("The program to run, and its arguments")
                .value_parser(ValueParser::os_string())
                .action(ArgAction::Append)
                .num_args(0..)
                .trailing_var_arg(true)
                .allow_hyphen_values(true),
        )
        .arg(
            Arg::new("attach")
                .long("attach")
                .short('p')
                .value_name("PID")
                .help("Joins a running process, which runs on when scope leaves")
                .value_parser(value_parser!(i32).range(1..)),
        )
        .arg(flag("list").help("One line for each event, with its time"))
        .arg(flag("json").help("JSON Lines, a documented schema with a version"))
        .arg(flag("quiet").short('q').help("Nothing while it runs (with --summary or --svg)"))
        .arg(flag("summary").help("At the end, a table of who talked to whom through what"))
        .arg(
            Arg::new("svg")
                .long("svg")
                .value_name("FILE")
                .help("At the end, a picture")
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(
            Arg::new("output")
                .long("output")
                .short('o')
                .value_name("FILE")
                .help("Where to write instead of standard error")
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(
            Arg::new("bytes")
                .long("bytes")
                .value_name("N")
                .help("How many bytes of each buffer to show")
                .default_value("32")
                .value_parser(value_parser!(u32).range(0..=1 << 20)),
        )
        .arg(flag("all").help("Every call, those that are not understood by name"))
        .arg(flag("no-filter").help("No seccomp filter: slower, but a program may set its own"))
        .group(ArgGroup::new("form").args(["list", "json", "quiet"]))
        .group(ArgGroup::new("what").args(["command", "attach"]).required(true))
}

fn flag(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}

/// What the command line asks for.
pub struct Request {
    pub command: Vec<OsString>,
    pub attach: Option<i32>,
    pub form: Option<scope::Form>,
    pub summary: bool,
    pub svg: Option<PathBuf>,
    pub output: Option<PathBuf>,
    pub bytes: usize,
    pub all: bool,
    pub filter: bool,
}

impl Request {
    /// Reads the arguments.
    pub fn parse(args: impl Iterator<Item = OsString>) -> Result<Request, clap::Error> {
        command().try_get_matches_from(args).map(|matches| Request::of(&matches))
    }

    fn of(matches: &ArgMatches) -> Request {
        let form = match () {
            () if matches.get_flag("quiet") => None,
            () if matches.get_flag("json") => Some(scope::Form::Json),
            () if matches.get_flag("list") => Some(scope::Form::List),
            () => Some(scope::Form::Lanes),
        };
        Request {
            command: matches.get_many("command").into_iter().flatten().cloned().collect(),
            attach: matches.get_one("attach").copied(),
            form,
            summary: matches.get_flag("summary"),
            svg: matches.get_one("svg").cloned(),
            output: matches.get_one("output").cloned(),
            bytes: matches.get_one::<u32>("bytes").map_or(32, |n| *n as usize),
            all: matches.get_flag("all"),
            filter: !matches.get_flag("no-filter"),
        }
    }
}

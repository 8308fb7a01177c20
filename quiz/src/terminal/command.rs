//! The command line as clap reads it, which is also what `--help` says.

use super::{DONE, Stop, console, markdown};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

/// `quiz completions SHELL`
pub(super) fn completions(matches: &ArgMatches) -> Result<u8, Stop> {
    // Made in memory: the generator panics on an output that is closed.
    let mut script = Vec::new();
    if let Some(&shell) = matches.get_one::<clap_complete::Shell>("shell") {
        clap_complete::generate(shell, &mut command(), "quiz", &mut script);
    }
    io::stdout().lock().write_all(&script)?;
    Ok(DONE)
}

/// `quiz man`: one page with all subcommands.
pub(super) fn man() -> Result<u8, Stop> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command()).render(&mut page)?;
    io::stdout().lock().write_all(&page)?;
    Ok(DONE)
}

/// The command line that was given. Its help is as wide as the terminal, up to 80 columns.
pub(super) fn matches() -> ArgMatches {
    wrapped(command(), console::width(io::stdout().is_terminal()).min(WIDE)).get_matches()
}

/// The help of each option fits into a line of so many columns.
const WIDE: usize = 80;
/// Where a narrow terminal has the help of an option: below it, behind this indent of clap's.
const INDENT: usize = 10;

/// Lines for a terminal of this width, whole words each.
fn wrapped(command: Command, width: usize) -> Command {
    let narrow = width < WIDE;
    let about = command.get_about().map(ToString::to_string);
    let after = command.get_after_help().map(ToString::to_string);
    let mut command = command
        .next_line_help(narrow)
        .mut_subcommands(|inner| wrapped(inner, width))
        .mut_args(|arg| match arg.get_help().map(ToString::to_string) {
            Some(help) if narrow => arg.help(fill(&help, "", width - INDENT)),
            _ => arg,
        });
    if let Some(about) = about.filter(|_| narrow) {
        command = command.about(fill(&about, "", width - INDENT));
    }
    if let Some(after) = after {
        // Behind an exit code all lines are indented.
        let rest = |line: &str| if line.starts_with("  ") { "     " } else { "" };
        let lines = after.lines().map(|line| fill(line, rest(line), width));
        command = command.after_help(lines.collect::<Vec<_>>().join("\n"));
    }
    command
}

fn fill(text: &str, rest: &str, width: usize) -> String {
    markdown::wrap(text, "", rest, width)
}

fn command() -> Command {
    Command::new("quiz")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Asks you about inter-process communication, checks the answer and explains it")
        .after_help(
            "While it asks: type the letter of an option (several: `ac` or `a c`), a short answer, or \
             an answer in your own words that an empty line ends (`e` opens `$VISUAL` or `$EDITOR` \
             for it). To put in order: all letters (`c a b`); to match: pairs (`1b 2a`). `?` gives a \
             hint, again the next one; `s` skips; `q` ends, as does Ctrl-C; `!` says that your \
             last answer was right and keeps it in `disputes.jsonl` for the author of the question. Wrong ones come back \
             once at the end.\n\n\
             Order: what is due, then what is new, a question of each topic by turns, then what is not due yet. `--seed` and `--id` \
             give an order of their own, the same each time.\n\n\
             Answers are kept in `reviews.jsonl` in `ipc-quiz` in your data folder; \
             `IPC_QUIZ_DATA` or `--data-dir` name another folder.\n\n\
             Exit codes:\n  \
             0  the session was held, whatever the score, also when it was ended by `q`, by Ctrl-C at \
             a question, or by the end of input; `lint` found nothing\n  \
             1  something failed: the questions are broken or not found, the input cannot be read; \
             `lint` found something; `grade` could not grade a line\n  \
             2  the command line asks for something that does not exist\n\n\
             Environment: `NO_COLOR` turns colour off; `COLUMNS` sets the width where the output \
             is no terminal; `LC_ALL`, `LC_MESSAGES`, `LANG` choose the language.",
        )
        .subcommand(
            Command::new("lint")
                .about("Checks every question against its recording, page and claim")
                .after_help("Prints `file:line: what to do` for each finding; exits 1 if any."),
        )
        .subcommand(
            Command::new("due")
                .about("Lists what is due today, and when the rest is"),
        )
        .subcommand(
            Command::new("stats")
                .about("Shows how it goes: by topic, by day, what is weak, what comes")
                .after_help(
                    "An answer counts as right also after a hint. \"Chance of recall\" is what the \
                     model of memory expects of the questions that were answered.",
                ),
        )
        .subcommand(
            Command::new("history")
                .about("Lists past answers, the newest last")
                .arg(Arg::new("question").value_name("ID").help("Only of this question"))
                .arg(
                    Arg::new("last")
                        .long("last")
                        .value_name("N")
                        .value_parser(value_parser!(u64).range(1..))
                        .help("So many of the newest [default: 20]"),
                ),
        )
        .subcommand(
            Command::new("reset").about("Forgets all answers, after asking").arg(
                Arg::new("yes").long("yes").action(ArgAction::SetTrue).help("Do not ask"),
            ),
        )
        .subcommand(
            Command::new("plan")
                .about("Says how ready you are for an interview, and what to do")
                .after_help(
                    "The forecast is the mean, over all questions, of the chance that you recall the \
                     answer on that day, by the model of memory that also makes the schedule. A \
                     question that was never answered counts as not recalled.\n\n\
                     The plan repeats what is due, the most endangered first, and spreads new \
                     questions over the days that are left. Everything comes once more before the \
                     interview, as far as the minutes allow.",
                )
                .arg(
                    Arg::new("interview")
                        .long("interview")
                        .value_name("DATE")
                        .required(true)
                        .help("The day of the interview: 2026-12-05"),
                )
                .arg(
                    Arg::new("minutes")
                        .long("minutes")
                        .value_name("N")
                        .value_parser(value_parser!(u64).range(1..=1440))
                        .help("How many minutes a day [default: 20]"),
                ),
        )
        .subcommand(
            Command::new("mock")
                .about("Holds a mock interview and reports on it")
                .after_help(
                    "Asks against the clock, without hints, and follows up on what an answer left \
                     out. How it went is only said at the end: the score by topic and concept, each \
                     answer beside a model answer, the traps, and what to read and run next.\n\n\
                     Time is looked at between questions; nobody is interrupted.",
                )
                .arg(
                    Arg::new("minutes")
                        .long("minutes")
                        .value_name("N")
                        .value_parser(value_parser!(u64).range(1..=240))
                        .help("How long it takes [default: 30]"),
                )
                .arg(
                    Arg::new("topic")
                        .long("topic")
                        .value_name("NAME")
                        .action(ArgAction::Append)
                        .help("Only this topic (may be repeated)"),
                )
                .arg(
                    Arg::new("level")
                        .long("level")
                        .value_name("N")
                        .value_parser(value_parser!(u64).range(1..=3))
                        .help("Only questions of this difficulty: 1, 2 or 3"),
                )
                .arg(
                    Arg::new("seed")
                        .long("seed")
                        .value_name("N")
                        .value_parser(value_parser!(u64))
                        .help("Hold the same interview again"),
                )
                .arg(
                    Arg::new("report")
                        .long("report")
                        .value_name("FILE")
                        .action(ArgAction::Append)
                        .value_parser(value_parser!(PathBuf))
                        .help("Also write the report to FILE.md or FILE.html"),
                )
                .arg(
                    Arg::new("schedule")
                        .long("schedule")
                        .action(ArgAction::SetTrue)
                        .help("Let the answers count for the schedule"),
                ),
        )
        .subcommand(
            Command::new("export")
                .about("Writes the questions for other programs")
                .after_help(
                    "`--to anki --output quiz.apkg` makes a package that Anki imports. Importing a \
                     newer one updates the questions and keeps what you have learned.",
                )
                .arg(
                    Arg::new("to")
                        .long("to")
                        .value_name("FORMAT")
                        .required(true)
                        .value_parser(["anki", "csv", "markdown", "json"])
                        .hide_possible_values(true)
                        .help("The format: anki, csv, markdown or json"),
                )
                .arg(
                    Arg::new("output")
                        .long("output")
                        .value_name("FILE")
                        .value_parser(value_parser!(PathBuf))
                        .help("Write this file instead of standard output"),
                )
                .arg(
                    Arg::new("topic")
                        .long("topic")
                        .value_name("NAME")
                        .action(ArgAction::Append)
                        .help("Only this topic (may be repeated)"),
                ),
        )
        .subcommand(
            Command::new("import")
                .about("Merges logs of answers from elsewhere into yours")
                .after_help(
                    "Answers are told apart by their `id`: one that is here already is not added \
                     again, so merging twice changes nothing. Exits 1 if a line is no answer; the \
                     others are merged all the same.",
                )
                .arg(
                    Arg::new("file")
                        .value_name("FILE")
                        .required(true)
                        .action(ArgAction::Append)
                        .value_parser(value_parser!(PathBuf))
                        .help("A `reviews.jsonl`; `-` is standard input"),
                ),
        )
        .subcommand(
            Command::new("completions")
                .about("Writes completions for a shell")
                .arg(
                    Arg::new("shell")
                        .value_name("SHELL")
                        .required(true)
                        .value_parser(value_parser!(clap_complete::Shell))
                        .hide_possible_values(true)
                        .help("The shell: bash, elvish, fish, powershell or zsh"),
                ),
        )
        .subcommand(Command::new("man").about("Writes the manual page"))
        .subcommand(
            Command::new("grade")
                .about("Grades free answers: JSON Lines in, JSON Lines out")
                .after_help(
                    "Reads lines {\"id\": …, \"key\": \"QUESTION\", \"text\": \"ANSWER\"} from standard \
                     input; `id` is yours and is given back. Writes for each a line with `verdict` \
                     (pass, partial, fail, cannot-tell), `points`, `of`, `concepts`, `missing`, \
                     `traps`, `reason` and `read_as`, or with `error`. Exits 1 if a line could not be \
                     graded.",
                ),
        )
        .subcommand(
            Command::new("explain")
                .about("Shows what the checker makes of a free answer on standard input")
                .arg(Arg::new("question").value_name("ID").required(true).help("The question"))
                .arg(
                    Arg::new("trace")
                        .long("trace")
                        .action(ArgAction::SetTrue)
                        .help("Show clauses, subjects, denials and what was tried"),
                ),
        )
        .arg(
            Arg::new("lesson")
                .long("lesson")
                .value_name("NAME")
                .action(ArgAction::Append)
                .help("Ask only from this lesson (may be repeated)"),
        )
        .arg(
            Arg::new("id")
                .long("id")
                .value_name("ID")
                .action(ArgAction::Append)
                .help("Ask this question (may be repeated)"),
        )
        .arg(
            Arg::new("count")
                .long("count")
                .value_name("N")
                .value_parser(value_parser!(u64).range(1..))
                .help("At most so many [default: 20; all of `--id`]"),
        )
        .arg(
            Arg::new("seed")
                .long("seed")
                .value_name("N")
                .value_parser(value_parser!(u64))
                .help("Take the same order again"),
        )
        .arg(
            Arg::new("interview")
                .long("interview")
                .value_name("DATE")
                .help("Make everything due before this day"),
        )
        .arg(
            Arg::new("list")
                .long("list")
                .action(ArgAction::SetTrue)
                .help("List the questions and ask none"),
        )
        .arg(
            Arg::new("recorded")
                .long("recorded")
                .global(true)
                .action(ArgAction::SetTrue)
                .help("Ask recorded problems, make no fresh ones"),
        )
        .arg(
            Arg::new("lang")
                .long("lang")
                .value_name("LANGUAGE")
                .global(true)
                .value_parser(["en", "ko"])
                .hide_possible_values(true)
                .help("The language: `en` or `ko` [default: by locale]"),
        )
        .arg(
            Arg::new("data-dir")
                .long("data-dir")
                .value_name("DIR")
                .global(true)
                .value_parser(value_parser!(PathBuf))
                .help("Where answers are kept, instead of your data folder"),
        )
        .arg(
            Arg::new("now")
                .long("now")
                .value_name("TIME")
                .global(true)
                .help("The time, instead of now: 2026-11-21T10:15:00+09:00"),
        )
        .arg(
            Arg::new("bank")
                .long("bank")
                .value_name("DIR")
                .global(true)
                .value_parser(value_parser!(PathBuf))
                .help("The folder of the course, which has `lessons/`"),
        )
}

//! The command line: what is asked, and what the exit code says.

mod anki;
mod command;
mod console;
mod editor;
mod figures;
mod keeper;
mod markdown;
mod mock;
mod paper;
mod pose;
mod report;
mod session;
mod teach;
mod transfer;
mod whole;
mod words;

use clap::ArgMatches;
use clap::parser::ValueSource;
use console::Console;
use keeper::{Clock, Keeper};
use quiz::bank::Language;
use quiz::clock::Moment;
use quiz::generate::Problems;
use quiz::log::Log;
use quiz::shuffle::Seed;
use quiz::{Bank, Checker, Finding, Question};
use session::With;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The session was held, to its end or to where the learner stopped; or there was nothing to mend.
const DONE: u8 = 0;
/// Something failed: the bank is broken or not there, or the input cannot be read.
const FAILED: u8 = 1;
/// The command line asks for what is not there.
const USAGE: u8 = 2;

pub(crate) fn main() -> ExitCode {
    let matches = command::command().get_matches();
    let code = match run(&matches) {
        Ok(code) => code,
        // Whoever read our output has seen enough.
        Err(Stop::Output(e)) if e.kind() == io::ErrorKind::BrokenPipe => DONE,
        Err(Stop::Output(e)) if e.kind() == io::ErrorKind::Other => {
            complain(FAILED, &e.to_string())
        }
        Err(Stop::Output(e)) => {
            complain(FAILED, &format!("failed to write to standard output: {e}"))
        }
        Err(Stop::Failed(message)) => complain(FAILED, &message),
        Err(Stop::Usage(message)) => complain(USAGE, &message),
    };
    ExitCode::from(code)
}

fn complain(code: u8, message: &str) -> u8 {
    // Standard error may be closed too; then the exit code is all that is left to say it.
    let _ = writeln!(io::stderr(), "quiz: {message}");
    code
}

/// What must be said before anything else: if standard error takes nothing, on standard output.
fn tell(lines: &[String]) -> io::Result<()> {
    for line in lines {
        let line = format!("quiz: {line}\n");
        let said = io::stderr().write_all(line.as_bytes());
        said.or_else(|_| io::stdout().write_all(line.as_bytes()))?;
    }
    Ok(())
}

/// How many questions are asked, unless the command line says.
const A_SESSION: usize = 20;

enum Stop {
    Output(io::Error),
    Failed(String),
    Usage(String),
}

impl From<io::Error> for Stop {
    fn from(e: io::Error) -> Stop {
        Stop::Output(e)
    }
}

fn run(matches: &ArgMatches) -> Result<u8, Stop> {
    match matches.subcommand() {
        Some(("completions", inner)) => return command::completions(inner),
        Some(("man", _)) => return command::man(),
        // What is forgotten or merged depends on no question.
        Some(("import", inner)) => return transfer::import(the_log(matches), inner),
        _ => {}
    }
    if let Some(command) = matches.subcommand_name() {
        let only_asking = ["lesson", "id", "count", "seed", "list", "interview"];
        let given = |name: &&str| matches.value_source(name) == Some(ValueSource::CommandLine);
        if let Some(name) = only_asking.iter().find(|name| given(name)) {
            return Err(Stop::Usage(format!("`{command}` asks no questions; remove `--{name}`")));
        }
    }
    let bank_dir = matches.get_one::<PathBuf>("bank").map(PathBuf::as_path);
    let root = quiz::workspace::find(bank_dir).map_err(Stop::Failed)?;
    if matches.subcommand_matches("lint").is_some() {
        return lint(&root);
    }
    let bank = Bank::read(&root).map_err(|findings| {
        Stop::Failed(format!(
            "the questions cannot be read; nothing is asked until this is mended:\n{}",
            shown(&findings)
        ))
    })?;
    // It is needed until the process ends; to take it apart then would only take time.
    let bank: &Bank = Box::leak(Box::new(bank));
    if let Some(explain) = matches.subcommand_matches("explain") {
        return teach::explain(bank, explain, language(matches));
    }
    if matches.subcommand_matches("grade").is_some() {
        return teach::grade(bank);
    }
    if let Some(export) = matches.subcommand_matches("export") {
        let topics = strings(export, "topic");
        let questions = select(bank, &topics, &[]).map_err(Stop::Usage)?;
        let now = clock(matches)?.now();
        // What is made fresh stands there with an example of it.
        let problems = Problems::new(&root, Some("an example"));
        let posed: Result<Vec<Question>, String> =
            questions.iter().map(|q| problems.pose(q, 0, &mut || {})).collect();
        let posed = posed.map_err(Stop::Failed)?;
        let questions: Vec<&Question> = posed.iter().collect();
        return transfer::export(&questions, &root, export, language(matches), now);
    }
    if let Some((name, inner)) = matches.subcommand() {
        let (keeper, told) = open_log(matches, bank)?;
        tell(&told)?;
        let keeper: &Keeper = Box::leak(Box::new(keeper));
        return match name {
            "stats" => figures::stats(bank, keeper, language(matches)),
            "history" => figures::history(bank, keeper, inner),
            "plan" => figures::plan(bank, keeper, inner, language(matches)),
            "mock" => mock(bank, &root, keeper, inner, language(matches)),
            "reset" => figures::reset(keeper, the_log(matches), inner.get_flag("yes")),
            _ => due(keeper, bank, language(matches)),
        };
    }
    let ids = strings(matches, "id");
    let mut questions = select(bank, &strings(matches, "lesson"), &ids).map_err(Stop::Usage)?;
    if questions.is_empty() {
        let message = format!("there are no questions below `{}` yet", root.display());
        return Err(Stop::Failed(message));
    }
    let language = language(matches);
    if matches.get_flag("list") {
        list(&questions, language)?;
        return Ok(DONE);
    }
    let (mut keeper, told) = open_log(matches, bank)?;
    tell(&told)?;
    if let Some(date) = matches.get_one::<String>("interview") {
        let day = figures::interview(date, keeper.now())?;
        keeper.progress.cap(day);
    }
    let asked_seed = matches.get_one::<u64>("seed").copied();
    let seed = asked_seed.unwrap_or_else(any_seed);
    if ids.is_empty() {
        Seed::new(seed).shuffle(&mut questions);
    }
    if asked_seed.is_none() && ids.is_empty() {
        keeper.progress.order(&mut questions, keeper.now());
    }
    questions.retain(|question| match quiz::settled(question, &root) {
        Ok(()) => true,
        Err(why) => {
            complain(DONE, &format!("left out, because its recording does not settle it: {why}"));
            false
        }
    });
    if questions.is_empty() {
        return Err(Stop::Failed("no question is left to ask".to_owned()));
    }
    let counts = keeper.progress.order(&mut questions.clone(), keeper.now());
    let count = matches.get_one::<u64>("count").map(|&n| usize::try_from(n).unwrap_or(usize::MAX));
    questions.truncate(count.unwrap_or(if ids.is_empty() { A_SESSION } else { usize::MAX }));
    let mut console = Console::new(language);
    let checker = Checker::new(bank);
    let problems = problems(matches, &root);
    let (root, keeper) = (&root, &keeper);
    let with = With { root, bank, checker: &checker, keeper, seed, problems: &problems };
    session::hold(&mut console, &with, &questions, counts)?;
    Ok(DONE)
}

fn open_log(matches: &ArgMatches, bank: &Bank) -> Result<(Keeper, Vec<String>), Stop> {
    let dir = matches.get_one::<PathBuf>("data-dir").map(PathBuf::as_path);
    Ok(Keeper::open(bank, dir, clock(matches)?))
}

fn clock(matches: &ArgMatches) -> Result<Clock, Stop> {
    let Some(text) = matches.get_one::<String>("now") else { return Ok(Clock::System) };
    let moment = Moment::parse(text).ok_or_else(|| {
        Stop::Usage(format!(
            "`--now {text}` is no time; write it as `2026-11-21T10:15:00+09:00` or `2026-11-21`"
        ))
    })?;
    Ok(Clock::Fixed(moment))
}

/// `quiz mock`
fn mock(
    bank: &Bank,
    root: &Path,
    keeper: &Keeper,
    matches: &ArgMatches,
    language: Language,
) -> Result<u8, Stop> {
    let reports = mock::reports(matches)?;
    let topics = strings(matches, "topic");
    let mut pool = select(bank, &topics, &[]).map_err(Stop::Usage)?;
    let level = matches.get_one::<u64>("level");
    pool.retain(|q| level.is_none_or(|&level| u64::from(q.difficulty) == level));
    pool.retain(|q| quiz::settled(q, root).is_ok());
    let minutes = matches.get_one::<u64>("minutes").copied().unwrap_or(30);
    let seed = matches.get_one::<u64>("seed").copied().unwrap_or_else(any_seed);
    let questions = quiz::interview::choose(&pool, minutes, seed);
    if questions.is_empty() {
        return Err(Stop::Usage("no question fits; ask for another topic or level".to_owned()));
    }
    let checker = Checker::new(bank);
    let problems = problems(matches, root);
    let mut console = Console::new(language);
    // Before the clock runs.
    let mut posed = Vec::new();
    for question in questions {
        let mut slow = || {
            let _ = console.plain("", "", console.words.compiles);
        };
        posed.push(problems.pose(question, seed, &mut slow).map_err(Stop::Failed)?);
    }
    let questions: Vec<&Question> = posed.iter().collect();
    let with = With { root, bank, checker: &checker, keeper, seed, problems: &problems };
    let scheduled = matches.get_flag("schedule");
    mock::hold(&mut console, &with, &questions, minutes, scheduled, &reports)
}

/// What poses the generated questions.
fn problems<'r>(matches: &ArgMatches, root: &'r Path) -> Problems<'r> {
    Problems::new(root, matches.get_flag("recorded").then_some("`--recorded` asks for that"))
}

/// The log, wherever it is asked for.
fn the_log(matches: &ArgMatches) -> Result<Log, String> {
    matches.get_one::<PathBuf>("data-dir").map_or_else(Log::of_user, |dir| Ok(Log::new(dir)))
}

/// `quiz due`: what is due, the most endangered first, and when the rest will be.
fn due(keeper: &Keeper, bank: &Bank, language: Language) -> Result<u8, Stop> {
    let say = |english, korean| figures::say(language, english, korean);
    let mut questions: Vec<&Question> = bank.questions.iter().collect();
    let [due, new, resting] = keeper.progress.order(&mut questions, keeper.now());
    let wide = questions.iter().map(|q| q.id.len()).max().unwrap_or(0);
    let today = keeper.now().day();
    let mut out = io::stdout().lock();
    let line =
        say("due: {}, new: {}, not due yet: {}", "복습할 것: {}, 새 문제: {}, 아직 아닌 것: {}");
    writeln!(out, "{}", words::fill(line, &[&due, &new, &resting]))?;
    for question in questions {
        let Some(card) = keeper.progress.card(question) else { continue };
        let recall = keeper.progress.recall(question, today).unwrap_or(0.0) * 100.0;
        let late = card.due <= today;
        let when = if late { say("due since", "지남") } else { say("due on   ", "예정") };
        let (date, with) = (quiz::clock::date(card.due), say("recalled with", "기억할 확률"));
        writeln!(out, "{:wide$}  {when} {date}  {with} {recall:3.0} %", question.id)?;
    }
    Ok(DONE)
}

fn lint(root: &Path) -> Result<u8, Stop> {
    let (findings, asked) = match Bank::read(root) {
        Ok(bank) => {
            let findings = [quiz::lint(&bank, root), quiz::aloud(&bank)].concat();
            (findings, bank.questions.len())
        }
        Err(findings) => (findings, 0),
    };
    let mut out = io::stdout().lock();
    if findings.is_empty() {
        writeln!(out, "questions: {asked}, nothing to mend")?;
        return Ok(DONE);
    }
    writeln!(out, "{}", shown(&findings))?;
    writeln!(out, "to mend: {}", findings.len())?;
    Ok(FAILED)
}

fn shown(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The questions of these lessons and ids; named ids in the order in which they were named.
fn select<'b>(bank: &'b Bank, lessons: &[&str], ids: &[&str]) -> Result<Vec<&'b Question>, String> {
    for lesson in lessons {
        if !bank.topics().contains(lesson) {
            let there = bank.topics().join(", ");
            return Err(format!("no lesson `{lesson}` has questions; there are: {there}"));
        }
    }
    let mut questions: Vec<&Question> = bank.questions.iter().collect();
    if !ids.is_empty() {
        let named = ids.iter().map(|id| bank.get(id).ok_or_else(|| unknown_id(bank, id)));
        questions = named.collect::<Result<_, _>>()?;
    }
    questions.retain(|q| lessons.is_empty() || lessons.contains(&q.topic.as_str()));
    if questions.is_empty() && !(ids.is_empty() && lessons.is_empty()) {
        return Err("no question fits both `--lesson` and `--id`".to_owned());
    }
    Ok(questions)
}

fn unknown_id(bank: &Bank, id: &str) -> String {
    let parts: Vec<&str> = id.split('-').filter(|part| part.len() > 2).collect();
    let near: Vec<&str> = bank
        .questions
        .iter()
        .map(|q| q.id.as_str())
        .filter(|other| parts.iter().any(|part| other.split('-').any(|p| p == *part)))
        .take(5)
        .collect();
    if near.is_empty() {
        format!("no question has the id `{id}`; `quiz --list` shows them")
    } else {
        format!("no question has the id `{id}`; perhaps {}", near.join(", "))
    }
}

fn list(questions: &[&Question], language: Language) -> io::Result<()> {
    let wide = |f: fn(&Question) -> usize| questions.iter().map(|q| f(q)).max().unwrap_or(0);
    let (id, topic) = (wide(|q| q.id.len()), wide(|q| q.topic.len()));
    let mut out = io::stdout().lock();
    for q in questions {
        let prompt = q.prompt.in_language(language).lines().next().unwrap_or("");
        let kind = q.kind.name();
        writeln!(out, "{:id$}  {:topic$}  {kind:7}  {}  {prompt}", q.id, q.topic, q.difficulty)?;
    }
    Ok(())
}

fn strings<'m>(matches: &'m ArgMatches, name: &str) -> Vec<&'m str> {
    matches.get_many::<String>(name).into_iter().flatten().map(String::as_str).collect()
}

/// As asked for, or as the locale says.
fn language(matches: &ArgMatches) -> Language {
    let locale = || {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set).unwrap_or_default()
    };
    let asked = matches.get_one::<String>("lang").cloned().unwrap_or_else(locale);
    if asked.starts_with("ko") { Language::Korean } else { Language::English }
}

/// A seed that is short enough to type again.
fn any_seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| u64::from(now.subsec_nanos()) ^ now.as_secs()) % 10_000
}

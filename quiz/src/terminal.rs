//! The command line: what is asked, and what the exit code says.

mod anki;
mod command;
mod console;
mod editor;
mod figures;
mod interrupt;
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
use quiz::shuffle::Seed;
use quiz::{Bank, Checker, Finding, Question};
use session::With;
use std::cmp::Reverse;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use words::{fill, say};

/// The session was held, to its end or to where the learner stopped; or there was nothing to mend.
const DONE: u8 = 0;
/// Something failed: the bank is broken or not there, or the input cannot be read.
const FAILED: u8 = 1;
/// The command line asks for what is not there.
const USAGE: u8 = 2;

pub(crate) fn main() -> ExitCode {
    let matches = command::matches();
    words::speak(language(&matches));
    let code = match run(&matches) {
        Ok(code) => code,
        // Whoever read our output has seen enough.
        Err(Stop::Output(e)) if e.kind() == io::ErrorKind::BrokenPipe => DONE,
        Err(Stop::Output(e)) if e.kind() == io::ErrorKind::Other => {
            complain(FAILED, &e.to_string())
        }
        Err(Stop::Output(e)) => {
            let what = say("failed to write to standard output", "표준 출력에 쓰지 못했습니다");
            complain(FAILED, &format!("{what}: {e}"))
        }
        Err(Stop::Failed(message)) => complain(FAILED, &message),
        Err(Stop::Usage(message)) => complain(USAGE, &message),
    };
    ExitCode::from(code)
}

fn complain(code: u8, message: &str) -> u8 {
    // Standard error may be closed too; then the exit code is all that is left to say it.
    let _ = io::stderr().write_all(complaint(message).as_bytes());
    code
}

/// For a terminal in lines of its width.
fn complaint(message: &str) -> String {
    let message = format!("quiz: {message}");
    if !io::stderr().is_terminal() {
        return message + "\n";
    }
    let width = console::width(io::stdout().is_terminal());
    message.lines().map(|line| markdown::wrap(line, "", "  ", width) + "\n").collect()
}

/// What must be said before anything else: if standard error takes nothing, on standard output.
fn tell(lines: &[String]) -> io::Result<()> {
    for line in lines {
        let line = complaint(line);
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
        Some(("import", inner)) => {
            return transfer::import(keeper::the_log(data_dir(matches)), inner);
        }
        _ => {}
    }
    if let Some(command) = matches.subcommand_name() {
        let only_asking = ["lesson", "id", "count", "seed", "list", "interview"];
        let given = |name: &&str| matches.value_source(name) == Some(ValueSource::CommandLine);
        if let Some(name) = only_asking.iter().find(|name| given(name)) {
            let message = say(
                "`{}` asks no questions; remove `--{}`",
                "`{}`은(는) 문제를 내지 않습니다. `--{}`을(를) 빼세요",
            );
            return Err(Stop::Usage(fill(message, &[&command, name])));
        }
    }
    let bank_dir = matches.get_one::<PathBuf>("bank").map(PathBuf::as_path);
    let root = quiz::workspace::find(bank_dir).map_err(Stop::Failed)?;
    if matches.subcommand_matches("lint").is_some() {
        return teach::lint(&root);
    }
    if matches.subcommand_matches("due").is_some() {
        let questions = Bank::revisions(&root).map_err(|findings| unreadable(&findings))?;
        let today = clock(matches)?.now().day();
        let (progress, told) = keeper::remembered(&questions, data_dir(matches));
        tell(&told)?;
        return figures::due(&questions, &progress, today);
    }
    let bank = Bank::read(&root).map_err(|findings| unreadable(&findings))?;
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
        let problems = Problems::new(&root, Some(say("an example", "예시")));
        let posed: Result<Vec<Question>, String> =
            questions.iter().map(|q| problems.pose(q, 0, &mut || {})).collect();
        let posed = posed.map_err(Stop::Failed)?;
        let questions: Vec<&Question> = posed.iter().collect();
        return transfer::export(&questions, &root, export, language(matches), now);
    }
    if let Some((name, inner)) = matches.subcommand() {
        let (keeper, told) = open_log(matches, bank, name == "mock")?;
        tell(&told)?;
        let keeper: &Keeper = Box::leak(Box::new(keeper));
        return match name {
            "stats" => figures::stats(bank, keeper, language(matches)),
            "history" => figures::history(bank, keeper, inner),
            "plan" => figures::plan(bank, keeper, inner, language(matches)),
            "mock" => mock(bank, &root, keeper, inner, language(matches)),
            _ => figures::reset(keeper, keeper::the_log(data_dir(matches)), inner.get_flag("yes")),
        };
    }
    let ids = strings(matches, "id");
    let mut questions = select(bank, &strings(matches, "lesson"), &ids).map_err(Stop::Usage)?;
    if questions.is_empty() {
        let message =
            say("there are no questions below `{}` yet", "`{}` 아래에 아직 문제가 없습니다");
        return Err(Stop::Failed(fill(message, &[&root.display()])));
    }
    let language = language(matches);
    if matches.get_flag("list") {
        list(&questions, language)?;
        return Ok(DONE);
    }
    let (mut keeper, told) = open_log(matches, bank, true)?;
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
            let lead = say(
                "left out, because its recording does not settle it",
                "기록이 정답을 뒷받침하지 않아 뺐습니다",
            );
            complain(DONE, &format!("{lead}: {why}"));
            false
        }
    });
    if questions.is_empty() {
        let message = say("no question is left to ask", "낼 문제가 남지 않았습니다");
        return Err(Stop::Failed(message.to_owned()));
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

fn unreadable(findings: &[Finding]) -> Stop {
    let lead = say(
        "the questions cannot be read; nothing is asked until this is mended:",
        "문제를 읽을 수 없습니다. 고칠 때까지 문제를 내지 않습니다:",
    );
    Stop::Failed(format!("{lead}\n{}", shown(findings)))
}

fn open_log(
    matches: &ArgMatches,
    bank: &Bank,
    answers: bool,
) -> Result<(Keeper, Vec<String>), Stop> {
    Ok(Keeper::open(bank, data_dir(matches), clock(matches)?, answers))
}

fn data_dir(matches: &ArgMatches) -> Option<&Path> {
    matches.get_one::<PathBuf>("data-dir").map(PathBuf::as_path)
}

fn clock(matches: &ArgMatches) -> Result<Clock, Stop> {
    let Some(text) = matches.get_one::<String>("now") else { return Ok(Clock::System) };
    let moment = Moment::parse(text).ok_or_else(|| {
        let message = say(
            "`--now {}` is no time; write it as `2026-11-21T10:15:00+09:00` or `2026-11-21`",
            "`--now {}`은(는) 시각이 아닙니다. `2026-11-21T10:15:00+09:00`이나 `2026-11-21`처럼 쓰세요",
        );
        Stop::Usage(fill(message, &[text]))
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
        let message = say(
            "no question fits; ask for another topic or level",
            "맞는 문제가 없습니다. 다른 주제나 난이도를 고르세요",
        );
        return Err(Stop::Usage(message.to_owned()));
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
    let asked = say("`--recorded` asks for that", "`--recorded`를 주었습니다");
    let recorded = matches.get_flag("recorded").then_some(asked);
    Problems::new(root, recorded).in_language(language(matches))
}

fn shown(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The questions of these lessons and ids; named ids in the order in which they were named.
fn select<'b>(bank: &'b Bank, lessons: &[&str], ids: &[&str]) -> Result<Vec<&'b Question>, String> {
    for lesson in lessons {
        if !bank.topics().contains(lesson) {
            let there = bank.topics().join(", ");
            let message = say(
                "no lesson `{}` has questions; there are: {}",
                "`{}`에는 문제가 없습니다. 있는 것: {}",
            );
            return Err(fill(message, &[lesson, &there]));
        }
    }
    let mut questions: Vec<&Question> = bank.questions.iter().collect();
    if !ids.is_empty() {
        let named = ids.iter().map(|id| bank.get(id).ok_or_else(|| unknown_id(bank, id)));
        questions = named.collect::<Result<_, _>>()?;
    }
    questions.retain(|q| lessons.is_empty() || lessons.contains(&q.topic.as_str()));
    if questions.is_empty() && !(ids.is_empty() && lessons.is_empty()) {
        let message = say(
            "no question fits both `--lesson` and `--id`",
            "`--lesson`과 `--id`에 모두 맞는 문제가 없습니다",
        );
        return Err(message.to_owned());
    }
    Ok(questions)
}

fn unknown_id(bank: &Bank, id: &str) -> String {
    let parts: Vec<&str> = id.split('-').filter(|part| part.len() > 2).collect();
    // How far both begin alike, and how many of their words are the same.
    let alike = |other: &str| {
        let begin = id.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
        let same = other.split('-').filter(|part| parts.contains(part)).count();
        (same > 0 || begin > 3).then_some(begin + 3 * same)
    };
    let mut near: Vec<(usize, &str)> = bank
        .questions
        .iter()
        .filter_map(|question| Some((alike(&question.id)?, question.id.as_str())))
        .collect();
    near.sort_by_key(|(alike, _)| Reverse(*alike));
    let near: Vec<&str> = near.into_iter().take(3).map(|(_, id)| id).collect();
    if near.is_empty() {
        let message = say(
            "no question has the id `{}`; `quiz --list` shows them",
            "id가 `{}`인 문제가 없습니다. `quiz --list`로 볼 수 있습니다",
        );
        return fill(message, &[&id]);
    }
    let message =
        say("no question has the id `{}`; perhaps {}", "id가 `{}`인 문제가 없습니다. 혹시: {}");
    fill(message, &[&id, &near.join(", ")])
}

fn list(questions: &[&Question], language: Language) -> io::Result<()> {
    let wide = |f: fn(&Question) -> usize| questions.iter().map(|q| f(q)).max().unwrap_or(0);
    let (id, topic) = (wide(|q| q.id.len()), wide(|q| q.topic.len()));
    let mut out = console::Rows::new();
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

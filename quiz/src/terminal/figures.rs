//! Figures: how it has gone so far, and what was answered.

use super::keeper::Keeper;
use super::{DONE, Stop};
use clap::ArgMatches;
use quiz::bank::{Kind, Language};
use quiz::clock::{self, Moment};
use quiz::forecast::{self, Habits};
use quiz::log::Log;
use quiz::stats::{Stats, Weak};
use quiz::{Bank, Question};
use std::io::{self, BufRead, Write};

/// The width of a bar.
const WIDE: usize = 20;
/// How many weak spots are named.
const NAMED: usize = 5;

/// A bar of this share of its width. The number always stands beside it.
fn bar(share: f64) -> String {
    let full = (share.clamp(0.0, 1.0) * WIDE as f64).round() as usize;
    format!("{}{}", "█".repeat(full), "░".repeat(WIDE - full))
}

fn share(n: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { n as f64 / of as f64 }
}

/// `quiz stats`
pub(super) fn stats(bank: &Bank, keeper: &Keeper, language: Language) -> Result<u8, Stop> {
    let today = keeper.now().day();
    let stats = Stats::new(bank, &keeper.events, &keeper.progress, today);
    let mut out = io::stdout().lock();
    let Some(percent) = stats.total.percent() else {
        writeln!(out, "no answers yet; `cargo run -p quiz` asks you")?;
        return Ok(DONE);
    };
    let (answers, days) = (stats.total.answers, stats.days);
    writeln!(out, "answers: {answers} on {days} days, right: {percent} %")?;
    writeln!(out, "days in a row: {}, longest: {}", stats.streak, stats.longest)?;

    writeln!(out, "\nBy topic: seen, share of right answers, chance of recall today")?;
    let wide = stats.topics.iter().map(|t| t.name.len()).max().unwrap_or(0);
    for topic in &stats.topics {
        let (seen, of) = (topic.seen, topic.questions);
        write!(out, "  {:wide$}  {seen:3} of {of:3}", topic.name)?;
        match (topic.tally.percent(), topic.recall) {
            (Some(right), Some(recall)) => {
                let bar = bar(share(topic.tally.right, topic.tally.answers));
                writeln!(out, "  {bar} {right:3} %  {:3.0} %", recall * 100.0)?;
            }
            (Some(right), None) => writeln!(out, "  {} {right:3} %", bar(right as f64 / 100.0))?,
            _ => writeln!(out)?,
        }
    }

    writeln!(out, "\nThe last days: answers, right ones")?;
    let most = stats.recent.iter().map(|(_, t)| t.answers).max().unwrap_or(0);
    for (day, tally) in &stats.recent {
        let bar = bar(share(tally.answers, most));
        writeln!(out, "  {}  {bar} {:3} {:3}", clock::date(*day), tally.answers, tally.right)?;
    }

    writeln!(out, "\nThe next days: questions that are due")?;
    let most = stats.due.iter().map(|(_, n)| *n).max().unwrap_or(0);
    for (day, n) in &stats.due {
        writeln!(out, "  {}  {} {n:3}", clock::date(*day), bar(share(*n, most)))?;
    }
    writeln!(out, "  later: {}", stats.later)?;

    weak(&mut out, bank, "\nLeft out most often", &stats.concepts, language)?;
    weak(&mut out, bank, "\nTraps stepped into most often", &stats.traps, language)?;
    Ok(DONE)
}

fn weak(
    out: &mut impl Write,
    bank: &Bank,
    title: &str,
    all: &[Weak],
    language: Language,
) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    writeln!(out, "{title}")?;
    for weak in all.iter().take(NAMED) {
        let what = bank.get(&weak.question).map_or("", |q| meaning(q, &weak.what, language));
        writeln!(out, "  {} of {}  {}: {what}", weak.times, weak.of, weak.question)?;
    }
    Ok(())
}

/// What a concept or a misconception is, in words.
pub(super) fn meaning<'q>(question: &'q Question, id: &str, language: Language) -> &'q str {
    let Kind::Free(rubric) = &question.kind else { return "" };
    let concept = rubric.concepts.iter().find(|c| c.id == id).map(|c| &c.label);
    let trap = || rubric.misconceptions.iter().find(|m| m.id == id).map(|m| &m.fix);
    concept.or_else(trap).map_or("", |text| text.in_language(language))
}

/// `quiz history`
pub(super) fn history(bank: &Bank, keeper: &Keeper, matches: &ArgMatches) -> Result<u8, Stop> {
    let id = matches.get_one::<String>("question").map(String::as_str);
    if let Some(id) = id
        && bank.get(id).is_none()
        && keeper.events.iter().all(|e| e.question != id)
    {
        return Err(Stop::Usage(super::unknown_id(bank, id)));
    }
    let last = matches.get_one::<u64>("last").map_or(20, |&n| usize::try_from(n).unwrap_or(0));
    let events: Vec<_> =
        keeper.events.iter().filter(|e| id.is_none_or(|id| e.question == id)).collect();
    let mut out = io::stdout().lock();
    if events.is_empty() {
        writeln!(out, "no answers yet")?;
        return Ok(DONE);
    }
    let shown = &events[events.len().saturating_sub(last)..];
    let wide = shown.iter().map(|e| e.question.len()).max().unwrap_or(0);
    for event in shown {
        // `2026-11-21 10:15` of `2026-11-21T10:15:00+09:00`.
        let time = event.at.to_string().replace('T', " ");
        let time = time.get(..16).unwrap_or(&time);
        write!(out, "{time}  {:wide$}  {:7}", event.question, event.verdict)?;
        write!(out, "  {:4} s", event.ms / 1000)?;
        if event.hints > 0 {
            write!(out, "  hints: {}", event.hints)?;
        }
        if event.mode != quiz::log::REVIEW {
            write!(out, "  {}", event.mode)?;
        }
        for (name, list) in [("missing", &event.miss), ("traps", &event.trap)] {
            if !list.is_empty() {
                write!(out, "  {name}: {}", list.join(" "))?;
            }
        }
        writeln!(out)?;
    }
    if shown.len() < events.len() {
        writeln!(out, "shown: {} of {}; `--last N` shows more", shown.len(), events.len())?;
    }
    Ok(DONE)
}

/// `quiz reset`
pub(super) fn reset(keeper: &Keeper, log: Result<Log, String>, sure: bool) -> Result<u8, Stop> {
    let log = log.map_err(Stop::Failed)?;
    let mut out = io::stdout().lock();
    if keeper.events.is_empty() && !log.file().exists() {
        writeln!(out, "there are no answers to forget")?;
        return Ok(DONE);
    }
    if !sure {
        let n = keeper.events.len();
        write!(out, "Forget {n} answers in `{}`? Type yes: ", log.file().display())?;
        out.flush()?;
        let mut line = String::new();
        io::stdin()
            .lock()
            .read_line(&mut line)
            .map_err(|e| Stop::Failed(format!("failed to read standard input: {e}")))?;
        if !["yes", "네", "예"].contains(&line.trim().to_lowercase().as_str()) {
            writeln!(out, "\nnothing was changed")?;
            return Ok(DONE);
        }
    }
    match log.reset().map_err(Stop::Failed)? {
        Some(aside) => {
            let file = aside.display();
            writeln!(out, "forgotten; the answers are now in `{file}`, which you may delete")?;
        }
        None => writeln!(out, "there are no answers to forget")?,
    }
    Ok(DONE)
}

/// `quiz plan --interview DATE`
pub(super) fn plan(bank: &Bank, keeper: &Keeper, matches: &ArgMatches) -> Result<u8, Stop> {
    let date = matches.get_one::<String>("interview").map_or("", String::as_str);
    let now = keeper.now();
    let interview = interview(date, now)?;
    let today = now.day();
    let minutes = matches.get_one::<u64>("minutes").map_or(20.0, |&n| n as f64);
    let habits = Habits::from_log(&keeper.events);
    let plan = forecast::plan(bank, &keeper.progress, habits, today, interview, minutes);
    let (stop, follow) = plan.all();
    let unseen: usize = plan.topics.iter().map(|t| t.unseen).sum();
    let mut out = io::stdout().lock();
    writeln!(out, "interview: {}, in {} days", clock::date(interview), interview - today)?;
    writeln!(out, "questions: {}, never answered: {unseen}", bank.questions.len())?;
    writeln!(out, "\nAnswered right on that day, by forecast (never answered counts as not):")?;
    writeln!(out, "  if you stop now         {} {:3.0} %", bar(stop), stop * 100.0)?;
    writeln!(out, "  if you follow the plan  {} {:3.0} %", bar(follow), follow * 100.0)?;
    let wide = plan.topics.iter().map(|t| t.topic.len()).max().unwrap_or(0).max(5);
    writeln!(out, "\n  {:wide$}  questions  unseen  stop now  follow the plan", "topic")?;
    for topic in &plan.topics {
        let (stop, follow) = (topic.stop * 100.0, topic.follow * 100.0);
        writeln!(
            out,
            "  {:wide$}  {:9}  {:6}  {stop:6.0} %  {follow:13.0} %",
            topic.topic, topic.questions, topic.unseen
        )?;
    }
    if plan.days.is_empty() {
        writeln!(out, "\nThe interview is today: nothing more is planned.")?;
        return Ok(DONE);
    }
    let seconds = habits.seconds;
    writeln!(out, "\nThe plan, at most {minutes} min a day, {seconds:.0} s an answer:")?;
    for day in &plan.days {
        let (repeat, new) = (day.repeat.round(), day.new.round());
        let date = clock::date(day.day);
        writeln!(out, "  {date}  repeat {repeat:3}  new {new:3}  {:3.0} min", day.minutes)?;
    }
    if plan.left_unseen >= 0.5 {
        writeln!(
            out,
            "\nStill unseen on the day: {:.0}. More minutes a day (`--minutes N`) leave fewer.",
            plan.left_unseen
        )?;
    }
    let count = forecast::today(bank, &keeper.progress, habits, today, interview, minutes).len();
    if count > 0 {
        let date = clock::date(interview);
        writeln!(out, "\nToday: cargo run -p quiz -- --interview {date} --count {count}")?;
    } else {
        writeln!(out, "\nToday: nothing is left to do.")?;
    }
    Ok(DONE)
}

/// The day of an interview that is not over.
pub(super) fn interview(date: &str, now: Moment) -> Result<i64, Stop> {
    let day = Moment::parse(date).map(Moment::day).ok_or_else(|| {
        Stop::Usage(format!("`--interview {date}` is no date; write it as `2026-12-05`"))
    })?;
    if day < now.day() {
        return Err(Stop::Usage(format!("the interview of `{date}` is over; name a day to come")));
    }
    if day > now.day() + 366 {
        let message = "is more than a year away; name a nearer day";
        return Err(Stop::Usage(format!("`--interview {date}` {message}")));
    }
    Ok(day)
}

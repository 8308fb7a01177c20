//! Figures: how it has gone so far, and what was answered.

use super::console::Rows;
use super::keeper::Keeper;
use super::words::{fill, say};
use super::{DONE, Stop};
use clap::ArgMatches;
use quiz::bank::{Kind, Language};
use quiz::clock::{self, Moment};
use quiz::forecast::{self, Habits};
use quiz::log::Log;
use quiz::progress::{Card, Progress};
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

/// `quiz due`: what is due, the most endangered first, and when the rest will be.
pub(super) fn due(
    questions: &[(String, u32)],
    progress: &Progress,
    today: i64,
) -> Result<u8, Stop> {
    let mut cards: Vec<(&str, &Card)> =
        questions.iter().filter_map(|(id, _)| Some((id.as_str(), progress.card_of(id)?))).collect();
    cards.sort_by(|(_, a), (_, b)| {
        let rests = |card: &Card| card.due > today;
        rests(a).cmp(&rests(b)).then_with(|| a.recall(today).total_cmp(&b.recall(today)))
    });
    let due = cards.iter().filter(|(_, card)| card.due <= today).count();
    let (new, resting) = (questions.len() - cards.len(), cards.len() - due);
    let line =
        say("due: {}, new: {}, not due yet: {}", "복습할 것: {}, 새 문제: {}, 아직 아닌 것: {}");
    let mut lines = fill(line, &[&due, &new, &resting]) + "\n";
    let wide = questions.iter().map(|(id, _)| id.len()).max().unwrap_or(0);
    for (id, card) in cards {
        let late = card.due <= today;
        let when = if late { say("due since", "지남") } else { say("due on   ", "예정") };
        let (date, with) = (clock::date(card.due), say("recalled with", "기억할 확률"));
        let recall = card.recall(today) * 100.0;
        lines += &format!("{id:wide$}  {when} {date}  {with} {recall:3.0} %\n");
    }
    Rows::new().write_all(lines.as_bytes())?;
    Ok(DONE)
}

/// `quiz stats`
pub(super) fn stats(bank: &Bank, keeper: &Keeper, language: Language) -> Result<u8, Stop> {
    let today = keeper.now().day();
    let stats = Stats::new(bank, &keeper.events, &keeper.progress, today);
    let mut out = Rows::new();
    let Some(percent) = stats.total.percent() else {
        let none = say(
            "no answers yet; `cargo run -p quiz` asks you",
            "아직 답이 없습니다. `cargo run -p quiz`로 시작하세요",
        );
        writeln!(out, "{none}")?;
        return Ok(DONE);
    };
    let (answers, days) = (stats.total.answers, stats.days);
    let line = say("answers: {}, days: {}, right: {} %", "답 {}개, {}일 동안, 맞음 {} %");
    writeln!(out, "{}", fill(line, &[&answers, &days, &percent]))?;
    let line = say("days in a row: {}, longest: {}", "연속 {}일, 가장 길게는 {}일");
    writeln!(out, "{}", fill(line, &[&stats.streak, &stats.longest]))?;

    let title = say(
        "By topic: seen, share of right answers, chance of recall today",
        "주제별: 풀어 본 것, 맞은 비율, 오늘 기억할 확률",
    );
    writeln!(out, "\n{title}")?;
    let wide = stats.topics.iter().map(|t| t.name.len()).max().unwrap_or(0);
    for topic in &stats.topics {
        let (seen, of) = (topic.seen, topic.questions);
        let slash = say("of", "/");
        write!(out, "  {:wide$}  {seen:3} {slash} {of:3}", topic.name)?;
        match (topic.tally.percent(), topic.recall) {
            (Some(right), Some(recall)) => {
                let bar = bar(share(topic.tally.right, topic.tally.answers));
                writeln!(out, "  {bar} {right:3} %  {:3.0} %", recall * 100.0)?;
            }
            (Some(right), None) => writeln!(out, "  {} {right:3} %", bar(right as f64 / 100.0))?,
            _ => writeln!(out)?,
        }
    }

    writeln!(out, "\n{}", say("The last days: answers, right ones", "지난 며칠: 답, 맞은 답"))?;
    let most = stats.recent.iter().map(|(_, t)| t.answers).max().unwrap_or(0);
    for (day, tally) in &stats.recent {
        let bar = bar(share(tally.answers, most));
        writeln!(out, "  {}  {bar} {:3} {:3}", clock::date(*day), tally.answers, tally.right)?;
    }

    writeln!(out, "\n{}", say("The next days: questions that are due", "다음 며칠: 복습할 문제"))?;
    let most = stats.due.iter().map(|(_, n)| *n).max().unwrap_or(0);
    for (day, n) in &stats.due {
        writeln!(out, "  {}  {} {n:3}", clock::date(*day), bar(share(*n, most)))?;
    }
    writeln!(out, "{}", fill(say("  later: {}", "  그 뒤: {}"), &[&stats.later]))?;

    let title = say("\nLeft out most often", "\n가장 자주 빠뜨린 것");
    weak(&mut out, bank, title, &stats.concepts, language)?;
    let title = say("\nTraps stepped into most often", "\n가장 자주 빠진 함정");
    weak(&mut out, bank, title, &stats.traps, language)?;
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
        let slash = say("of", "/");
        writeln!(out, "  {} {slash} {}  {}: {what}", weak.times, weak.of, weak.question)?;
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
    let mut out = Rows::new();
    if events.is_empty() {
        writeln!(out, "{}", say("no answers yet", "아직 답이 없습니다"))?;
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
            write!(out, "  {}: {}", say("hints", "힌트"), event.hints)?;
        }
        if event.mode != quiz::log::REVIEW {
            write!(out, "  {}", event.mode)?;
        }
        let (missing, traps) = (say("missing", "빠짐"), say("traps", "함정"));
        for (name, list) in [(missing, &event.miss), (traps, &event.trap)] {
            if !list.is_empty() {
                write!(out, "  {name}: {}", list.join(" "))?;
            }
        }
        writeln!(out)?;
    }
    if shown.len() < events.len() {
        let line =
            say("shown: {} of {}; `--last N` shows more", "{} / {}개. `--last N`으로 더 봅니다");
        writeln!(out, "{}", fill(line, &[&shown.len(), &events.len()]))?;
    }
    Ok(DONE)
}

/// `quiz reset`
pub(super) fn reset(keeper: &Keeper, log: Result<Log, String>, sure: bool) -> Result<u8, Stop> {
    let log = log.map_err(Stop::Failed)?;
    let none = say("there are no answers to forget", "지울 답이 없습니다");
    let mut out = io::stdout().lock();
    if keeper.events.is_empty() && !log.file().exists() {
        writeln!(out, "{none}")?;
        return Ok(DONE);
    }
    if !sure {
        let n = keeper.events.len();
        let ask = say(
            "Forget {} answers in `{}`? Type yes: ",
            "답 {}개(`{}`)를 지울까요? 예라고 쓰세요: ",
        );
        write!(out, "{}", fill(ask, &[&n, &log.file().display()]))?;
        out.flush()?;
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map_err(|e| unread(&e))?;
        if !["yes", "네", "예"].contains(&line.trim().to_lowercase().as_str()) {
            writeln!(out, "\n{}", say("nothing was changed", "바꾼 것이 없습니다"))?;
            return Ok(DONE);
        }
    }
    match log.reset().map_err(Stop::Failed)? {
        Some(aside) => {
            let line = say(
                "forgotten; the answers are now in `{}`, which you may delete",
                "지웠습니다. 답은 이제 `{}`에 있고, 이 파일은 지워도 됩니다",
            );
            writeln!(out, "{}", fill(line, &[&aside.display()]))?;
        }
        None => writeln!(out, "{none}")?,
    }
    Ok(DONE)
}

/// `quiz plan --interview DATE`
pub(super) fn plan(
    bank: &Bank,
    keeper: &Keeper,
    matches: &ArgMatches,
    language: Language,
) -> Result<u8, Stop> {
    let date = matches.get_one::<String>("interview").map_or("", String::as_str);
    let now = keeper.now();
    let interview = interview(date, now)?;
    let today = now.day();
    let minutes = matches.get_one::<u64>("minutes").map_or(20.0, |&n| n as f64);
    let habits = Habits::from_log(&keeper.events);
    let plan = forecast::plan(bank, &keeper.progress, habits, today, interview, minutes);
    let (stop, follow) = plan.all();
    let unseen: usize = plan.topics.iter().map(|t| t.unseen).sum();
    let mut out = Rows::new();
    let line = say("interview: {}, days left: {}", "면접: {}, {}일 뒤");
    writeln!(out, "{}", fill(line, &[&clock::date(interview), &(interview - today)]))?;
    let line = say("questions: {}, never answered: {}", "문제 {}개, 풀어 본 적 없음 {}개");
    writeln!(out, "{}", fill(line, &[&bank.questions.len(), &unseen]))?;
    let title = say(
        "Answered right on that day, by forecast (never answered counts as not):",
        "그날 맞힐 비율의 예측 (풀어 본 적 없는 문제는 틀린 것으로 셈):",
    );
    writeln!(out, "\n{title}")?;
    let stops = say("if you stop now        ", "지금 그만두면      ");
    let follows = say("if you follow the plan ", "계획대로 하면      ");
    writeln!(out, "  {stops} {} {:3.0} %", bar(stop), stop * 100.0)?;
    writeln!(out, "  {follows} {} {:3.0} %", bar(follow), follow * 100.0)?;
    let wide = plan.topics.iter().map(|t| t.topic.len()).max().unwrap_or(0).max(5);
    // Hangul takes two columns: padded by hand.
    let head = say("questions  unseen    stop  follow", "     문제   안 봄    중단    계획");
    match language {
        Language::English => writeln!(out, "\n  {:wide$}  {head}", "topic")?,
        Language::Korean => writeln!(out, "\n  주제{}{head}", " ".repeat(wide - 2))?,
    }
    for topic in &plan.topics {
        let (stop, follow) = (topic.stop * 100.0, topic.follow * 100.0);
        writeln!(
            out,
            "  {:wide$}  {:9}  {:6}  {stop:4.0} %  {follow:4.0} %",
            topic.topic, topic.questions, topic.unseen
        )?;
    }
    if plan.days.is_empty() {
        let line = say(
            "The interview is today: nothing more is planned.",
            "면접은 오늘입니다. 더 계획할 것이 없습니다.",
        );
        writeln!(out, "\n{line}")?;
        return Ok(DONE);
    }
    let seconds = habits.seconds.round();
    let line = say(
        "The plan, at most {} min a day, {} s an answer:",
        "계획 (하루 최대 {}분, 답 하나에 {}초):",
    );
    writeln!(out, "\n{}", fill(line, &[&minutes, &seconds]))?;
    for day in &plan.days {
        let (repeat, new) = (day.repeat.round(), day.new.round());
        let date = clock::date(day.day);
        let (repeats, news, unit) =
            (say("repeat", "복습"), say("new", "새 문제"), say("min", "분"));
        let minutes = day.minutes;
        writeln!(out, "  {date}  {repeats} {repeat:3}  {news} {new:3}  {minutes:3.0} {unit}")?;
    }
    if plan.left_unseen >= 0.5 {
        let line = say(
            "Still unseen on the day: {}. More minutes a day (`--minutes N`) leave fewer.",
            "그날까지 보지 못할 문제: {}. 하루의 시간을 늘리면(`--minutes N`) 줄어듭니다.",
        );
        writeln!(out, "\n{}", fill(line, &[&plan.left_unseen.round()]))?;
    }
    let count = forecast::today(bank, &keeper.progress, habits, today, interview, minutes).len();
    if count > 0 {
        let date = clock::date(interview);
        let today = say("Today", "오늘");
        writeln!(out, "\n{today}: cargo run -p quiz -- --interview {date} --count {count}")?;
    } else {
        writeln!(out, "\n{}", say("Today: nothing is left to do.", "오늘은 할 일이 없습니다."))?;
    }
    Ok(DONE)
}

/// Standard input that cannot be read.
pub(super) fn unread(e: &io::Error) -> Stop {
    Stop::Failed(format!(
        "{}: {e}",
        say("failed to read standard input", "표준 입력을 읽지 못했습니다")
    ))
}

/// The day of an interview that is not over.
pub(super) fn interview(date: &str, now: Moment) -> Result<i64, Stop> {
    let day = Moment::parse(date).map(Moment::day).ok_or_else(|| {
        let message = say(
            "`--interview {}` is no date; write it as `2026-12-05`",
            "`--interview {}`은(는) 날짜가 아닙니다. `2026-12-05`처럼 쓰세요",
        );
        Stop::Usage(fill(message, &[&date]))
    })?;
    if day < now.day() {
        let message = say(
            "the interview of `{}` is over; name a day to come",
            "`{}`의 면접은 지났습니다. 앞으로 올 날짜를 쓰세요",
        );
        return Err(Stop::Usage(fill(message, &[&date])));
    }
    if day > now.day() + 366 {
        let message = say(
            "`--interview {}` is more than a year away; name a nearer day",
            "`--interview {}`은(는) 1년 넘게 남았습니다. 더 가까운 날짜를 쓰세요",
        );
        return Err(Stop::Usage(fill(message, &[&date])));
    }
    Ok(day)
}

//! The lines of a log: what each says, and which are skipped.

use super::{Event, MOCK, REVIEW};
use crate::bank::Language;
use crate::clock::Moment;
use crate::schedule::Grade;
use crate::several;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashSet;

/// What the schedule takes from an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<'l> {
    id: Cow<'l, str>,
    /// When it was given.
    pub at: Moment,
    /// The question's id.
    pub question: Cow<'l, str>,
    /// The question's revision.
    pub rev: u32,
    /// How it was answered.
    pub grade: Grade,
    /// Whether it was given in a mock interview.
    pub mock: bool,
}

impl<'l> From<&'l Event> for Answer<'l> {
    fn from(event: &'l Event) -> Answer<'l> {
        Answer {
            id: Cow::Borrowed(&event.id),
            at: event.at,
            question: Cow::Borrowed(&event.question),
            rev: event.rev,
            grade: event.grade,
            mock: event.mode == MOCK,
        }
    }
}

/// Why a line is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bad {
    /// It cannot be parsed, for this reason.
    NoJson(String),
    /// It lacks this field, or has no text there.
    Missing(&'static str),
    /// This is no time.
    NoTime(String),
    /// Its grade is not 1 to 4.
    NoGrade,
}

impl Bad {
    /// What is said of it.
    #[must_use]
    pub fn in_language(&self, language: Language) -> String {
        match (self, language) {
            (Bad::NoJson(why), Language::English) => format!("no JSON: {why}"),
            (Bad::NoJson(why), Language::Korean) => format!("JSON이 아닙니다: {why}"),
            (Bad::Missing(name), Language::English) => format!("`{name}` is missing"),
            (Bad::Missing(name), Language::Korean) => format!("`{name}`이(가) 없습니다"),
            (Bad::NoTime(time), Language::English) => format!("`{time}` is no time"),
            (Bad::NoTime(time), Language::Korean) => format!("`{time}`은(는) 시각이 아닙니다"),
            (Bad::NoGrade, Language::English) => "`grade` is not 1 to 4".to_owned(),
            (Bad::NoGrade, Language::Korean) => "`grade`가 1부터 4까지의 수가 아닙니다".to_owned(),
        }
    }
}

/// A line, as far as it is wanted.
pub(super) trait Line<'l>: Send + Sized {
    fn parse(line: &'l str) -> Result<Self, Bad>;
    fn id(&self) -> &str;
    fn at(&self) -> Moment;
}

impl<'l> Line<'l> for Event {
    fn parse(line: &'l str) -> Result<Event, Bad> {
        event(line)
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn at(&self) -> Moment {
        self.at
    }
}

impl<'l> Line<'l> for Answer<'l> {
    fn parse(line: &'l str) -> Result<Answer<'l>, Bad> {
        if let Ok(glance) = serde_json::from_str::<Glance>(line) {
            return glance.answer();
        }
        let event = any_event(line)?;
        let mock = event.mode == MOCK;
        let Event { id, at, question, rev, grade, .. } = event;
        Ok(Answer { id: id.into(), at, question: question.into(), rev, grade, mock })
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn at(&self) -> Moment {
        self.at
    }
}

/// The lines in the order of time, each answer once; and those that are no answers, by their numbers
/// from 1, and why.
pub(super) fn read<'t, L: Line<'t>>(text: &'t str) -> (Vec<L>, Vec<(usize, Bad)>) {
    let (mut lines, mut bad) = (Vec::new(), Vec::new());
    let mut seen = Seen::default();
    let mut before = 0;
    for part in several::map(&parts(text), |part| Part::<L>::read(part)) {
        for line in part.lines {
            if seen.is_new(&line, &lines) {
                lines.push(line);
            }
        }
        bad.extend(part.bad.into_iter().map(|(n, why)| (before + n, why)));
        before += part.count;
    }
    // Answers of the same second stay in the order in which they were given.
    lines.sort_by_key(|line| line.at().unix());
    (lines, bad)
}

/// The text in parts of whole lines that are worth a thread.
fn parts(text: &str) -> Vec<&str> {
    const ENOUGH: usize = 128 * 1024;
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let from = ENOUGH.min(rest.len());
        let end = rest.as_bytes()[from..].iter().position(|&b| b == b'\n');
        let (part, after) = rest.split_at(end.map_or(rest.len(), |at| from + at + 1));
        parts.push(part);
        rest = after;
    }
    parts
}

/// Some lines that follow one another.
struct Part<L> {
    lines: Vec<L>,
    bad: Vec<(usize, Bad)>,
    /// How many lines there are, good and bad.
    count: usize,
}

impl<'t, L: Line<'t>> Part<L> {
    fn read(text: &'t str) -> Part<L> {
        // Some 200 bytes are a line; a log of years is not moved about while it grows.
        let lines = Vec::with_capacity(text.len() / 200);
        let mut part = Part { lines, bad: Vec::new(), count: 0 };
        for line in text.split_terminator('\n') {
            part.count += 1;
            if line.trim().is_empty() {
                continue;
            }
            match L::parse(line) {
                Ok(line) => part.lines.push(line),
                Err(why) => part.bad.push((part.count, why)),
            }
        }
        part
    }
}

/// Which ids were there before. In the log of one machine they ascend with time, and nothing has to
/// be looked up; from the first one on that does not, everything is.
#[derive(Default)]
struct Seen {
    all: Option<HashSet<String>>,
}

impl Seen {
    fn is_new<'l, L: Line<'l>>(&mut self, line: &L, before: &[L]) -> bool {
        if self.all.is_none() && before.last().is_none_or(|last| last.id() < line.id()) {
            return true;
        }
        let known = || before.iter().map(|line| line.id().to_owned()).collect();
        self.all.get_or_insert_with(known).insert(line.id().to_owned())
    }
}

/// The answer that a line keeps.
pub(super) fn event(line: &str) -> Result<Event, Bad> {
    // Nearly every line is as this program writes it; ten thousand of them are read at each
    // start, so the slower way that bears anything is only for the others.
    match serde_json::from_str::<Usual>(line) {
        Ok(line) => line.event(),
        Err(_) => any_event(line),
    }
}

fn any_event(line: &str) -> Result<Event, Bad> {
    let value: Value = serde_json::from_str(line).map_err(|e| Bad::NoJson(e.to_string()))?;
    let text = |name| value.get(name).and_then(Value::as_str).ok_or(Bad::Missing(name));
    let number = |name: &str| value.get(name).and_then(Value::as_u64).unwrap_or(0);
    let list = |name: &str| -> Vec<String> {
        let list = value.get(name).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    Ok(Event {
        id: text("id")?.to_owned(),
        at: moment(text("t")?)?,
        question: text("q")?.to_owned(),
        rev: u32::try_from(number("rev")).unwrap_or(1).max(1),
        mode: text("mode").unwrap_or(REVIEW).to_owned(),
        grade: grade(u8::try_from(number("grade")).unwrap_or(0))?,
        verdict: text("verdict").unwrap_or("").to_owned(),
        ms: number("ms"),
        hints: u32::try_from(number("hints")).unwrap_or(0),
        concepts: list("concepts"),
        miss: list("miss"),
        trap: list("trap"),
        seed: value.get("seed").and_then(Value::as_u64),
    })
}

fn moment(time: &str) -> Result<Moment, Bad> {
    Moment::parse(time).ok_or_else(|| Bad::NoTime(time.to_owned()))
}

fn grade(number: u8) -> Result<Grade, Bad> {
    Grade::of(number).ok_or(Bad::NoGrade)
}

/// A line as this program writes it.
#[derive(Deserialize)]
struct Usual<'l> {
    #[serde(borrow)]
    id: Cow<'l, str>,
    #[serde(borrow)]
    t: Cow<'l, str>,
    #[serde(borrow)]
    q: Cow<'l, str>,
    rev: u32,
    #[serde(borrow)]
    mode: Cow<'l, str>,
    #[serde(borrow)]
    verdict: Cow<'l, str>,
    grade: u8,
    ms: u64,
    hints: u32,
    concepts: Vec<String>,
    miss: Vec<String>,
    trap: Vec<String>,
    #[serde(default)]
    seed: Option<u64>,
}

impl Usual<'_> {
    fn event(self) -> Result<Event, Bad> {
        Ok(Event {
            at: moment(&self.t)?,
            id: self.id.into_owned(),
            question: self.q.into_owned(),
            rev: self.rev.max(1),
            mode: self.mode.into_owned(),
            grade: grade(self.grade)?,
            verdict: self.verdict.into_owned(),
            ms: self.ms,
            hints: self.hints,
            concepts: self.concepts,
            miss: self.miss,
            trap: self.trap,
            seed: self.seed,
        })
    }
}

/// The part of it that an [`Answer`] needs.
#[derive(Deserialize)]
struct Glance<'l> {
    #[serde(borrow)]
    id: Cow<'l, str>,
    #[serde(borrow)]
    t: Cow<'l, str>,
    #[serde(borrow)]
    q: Cow<'l, str>,
    rev: u32,
    #[serde(borrow)]
    mode: Cow<'l, str>,
    grade: u8,
}

impl<'l> Glance<'l> {
    fn answer(self) -> Result<Answer<'l>, Bad> {
        Ok(Answer {
            at: moment(&self.t)?,
            id: self.id,
            question: self.q,
            rev: self.rev.max(1),
            grade: grade(self.grade)?,
            mock: self.mode == MOCK,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Verdict;

    #[test]
    fn what_it_writes_is_read_the_fast_way() {
        let at = Moment::parse("2026-11-21T10:15:00+09:00").expect("a time");
        let mut event = Event::new("shm-\"open\"", 2, at, Verdict::CannotTell, Grade::Hard);
        event.miss.push("한글".to_owned());
        for (seed, mode) in [(None, REVIEW), (Some(u64::MAX), MOCK)] {
            (event.seed, event.mode) = (seed, mode.to_owned());
            let line = event.line();
            let fast: Usual = serde_json::from_str(&line).expect(&line);
            assert_eq!(fast.event().as_ref(), Ok(&event));
            assert_eq!(any_event(&line).as_ref(), Ok(&event));
            let glance: Glance = serde_json::from_str(&line).expect(&line);
            assert_eq!(glance.answer(), Ok(Answer::from(&event)));
        }
    }

    /// A log that is longer than what one thread reads.
    #[test]
    fn lines_keep_their_numbers_and_their_order() {
        let at = |n| Moment::parse(&format!("2026-11-21T10:{:02}:{:02}Z", n / 60, n % 60));
        let mut text = String::new();
        for n in 0..3000 {
            let at = at(n).expect("a time");
            let mut event = Event::new("pipe-eof", 1, at, Verdict::Pass, Grade::Good);
            event.id = format!("{n:026}");
            text += &event.line();
            text += if n % 100 == 99 { "x\n" } else { "" };
        }
        assert!(parts(&text).len() > 3);
        let (events, bad) = read::<Event>(&text);
        let (answers, also_bad) = read::<Answer>(&text);
        let ids: Vec<usize> = events.iter().map(|e| e.id.parse().expect("a number")).collect();
        assert_eq!(ids, (0..3000).collect::<Vec<_>>());
        assert_eq!(answers, events.iter().map(Answer::from).collect::<Vec<_>>());
        let numbers: Vec<usize> = bad.iter().map(|(n, _)| *n).collect();
        assert_eq!(numbers, (1..=30).map(|n| n * 101).collect::<Vec<_>>());
        assert_eq!(bad, also_bad);
    }
}

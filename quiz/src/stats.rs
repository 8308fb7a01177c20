//! What the log says about the learner: how much, how well, what is weak and what comes.

use crate::answer::Verdict;
use crate::bank::{Bank, Kind};
use crate::log::Event;
use crate::progress::Progress;
use crate::schedule::Grade;
use std::collections::{BTreeMap, BTreeSet};

/// How many days the two charts show.
pub const DAYS: i64 = 14;

/// Answers, and how many of them were right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Answers.
    pub answers: usize,
    /// Right ones, also after a hint.
    pub right: usize,
}

impl Tally {
    fn add(&mut self, event: &Event) {
        self.answers += 1;
        self.right += usize::from(event.grade > Grade::Again);
    }

    /// The share of right ones in per cent; `None` if there are no answers.
    #[must_use]
    pub fn percent(self) -> Option<usize> {
        (self.right * 100 + self.answers / 2).checked_div(self.answers)
    }
}

/// Where the learner stands in a topic.
#[derive(Clone, Debug, PartialEq)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// How many questions it has.
    pub questions: usize,
    /// How many of them were answered.
    pub seen: usize,
    /// All answers to them.
    pub tally: Tally,
    /// The mean chance of recall today of those that were answered.
    pub recall: Option<f64>,
}

/// Something that went wrong, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weak {
    /// The question's id.
    pub question: String,
    /// The id of the concept that was missing, or of the misconception that was said.
    pub what: String,
    /// How often.
    pub times: usize,
    /// Of how many answers that were checked for it.
    pub of: usize,
}

/// Everything that `quiz stats` shows.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// All answers to questions of this bank.
    pub total: Tally,
    /// On how many days there were answers.
    pub days: usize,
    /// How many days in a row up to today, or up to yesterday if today has none yet.
    pub streak: usize,
    /// The longest such row.
    pub longest: usize,
    /// Topic by topic, in the order of the bank.
    pub topics: Vec<Topic>,
    /// The last [`DAYS`] days up to today.
    pub recent: Vec<(i64, Tally)>,
    /// The next [`DAYS`] days from today, and how many questions are due on each. What is overdue is
    /// due today.
    pub due: Vec<(i64, usize)>,
    /// How many are due after those days.
    pub later: usize,
    /// Concepts that were left out, the most frequent first.
    pub concepts: Vec<Weak>,
    /// Misconceptions that were said, the most frequent first.
    pub traps: Vec<Weak>,
}

impl Stats {
    /// Counts. Answers to questions that are in the bank no more are left out.
    #[must_use]
    pub fn new(bank: &Bank, events: &[Event], progress: &Progress, today: i64) -> Stats {
        let mut stats = Stats::default();
        let known: Vec<&Event> =
            events.iter().filter(|e| bank.get(&e.question).is_some() && is_judged(e)).collect();
        let mut days: BTreeMap<i64, Tally> = BTreeMap::new();
        for event in &known {
            stats.total.add(event);
            days.entry(event.at.day()).or_default().add(event);
        }
        stats.days = days.len();
        let on: BTreeSet<i64> = days.keys().copied().collect();
        (stats.streak, stats.longest) = streaks(&on, today);
        stats.recent = (today - DAYS + 1..=today)
            .map(|day| (day, days.get(&day).copied().unwrap_or_default()))
            .collect();
        stats.due = (today..today + DAYS).map(|day| (day, 0)).collect();
        for question in &bank.questions {
            let Some(card) = progress.card(question) else { continue };
            let at = usize::try_from(card.due - today).unwrap_or(0);
            match stats.due.get_mut(at) {
                Some((_, n)) => *n += 1,
                None => stats.later += 1,
            }
        }
        for name in bank.topics() {
            let questions: Vec<_> = bank.questions.iter().filter(|q| q.topic == name).collect();
            let mut tally = Tally::default();
            for event in known.iter().filter(|e| questions.iter().any(|q| q.id == e.question)) {
                tally.add(event);
            }
            let recalls: Vec<f64> =
                questions.iter().filter_map(|q| progress.recall(q, today)).collect();
            let mean = recalls.iter().sum::<f64>() / recalls.len() as f64;
            stats.topics.push(Topic {
                name: name.to_owned(),
                questions: questions.len(),
                seen: recalls.len(),
                tally,
                recall: (!recalls.is_empty()).then_some(mean),
            });
        }
        stats.concepts = weak(bank, &known, |event| &event.miss);
        stats.traps = weak(bank, &known, |event| &event.trap);
        stats
    }
}

/// In a mock interview nobody judges what the checker cannot tell.
fn is_judged(event: &Event) -> bool {
    event.verdict != Verdict::CannotTell.name()
}

/// The row of days that reaches to today or yesterday, and the longest.
fn streaks(on: &BTreeSet<i64>, today: i64) -> (usize, usize) {
    let (mut longest, mut row, mut before) = (0, 0, None);
    let mut rows: BTreeMap<i64, usize> = BTreeMap::new();
    for &day in on {
        row = if before == Some(day - 1) { row + 1 } else { 1 };
        rows.insert(day, row);
        longest = longest.max(row);
        before = Some(day);
    }
    let current = rows.get(&today).or_else(|| rows.get(&(today - 1))).copied().unwrap_or(0);
    (current, longest)
}

/// What went wrong in answers to free questions, as long as the bank still knows it.
fn weak(bank: &Bank, events: &[&Event], list: fn(&Event) -> &Vec<String>) -> Vec<Weak> {
    let mut times: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut of: BTreeMap<&str, usize> = BTreeMap::new();
    for event in events {
        *of.entry(&event.question).or_default() += 1;
        for what in list(event) {
            *times.entry((&event.question, what)).or_default() += 1;
        }
    }
    let known = |question: &str, what: &str| {
        bank.get(question).is_some_and(|q| match &q.kind {
            Kind::Free(rubric) => {
                rubric.concepts.iter().any(|c| c.id == what)
                    || rubric.misconceptions.iter().any(|m| m.id == what)
            }
            _ => false,
        })
    };
    let mut weak: Vec<Weak> = times
        .into_iter()
        .filter(|((question, what), _)| known(question, what))
        .map(|((question, what), times)| Weak {
            question: question.to_owned(),
            what: what.to_owned(),
            times,
            of: of.get(question).copied().unwrap_or(0),
        })
        .collect();
    weak.sort_by(|a, b| b.times.cmp(&a.times).then_with(|| a.of.cmp(&b.of)));
    weak
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_a_row() {
        let rows = |days: &[i64]| streaks(&days.iter().copied().collect(), 10);
        assert_eq!(rows(&[]), (0, 0));
        assert_eq!(rows(&[10]), (1, 1));
        assert_eq!(rows(&[8, 9]), (2, 2), "today is not over");
        assert_eq!(rows(&[7, 8]), (0, 2));
        assert_eq!(rows(&[1, 2, 3, 4, 6, 9, 10]), (2, 4));
    }
}

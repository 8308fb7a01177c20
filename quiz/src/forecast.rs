//! Am I ready, and what to do until then: the chance of answering each question on the day of an
//! interview, if nothing more is done and if a plan is followed.
//!
//! *If you stop now* is the mean over all questions of the chance of recall on that day; what was
//! never answered counts as not recalled. *If you follow the plan* plays the days until then many
//! times with the model of memory, and takes the mean of those days.
//!
//! The plan: each day what is due, the most endangered first, then new questions, spread evenly
//! over the days that are left, as much as fits into the day. Everything is due on the day before
//! the interview at the latest.

use crate::bank::{Bank, Question};
use crate::log::{Event, MOCK};
use crate::progress::{Progress, capped, turns};
use crate::schedule::{Fsrs, Grade, Memory, RETENTION};
use crate::shuffle::Seed;
use std::collections::HashSet;

/// How often the days are played.
const RUNS: usize = 60;
/// Seconds that an answer takes if the log does not say it.
const USUAL_SECONDS: f64 = 45.0;

/// What the learner brings.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// Seconds that an answer takes.
    pub seconds: f64,
    /// The share of questions that are answered right when they are seen for the first time.
    pub first_right: f64,
}

impl Habits {
    /// From the log: the middle of all times, and the share of first answers that were right. With
    /// few answers it stays near what is usual.
    #[must_use]
    pub fn from_log(events: &[Event]) -> Habits {
        let mut times: Vec<u64> = events.iter().map(|e| e.ms).filter(|&ms| ms > 0).collect();
        times.sort_unstable();
        // A break in the middle of an answer is no answering.
        let middle = times.get(times.len() / 2).map(|&ms| (ms as f64 / 1000.0).clamp(10.0, 180.0));
        let seconds = if times.len() < 5 { USUAL_SECONDS } else { middle.unwrap_or(USUAL_SECONDS) };
        let mut seen = HashSet::new();
        let firsts = events.iter().filter(|e| e.mode != MOCK && seen.insert(&e.question));
        let (n, right) = firsts.fold((0.0, 0.0), |(n, right), e| {
            (n + 1.0, right + f64::from(u8::from(e.grade > Grade::Again)))
        });
        Habits { seconds, first_right: (right + 1.0) / (n + 2.0) }
    }
}

/// How a topic stands on the day of the interview.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// The topic.
    pub topic: String,
    /// How many questions it has.
    pub questions: usize,
    /// How many of them were never answered.
    pub unseen: usize,
    /// The share that is recalled if nothing more is done.
    pub stop: f64,
    /// The share that is recalled if the plan is followed.
    pub follow: f64,
}

/// A day of the plan; means over all runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Day {
    /// The day.
    pub day: i64,
    /// Questions to repeat.
    pub repeat: f64,
    /// New questions.
    pub new: f64,
    /// Minutes that they take.
    pub minutes: f64,
}

/// The plan.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Topic by topic, in the order of the bank.
    pub topics: Vec<Outlook>,
    /// From today to the day before the interview.
    pub days: Vec<Day>,
    /// How many questions are still unseen on the day of the interview, in the mean.
    pub left_unseen: f64,
}

impl Plan {
    /// The share over all questions, as `(stop, follow)`.
    #[must_use]
    pub fn all(&self) -> (f64, f64) {
        let questions: usize = self.topics.iter().map(|t| t.questions).sum();
        let mean = |of: fn(&Outlook) -> f64| {
            let sum: f64 = self.topics.iter().map(|t| of(t) * t.questions as f64).sum();
            if questions == 0 { 0.0 } else { sum / questions as f64 }
        };
        (mean(|t| t.stop), mean(|t| t.follow))
    }
}

/// What is known of a question on a day of a run.
#[derive(Clone, Copy)]
struct Card {
    memory: Memory,
    last: i64,
    due: i64,
}

/// Makes the plan for the days from `today` to the one before `interview`, with so many minutes a
/// day.
#[must_use]
pub fn plan(
    bank: &Bank,
    progress: &Progress,
    habits: Habits,
    today: i64,
    interview: i64,
    minutes: f64,
) -> Plan {
    let fsrs = Fsrs::default();
    let start: Vec<Option<Card>> = bank
        .questions
        .iter()
        .map(|q| {
            progress.card(q).map(|card| Card {
                memory: card.memory,
                last: card.last,
                due: capped(card.due, card.last, interview),
            })
        })
        .collect();
    let recall = |card: &Option<Card>| {
        card.map_or(0.0, |c| fsrs.recall(c.memory, (interview - c.last).max(0) as f64))
    };
    let stop: Vec<f64> = start.iter().map(recall).collect();
    let mut follow = vec![0.0; start.len()];
    let mut days: Vec<Day> =
        (today..interview).map(|day| Day { day, repeat: 0.0, new: 0.0, minutes: 0.0 }).collect();
    let rules = Rules::new(bank, habits, interview, minutes);
    let mut left_unseen = 0.0;
    let share = 1.0 / RUNS as f64;
    for run in 0..RUNS {
        let mut cards = start.clone();
        let mut chance = Seed::new(run as u64);
        for day in &mut days {
            let (repeat, new) = live(&rules, &mut cards, &mut chance, habits, day.day);
            day.repeat += repeat as f64 * share;
            day.new += new as f64 * share;
            day.minutes += (repeat + new) as f64 * share * habits.seconds / 60.0;
        }
        for (follow, card) in follow.iter_mut().zip(&cards) {
            *follow += recall(card) * share;
        }
        left_unseen += cards.iter().filter(|card| card.is_none()).count() as f64 * share;
    }
    let topics = bank.topics().into_iter().map(|topic| {
        let of: Vec<usize> =
            (0..start.len()).filter(|&i| bank.questions[i].topic == topic).collect();
        let mean = |shares: &[f64]| of.iter().map(|&i| shares[i]).sum::<f64>() / of.len() as f64;
        Outlook {
            topic: topic.to_owned(),
            questions: of.len(),
            unseen: of.iter().filter(|&&i| start[i].is_none()).count(),
            stop: mean(&stop),
            follow: mean(&follow),
        }
    });
    Plan { topics: topics.collect(), days, left_unseen }
}

/// The questions of a day of the plan, in the order in which they are asked.
#[must_use]
pub fn today<'b>(
    bank: &'b Bank,
    progress: &Progress,
    habits: Habits,
    today: i64,
    interview: i64,
    minutes: f64,
) -> Vec<&'b Question> {
    let cards: Vec<Option<Card>> = bank
        .questions
        .iter()
        .map(|q| {
            progress.card(q).map(|card| Card {
                memory: card.memory,
                last: card.last,
                due: capped(card.due, card.last, interview),
            })
        })
        .collect();
    let rules = Rules::new(bank, habits, interview, minutes);
    chosen(&rules, &cards, today).into_iter().map(|i| &bank.questions[i]).collect()
}

/// What a day of the plan goes by.
struct Rules {
    fsrs: Fsrs,
    /// See [`turns`].
    turns: Vec<usize>,
    interview: i64,
    /// For how many questions a day has time.
    room: usize,
}

impl Rules {
    fn new(bank: &Bank, habits: Habits, interview: i64, minutes: f64) -> Self {
        let room = ((minutes * 60.0 / habits.seconds).floor() as usize).max(1);
        Self { fsrs: Fsrs::default(), turns: turns(bank.questions.iter()), interview, room }
    }
}

/// What is done on a day: what is due, the most endangered first, then new ones.
fn chosen(rules: &Rules, cards: &[Option<Card>], day: i64) -> Vec<usize> {
    let Rules { fsrs, turns, interview, room } = rules;
    let mut due: Vec<(f64, usize)> = cards
        .iter()
        .enumerate()
        .filter_map(|(i, card)| {
            let card = card.filter(|card| card.due <= day)?;
            Some((fsrs.recall(card.memory, (day - card.last).max(0) as f64), i))
        })
        .collect();
    due.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    due.truncate(*room);
    let mut unseen: Vec<usize> = (0..cards.len()).filter(|&i| cards[i].is_none()).collect();
    unseen.sort_by_key(|&i| turns[i]);
    let days_left = usize::try_from(interview - day).unwrap_or(1).max(1);
    let new = unseen.len().div_ceil(days_left).min(room - due.len());
    due.into_iter().map(|(_, i)| i).chain(unseen.into_iter().take(new)).collect()
}

/// Plays a day. Gives how many were repeated and how many were new.
fn live(
    rules: &Rules,
    cards: &mut [Option<Card>],
    chance: &mut Seed,
    habits: Habits,
    day: i64,
) -> (usize, usize) {
    let fsrs = &rules.fsrs;
    let (mut repeat, mut new) = (0, 0);
    for i in chosen(rules, cards, day) {
        let before = cards[i];
        let days = before.map_or(0, |card| u32::try_from(day - card.last).unwrap_or(0));
        let likely = match before {
            Some(card) => fsrs.recall(card.memory, f64::from(days)),
            None => habits.first_right,
        };
        let right = chance.fraction() < likely;
        let grade = if right { Grade::Good } else { Grade::Again };
        let mut memory = fsrs.after(before.map(|card| card.memory), days, grade);
        if !right {
            // It comes back at the end of the session, with its explanation fresh in mind.
            memory = fsrs.after(Some(memory), 0, Grade::Hard);
        }
        let due = day + fsrs.interval(memory, RETENTION) as i64;
        cards[i] = Some(Card { memory, last: day, due: capped(due, day, rules.interview) });
        *if before.is_some() { &mut repeat } else { &mut new } += 1;
    }
    (repeat, new)
}

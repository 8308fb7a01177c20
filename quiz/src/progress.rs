//! What follows from the log: what is remembered of each question, and when it is due.

use crate::bank::{Bank, Question};
use crate::clock::Moment;
use crate::log::{Answer, Event};
use crate::schedule::{Fsrs, Grade, Memory, RETENTION};
use std::collections::HashMap;

/// Where the learner stands, question by question.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    cards: HashMap<String, Card>,
}

/// Where the learner stands with one question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Card {
    /// What is remembered.
    pub memory: Memory,
    /// The day of the last answer.
    pub last: i64,
    /// The day on which it is due.
    pub due: i64,
    /// How often it was answered.
    pub answers: u32,
    /// How often wrong.
    pub lapses: u32,
}

impl Card {
    /// The chance that it would be answered on this day.
    #[must_use]
    pub fn recall(&self, day: i64) -> f64 {
        Fsrs::default().recall(self.memory, (day - self.last).max(0) as f64)
    }
}

impl Progress {
    /// Replays a log. Answers to an older revision of a question say nothing about this one.
    #[must_use]
    pub fn replay(bank: &Bank, events: &[Event]) -> Progress {
        let revisions = bank.questions.iter().map(|q| (q.id.as_str(), q.rev));
        Progress::of_answers(revisions, events.iter().map(Answer::from))
    }

    /// The same where no more is known of the questions than their ids and revisions.
    #[must_use]
    pub fn of_answers<'q, 'l>(
        revisions: impl IntoIterator<Item = (&'q str, u32)>,
        answers: impl IntoIterator<Item = Answer<'l>>,
    ) -> Progress {
        let revisions: HashMap<&str, u32> = revisions.into_iter().collect();
        let fsrs = Fsrs::default();
        let mut progress = Progress::default();
        for answer in answers.into_iter().filter(|answer| !answer.mock) {
            if revisions.get(&*answer.question).is_some_and(|&rev| rev == answer.rev) {
                progress.add(&fsrs, &answer);
            }
        }
        for card in progress.cards.values_mut() {
            // What was wrong today is asked again tomorrow; an interval is at least a day.
            card.due = card.last + fsrs.interval(card.memory, RETENTION) as i64;
        }
        progress
    }

    /// Adds an answer; `due` follows when all are there.
    fn add(&mut self, fsrs: &Fsrs, answer: &Answer) {
        let day = answer.at.day();
        let before = self.cards.get(&*answer.question).copied();
        // A clock that was set back makes no time pass.
        let days = before.map_or(0, |card| u32::try_from(day - card.last).unwrap_or(0));
        let memory = fsrs.after(before.map(|card| card.memory), days, answer.grade);
        let card = Card {
            memory,
            last: day,
            due: day,
            answers: before.map_or(0, |card| card.answers) + 1,
            lapses: before.map_or(0, |card| card.lapses) + u32::from(answer.grade == Grade::Again),
        };
        match self.cards.get_mut(&*answer.question) {
            Some(known) => *known = card,
            None => _ = self.cards.insert(answer.question.to_string(), card),
        }
    }

    /// Makes everything due on the day before an interview at the latest, except what was answered
    /// on that day or later.
    pub fn cap(&mut self, interview: i64) {
        for card in self.cards.values_mut() {
            card.due = capped(card.due, card.last, interview);
        }
    }

    /// Where the learner stands with this question; `None` if it was never answered.
    #[must_use]
    pub fn card(&self, question: &Question) -> Option<&Card> {
        self.card_of(&question.id)
    }

    /// The same by the question's id.
    #[must_use]
    pub fn card_of(&self, id: &str) -> Option<&Card> {
        self.cards.get(id)
    }

    /// The chance that this question would be answered on this day.
    #[must_use]
    pub fn recall(&self, question: &Question, day: i64) -> Option<f64> {
        Some(self.card(question)?.recall(day))
    }

    /// Whether this question was answered before, and is to be repeated on this day.
    #[must_use]
    pub fn is_due(&self, question: &Question, day: i64) -> bool {
        self.card(question).is_some_and(|card| card.due <= day)
    }

    /// Puts what is due first, the most endangered first of all; then what is new, of all topics by
    /// turns; then what is not due yet. Gives how many of each.
    pub fn order(&self, questions: &mut [&Question], now: Moment) -> [usize; 3] {
        let day = now.day();
        let rank = |q: &Question| match self.card(q) {
            Some(card) if card.due <= day => 0,
            None => 1,
            Some(_) => 2,
        };
        let danger = |q: &Question| self.recall(q, day).unwrap_or(0.0);
        let mut ranked: Vec<(u8, f64, &Question)> = questions
            .iter()
            .zip(turns(questions.iter().copied()))
            .map(|(&q, turn)| (rank(q), if rank(q) == 1 { turn as f64 } else { danger(q) }, q))
            .collect();
        ranked.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.total_cmp(&b.1)));
        for (place, &(.., question)) in questions.iter_mut().zip(&ranked) {
            *place = question;
        }
        let count = |wanted| ranked.iter().filter(|(rank, ..)| *rank == wanted).count();
        [count(0), count(1), count(2)]
    }
}

/// How many of its topic stand before each question. Who goes by that takes the topics by turns,
/// and has seen something of each after a few days.
pub(crate) fn turns<'q>(questions: impl Iterator<Item = &'q Question>) -> Vec<usize> {
    let mut before: HashMap<&str, usize> = HashMap::new();
    let mut next = |topic| {
        let count = before.entry(topic).or_default();
        *count += 1;
        *count - 1
    };
    questions.map(|question| next(&question.topic)).collect()
}

/// The day on which a question is due that has to be fresh for an interview.
pub(crate) fn capped(due: i64, last: i64, interview: i64) -> i64 {
    if last < interview - 1 { due.min(interview - 1) } else { due }
}

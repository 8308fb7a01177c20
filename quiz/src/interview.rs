//! Which questions a mock interview asks, and what follows from an answer.

use crate::bank::{Followup, Kind, Next, Question};
use crate::free::Report;
use crate::shuffle::Seed;
use std::collections::{BTreeMap, VecDeque};

/// About how many seconds an answer takes in an interview.
#[must_use]
pub fn seconds(question: &Question) -> u64 {
    match question.kind {
        Kind::Free(_) => 150,
        Kind::Order(_) | Kind::Match(_) | Kind::Several(_) => 60,
        _ => 40,
    }
}

/// Chooses questions for so many minutes: as many from each topic as the time allows, answers in
/// one's own words first, then the others; asked from easy to hard. The same seed chooses the same
/// questions from the same pool. A fifth of the time is left for follow-ups; at least one question
/// is chosen if there is one.
#[must_use]
pub fn choose<'q>(pool: &[&'q Question], minutes: u64, seed: u64) -> Vec<&'q Question> {
    let mut shuffled = pool.to_vec();
    let mut chance = Seed::new(seed);
    chance.shuffle(&mut shuffled);
    // In each topic by turns a free one and another.
    let mut topics: BTreeMap<&str, [VecDeque<&Question>; 2]> = BTreeMap::new();
    for question in shuffled {
        let other = usize::from(!matches!(question.kind, Kind::Free(_)));
        topics.entry(&question.topic).or_default()[other].push_back(question);
    }
    let mut order: Vec<&str> = topics.keys().copied().collect();
    chance.shuffle(&mut order);
    let mut left = minutes * 60 * 4 / 5;
    let mut chosen: Vec<&Question> = Vec::new();
    for round in 0.. {
        let mut any = false;
        for topic in &order {
            let Some([free, other]) = topics.get_mut(topic) else { continue };
            let queues = if round % 2 == 0 { [free, other] } else { [other, free] };
            let Some(question) = queues.into_iter().find_map(VecDeque::pop_front) else { continue };
            any = true;
            let needed = seconds(question);
            if needed <= left || chosen.is_empty() {
                left = left.saturating_sub(needed);
                chosen.push(question);
            }
        }
        if !any {
            break;
        }
    }
    chosen.sort_by_key(|question| question.difficulty);
    chosen
}

/// What an interviewer asks after an answer.
#[derive(Clone, Copy, Debug)]
pub enum Further<'q> {
    /// A follow-up of the question.
    Followup(&'q Followup),
    /// The hint of a concept that was missing, by its index: what is answered counts for it.
    Probe(usize),
}

/// What follows from an answer: the follow-up of a concept that was missing; or a probe after a
/// required one; or, if the answer was good, a follow-up that waits for nothing. `passed` is the
/// verdict, `asked` says which questions were asked already.
#[must_use]
pub fn further<'q>(
    question: &'q Question,
    report: Option<&Report>,
    passed: bool,
    asked: &dyn Fn(&str) -> bool,
) -> Option<Further<'q>> {
    let new = |followup: &&Followup| match &followup.next {
        Next::Question(id) => !asked(id),
        Next::Ask { .. } => true,
    };
    let missing: Vec<&str> = report
        .map(|report| report.concepts.iter().filter(|c| c.said.is_none()))
        .into_iter()
        .flatten()
        .map(|c| c.concept.id.as_str())
        .collect();
    let led_to = |f: &&Followup| f.missing.as_deref().is_some_and(|m| missing.contains(&m));
    if let Some(followup) = question.followups.iter().filter(new).find(led_to) {
        return Some(Further::Followup(followup));
    }
    if !passed && let Kind::Free(rubric) = &question.kind {
        let lacks = |id: &str| missing.contains(&id);
        let required = rubric.concepts.iter().position(|c| c.required && lacks(&c.id));
        return required.map(Further::Probe);
    }
    let any = question.followups.iter().filter(new).find(|f| f.missing.is_none());
    any.map(Further::Followup)
}

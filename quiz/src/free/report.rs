//! What the checker says of an answer.

use super::ReadAs;
use crate::answer::Verdict;
use crate::bank::{Concept, Misconception};
use std::ops::Range;

/// What the checker says of an answer.
#[derive(Clone, Debug)]
pub struct Report<'q> {
    /// Pass, partial, fail, or that it cannot tell.
    pub verdict: Verdict,
    /// Why, where the concepts and traps below do not say it.
    pub reason: Option<Reason>,
    /// The points, after what traps cost.
    pub points: u32,
    /// The most points there are.
    pub of: u32,
    /// Every concept of the rubric, in its order.
    pub concepts: Vec<ConceptReport<'q>>,
    /// The traps that were stepped into.
    pub traps: Vec<TrapReport<'q>>,
    /// What was said of the wrong one.
    pub swaps: Vec<Swap>,
    /// What was both said and denied.
    pub contradictions: Vec<Contradiction>,
    /// Words that were read as others.
    pub read_as: Vec<ReadAs>,
}

/// Why an answer got its verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It steps into a trap that no right answer does.
    Trap,
    /// It says a thing and its opposite.
    Contradiction,
    /// It says of one what is true of the other.
    Swapped,
    /// It denies something that has to be said.
    Denied,
    /// It is a list of words, not statements.
    NoStatements,
    /// It says that it does not know.
    NotKnown,
    /// It speaks of something else.
    OffTopic,
}

impl Reason {
    /// Its name in the output of `quiz grade`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Reason::Trap => "trap",
            Reason::Contradiction => "contradiction",
            Reason::Swapped => "swapped",
            Reason::Denied => "denied",
            Reason::NoStatements => "no-statements",
            Reason::NotKnown => "not-known",
            Reason::OffTopic => "off-topic",
        }
    }
}

/// A concept and whether it was said.
#[derive(Clone, Debug)]
pub struct ConceptReport<'q> {
    /// The concept.
    pub concept: &'q Concept,
    /// The words that said it, in code points of the answer.
    pub said: Option<Range<usize>>,
    /// The words that said its opposite.
    pub denied: Option<Range<usize>>,
}

/// A trap that was stepped into, and the words that did it, in code points of the answer.
#[derive(Clone, Debug)]
pub struct TrapReport<'q> {
    /// The misconception.
    pub misconception: &'q Misconception,
    /// The words.
    pub said: Range<usize>,
}

/// Words that are true of one subject and were said of another.
#[derive(Clone, Debug)]
pub struct Swap {
    /// The words, in code points of the answer.
    pub said: Range<usize>,
    /// The words that name of whom it was said. It holds of another subject.
    pub said_of: Range<usize>,
}

/// Two places that say the opposite, in code points of the answer.
#[derive(Clone, Debug)]
pub struct Contradiction {
    /// Where it is said.
    pub said: Range<usize>,
    /// Where it is denied.
    pub denied: Range<usize>,
}

//! Looking for a proposition in the clauses of an answer.

use super::Checker;
use super::reading::{Clause, Reading};
use crate::bank::Proposition;
use std::ops::Range;

/// A proposition found in a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) clause: usize,
    pub(super) hits: Vec<usize>,
    pub(super) span: Range<usize>,
}

impl Checker {
    /// Whether the answer has its words at all: most of a rubric is not about most answers.
    pub(super) fn is_present(&self, say: &Proposition, reading: &Reading) -> bool {
        let present = |lex: &String| self.lexicon.entry(lex).is_some_and(|e| reading.present[e]);
        say.classes.iter().all(|class| class.iter().any(present))
    }

    /// Every clause in which the proposition is found, said (or denied) of the right one.
    pub(super) fn find(&self, say: &Proposition, affirmed: bool, reading: &Reading) -> Vec<Found> {
        let mut found = Vec::new();
        if !self.is_present(say, reading) {
            return found;
        }
        if say.wide {
            let last = reading.clauses.last().map_or(0, |clause| clause.sentence);
            let all = (0..=last).filter(|_| affirmed);
            found.extend(all.filter_map(|sentence| self.find_wide(say, reading, sentence)));
            return found;
        }
        for (c, clause) in reading.clauses.iter().enumerate() {
            if say.subject.is_none_or(|subject| clause.about.contains(&subject)) {
                found.extend(self.find_in(say, affirmed, reading, c, clause));
            }
        }
        found
    }

    /// The tightest choice of words in this clause that says it.
    pub(super) fn find_in(
        &self,
        say: &Proposition,
        affirmed: bool,
        reading: &Reading,
        c: usize,
        clause: &Clause,
    ) -> Option<Found> {
        if clause.suspended.is_some() || self.excepted(say, reading, clause.sentence) {
            return None;
        }
        // `… , a semaphore doesn't` says the clause before it once more, of another.
        let (from, repeated) = match clause.repeats {
            Some((source, denied)) => (&reading.clauses[source], Some(denied)),
            None => (clause, None),
        };
        let mut choices: Vec<Vec<usize>> = vec![Vec::new()];
        for class in &say.classes {
            let entries: Vec<usize> =
                class.iter().filter_map(|lex| self.lexicon.entry(lex)).collect();
            let fitting: Vec<usize> = reading
                .hits_in(from)
                .filter(|(_, hit)| hit.is_any(&entries))
                .map(|(h, _)| h)
                // A word said more often than this in one clause adds nothing.
                .take(4)
                .collect();
            choices = extended(&choices, &fitting);
        }
        let hit = |h: usize| &reading.hits[h];
        choices
            .into_iter()
            .filter(|chosen| {
                let denied = chosen.iter().any(|&h| {
                    let here = || hit(h).tokens.clone().any(|t| reading.denied[t]);
                    let denied = repeated.unwrap_or_else(here);
                    denied != hit(h).opposite
                });
                let in_order =
                    chosen.windows(2).all(|w| hit(w[0]).tokens.start <= hit(w[1]).tokens.start);
                denied != affirmed
                    && (!say.ordered || in_order)
                    && say.within.is_none_or(|n| width(reading, chosen) <= n)
            })
            .min_by_key(|chosen| width(reading, chosen))
            .map(|hits| {
                // Quoted with whom it is said of, where the clause names them.
                let named = clause.named.iter().filter(|_| say.subject.is_some());
                let spans = || hits.iter().chain(named.clone()).map(|&h| &hit(h).span);
                let start = spans().map(|span| span.start).min().unwrap_or(0);
                let end = spans().map(|span| span.end).max().unwrap_or(0);
                Found { clause: c, span: start..end, hits }
            })
    }

    /// Whether the sentence has what the proposition must not have beside it.
    fn excepted(&self, say: &Proposition, reading: &Reading, sentence: usize) -> bool {
        let entries: Vec<usize> = say.unless.iter().filter_map(|x| self.lexicon.entry(x)).collect();
        let clauses = reading.clauses.iter().filter(|clause| clause.sentence == sentence);
        !entries.is_empty()
            && clauses.flat_map(|c| reading.hits_in(c)).any(|(_, hit)| hit.is_any(&entries))
    }

    /// The tightest choice of words in this sentence that says it, each denied or not as written.
    fn find_wide(&self, say: &Proposition, reading: &Reading, sentence: usize) -> Option<Found> {
        if self.excepted(say, reading, sentence) {
            return None;
        }
        let clauses: Vec<(usize, &Clause)> = reading
            .clauses
            .iter()
            .enumerate()
            .filter(|(_, clause)| clause.sentence == sentence && clause.suspended.is_none())
            .filter(|(_, clause)| say.subject.is_none_or(|s| clause.about.contains(&s)))
            .collect();
        let denies = say.denied.contains(&true);
        let mut choices: Vec<Vec<usize>> = vec![Vec::new()];
        for (class, &denied) in say.classes.iter().zip(&say.denied) {
            let entries: Vec<usize> =
                class.iter().filter_map(|lex| self.lexicon.entry(lex)).collect();
            let fitting: Vec<usize> = clauses
                .iter()
                .flat_map(|(_, clause)| {
                    // `… , a semaphore doesn't` says the clause before it once more, of another.
                    let source = clause
                        .repeats
                        .map(|(source, denied)| (&reading.clauses[source], Some(denied)));
                    let (from, repeated) = source.unwrap_or((clause, None));
                    reading.hits_in(from).map(move |(h, hit)| (h, hit, repeated))
                })
                .filter(|(_, hit, _)| hit.is_any(&entries))
                .filter(|(_, hit, repeated)| {
                    let there = || hit.tokens.clone().any(|t| reading.denied[t]);
                    let here = repeated.unwrap_or_else(there) != hit.opposite;
                    // What a denial is about lies in its reach as well: `not read from an empty one`.
                    here == denied || (!denied && denies)
                })
                .map(|(h, ..)| h)
                .take(5)
                .collect();
            choices = extended(&choices, &fitting);
        }
        let hit = |h: usize| &reading.hits[h];
        choices
            .into_iter()
            .filter(|chosen| {
                let in_order =
                    chosen.windows(2).all(|w| hit(w[0]).tokens.start <= hit(w[1]).tokens.start);
                (!say.ordered || in_order) && say.within.is_none_or(|n| width(reading, chosen) <= n)
            })
            .min_by_key(|chosen| width(reading, chosen))
            .map(|hits| {
                let start = hits.iter().map(|&h| hit(h).span.start).min().unwrap_or(0);
                let end = hits.iter().map(|&h| hit(h).span.end).max().unwrap_or(0);
                let clause = clauses.first().map_or(0, |&(c, _)| c);
                // Said once more of another, it is another statement.
                let again = || clauses.iter().filter(|(_, clause)| clause.repeats.is_some());
                let named = || again().flat_map(|(_, clause)| clause.named.iter().copied());
                let hits = if again().next().is_some() { named().collect() } else { hits };
                Found { clause, span: start..end, hits }
            })
    }
}

/// Each choice with each of these words that it does not have yet.
fn extended(choices: &[Vec<usize>], hits: &[usize]) -> Vec<Vec<usize>> {
    let with = |chosen: &Vec<usize>, hit| chosen.iter().copied().chain([hit]).collect();
    choices
        .iter()
        .flat_map(|chosen| {
            let more = hits.iter().filter(|hit| !chosen.contains(hit));
            more.map(move |&hit| with(chosen, hit))
        })
        .collect()
}

/// How many words lie from the first to the last.
fn width(reading: &Reading, chosen: &[usize]) -> usize {
    let hits = || chosen.iter().map(|&h| &reading.hits[h].tokens);
    let start = hits().map(|t| t.start).min().unwrap_or(0);
    hits().map(|t| t.end).max().unwrap_or(0) - start
}

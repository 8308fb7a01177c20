//! Reading an answer: its clauses, whom each is about, and what is denied.

mod clauses;
mod denials;
mod statements;
mod subjects;

use super::lexicon::{Hit, Lexicon, ReadAs};
use super::tokens::{self, Token};
use std::collections::HashSet;
use std::ops::Range;

/// An answer that was read.
pub(super) struct Reading {
    pub(super) tokens: Vec<Token>,
    pub(super) hits: Vec<Hit>,
    pub(super) clauses: Vec<Clause>,
    /// For each token, whether it is denied.
    pub(super) denied: Vec<bool>,
    pub(super) read_as: Vec<ReadAs>,
    /// For each entry of the lexicon, whether the answer has it.
    pub(super) present: Vec<bool>,
    /// For each token, the first hit that begins there, and the last that covers it.
    begins: Vec<Option<usize>>,
    covers: Vec<Option<usize>>,
}

/// A piece of a sentence that says one thing.
pub(super) struct Clause {
    pub(super) tokens: Range<usize>,
    /// Which sentence it is part of.
    pub(super) sentence: usize,
    /// The subjects that it is about, as indices into the question's subjects.
    pub(super) about: Vec<usize>,
    /// Whether it names them itself.
    pub(super) explicit: bool,
    /// `TCP does both`: it says of one what may hold of another as well.
    pub(super) both: bool,
    /// The expressions by which it names them.
    pub(super) named: Vec<usize>,
    /// `… , a semaphore doesn't`: this clause says of its subject what that clause says of another,
    /// denied or not.
    pub(super) repeats: Option<(usize, bool)>,
    /// Why it counts for nothing.
    pub(super) suspended: Option<&'static str>,
}

/// Reads an answer to a question with these subjects (entries of the lexicon), that is about these
/// entries, and has this prompt; as if the lexicon had no phrase that is `left_out`.
pub(super) fn read(
    lexicon: &Lexicon,
    subjects: &[Vec<usize>],
    topic: Option<usize>,
    of: &[bool],
    prompt: &str,
    answer: &str,
    left_out: Option<&str>,
) -> Reading {
    let prompt_words: Vec<String> = tokens::tokens(prompt).into_iter().map(|t| t.text).collect();
    let prompt_set: HashSet<String> = prompt_words.iter().cloned().collect();
    let mut tokens = tokens::tokens(answer);
    let read_as = lexicon.correct(&mut tokens, &prompt_set);
    let hits = lexicon.find(&tokens, of, left_out);
    let denied = vec![false; tokens.len()];
    let mut begins = vec![None; tokens.len()];
    let mut covers = vec![None; tokens.len()];
    let mut present = vec![false; of.len()];
    for (h, hit) in hits.iter().enumerate() {
        hit.entries.iter().for_each(|&entry| present[entry] = true);
        begins[hit.tokens.start].get_or_insert(h);
        covers[hit.tokens.clone()].fill(Some(h));
    }
    let clauses = Vec::new();
    let mut reading = Reading { tokens, hits, clauses, denied, read_as, present, begins, covers };
    reading.cut(subjects);
    reading.bind(subjects, topic);
    reading.deny(lexicon);
    reading.leave_out(subjects);
    reading.suspend(lexicon, &prompt_words);
    reading
}

impl Reading {
    pub(super) fn hits_in<'r>(&'r self, clause: &Clause) -> impl Iterator<Item = (usize, &'r Hit)> {
        let range = clause.tokens.clone();
        self.hits.iter().enumerate().filter(move |(_, hit)| range.contains(&hit.tokens.start))
    }

    fn word(&self, i: usize) -> &str {
        self.tokens.get(i).filter(|t| t.is_word()).map_or("", |t| t.text.as_str())
    }

    /// The expression of the lexicon that this token is part of.
    fn hit_at(&self, i: usize) -> Option<&Hit> {
        self.covers.get(i).copied().flatten().map(|h| &self.hits[h])
    }

    fn subject_at(&self, i: usize, subjects: &[Vec<usize>]) -> Option<usize> {
        let hit = &self.hits[self.begins.get(i).copied().flatten()?];
        subjects.iter().position(|entries| hit.is_any(entries))
    }
}

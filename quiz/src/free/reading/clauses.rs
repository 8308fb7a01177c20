//! Cutting sentences into clauses, each of which says one thing.

use super::{Clause, Reading};
use crate::free::tokens::{Script, Token};
use crate::free::{english, korean};
use std::ops::Range;

impl Reading {
    pub(super) fn cut(&mut self, subjects: &[Vec<usize>]) {
        let (mut start, mut sentence) = (0, 0);
        for i in 0..self.tokens.len() {
            let token = &self.tokens[i];
            let ends = token.is_mark(".;\n|") || self.parts(start, i, subjects);
            let inside = self.hit_at(i).is_some_and(|hit| hit.tokens.start < i);
            let before = i > start
                && !inside
                && token.kind == Script::Word
                && (english::BREAKS.contains(&token.text.as_str())
                    || (token.text == "and"
                        && (self.begins_sentence(i + 1, subjects)
                            // `… don't and need …`
                            || english::denies(self.word(i - 1)).is_some())));
            // `… that pipes need`; `파이프는 … FIFO는 …`
            let relative = token.text == "that" && self.names_subject(i + 1, subjects);
            let second = self.is_topic(i, subjects)
                && (start..i).any(|j| self.is_topic(j, subjects))
                && !token.is_mark(",");
            let main = !inside && self.ends_condition(start, i, subjects);
            if before || (i > start && (relative || second || main)) {
                self.push_clause(start..i, sentence);
                start = i;
                continue;
            }
            let after = ends
                || (token.is_mark("→") && !token.glued)
                || (token.is_mark(",")
                    && (self.begins_condition(i + 1) || self.begins_parallel(start, i, subjects)))
                || (token.is_mark(",") && self.begins_sentence(i + 1, subjects))
                || (token.kind == Script::Hangul
                    && korean::ends_clause(&token.text)
                    && !self.must_not(i + 1)
                    && !self.hit_at(i).is_some_and(|hit| hit.rest.is_empty()));
            if after {
                self.push_clause(start..i + 1, sentence);
                start = i + 1;
            }
            sentence += usize::from(ends);
        }
        self.push_clause(start..self.tokens.len(), sentence);
    }

    /// `tcp reliable / udp not`: two statements. `read / write` is two words of one.
    fn parts(&self, start: usize, i: usize, subjects: &[Vec<usize>]) -> bool {
        const ENOUGH: usize = 3;
        let ends = |j: &usize| !self.tokens[*j].is_mark("/|.;:,\n");
        let content = |j: &usize| self.is_content(*j);
        let before = || (start..i).rev().take_while(ends).filter(content).count();
        let after = || (i + 1..self.tokens.len()).take_while(ends).filter(content).count();
        self.tokens[i].is_mark("/")
            && (self.begins_sentence(i + 1, subjects)
                || self.begins_parallel(start, i, subjects)
                || before() >= ENOUGH && after() >= ENOUGH)
    }

    /// `실행되면 안 된다` is one statement.
    fn must_not(&self, next: usize) -> bool {
        let word = self.word(next);
        word == "안" && korean::is_light(self.word(next + 1))
            || word
                .strip_prefix('안')
                .is_some_and(|rest| !rest.is_empty() && korean::is_light(rest))
    }

    /// `many readers at once, one writer alone`: something of one, something of another.
    fn begins_parallel(&self, start: usize, comma: usize, subjects: &[Vec<usize>]) -> bool {
        let ends = |i: &usize| !self.tokens[*i].is_mark(",.;:→\n|/(");
        let after: Vec<usize> = (comma + 1..self.tokens.len()).take_while(ends).collect();
        let of = |i: usize| self.subject_at(i, subjects);
        let said = |i: usize| {
            let inside = self.hit_at(i).is_some_and(|hit| subjects.iter().any(|s| hit.is_any(s)));
            self.is_content(i) && !inside
        };
        let first = (start..comma).find_map(of);
        let second = after.iter().find_map(|&i| of(i));
        matches!((first, second), (Some(first), Some(second)) if first != second)
            && (start..comma).any(said)
            && after.iter().any(|&i| said(i))
            && !matches!(self.word(comma + 1), "and" | "or" | "unlike" | "like" | "than")
    }

    /// `…, 비면 …`: a short Korean condition behind a comma.
    fn begins_condition(&self, at: usize) -> bool {
        (at..at + 3)
            .take_while(|&i| self.tokens.get(i).is_some_and(|t| t.kind == Script::Hangul))
            .any(|i| self.word(i).ends_with('면') && korean::ends_clause(self.word(i)))
    }

    /// `When the writer closes | the reader gets …`: no comma, but a subject and a verb of its own.
    fn ends_condition(&self, start: usize, i: usize, subjects: &[Vec<usize>]) -> bool {
        let leads = matches!(self.word(start), "if" | "when" | "once" | "after" | "as");
        let verb = |j: usize| {
            english::AUXILIARIES.contains(&self.word(j)) || english::is_verb(self.word(j))
        };
        leads
            && self.subject_at(i, subjects).is_some()
            && self.hit_at(i).is_some_and(|hit| verb(hit.tokens.end))
            && (start + 1..i).any(|j| verb(j) || self.word(j).ends_with("ed"))
    }

    /// A subject with a Korean particle of the topic behind it.
    fn is_topic(&self, i: usize, subjects: &[Vec<usize>]) -> bool {
        let is_it = |rest: &str| matches!(rest, "은" | "는");
        self.subject_at(i, subjects).is_some() && self.hit_at(i).is_some_and(|hit| is_it(&hit.rest))
            || Self::by_order(self.word(i)).is_some() && self.word(i).ends_with(['은', '는'])
    }

    fn push_clause(&mut self, tokens: Range<usize>, sentence: usize) {
        if self.tokens[tokens.clone()].iter().any(Token::is_word) {
            let clause = Clause {
                tokens,
                sentence,
                about: Vec::new(),
                explicit: false,
                both: false,
                named: Vec::new(),
                repeats: None,
                suspended: None,
            };
            self.clauses.push(clause);
        }
    }

    /// Whether a new statement begins here: a subject, a pronoun, or within three words a verb.
    fn begins_sentence(&self, at: usize, subjects: &[Vec<usize>]) -> bool {
        let mut i = at;
        while matches!(
            self.word(i),
            "and" | "or" | "the" | "a" | "an" | "in" | "with" | "for" | "on"
        ) {
            i += 1;
        }
        if self.subject_at(i, subjects).is_some() {
            // `pipes and FIFOs` is a pair; `pipes are …, FIFOs are …` are two statements.
            return !self.is_pair(at, i, subjects);
        }
        if english::PRONOUNS.contains(&self.word(i)) || Self::by_order(self.word(i)).is_some() {
            return true;
        }
        let noun = self.word(i);
        if noun.is_empty() || english::is_verb(noun) || english::denies(noun).is_some() {
            return false;
        }
        for j in i + 1..i + 4 {
            let word = self.word(j);
            if word.is_empty() || word == "and" || word == "or" || word == "that" || word == "to" {
                return false;
            }
            if english::AUXILIARIES.contains(&word)
                || (english::is_verb(word) && !word.ends_with("ing"))
            {
                return true;
            }
        }
        false
    }

    /// Whether the word before `at` is a subject too, with nothing said of it yet.
    fn is_pair(&self, at: usize, second: usize, subjects: &[Vec<usize>]) -> bool {
        let first = at.checked_sub(2).and_then(|i| self.hit_at(i));
        let Some(first) = first else { return false };
        let is_subject = subjects.iter().any(|entries| first.is_any(entries));
        let begins = first.tokens.start == 0
            || self.tokens[first.tokens.start - 1].is_mark(".;\n")
            || english::is_function(self.word(first.tokens.start - 1));
        is_subject && begins && second > at - 1
    }
}

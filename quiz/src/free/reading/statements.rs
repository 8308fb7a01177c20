//! What is a statement, and what is only words, or the words of others.

use super::{Clause, Reading};
use crate::free::lexicon::Lexicon;
use crate::free::tokens::Script;
use crate::free::{english, korean};
use std::ops::Range;

impl Reading {
    pub(super) fn suspend(&mut self, lexicon: &Lexicon, prompt: &[String]) {
        for c in 0..self.clauses.len() {
            let clause = &self.clauses[c];
            let words: Vec<&str> = self.tokens[clause.tokens.clone()]
                .iter()
                .filter(|t| t.is_word())
                .map(|t| t.text.as_str())
                .collect();
            let joined: String = words.concat();
            let reported = english::REPORTED
                .iter()
                .any(|phrase| words.windows(phrase.len()).any(|w| w == *phrase))
                || korean::REPORTED.iter().any(|phrase| joined.contains(phrase));
            let echo = words.len() >= 4
                && prompt.windows(words.len()).any(|w| w.iter().zip(&words).all(|(a, b)| a == b));
            let list = self.is_list(lexicon, clause);
            self.clauses[c].suspended = if reported {
                Some("what others say")
            } else if echo {
                Some("words of the question")
            } else if list {
                Some("a list of words, not a statement")
            } else {
                None
            };
        }
    }

    /// `I don't know`, `잘 모르겠습니다`.
    pub(in crate::free) fn gives_up(&self) -> bool {
        (0..self.tokens.len()).any(|i| {
            let begins =
                |phrase: &&[&str]| (i..).zip(*phrase).all(|(j, word)| self.word(j) == *word);
            let before = (0..i).rev().take_while(|&j| self.tokens[j].is_word());
            english::GIVES_UP.iter().any(begins)
                && before.map(|j| self.word(j)).all(english::is_of_oneself)
                || korean::gives_up(self.word(i), self.word(i + 1), self.word(i + 2))
        })
    }

    /// Many words of content without anything that states, or that joins them.
    fn is_list(&self, lexicon: &Lexicon, clause: &Clause) -> bool {
        let content = clause.tokens.clone().filter(|&i| self.is_content(i)).count();
        let joints = clause.tokens.clone().filter(|&i| self.is_joint(i)).count();
        content > 7
            && !self.is_notes(clause.tokens.clone())
            && joints * 6 < content
            && !clause.tokens.clone().any(|i| self.is_predicate(lexicon, i))
            || content > 7 && self.is_heap(lexicon, clause.tokens.clone())
    }

    /// Words beside words, or commas between nearly all of them.
    pub(in crate::free) fn is_heap(&self, lexicon: &Lexicon, tokens: Range<usize>) -> bool {
        let whole = tokens.clone();
        let content = tokens.clone().filter(|&i| self.is_content(i)).count();
        let commas = tokens.clone().filter(|&i| self.tokens[i].is_mark(",")).count();
        let states = |i: usize| self.is_predicate(lexicon, i) && !self.is_base_form(i);
        let said = tokens.clone().any(states);
        let joints = tokens
            .filter(|&i| self.is_joint(i) || self.tokens[i].is_mark(":=→(;+\n.") || states(i))
            .count();
        content > 5
            && !self.is_notes(whole.clone())
            && (joints * 6 < content + usize::from(!said) || commas * 3 >= content * 2)
    }

    /// A short enumeration of phrases: `whole messages, priority, any number of readers`.
    pub(in crate::free) fn is_notes(&self, tokens: Range<usize>) -> bool {
        let content = tokens.clone().filter(|&i| self.is_content(i)).count();
        let commas = tokens.filter(|&i| self.tokens[i].is_mark(",+")).count();
        content < 13 && (1..5).contains(&commas) && content * 2 >= (commas + 1) * 3
    }

    /// A verb as a dictionary has it says little: `read write open wait`.
    fn is_base_form(&self, i: usize) -> bool {
        let word = self.word(i);
        self.tokens[i].kind == Script::Word
            && !english::AUXILIARIES.contains(&word)
            && !["s", "ed", "ing"].iter().any(|end| word.ends_with(end))
    }

    /// What joins words to a statement: small words, particles, endings.
    pub(in crate::free) fn is_joint(&self, i: usize) -> bool {
        let token = &self.tokens[i];
        match token.kind {
            Script::Word => english::is_function(&token.text),
            Script::Hangul => token.glued || korean::joins(&token.text),
            Script::Mark(_) => false,
        }
    }

    pub(in crate::free) fn is_content(&self, i: usize) -> bool {
        match self.tokens[i].kind {
            Script::Word => !english::is_function(&self.tokens[i].text),
            Script::Hangul => !self.tokens[i].glued,
            Script::Mark(_) => false,
        }
    }

    /// Whether this token states something: a verb, an ending, or a mark that stands for `is`.
    pub(in crate::free) fn is_predicate(&self, lexicon: &Lexicon, i: usize) -> bool {
        let token = &self.tokens[i];
        match token.kind {
            Script::Mark(c) => "=:→".contains(c),
            Script::Hangul => korean::is_predicate(&token.text),
            Script::Word => {
                let word = token.text.as_str();
                // `one-way versus two-way` holds one against the other.
                if english::is_verb(word) || matches!(word, "versus" | "vs") {
                    return true;
                }
                // In a list of words a verb of the field stands bare; in a sentence it is bent, or
                // something leads to it.
                let lexical =
                    self.hit_at(i).is_some_and(|hit| lexicon.is_verb(hit) && hit.tokens.start == i);
                let before = i.checked_sub(1).map_or("", |j| self.word(j));
                let led = english::AUXILIARIES.contains(&before)
                    || english::PRONOUNS.contains(&before)
                    || english::denies(before).is_some()
                    || before == "to"
                    || (before.ends_with('s') && !before.ends_with("ss"));
                lexical && (led || ["s", "ed", "ing"].iter().any(|end| word.ends_with(end)))
            }
        }
    }
}

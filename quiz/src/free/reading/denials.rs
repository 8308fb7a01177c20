//! What is denied, and how far a denial reaches.

use super::Reading;
use crate::free::lexicon::Lexicon;
use crate::free::tokens::Script;
use crate::free::{english, korean};
use std::ops::Range;

impl Reading {
    pub(super) fn deny(&mut self, lexicon: &Lexicon) {
        for c in 0..self.clauses.len() {
            let clause = self.clauses[c].tokens.clone();
            for i in clause.clone() {
                let hit = self.hit_at(i).cloned();
                match (self.tokens[i].kind, hit) {
                    // A word of the lexicon is meant as that: `zero copy`, `관계없는`. Behind a
                    // Korean stem a denial may follow: `복사없이`.
                    (Script::Word, Some(_)) | (Script::Mark(_), _) => {}
                    // `신뢰성 X`
                    (Script::Word, None)
                        if self.word(i) == "x"
                            && i > clause.start
                            && self.word(i + 1).is_empty() =>
                    {
                        self.deny_korean(lexicon, &clause, i, "없음");
                    }
                    (Script::Word, None) => self.deny_english(lexicon, &clause, i),
                    (Script::Hangul, Some(hit)) if hit.tokens.end == i + 1 => {
                        self.deny_korean(lexicon, &clause, i, &hit.rest);
                    }
                    (Script::Hangul, Some(_)) => {}
                    (Script::Hangul, None) => {
                        let word = self.tokens[i].text.clone();
                        self.deny_korean(lexicon, &clause, i, &word);
                    }
                }
            }
        }
    }

    /// Finds the clauses that say of their subject only that it does, or does not.
    pub(super) fn leave_out(&mut self, subjects: &[Vec<usize>]) {
        for c in 1..self.clauses.len() {
            let clause = &self.clauses[c];
            // `쓰는 쪽이 없으면` says when, not what; `TCP does both` what, not that it does.
            if !clause.explicit || clause.both || self.is_condition(c) {
                continue;
            }
            let (mut says, mut denies) = (false, false);
            let before = self.clauses[c - 1].tokens.clone();
            let again = |word: &str| before.clone().any(|j| self.word(j) == word);
            let bare = clause.tokens.clone().all(|i| {
                let word = self.word(i);
                let hit = self.hit_at(i);
                if hit.is_some_and(|h| subjects.iter().any(|entries| h.is_any(entries)))
                    || Self::by_order(word).is_some()
                {
                    return true;
                }
                // `A updates are visible, B updates are not`
                let auxiliary = english::AUXILIARIES.contains(&word);
                if !auxiliary && self.is_content(i) && hit.is_none() && again(word) {
                    return true;
                }
                let denial = auxiliary && english::denies(word).is_some()
                    || matches!(word, "not" | "none" | "neither")
                    || hit.is_none() && korean::denies(word).is_some();
                let affirmed = auxiliary || korean::affirms(word);
                denies |= denial;
                says |= denial || affirmed;
                denial || affirmed || !self.is_content(i) || korean::connects(word)
            });
            if bare && says {
                let source = self.clauses[c - 1].repeats.map_or(c - 1, |(source, _)| source);
                self.clauses[c].repeats = Some((source, denies));
            }
        }
    }

    fn deny_english(&mut self, lexicon: &Lexicon, clause: &Range<usize>, i: usize) {
        let (word, next) = (self.word(i), self.word(i + 1));
        if english::is_pseudo(word, next) {
            return;
        }
        let passive = i > clause.start
            && (english::AUXILIARIES.contains(&self.word(i - 1)) || self.word(i - 1) == "not");
        if passive && english::denies_before(word) {
            let reach = (clause.start.max(i.saturating_sub(6))..i).rev();
            for j in reach.take_while(|&j| !self.tokens[j].is_mark("(")).collect::<Vec<_>>() {
                self.denied[j] ^= true;
            }
            return;
        }
        let pair = english::denies_pair(word, next);
        // `without it the store fails`: what is missing was named before.
        if word == "without" && matches!(next, "it" | "that" | "this" | "them" | "one") {
            return;
        }
        let Some(mut cue) = pair.or_else(|| english::denies(word)) else { return };
        // `No data is copied` denies the copying, `there is no copy and …` only the copy.
        let leads =
            (clause.start..i).all(|j| english::is_function(self.word(j)) && !self.is_finite(j));
        if leads && matches!(word, "no" | "nothing" | "nobody" | "none") {
            cue = english::Denies::Predicate;
        }
        let start = i + 1 + usize::from(pair.is_some());
        if cue == english::Denies::Next {
            if start < clause.end {
                self.denied[start] ^= true;
            }
            return;
        }
        // `avoid it with a lock` has a lock.
        let by_means =
            ["avoid", "prevent", "eliminat", "bypass"].iter().any(|w| word.starts_with(w));
        let lacking = word == "without";
        // A phrase of the lexicon counts as one word. `Nothing that I write there is seen` reaches on.
        let mut budget = if leads { 9 } else { 6 };
        let mut j = start;
        let mut open = 0;
        while j < clause.end && budget > 0 {
            // `no copy (it maps the same pages) …` denies no statement in brackets.
            if j > start
                && let Some(close) = self.bracket(lexicon, clause, j)
            {
                j = close + 1;
                continue;
            }
            // `fast (no copies), needs locks`
            if self.tokens[j].is_mark(")") && open == 0 {
                break;
            }
            open += usize::from(self.tokens[j].is_mark("("));
            open -= usize::from(self.tokens[j].is_mark(")"));
            let word = self.word(j);
            let joins = matches!(word, "and" | "or" | "nor") || self.tokens[j].is_mark(",/");
            // `don't do it yourself, use a pipe`
            let orders = self.tokens[j].is_mark(",")
                && english::is_verb(self.word(j + 1))
                && matches!(self.word(j + 2), "a" | "an" | "the" | "your" | "it");
            // `…, the kernel …` is another statement.
            let other = self.tokens[j].is_mark(",")
                && matches!(self.word(j + 1), "the" | "it" | "they" | "you" | "we");
            // `does not inherit it, and closing it drops the lock`
            let goes_on = self.tokens[j].is_mark(",")
                && self.word(j + 1) == "and"
                && (j + 2..(j + 10).min(clause.end)).any(|k| {
                    let word = self.word(k);
                    self.is_finite(k) || word.ends_with('s') && english::is_verb(word)
                });
            if english::SCOPE_ENDS.contains(&word)
                || orders
                || goes_on
                || other
                || (lacking && j > start && self.begins_noun(j))
                || (by_means && matches!(word, "with" | "by" | "using" | "through"))
                || self.tokens[j].is_mark(":→")
                || (joins && self.next_predicate(lexicon, j, cue))
                || (cue == english::Denies::Thing && j > start && self.is_finite(j))
                || (joins && english::denies(self.word(j + 1)).is_some())
                || word == "nor"
                || (joins && j == start)
            {
                break;
            }
            let counts =
                self.tokens[j].is_word() && !matches!(word, "a" | "an" | "the" | "to" | "any");
            let width = self.hit_at(j).map_or(1, |hit| hit.tokens.end - j);
            for k in j..(j + width).min(clause.end) {
                self.denied[k] ^= true;
            }
            budget -= usize::from(counts);
            j += width;
        }
    }

    /// The end of the bracket that begins here, if there is one that a denial does not reach into.
    fn bracket(&self, lexicon: &Lexicon, clause: &Range<usize>, open: usize) -> Option<usize> {
        if !self.tokens[open].is_mark("(") {
            return None;
        }
        let close = (open..clause.end).find(|&i| self.tokens[i].is_mark(")"))?;
        self.is_aside(lexicon, open, close).then_some(close)
    }

    /// `(it maps the same pages)` states something of its own, `sem_wait()` is a name. What only
    /// names a thing, `(parent and child)`, belongs to what stands before it.
    fn is_aside(&self, lexicon: &Lexicon, open: usize, close: usize) -> bool {
        close == open + 1 || (open + 1..close).any(|i| self.is_predicate(lexicon, i))
    }

    /// `without a deadline | the client waits`, but `without copying the data`.
    fn begins_noun(&self, i: usize) -> bool {
        let before = i.checked_sub(1).filter(|&j| self.tokens[j].is_word() && self.is_content(j));
        matches!(self.word(i), "the" | "a" | "an")
            && before.is_some_and(|j| !self.word(j).ends_with("ing"))
    }

    fn is_finite(&self, i: usize) -> bool {
        let word = self.word(i);
        english::AUXILIARIES.contains(&word)
            || (english::PRONOUNS.contains(&word)
                && !matches!(word, "this" | "that" | "these" | "those" | "one" | "it"))
    }

    /// Whether behind this `and` or comma something else is said.
    fn next_predicate(&self, lexicon: &Lexicon, joint: usize, cue: english::Denies) -> bool {
        let mut i = joint + 1;
        while matches!(self.word(i), "and" | "or" | "also" | "then") {
            i += 1;
        }
        let word = self.word(i);
        if word.is_empty() {
            return true;
        }
        if self.is_finite(i) {
            return true;
        }
        // `has no name, gets passed down`, but `no locks, copies or calls`.
        if english::is_only_verb(word) {
            return true;
        }
        let lexical = self.hit_at(i).is_some_and(|hit| lexicon.is_verb(hit));
        let third_person = word.ends_with('s') || word.ends_with("ed");
        if third_person && (english::is_verb(word) || lexical) {
            return cue == english::Denies::Predicate;
        }
        if english::is_verb(word) || lexical {
            return false;
        }
        (i + 1..i + 4)
            .take_while(|&j| !self.word(j).is_empty() && !matches!(self.word(j), "and" | "or"))
            .any(|j| {
                let word = self.word(j);
                english::AUXILIARIES.contains(&word)
                    || (english::is_verb(word)
                        && !word.ends_with("ing")
                        && self.word(j - 1) != "to")
            })
    }

    fn deny_korean(&mut self, lexicon: &Lexicon, clause: &Range<usize>, i: usize, word: &str) {
        let before = i.checked_sub(1).map(|j| self.word(j));
        if korean::is_pseudo(before, word) {
            return;
        }
        let next = self.word(i + 1);
        // `복사하는 대신`, `포트 대신`; but `빠른 대신` is in return.
        let instead = word.starts_with("대신")
            && i > clause.start
            && (self.word(i - 1).ends_with("하는")
                || self.hit_at(i - 1).is_some_and(|hit| hit.rest.is_empty())
                    && !korean::is_attribute(self.word(i - 1)));
        let denies = match korean::denies(word) {
            None if instead => Some(korean::Denies::Before),
            // `공유가 안 된다` denies what stands before it.
            Some(korean::Denies::Next) if korean::is_light(next) => Some(korean::Denies::Before),
            denies => denies,
        };
        match denies {
            Some(korean::Denies::Next) if i + 1 < clause.end => self.denied[i + 1] ^= true,
            Some(korean::Denies::Before) => {
                let least = clause.start.max(i.saturating_sub(8));
                let (mut content, mut closed) = (0, 0);
                let mut next = Some(i);
                while let Some(j) = next.filter(|&j| j >= least) {
                    next = j.checked_sub(1);
                    if self.tokens[j].is_mark(")") {
                        let open = (least..j).rfind(|&k| self.tokens[k].is_mark("("));
                        let Some(open) = open else { break };
                        // `복사(커널을 거친다)가 없다` denies no statement in brackets.
                        if self.is_aside(lexicon, open, j) {
                            next = open.checked_sub(1);
                        } else {
                            closed += 1;
                        }
                        continue;
                    }
                    if self.tokens[j].is_mark("(") && closed > 0 {
                        closed -= 1;
                        continue;
                    }
                    let topic = self.tokens[j].kind == Script::Hangul
                        && korean::is_topic(&self.tokens[j].text);
                    if self.tokens[j].is_mark(",:→(")
                        || content == 5
                        // `통째로 오거나 아예 오지 않는다`
                        || (self.word(j) == "아예" && j > 0 && self.word(j - 1).ends_with("거나"))
                        || (content > 1 && topic && j < i)
                    {
                        break;
                    }
                    self.denied[j] ^= true;
                    content += usize::from(self.tokens[j].is_word() && !self.tokens[j].glued);
                }
            }
            _ => {}
        }
    }
}

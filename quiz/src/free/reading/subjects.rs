//! Whom each clause is about.

use super::Reading;
use crate::free::lexicon::Hit;
use crate::free::tokens::Script;
use crate::free::{english, korean};
use std::collections::HashSet;
use std::ops::Range;

impl Reading {
    pub(super) fn bind(&mut self, subjects: &[Vec<usize>], topic: Option<usize>) {
        let mut last: Vec<usize> = topic.into_iter().collect();
        for c in 0..self.clauses.len() {
            let mut found = self.topic(self.clauses[c].tokens.clone(), subjects);
            // `unlike a mutex, which …` goes on about the mutex.
            if found.is_empty()
                && c > 0
                && self.word(self.clauses[c].tokens.start) == "which"
                && let Some(nearest) = self.last_named(self.clauses[c - 1].tokens.clone(), subjects)
            {
                let clause = &mut self.clauses[c];
                clause.about = vec![nearest];
                continue;
            }
            if found.is_empty()
                && let Some(other) = self.other_side(c, subjects)
            {
                found = vec![other];
            }
            let they =
                |i| matches!(self.word(i), "they" | "these") || self.word(i).starts_with("둘");
            if found.is_empty() && last.is_empty() && self.clauses[c].tokens.clone().any(they) {
                // Nobody was named yet, so they are those of the question.
                found = (0..subjects.len()).collect();
            }
            let tokens = self.clauses[c].tokens.clone();
            let named = (0..self.hits.len()).filter(|&h| {
                let start = self.hits[h].tokens.start;
                let subject = self.subject_at(start, subjects);
                tokens.contains(&start) && subject.is_some_and(|s| found.contains(&s))
            });
            let named = named.collect();
            let both = tokens
                .clone()
                .any(|i| self.word(i) == "both" && !self.is_both_subjects(&tokens, i, subjects));
            let clause = &mut self.clauses[c];
            clause.both = both;
            clause.named = named;
            clause.explicit = !found.is_empty();
            if clause.explicit {
                last.clone_from(&found);
            }
            clause.about.clone_from(&last);
        }
        // `If it is full, the producer waits`: a condition is about whom it is said for.
        for c in (1..self.clauses.len()).rev() {
            let (condition, main) = (&self.clauses[c - 1], &self.clauses[c]);
            let leads = !condition.explicit
                && main.explicit
                && condition.sentence == main.sentence
                && (c == 1 || self.clauses[c - 2].sentence != main.sentence || self.is_korean(c))
                && self.is_condition(c - 1);
            if leads {
                let about = main.about.clone();
                self.clauses[c - 1].about = about;
            }
        }
    }

    /// `a stream has none vs. a datagram that arrives whole`: something of one, something of the
    /// other. `mutex vs. semaphore: ownership` says nothing of either yet.
    fn other_side(&self, c: usize, subjects: &[Vec<usize>]) -> Option<usize> {
        let clause = &self.clauses[c].tokens;
        let before = c.checked_sub(1).map(|c| self.clauses[c].tokens.clone())?;
        let named = |i: usize| {
            self.hit_at(i).is_some_and(|hit| subjects.iter().any(|entries| hit.is_any(entries)))
        };
        let article = matches!(self.word(clause.start + 1), "a" | "an" | "the");
        let other = clause.start + 1 + usize::from(article);
        let said = before.clone().any(|i| self.is_content(i) && !named(i));
        let goes_on = self.hit_at(other).is_some_and(|hit| !self.word(hit.tokens.end).is_empty());
        let holds = matches!(self.word(clause.start), "vs" | "versus") && said && goes_on;
        holds.then(|| self.subject_at(other, subjects)).flatten()
    }

    fn is_korean(&self, clause: usize) -> bool {
        self.tokens[self.clauses[clause].tokens.clone()].iter().any(|t| t.kind == Script::Hangul)
    }

    pub(super) fn is_condition(&self, clause: usize) -> bool {
        let tokens = self.clauses[clause].tokens.clone();
        let ends = |word: &str| {
            ["면", "때", "때는", "때에는", "경우", "경우에는"].iter().any(|e| word.ends_with(e))
        };
        let last = tokens.clone().rev().find(|&i| self.tokens[i].is_word());
        matches!(self.word(tokens.start), "if" | "when" | "once" | "whenever" | "while")
            || last.is_some_and(|i| self.tokens[i].kind == Script::Hangul && ends(self.word(i)))
    }

    /// The subject that the clause ends with.
    fn last_named(&self, clause: Range<usize>, subjects: &[Vec<usize>]) -> Option<usize> {
        let i = clause.clone().rfind(|&i| self.subject_at(i, subjects).is_some())?;
        let end = self.hit_at(i).map_or(i + 1, |hit| hit.tokens.end);
        let behind = (end..clause.end).filter(|&j| self.tokens[j].is_word()).count();
        (behind <= 1).then(|| self.subject_at(i, subjects)).flatten()
    }

    fn topic(&self, clause: Range<usize>, subjects: &[Vec<usize>]) -> Vec<usize> {
        if subjects.is_empty() {
            return Vec::new();
        }
        let all: Vec<usize> = (0..subjects.len()).collect();
        for i in clause.clone() {
            let (word, next) = (self.word(i), self.word(i + 1));
            let nth = match word {
                // `… , UDP has neither` is about UDP; `neither a handler nor a mask` about none.
                "neither"
                    if (clause.start..i).any(|j| self.subject_at(j, subjects).is_some())
                        || clause.clone().any(|j| self.word(j) == "nor")
                            && !self.names_subject(i + 1, subjects) =>
                {
                    continue;
                }
                "both" if !self.is_both_subjects(&clause, i, subjects) => continue,
                "both" | "neither" | "양쪽" => return all,
                _ if word.starts_with("둘") && (next.starts_with('다') || next == "모두") => {
                    return all;
                }
                _ if word.starts_with("둘다") => return all,
                "a" | "b" if self.bracketed(i) => usize::from(word == "b"),
                "first" | "second" | "third" if self.is_rank(&clause, i, subjects) => match word {
                    "first" => 0,
                    "second" => 1,
                    _ => 2,
                },
                "first" | "second" if i == clause.start && self.labels(i) => {
                    usize::from(word == "second")
                }
                _ => match Self::by_order(word) {
                    Some(nth) => nth,
                    None => continue,
                },
            };
            if nth < subjects.len() {
                return vec![nth];
            }
        }
        let named: Vec<(usize, &Hit)> = clause
            .filter_map(|i| {
                let subject = self.subject_at(i, subjects)?;
                let hit = self.hit_at(i)?;
                (!self.is_contrast(hit)).then_some((subject, hit))
            })
            .collect();
        let marked = named.iter().position(|(_, hit)| korean::marks_topic(&hit.rest));
        let Some(&(subject, hit)) = named.get(marked.unwrap_or(0)) else { return Vec::new() };
        let mut about = vec![subject];
        // `A and B are …`, `A와 B는 …`
        for &(other, neighbour) in &named {
            let (first, second) = if neighbour.tokens.start < hit.tokens.start {
                (neighbour, hit)
            } else {
                (hit, neighbour)
            };
            let between: Vec<&str> = (first.tokens.end..second.tokens.start)
                .map(|i| self.tokens[i].text.as_str())
                .collect();
            let joined = matches!(
                between[..],
                ["and" | "or" | "," | "/" | "및" | "와" | "과" | "이나" | "또는"]
                    | ["and", "a" | "an" | "the"]
            ) || (between.is_empty()
                && ["와", "과", "랑", "하고", "이나", "나"].contains(&first.rest.as_str()));
            if joined && !about.contains(&other) {
                about.push(other);
            }
        }
        about
    }

    /// Whether this `both` is about all subjects: not `both directions`, `TCP does both`, `a socket
    /// carries both data and descriptors`, `it needs both`. `TCP and UDP are both …` names them.
    fn is_both_subjects(&self, clause: &Range<usize>, i: usize, subjects: &[Vec<usize>]) -> bool {
        let before = i.checked_sub(1).map_or("", |j| self.word(j));
        let last = (i + 1..clause.end).all(|j| !self.tokens[j].is_word());
        let object = last && i > clause.start && english::is_verb(before);
        let contrast = |j: usize| self.hit_at(j).is_some_and(|hit| self.is_contrast(hit));
        let named: HashSet<usize> = (clause.start..i)
            .filter(|&j| !contrast(j))
            .filter_map(|j| self.subject_at(j, subjects))
            .collect();
        let some = (1..subjects.len()).contains(&named.len());
        let things = ["directions", "ways", "sides", "ends", "processes", "programs", "threads"];
        let phrase = self.hit_at(i).is_some_and(|hit| hit.tokens.len() > 1);
        !(phrase || object || some || things.contains(&self.word(i + 1)))
    }

    /// `first: …`
    fn labels(&self, i: usize) -> bool {
        self.tokens.get(i + 1).is_some_and(|t| t.is_mark(":=→"))
    }

    /// `The second sends …`, `with the first everybody sees …`: those of the question, in its order,
    /// if the answer ranks more than one, and the clause names none.
    fn is_rank(&self, clause: &Range<usize>, i: usize, subjects: &[Vec<usize>]) -> bool {
        let goes_on = |i: usize| {
            let next = self.word(i + 1);
            next == "one"
                || english::PRONOUNS.contains(&next)
                || next == "everybody"
                || english::is_verb(next)
                || matches!(next, "never" | "always" | "only" | "just" | "also")
                // No list has all verbs: `sets`, but not `process`.
                || next.ends_with('s') && !next.ends_with("ss")
        };
        let leads = |start: usize, i: usize| {
            (start..i).all(|j| matches!(self.word(j), "the" | "with" | "in" | "and" | "while"))
        };
        let begins = |j: usize| {
            let start = (0..j).rev().find(|&k| !self.tokens[k].is_word()).map_or(0, |k| k + 1);
            leads(start, j)
        };
        let another = (0..self.tokens.len()).any(|j| {
            let word = self.word(j);
            matches!(word, "first" | "second") && word != self.word(i) && goes_on(j) && begins(j)
        });
        leads(clause.start, i)
            && goes_on(i)
            && another
            && clause.clone().all(|j| self.subject_at(j, subjects).is_none())
    }

    fn bracketed(&self, i: usize) -> bool {
        self.tokens.get(i + 1).is_some_and(|t| t.is_mark(")"))
    }

    /// `unlike X`, `than X`, `X와 달리`, `X보다`: X is not whom this is about.
    fn is_contrast(&self, hit: &Hit) -> bool {
        let before = |n: usize| hit.tokens.start.checked_sub(n).map_or("", |i| self.word(i));
        // `Read without writers: …` is about the reading.
        let contrast = |word: &str| {
            matches!(word, "unlike" | "than" | "versus" | "vs" | "like" | "without" | "no")
        };
        let article = |word: &str| matches!(word, "a" | "an" | "the" | "with" | "of" | "to");
        // The particle of a Latin word is a token of its own.
        let next =
            hit.tokens.end + usize::from(self.tokens.get(hit.tokens.end).is_some_and(|t| t.glued));
        let after = self.word(next);
        contrast(before(1))
            || (article(before(1))
                && (contrast(before(2))
                    || matches!(before(2), "compared" | "instead" | "contrast")
                    // `as fast as the reader`
                    || (before(2) == "as" && before(4) == "as")))
            || hit.rest.starts_with("보다")
            || hit.rest.starts_with("처럼")
            || ["달리", "다르게", "비해", "반해", "비교", "대신"]
                .iter()
                .any(|w| after.starts_with(w))
    }

    pub(super) fn names_subject(&self, at: usize, subjects: &[Vec<usize>]) -> bool {
        let i = at + usize::from(matches!(self.word(at), "the" | "a" | "an"));
        self.subject_at(i, subjects).is_some() || Self::by_order(self.word(i)).is_some()
    }

    /// `the former`, `후자는`: the first or second of the question.
    pub(super) fn by_order(word: &str) -> Option<usize> {
        match word {
            "former" => Some(0),
            "latter" => Some(1),
            _ if word.chars().count() > 3 => None,
            _ if word.starts_with("전자") => Some(0),
            _ if word.starts_with("후자") => Some(1),
            _ => None,
        }
    }
}

//! Reading an answer: its clauses, whom each is about, and what is denied.

use super::lexicon::{Hit, Lexicon, ReadAs};
use super::tokens::{Script, Token};
use super::{english, korean, tokens};
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
    /// The expressions by which it names them.
    pub(super) named: Vec<usize>,
    /// `… , a semaphore doesn't`: this clause says of its subject what that clause says of another,
    /// denied or not.
    pub(super) repeats: Option<(usize, bool)>,
    /// Why it counts for nothing.
    pub(super) suspended: Option<&'static str>,
}

/// Reads an answer to a question with these subjects (entries of the lexicon), that is about these
/// entries, and has this prompt.
pub(super) fn read(
    lexicon: &Lexicon,
    subjects: &[Vec<usize>],
    topic: Option<usize>,
    of: &[bool],
    prompt: &str,
    answer: &str,
) -> Reading {
    let prompt_words: Vec<String> = tokens::tokens(prompt).into_iter().map(|t| t.text).collect();
    let prompt_set: HashSet<String> = prompt_words.iter().cloned().collect();
    let mut tokens = tokens::tokens(answer);
    let read_as = lexicon.correct(&mut tokens, &prompt_set);
    let hits = lexicon.find(&tokens, of);
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

    fn cut(&mut self, subjects: &[Vec<usize>]) {
        let (mut start, mut sentence) = (0, 0);
        for i in 0..self.tokens.len() {
            let token = &self.tokens[i];
            let ends = token.is_mark(".;\n|");
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
        let ends = |i: &usize| !self.tokens[*i].is_mark(",.;:→\n|(");
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

    fn names_subject(&self, at: usize, subjects: &[Vec<usize>]) -> bool {
        let i = at + usize::from(matches!(self.word(at), "the" | "a" | "an"));
        self.subject_at(i, subjects).is_some() || Self::by_order(self.word(i)).is_some()
    }

    /// `the former`, `후자는`: the first or second of the question.
    fn by_order(word: &str) -> Option<usize> {
        match word {
            "former" => Some(0),
            "latter" => Some(1),
            _ if word.chars().count() > 3 => None,
            _ if word.starts_with("전자") => Some(0),
            _ if word.starts_with("후자") => Some(1),
            _ => None,
        }
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

    fn bind(&mut self, subjects: &[Vec<usize>], topic: Option<usize>) {
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
            let clause = &mut self.clauses[c];
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

    fn is_korean(&self, clause: usize) -> bool {
        self.tokens[self.clauses[clause].tokens.clone()].iter().any(|t| t.kind == Script::Hangul)
    }

    fn is_condition(&self, clause: usize) -> bool {
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
                // `both directions` are not both subjects.
                "both" if self.hit_at(i).is_some_and(|hit| hit.tokens.len() > 1) => continue,
                "both" if matches!(next, "directions" | "ways" | "sides" | "ends") => continue,
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
                ["and" | "or" | "," | "및" | "와" | "과" | "이나" | "또는"]
                    | ["and", "a" | "an" | "the"]
            ) || (between.is_empty()
                && ["와", "과", "랑", "하고", "이나", "나"].contains(&first.rest.as_str()));
            if joined && !about.contains(&other) {
                about.push(other);
            }
        }
        about
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

    fn deny(&mut self, lexicon: &Lexicon) {
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
                        self.deny_korean(&clause, i, "없음");
                    }
                    (Script::Word, None) => self.deny_english(lexicon, &clause, i),
                    (Script::Hangul, Some(hit)) if hit.tokens.end == i + 1 => {
                        self.deny_korean(&clause, i, &hit.rest);
                    }
                    (Script::Hangul, Some(_)) => {}
                    (Script::Hangul, None) => {
                        let word = self.tokens[i].text.clone();
                        self.deny_korean(&clause, i, &word);
                    }
                }
            }
        }
    }

    /// Finds the clauses that say of their subject only that it does, or does not.
    fn leave_out(&mut self, subjects: &[Vec<usize>]) {
        for c in 1..self.clauses.len() {
            let clause = &self.clauses[c];
            // `쓰는 쪽이 없으면` says when, not what.
            if !clause.explicit || self.is_condition(c) {
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
            for j in (clause.start.max(i.saturating_sub(6))..i).rev() {
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
        while j < clause.end && budget > 0 {
            let word = self.word(j);
            let joins =
                word == "and" || word == "or" || word == "nor" || self.tokens[j].is_mark(",");
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
                || (lacking && self.begins_noun(j))
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

    fn deny_korean(&mut self, clause: &Range<usize>, i: usize, word: &str) {
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
                let mut content = 0;
                for j in (clause.start.max(i.saturating_sub(8))..=i).rev() {
                    let topic = self.tokens[j].kind == Script::Hangul
                        && korean::is_topic(&self.tokens[j].text);
                    if self.tokens[j].is_mark(",:→()")
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

    fn suspend(&mut self, lexicon: &Lexicon, prompt: &[String]) {
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
    pub(super) fn is_heap(&self, lexicon: &Lexicon, tokens: Range<usize>) -> bool {
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
    pub(super) fn is_notes(&self, tokens: Range<usize>) -> bool {
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
    pub(super) fn is_joint(&self, i: usize) -> bool {
        let token = &self.tokens[i];
        match token.kind {
            Script::Word => english::is_function(&token.text),
            Script::Hangul => token.glued || korean::joins(&token.text),
            Script::Mark(_) => false,
        }
    }

    pub(super) fn is_content(&self, i: usize) -> bool {
        match self.tokens[i].kind {
            Script::Word => !english::is_function(&self.tokens[i].text),
            Script::Hangul => !self.tokens[i].glued,
            Script::Mark(_) => false,
        }
    }

    /// Whether this token states something: a verb, an ending, or a mark that stands for `is`.
    pub(super) fn is_predicate(&self, lexicon: &Lexicon, i: usize) -> bool {
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

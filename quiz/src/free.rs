//! Checking an answer in the learner's own words.
//!
//! The checker is deterministic and explains itself. It does not understand prose: it finds
//! *propositions*, which are words of a lexicon that stand together in one clause, said of
//! somebody, affirmed or denied. English and Korean are read alike, also mixed.
//!
//! In order: the answer is folded and cut into words ([`crate::text`]); slips of the finger are
//! corrected; expressions of the lexicon are found, the longest first; sentences are cut into
//! clauses; each clause is bound to what it is about; what is denied is marked; then every
//! proposition of the rubric is looked for in every clause.
//!
//! What it does not do: it resolves no pronouns beyond "a clause without a subject goes on about
//! the last one", it knows no synonyms that the lexicon does not have, and it does not follow an
//! argument. Where it recognises nothing in an answer that is on the topic, it says so
//! ([`Verdict::CannotTell`]) and leaves the judgement to the learner.

mod english;
mod korean;
mod lexicon;
mod reading;
mod spelling;
mod tokens;

pub use lexicon::ReadAs;

use crate::answer::Verdict;
use crate::bank::{Bank, Concept, Kind, Misconception, Proposition, Question, Rubric};
use lexicon::Lexicon;
use reading::{Clause, Reading};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

/// Checks free answers with the lexicon of a bank.
pub struct Checker {
    lexicon: Lexicon,
}

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

/// A proposition found in a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    clause: usize,
    hits: Vec<usize>,
    span: Range<usize>,
}

impl Checker {
    /// A checker that reads with the lexicon of this bank.
    #[must_use]
    pub fn new(bank: &Bank) -> Checker {
        Checker { lexicon: Lexicon::new(&bank.lexicon) }
    }

    /// Checks an answer. `None` if the question does not ask for a free one.
    #[must_use]
    pub fn check<'q>(&self, question: &'q Question, answer: &str) -> Option<Report<'q>> {
        let Kind::Free(rubric) = &question.kind else { return None };
        let reading = self.read(question, rubric, answer);
        Some(self.judge(rubric, &reading))
    }

    /// How the checker reads an answer: clauses, whom they are about, what is denied, and every
    /// proposition that was tried. For authors of rubrics. `None` if the question is not free.
    #[must_use]
    pub fn trace(&self, question: &Question, answer: &str) -> Option<String> {
        let Kind::Free(rubric) = &question.kind else { return None };
        let reading = self.read(question, rubric, answer);
        Some(self.tell(rubric, &reading))
    }

    fn read(&self, question: &Question, rubric: &Rubric, answer: &str) -> Reading {
        let entry = |lex: &String| self.lexicon.entry(lex);
        let subjects: Vec<Vec<usize>> =
            rubric.subjects.iter().map(|s| s.lexes.iter().filter_map(entry).collect()).collect();
        let ko = question.prompt.ko.as_deref().unwrap_or("");
        let prompt = format!("{}\n{ko}", question.prompt.en);
        let say = rubric.concepts.iter().flat_map(|c| &c.say);
        let say = say.chain(rubric.misconceptions.iter().flat_map(|m| &m.say));
        let mut of = vec![false; self.lexicon.entries.len()];
        for lex in say.flat_map(|p| p.classes.iter().flatten().chain(&p.unless)).filter_map(entry) {
            of[lex] = true;
        }
        for &lex in subjects.iter().flatten() {
            of[lex] = true;
        }
        reading::read(&self.lexicon, &subjects, rubric.topic, &of, &prompt, answer)
    }

    fn judge<'q>(&self, rubric: &'q Rubric, reading: &Reading) -> Report<'q> {
        let mut used: BTreeSet<usize> = BTreeSet::new();
        let mut contradictions = Vec::new();
        let mut concepts = Vec::new();
        for concept in &rubric.concepts {
            let (said, denied) = self.find_concept(concept, reading, &mut used);
            // Who stumbles over a detail has not contradicted what the question is about.
            let matters = concept.required || concept.points > 1;
            if let (Some(said), Some(denied), true) = (&said, &denied, matters) {
                let contradiction =
                    Contradiction { said: said.span.clone(), denied: denied.span.clone() };
                contradictions.push(contradiction);
            }
            concepts.push(ConceptReport {
                concept,
                said: said.map(|found| found.span),
                denied: denied.map(|found| found.span),
            });
        }
        let mut traps = Vec::new();
        for misconception in &rubric.misconceptions {
            let found = misconception
                .say
                .iter()
                .find_map(|say| self.find(say, say.affirmed, reading).into_iter().next());
            traps.extend(found.map(|found| TrapReport { misconception, said: found.span }));
        }
        // Who contradicts themselves is told that, not of whom each half would hold.
        let swaps =
            if contradictions.is_empty() { self.swaps(rubric, reading) } else { Vec::new() };
        let mut report = Report {
            verdict: Verdict::Fail,
            reason: None,
            points: 0,
            of: rubric.concepts.iter().map(|c| c.points).sum(),
            concepts,
            traps,
            swaps,
            contradictions,
            read_as: reading.read_as.clone(),
        };
        self.decide(rubric, reading, &mut report);
        report
    }

    fn decide(&self, rubric: &Rubric, reading: &Reading, report: &mut Report) {
        let said = |c: &&ConceptReport| c.said.is_some();
        let earned: u32 = report.concepts.iter().filter(said).map(|c| c.concept.points).sum();
        let minor = report.traps.iter().filter(|t| !t.misconception.fatal).count();
        let denied = |c: &&ConceptReport| c.said.is_none() && c.denied.is_some();
        let wrong = report.concepts.iter().filter(denied).count();
        report.points = earned.saturating_sub(u32::try_from(minor + wrong).unwrap_or(u32::MAX));
        let fatal = report.traps.iter().any(|t| t.misconception.fatal);
        let complete = report.concepts.iter().all(|c| c.said.is_some() || !c.concept.required);
        let denies = report.concepts.iter().any(|c| denied(&c) && c.concept.required);
        let prose = self.is_prose(reading);
        (report.verdict, report.reason) = if fatal {
            (Verdict::Fail, Some(Reason::Trap))
        } else if !report.contradictions.is_empty() {
            (Verdict::Fail, Some(Reason::Contradiction))
        } else if !report.swaps.is_empty() {
            (Verdict::Fail, Some(Reason::Swapped))
        } else if denies {
            (Verdict::Fail, Some(Reason::Denied))
        } else if !prose {
            (Verdict::Fail, Some(Reason::NoStatements))
        } else if complete && report.points >= rubric.pass {
            (Verdict::Pass, None)
        } else if earned > 0 {
            (Verdict::Partial, None)
        } else if self.is_on_topic(reading) {
            (Verdict::CannotTell, None)
        } else {
            (Verdict::Fail, Some(Reason::OffTopic))
        };
    }

    /// Where the concept is said, and where its opposite is. Two concepts may share a word, not all
    /// of them: saying a thing once says it once.
    fn find_concept(
        &self,
        concept: &Concept,
        reading: &Reading,
        used: &mut BTreeSet<usize>,
    ) -> (Option<Found>, Option<Found>) {
        let mut said: Option<Found> = None;
        let mut denied = None;
        for say in &concept.say {
            let fresh = |found: &Found| {
                found.hits.is_empty() || found.hits.iter().any(|hit| !used.contains(hit))
            };
            let here = self.find(say, say.affirmed, reading).into_iter().find(fresh);
            // A clause that only goes on about somebody is too weak a ground for blame.
            let opposite = self.find(say, !say.affirmed, reading).into_iter().find(|found| {
                let clause = &reading.clauses[found.clause];
                say.subject.is_none() || clause.explicit
            });
            // Both of the same statement is a contradiction; said in one way, another is not held
            // against it.
            match (here, opposite) {
                (Some(here), Some(opposite)) if here.clause != opposite.clause => {
                    used.extend(&here.hits);
                    return (Some(here), Some(opposite));
                }
                (Some(here), _) => said = said.or(Some(here)),
                (None, opposite) => denied = denied.or(opposite),
            }
        }
        match said {
            Some(said) => {
                used.extend(&said.hits);
                (Some(said), None)
            }
            None => (None, denied),
        }
    }

    /// What holds of one subject and was expressly said of another. What holds of both is no swap.
    fn swaps(&self, rubric: &Rubric, reading: &Reading) -> Vec<Swap> {
        let mut swaps = Vec::new();
        let all = || rubric.concepts.iter().flat_map(|c| &c.say);
        for say in all() {
            let Some(belongs_to) = say.subject.filter(|_| !say.wide) else { continue };
            if !self.is_present(say, reading) {
                continue;
            }
            for (c, clause) in reading.clauses.iter().enumerate() {
                let [said_of] = clause.about[..] else { continue };
                if !clause.explicit || said_of == belongs_to {
                    continue;
                }
                let holds = || {
                    all().any(|other| {
                        other.subject.is_none_or(|s| s == said_of)
                            && other.affirmed == say.affirmed
                            && other.classes.iter().all(|class| say.classes.contains(class))
                    })
                };
                // `a semaphore can be released by others than the one who took it`
                let is_right = |found: &Found| {
                    let own = all().filter(|own| own.subject == Some(said_of) && !own.wide);
                    own.filter_map(|own| self.find_in(own, own.affirmed, reading, c, clause))
                        .any(|own| own.hits.iter().any(|hit| found.hits.contains(hit)))
                };
                let found = self.find_in(say, say.affirmed, reading, c, clause);
                if let Some(found) = found.filter(|found| !holds() && !is_right(found)) {
                    // `the latter` is no expression of the lexicon.
                    let named = clause.named.first().map(|&hit| &reading.hits[hit].span);
                    let said_of = named.unwrap_or(&found.span).clone();
                    swaps.push(Swap { said: found.span, said_of });
                }
            }
        }
        swaps.dedup_by(|a, b| a.said == b.said);
        swaps
    }

    /// Whether the answer has its words at all: most of a rubric is not about most answers.
    fn is_present(&self, say: &Proposition, reading: &Reading) -> bool {
        let present = |lex: &String| self.lexicon.entry(lex).is_some_and(|e| reading.present[e]);
        say.classes.iter().all(|class| class.iter().any(present))
    }

    /// Every clause in which the proposition is found, said (or denied) of the right one.
    fn find(&self, say: &Proposition, affirmed: bool, reading: &Reading) -> Vec<Found> {
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
    fn find_in(
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
            choices = choices
                .iter()
                .flat_map(|chosen| {
                    fitting.iter().filter(|hit| !chosen.contains(hit)).map(move |&hit| {
                        let mut chosen = chosen.clone();
                        chosen.push(hit);
                        chosen
                    })
                })
                .collect();
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
            choices = choices
                .iter()
                .flat_map(|chosen| {
                    fitting.iter().filter(|hit| !chosen.contains(hit)).map(move |&hit| {
                        let mut chosen = chosen.clone();
                        chosen.push(hit);
                        chosen
                    })
                })
                .collect();
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

    /// At least one thing that states something per 12 words of content, or as many small words
    /// between them as a note has that leaves its verbs out.
    fn is_prose(&self, reading: &Reading) -> bool {
        let all = 0..reading.tokens.len();
        let content = all.clone().filter(|&i| reading.is_content(i)).count();
        let predicates = all.clone().filter(|&i| reading.is_predicate(&self.lexicon, i)).count();
        let joints = all.filter(|&i| reading.is_joint(i)).count();
        // Three words or fewer are a short answer, not a list.
        content <= 3
            || reading.is_notes(0..reading.tokens.len())
            || (predicates > 0 || joints * 4 >= content)
                && predicates * 12 + joints * 4 >= content
                && !reading.is_heap(&self.lexicon, 0..reading.tokens.len())
    }

    /// At least a quarter of the words of content are of the lexicon.
    fn is_on_topic(&self, reading: &Reading) -> bool {
        let content = (0..reading.tokens.len()).filter(|&i| reading.is_content(i)).count();
        // Of any question's words: an answer may be on the topic in words that this rubric lacks.
        let hits = self.lexicon.find(&reading.tokens, &self.lexicon.all());
        let known: BTreeSet<usize> = hits.into_iter().flat_map(|hit| hit.tokens).collect();
        let known = known.iter().filter(|&&i| reading.is_content(i)).count();
        content >= 3 && known * 4 >= content
    }

    fn tell(&self, rubric: &Rubric, reading: &Reading) -> String {
        let mut out = String::new();
        for ReadAs { typed, read } in &reading.read_as {
            let _ = writeln!(out, "read `{typed}` as `{read}`");
        }
        for (c, clause) in reading.clauses.iter().enumerate() {
            let about: Vec<&str> =
                clause.about.iter().map(|&s| rubric.subjects[s].name.as_str()).collect();
            let named = if clause.explicit { "" } else { " (as before)" };
            let about = if about.is_empty() { "-".to_owned() } else { about.join(" and ") + named };
            let _ = writeln!(out, "clause {}, about {about}", c + 1);
            let _ = write!(out, "   ");
            for i in clause.tokens.clone() {
                let not = if reading.denied[i] { "¬" } else { "" };
                let text = reading.tokens[i].text.replace('\n', "⏎");
                let _ = write!(out, " {not}{text}");
                for hit in reading.hits.iter().filter(|hit| hit.tokens.end == i + 1) {
                    let opposite = if hit.opposite { "¬" } else { "" };
                    let ids = hit.entries.iter().map(|&e| self.lexicon.entries[e].id.as_str());
                    let ids = ids.collect::<Vec<_>>().join("|");
                    let _ = write!(out, "[{opposite}{ids}]");
                }
            }
            out.push('\n');
            if let Some(why) = clause.suspended {
                let _ = writeln!(out, "    counts for nothing: {why}");
            }
        }
        let concepts = rubric.concepts.iter().map(|c| ("concept", &c.id, &c.say));
        let traps = rubric.misconceptions.iter().map(|m| ("trap", &m.id, &m.say));
        for (what, id, say) in concepts.chain(traps) {
            let _ = writeln!(out, "{what} {id}");
            for say in say {
                let clauses = |affirmed| {
                    let found = self.find(say, affirmed, reading);
                    let found: Vec<String> =
                        found.iter().map(|f| (f.clause + 1).to_string()).collect();
                    if found.is_empty() { "nowhere".to_owned() } else { found.join(", ") }
                };
                let _ = writeln!(
                    out,
                    "    {}: in clause {}; the opposite {}",
                    say.written,
                    clauses(say.affirmed),
                    clauses(!say.affirmed)
                );
            }
        }
        out
    }
}

/// Whether an expression is nothing but a denial.
pub(crate) fn denies(expression: &str) -> bool {
    let stem = crate::text::folded(expression.trim_end_matches('+'));
    english::denies(&stem) == Some(english::Denies::Predicate)
        || matches!(stem.as_str(), "no" | "without" | "none" | "없" | "않" | "아니" | "못" | "안")
}

/// How many words lie from the first to the last.
fn width(reading: &Reading, chosen: &[usize]) -> usize {
    let hits = || chosen.iter().map(|&h| &reading.hits[h].tokens);
    let start = hits().map(|t| t.start).min().unwrap_or(0);
    hits().map(|t| t.end).max().unwrap_or(0) - start
}

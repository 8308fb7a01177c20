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
mod report;
mod search;
mod spelling;
mod tokens;
mod trace;

pub use lexicon::ReadAs;
pub use report::{ConceptReport, Contradiction, Reason, Report, Swap, TrapReport};

use crate::answer::Verdict;
use crate::bank::{Bank, Concept, Kind, Question, Rubric};
use lexicon::{Hit, Lexicon};
use reading::Reading;
use search::Found;
use std::collections::BTreeSet;

/// Checks free answers with the lexicon of a bank.
pub struct Checker {
    lexicon: Lexicon,
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
        let reading = self.read(question, rubric, answer, None);
        Some(self.judge(rubric, &reading))
    }

    /// How the checker reads an answer: clauses, whom they are about, what is denied, and every
    /// proposition that was tried. For authors of rubrics. `None` if the question is not free.
    #[must_use]
    pub fn trace(&self, question: &Question, answer: &str) -> Option<String> {
        let Kind::Free(rubric) = &question.kind else { return None };
        let reading = self.read(question, rubric, answer, None);
        Some(self.tell(rubric, &reading))
    }

    /// The English phrases of this answer each of which keeps it from passing: it hides a shorter
    /// expression that the rubric looks for.
    pub(crate) fn hiding(&self, question: &Question, answer: &str) -> Vec<String> {
        let Kind::Free(rubric) = &question.kind else { return Vec::new() };
        let reading = self.read(question, rubric, answer, None);
        let phrase = |hit: &Hit| {
            let words: Vec<&str> =
                reading.tokens[hit.tokens.clone()].iter().map(|t| t.text.as_str()).collect();
            words.join(" ")
        };
        let hides = |phrase: &String| {
            let reading = self.read(question, rubric, answer, Some(phrase));
            self.judge(rubric, &reading).verdict == Verdict::Pass
        };
        reading.hits.iter().filter(|hit| hit.tokens.len() > 1).map(phrase).filter(hides).collect()
    }

    fn read(
        &self,
        question: &Question,
        rubric: &Rubric,
        answer: &str,
        left_out: Option<&str>,
    ) -> Reading {
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
        reading::read(&self.lexicon, &subjects, rubric.topic, &of, &prompt, answer, left_out)
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
        } else if reading.gives_up() {
            (Verdict::Fail, Some(Reason::NotKnown))
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
            // A clause that only goes on about somebody is too weak a ground for blame, and so is one
            // that says of somebody what others may do as well.
            let opposite = self.find(say, !say.affirmed, reading).into_iter().find(|found| {
                let clause = &reading.clauses[found.clause];
                say.subject.is_none() || clause.explicit && !clause.both
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
                if !clause.explicit || clause.both || said_of == belongs_to {
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
        let hits = self.lexicon.find(&reading.tokens, &self.lexicon.all(), None);
        let known: BTreeSet<usize> = hits.into_iter().flat_map(|hit| hit.tokens).collect();
        let known = known.iter().filter(|&&i| reading.is_content(i)).count();
        content >= 3 && known * 4 >= content
    }
}

/// Whether an expression is nothing but a denial.
pub(crate) fn denies(expression: &str) -> bool {
    let stem = crate::text::folded(expression.trim_end_matches('+'));
    english::denies(&stem) == Some(english::Denies::Predicate)
        || matches!(stem.as_str(), "no" | "without" | "none" | "없" | "않" | "아니" | "못" | "안")
}

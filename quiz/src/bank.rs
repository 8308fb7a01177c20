//! The bank: every type that a question is made of.
//!
//! A `quiz.toml` is a list of `[[question]]` tables. Each has the keys `id`, `kind`,
//! `difficulty`, `prompt`, `hint`, `explanation`, `chapter`, and what its kind adds; which keys are
//! needed when, and what they mean, stands at the fields below. `quiz/README.md` shows each kind by
//! example. An unknown key, a missing one, an empty string or a key that does not belong to the
//! kind is an error with file and line: a bank is either read whole or not at all.

use crate::finding::{Finding, Place};
use std::path::Path;

/// All questions, `general` first, then lesson by lesson in the order of their files.
#[derive(Clone, Debug, Default)]
pub struct Bank {
    /// The questions. Their ids are unique.
    pub questions: Vec<Question>,
    /// The lexicon that free answers are read with: `quiz/lexicon.toml`, then what each lesson adds
    /// in its `quiz.toml`. Their ids are unique.
    pub lexicon: Vec<Lex>,
}

impl Bank {
    /// Reads every question file below `root` (see [`crate::workspace::question_files`]).
    ///
    /// # Errors
    ///
    /// Everything in the files that breaks the schema, by file and line.
    pub fn read(root: &Path) -> Result<Bank, Vec<Finding>> {
        crate::read::bank(root)
    }

    /// The ids and revisions of all questions below `root`, in their order, without anything else:
    /// reading no texts takes a third of the time.
    ///
    /// # Errors
    ///
    /// What [`Bank::read`] finds, if the files do not show their ids at a glance.
    pub fn revisions(root: &Path) -> Result<Vec<(String, u32)>, Vec<Finding>> {
        crate::read::revisions(root)
    }

    /// The question with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|q| q.id == id)
    }

    /// The topics that have questions, in the order of the bank.
    #[must_use]
    pub fn topics(&self) -> Vec<&str> {
        let mut topics: Vec<&str> = self.questions.iter().map(|q| q.topic.as_str()).collect();
        topics.dedup();
        topics
    }
}

/// One question.
#[derive(Clone, Debug)]
pub struct Question {
    /// `id`: its name for ever. Lower-case letters, digits and hyphens.
    pub id: String,
    /// `rev`: raised when the meaning changes; 1 if absent.
    pub rev: u32,
    /// Where it stands.
    pub place: Place,
    /// The lesson's folder, or `general`.
    pub topic: String,
    /// `difficulty`: 1 a definition, 2 a working knowledge, 3 what trips people up.
    pub difficulty: u8,
    /// `about`: what kind of fact it asks for; says what has to settle it.
    pub about: About,
    /// `prompt`: what is asked.
    pub prompt: Text,
    /// `hint`: steps towards the answer, from the gentlest to the clearest. At least one.
    pub hints: Vec<Text>,
    /// `model`: an answer that an interviewer would be glad of; of a `free` question it stands in
    /// its rubric.
    pub model: Option<Text>,
    /// `followups`: what an interviewer may ask next.
    pub followups: Vec<Followup>,
    /// `explanation`: why the answer is so. Shown also when the answer was right.
    pub explanation: Text,
    /// `chapter`: where the book answers it.
    pub chapter: Chapter,
    /// `evidence`: the recorded lines that settle it.
    pub evidence: Vec<Evidence>,
    /// `claim`: ids of the claims ledger that settle it.
    pub claims: Vec<String>,
    /// `cite`: manual pages that settle it, such as `pipe(7)`.
    pub cites: Vec<String>,
    /// `kind`, with what belongs to it.
    pub kind: Kind,
    /// What a generated question was posed as; `None` as long as it stands in the bank.
    pub posed: Option<crate::generate::Posed>,
}

impl Question {
    /// An answer that an interviewer would be glad of, where there is one.
    #[must_use]
    pub fn model(&self) -> Option<&Text> {
        match &self.kind {
            Kind::Free(rubric) => Some(&rubric.model),
            _ => self.model.as_ref(),
        }
    }
}

/// What an interviewer may ask next.
#[derive(Clone, Debug)]
pub struct Followup {
    /// What is asked.
    pub next: Next,
    /// `missing`: the concept whose absence in the answer leads to it.
    pub missing: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// A follow-up in its two shapes.
#[derive(Clone, Debug)]
pub enum Next {
    /// A question with a model answer; nothing checks what is answered.
    Ask {
        /// `ask`: the question.
        ask: Text,
        /// `model`: what to answer.
        model: Text,
    },
    /// `question`: the id of another question.
    Question(String),
}

/// What a question asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum About {
    /// What the system does. Settled by a recording, so it needs `evidence`.
    #[default]
    Behaviour,
    /// What a word means. Needs `evidence`, `claim` or `cite`.
    Term,
    /// Which mechanism to take, and why. Needs `evidence`, `claim` or `cite`.
    Choice,
}

/// How a question is answered.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `single`: one of the options is right.
    Single(Vec<Choice>),
    /// `several`: the answer is exactly the set of right options.
    Several(Vec<Choice>),
    /// `short`: a word, a name or a number.
    Short(Key),
    /// `predict` with `key`: the hidden piece of the first evidence line. The first entry of
    /// `accept` is that piece.
    Fill(Key),
    /// `predict` with `options`: which of them stands in the first evidence line.
    Foresee(Vec<Choice>),
    /// `order`: items are to be put into an order that keeps every rule.
    Order(Sequence),
    /// `match`: to each left side belongs a right one.
    Match(Vec<Pair>),
    /// `free`: an answer in the learner's own words.
    Free(Box<Rubric>),
    /// `generated`: a fresh problem each time. It has to be [posed](crate::generate) first, as a
    /// question of another kind.
    Generated(Generator),
}

impl Kind {
    /// The word that stands at `kind` in the file.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Single(_) => "single",
            Kind::Several(_) => "several",
            Kind::Short(_) => "short",
            Kind::Fill(_) | Kind::Foresee(_) => "predict",
            Kind::Order(_) => "order",
            Kind::Match(_) => "match",
            Kind::Free(_) => "free",
            Kind::Generated(_) => "generated",
        }
    }

    /// The options, of kinds that have them.
    #[must_use]
    pub fn choices(&self) -> Option<&[Choice]> {
        match self {
            Kind::Single(choices) | Kind::Several(choices) | Kind::Foresee(choices) => {
                Some(choices)
            }
            Kind::Short(_) | Kind::Fill(_) | Kind::Free(_) => None,
            Kind::Order(_) | Kind::Match(_) | Kind::Generated(_) => None,
        }
    }

    /// How many things are shown with a letter: options, items, right sides.
    #[must_use]
    pub fn letters(&self) -> usize {
        match self {
            Kind::Order(sequence) => sequence.items.len(),
            Kind::Match(pairs) => rights(pairs).len(),
            _ => self.choices().map_or(0, <[Choice]>::len),
        }
    }
}

/// What makes the problems of a `generated` question: `lesson-pipe gen room` for `pipe/room`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generator {
    /// The lesson's folder: the part of `generator` before the slash.
    pub lesson: String,
    /// Its name there: the part behind the slash.
    pub name: String,
}

/// What has to be put in order.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// `items`: in an order that keeps every rule, which is the one that is shown.
    pub items: Vec<Item>,
    /// `before`: what has to stand before what. It is a partial order: an answer is right if it
    /// breaks none of them.
    pub before: Vec<Rule>,
}

/// An item of `items`.
#[derive(Clone, Debug)]
pub struct Item {
    /// `id`: its name in the rules.
    pub id: String,
    /// `text`: what it says.
    pub text: Text,
    /// `line`: the recorded line of the first evidence that it stands for, if any.
    pub line: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// One item comes before another.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `first`: the earlier item, as an index.
    pub first: usize,
    /// `then`: the later one, as an index.
    pub then: usize,
    /// `why`: what goes wrong, or cannot be, the other way round.
    pub why: Text,
    /// Where it stands.
    pub place: Place,
}

/// A pair of `pairs`.
#[derive(Clone, Debug)]
pub struct Pair {
    /// `left`: is shown with a number.
    pub left: Text,
    /// `right`: what belongs to it; is shown with a letter. Several pairs may have the same.
    pub right: Text,
    /// `why`: why they belong together.
    pub why: Text,
    /// Where it stands.
    pub place: Place,
}

/// The different right sides, in the order of the file.
#[must_use]
pub fn rights(pairs: &[Pair]) -> Vec<&Text> {
    let mut rights: Vec<&Text> = Vec::new();
    for pair in pairs {
        if !rights.contains(&&pair.right) {
            rights.push(&pair.right);
        }
    }
    rights
}

/// An option of `options`.
#[derive(Clone, Debug)]
pub struct Choice {
    /// `text`: what it says.
    pub text: Text,
    /// `right`: whether it is right; `false` if absent.
    pub right: bool,
    /// `why`: why this one is right, or wrong.
    pub why: Text,
    /// Where it stands.
    pub place: Place,
}

/// What counts as right in a typed answer, and which wrong answers are expected.
#[derive(Clone, Debug)]
pub struct Key {
    /// `accept`: right answers, in any language; the first is the one that is shown.
    pub accept: Vec<String>,
    /// `traps`: wrong answers that people give.
    pub traps: Vec<Trap>,
    /// Whether an answer is a list of words or numbers, which are compared one by one. Only a
    /// generated problem says so.
    pub listed: bool,
}

/// A wrong answer that people give, and what to tell them.
#[derive(Clone, Debug)]
pub struct Trap {
    /// `answers`: its spellings.
    pub answers: Vec<String>,
    /// `why`: why it is wrong.
    pub why: Text,
    /// Where it stands.
    pub place: Place,
}

/// What a free answer has to say.
#[derive(Clone, Debug)]
pub struct Rubric {
    /// `model`: an answer that an interviewer would be glad of. It passes its own rubric.
    pub model: Text,
    /// `subjects`: what clauses may be about, in the order of the prompt: `{ A = "pipe", B = "fifo" }`.
    pub subjects: Vec<Subject>,
    /// `topic`: the letter of the subject that is meant where nobody is named. Only for questions
    /// about one thing; between two, an answer has to say which it means.
    pub topic: Option<usize>,
    /// `[[question.concept]]`: what the answer should say.
    pub concepts: Vec<Concept>,
    /// `[[question.misconception]]`: what people wrongly say.
    pub misconceptions: Vec<Misconception>,
    /// `pass`: the points that pass; if absent, those of the required concepts, or half of all if
    /// none is required.
    pub pass: u32,
    /// `accept`: answers that must pass.
    pub accept: Vec<Example>,
    /// `reject`: answers that must not pass.
    pub reject: Vec<Example>,
}

/// What a clause may be about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its letter in propositions.
    pub name: String,
    /// The entries of the lexicon that name it, `a|b` in the file.
    pub lexes: Vec<String>,
}

/// Something that an answer should say.
#[derive(Clone, Debug)]
pub struct Concept {
    /// `id`: its name within the question.
    pub id: String,
    /// `label`: what it is, for the learner.
    pub label: Text,
    /// `points`: what it is worth.
    pub points: u32,
    /// `required`: without it no answer passes.
    pub required: bool,
    /// `say`: it is said by any of these.
    pub say: Vec<Proposition>,
    /// `hint`: what to ask the learner who left it out.
    pub hint: Text,
    /// Where it stands.
    pub place: Place,
}

/// Something that people wrongly say.
#[derive(Clone, Debug)]
pub struct Misconception {
    /// `id`: its name within the question.
    pub id: String,
    /// `say`: it is said by any of these.
    pub say: Vec<Proposition>,
    /// `fatal`: an answer that says it fails; otherwise it costs a point.
    pub fatal: bool,
    /// `fix`: why it is wrong.
    pub fix: Text,
    /// Where it stands.
    pub place: Place,
}

/// A statement that can be found in an answer: `A: -(copy & kernel)`. Two to four classes of the
/// lexicon, of which `x|y` means either; one is enough where a subject is named. `>` instead of `&`
/// asks for this order; `~5` behind the last class for at most so many words from first to last.
#[derive(Clone, Debug)]
pub struct Proposition {
    /// Whom it is said of, as an index into the subjects.
    pub subject: Option<usize>,
    /// `+`: it is affirmed. `-`: one of its words is denied.
    pub affirmed: bool,
    /// The classes, each of alternatives.
    pub classes: Vec<Vec<String>>,
    /// Whether the order counts.
    pub ordered: bool,
    /// The most words from first to last.
    pub within: Option<usize>,
    /// `[…]`: its words may stand in several clauses of one sentence, and nothing is its opposite.
    pub wide: bool,
    /// In a wide one, which of the classes are written with `!`: these have to be denied.
    pub denied: Vec<bool>,
    /// `unless …`: classes of which the sentence has none.
    pub unless: Vec<String>,
    /// As it is written.
    pub written: String,
}

/// An answer that shows what a rubric is meant to do.
#[derive(Clone, Debug)]
pub struct Example {
    /// The answer.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// `[[lex]]`: a class of expressions that mean the same in an answer.
#[derive(Clone, Debug)]
pub struct Lex {
    /// `id`: its name in propositions.
    pub id: String,
    /// `en`: expressions; `copy+` stands for copy, copies, copied, copying, copier.
    pub en: Vec<String>,
    /// `ko`: stems of nouns; particles and 하다/되다 are known. `보내+` is a verb's stem.
    pub ko: Vec<String>,
    /// `anti_ko`: longer words that contain a stem and mean the opposite.
    pub anti_ko: Vec<String>,
    /// `verb`: whether its English words are verbs.
    pub verb: bool,
    /// Where it stands.
    pub place: Place,
}

/// A recorded line.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The lesson's folder: the part of `scene` before the slash.
    pub lesson: String,
    /// The scene: the part of `scene` behind the slash.
    pub scene: String,
    /// `line`: a line of the recording or a distinctive piece of one.
    pub line: String,
    /// Where it stands.
    pub place: Place,
}

/// A place in the book: `page.html#anchor`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// The page without `.html`.
    pub page: String,
    /// The id of the heading.
    pub anchor: String,
}

impl std::fmt::Display for Chapter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.html#{}", self.page, self.anchor)
    }
}

/// A text in English and perhaps in Korean: a string, or `{ en = "…", ko = "…" }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The English text.
    pub en: String,
    /// The Korean text.
    pub ko: Option<String>,
}

impl Text {
    /// The text in this language; in English if there is none.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match (language, &self.ko) {
            (Language::Korean, Some(ko)) => ko,
            _ => &self.en,
        }
    }
}

/// A language of the quiz.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// `en`
    English,
    /// `ko`
    Korean,
}

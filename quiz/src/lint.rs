//! Whether every question stands on something: rules that look beyond the question file.
//!
//! The rules of the schema itself are enforced when a bank is read ([`Bank::read`]).

mod languages;

use crate::answer::{self, Verdict};
use crate::bank::Sequence;
use crate::bank::{
    About, Bank, Chapter, Choice, Evidence, Generator, Key, Kind, Next, Question, Rubric,
};
use crate::finding::{Finding, Place};
use crate::free::{self, Checker};
use crate::{generate, page, recording};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// Everything that is wrong with the bank below `root`, by file and line.
///
/// A question's evidence is looked up in the recordings, its chapter in the pages, its claim in the
/// ledger.
#[must_use]
pub fn lint(bank: &Bank, root: &Path) -> Vec<Finding> {
    let mut lint = Lint { root, findings: Vec::new(), ledger: ledger(root), pages: HashMap::new() };
    let checker = Checker::new(bank);
    for question in &bank.questions {
        lint.grounds(question);
        lint.chapter(question);
        lint.wording(question);
        match &question.kind {
            Kind::Single(choices) | Kind::Several(choices) => lint.options(question, choices),
            Kind::Foresee(choices) => {
                lint.options(question, choices);
                lint.foresee(question, choices);
            }
            Kind::Short(key) => {
                lint.key(question, key);
                lint.short(question, key);
            }
            Kind::Fill(key) => {
                lint.key(question, key);
                lint.fill(question, key);
            }
            Kind::Order(sequence) => lint.sequence(question, sequence),
            Kind::Match(_) => {}
            Kind::Free(rubric) => lint.rubric(question, rubric, &checker),
            Kind::Generated(generator) => lint.generated(question, generator),
        }
        lint.followups(bank, question);
    }
    lint.lengths(bank);
    lint.lexicon(bank);
    lint.findings.sort();
    lint.findings.dedup();
    lint.findings
}

/// What the questions lack to be asked aloud, in English and in Korean: every text in both, a model
/// answer, and what an interviewer asks next.
///
/// Apart from [`lint`], since a question without all this can still be asked and its answer marked.
#[must_use]
pub fn aloud(bank: &Bank) -> Vec<Finding> {
    let mut findings = languages::untranslated(bank);
    for question in &bank.questions {
        let mut lacks = |what: &str| {
            findings.push(Finding::at(&question.place, format!("`{}`: {what}", question.id)));
        };
        if question.model().is_none() {
            lacks(
                "has no model answer; write as `model` what an interviewer would be glad to hear",
            );
        }
        let next = question.followups.len();
        if !(2..=4).contains(&next) {
            lacks(&format!("has {next} `followups`; name two to four things to ask next"));
        }
    }
    findings.sort();
    findings.dedup();
    findings
}

/// Whether the recording still says what a `predict` question has as its key. Other questions are
/// settled by their author's key.
///
/// # Errors
///
/// Says why it does not.
pub fn settled(question: &Question, root: &Path) -> Result<(), String> {
    let mut lint =
        Lint { root, findings: Vec::new(), ledger: Ok(BTreeSet::new()), pages: HashMap::new() };
    match (&question.kind, question.evidence.first()) {
        (Kind::Fill(_) | Kind::Foresee(_), None) => lint.grounds(question),
        (Kind::Generated(generator), _) => {
            return generate::recorded(root, generator).map(|_| ());
        }
        (Kind::Fill(key), Some(evidence)) => {
            lint.evidence(question, evidence);
            lint.fill(question, key);
        }
        (Kind::Foresee(choices), Some(evidence)) => {
            lint.evidence(question, evidence);
            lint.foresee(question, choices);
        }
        _ => {}
    }
    lint.findings.into_iter().next().map_or(Ok(()), |finding| Err(finding.to_string()))
}

struct Lint<'a> {
    root: &'a Path,
    findings: Vec<Finding>,
    /// The ids of the claims ledger, or why it cannot be read.
    ledger: Result<BTreeSet<String>, String>,
    /// The anchors of each page that was asked for, if there is such a page.
    pages: HashMap<String, Option<Vec<String>>>,
}

impl Lint<'_> {
    fn report(&mut self, place: &Place, question: &Question, message: impl AsRef<str>) {
        let message = format!("`{}`: {}", question.id, message.as_ref());
        self.findings.push(Finding::at(place, message));
    }

    /// Evidence, claim, citation: what settles the question.
    fn grounds(&mut self, question: &Question) {
        if let (Kind::Generated(_), []) = (&question.kind, &question.evidence[..]) {
            // Each of its problems is settled by a run of its own.
            return;
        }
        let predicts = matches!(question.kind, Kind::Fill(_) | Kind::Foresee(_));
        let behaves = question.about == About::Behaviour || predicts;
        if question.evidence.is_empty() && behaves {
            self.report(
                &question.place,
                question,
                "asks what the system does and names no evidence; add `evidence = [{ scene = \
                 \"lesson/scene\", line = \"…\" }]`, or, if it asks for the meaning of a word or \
                 for a choice, say `about = \"term\"` or `about = \"choice\"` with a `claim` or \
                 `cite`",
            );
        } else if question.evidence.is_empty()
            && question.claims.is_empty()
            && question.cites.is_empty()
        {
            self.report(
                &question.place,
                question,
                "nothing settles it; add `evidence`, a `claim` of the ledger, or `cite = \
                 \"pipe(7)\"`",
            );
        }
        for evidence in &question.evidence {
            self.evidence(question, evidence);
        }
        for claim in &question.claims {
            match &self.ledger {
                Ok(ids) if ids.contains(claim) => {}
                Ok(_) => self.report(
                    &question.place,
                    question,
                    format!("the claim `{claim}` is not in `book/claims.toml`; correct the id"),
                ),
                Err(why) => {
                    let message = format!("the claim `{claim}` cannot be looked up: {why}");
                    self.report(&question.place, question, message);
                }
            }
        }
        for cite in question.cites.iter().filter(|cite| !is_citation(cite)) {
            self.report(
                &question.place,
                question,
                format!("`{cite}` is no citation; write a manual page as `pipe(7)`, or `RFC 793`"),
            );
        }
    }

    fn evidence(&mut self, question: &Question, evidence: &Evidence) {
        let Evidence { lesson, scene, line, place } = evidence;
        let file = recording::file(lesson, scene);
        let recorded = match recording::lines(self.root, lesson, scene) {
            Ok(lines) => lines,
            Err(_) => {
                let scenes = scenes(self.root, lesson);
                let there = if scenes.is_empty() {
                    format!("the lesson `{lesson}` has no recordings")
                } else {
                    format!("recorded there: {}", scenes.join(", "))
                };
                let message = format!(
                    "no recording `{}`; correct the scene ({there}), or record it with `cargo \
                     test -p lesson-{lesson}`",
                    file.display()
                );
                self.report(place, question, message);
                return;
            }
        };
        let wanted = recording::squeeze(line);
        if recorded.contains(&wanted) {
            return;
        }
        if !recorded.iter().any(|line| line.contains(&wanted)) {
            let nearest = nearest(&wanted, &recorded)
                .map_or_else(String::new, |line| format!("; the nearest is `{line}`"));
            let message = format!(
                "`{}` has no line `{wanted}`{nearest}. Copy the line anew; if the run has changed, \
                 see whether the answer still holds",
                file.display()
            );
            self.report(place, question, message);
        } else if wanted.chars().filter(|c| c.is_alphanumeric()).count() < 4 {
            self.report(
                place,
                question,
                format!("`{wanted}` is too little to tell a line by; copy more of it"),
            );
        }
    }

    fn chapter(&mut self, question: &Question) {
        let Chapter { page, anchor } = &question.chapter;
        let root = self.root;
        let anchors = self.pages.entry(page.clone()).or_insert_with(|| {
            let file = page::source(root, &question.chapter)?;
            std::fs::read_to_string(root.join(file)).ok().map(|text| page::anchors(&text))
        });
        let message = match anchors {
            Some(anchors) if anchors.contains(anchor) => return,
            Some(anchors) => {
                format!(
                    "the page `{page}` has no heading `#{anchor}`; it has {}",
                    anchors.iter().map(|a| format!("`#{a}`")).collect::<Vec<_>>().join(", ")
                )
            }
            None => format!(
                "there is no page `{page}.html`: neither `lessons/{page}/lesson.md` nor \
                 `book/pages/{page}.md`"
            ),
        };
        self.report(&question.place, question, message);
    }

    fn wording(&mut self, question: &Question) {
        let prompt = &question.prompt.en;
        if words(prompt).any(|w| w == "NOT" || w == "EXCEPT" || w == "except") {
            self.report(
                &question.place,
                question,
                "asks for what is not so; turn it round and ask for what is",
            );
        }
    }

    fn options(&mut self, question: &Question, choices: &[Choice]) {
        for choice in choices {
            let text = choice.text.en.to_lowercase();
            if ["all of the above", "none of the above", "all of these", "none of these"]
                .iter()
                .any(|phrase| text.contains(phrase))
            {
                self.report(
                    &choice.place,
                    question,
                    "an option speaks of the others, but the order is shuffled; make it say \
                     something itself",
                );
            }
        }
        if choices.iter().all(|choice| choice.right) {
            self.report(&question.place, question, "every option is right; add a wrong one");
        }
    }

    fn key(&mut self, question: &Question, key: &Key) {
        self.traps(question, key);
        self.told(question, key);
    }

    /// A trap is wrong.
    fn traps(&mut self, question: &Question, key: &Key) {
        let same = answer::alike(key);
        for trap in &key.traps {
            for wrong in &trap.answers {
                if key.accept.iter().any(|right| same(right, wrong)) {
                    self.report(
                        &trap.place,
                        question,
                        format!("the trap `{wrong}` is also accepted; remove it from one"),
                    );
                }
            }
        }
    }

    /// Neither prompt nor hint says the answer.
    fn told(&mut self, question: &Question, key: &Key) {
        let hints = question.hints.iter().map(|hint| ("hint", hint));
        for (name, text) in std::iter::once(("prompt", &question.prompt)).chain(hints) {
            for language in [Some(text.en.as_str()), text.ko.as_deref()].into_iter().flatten() {
                for right in key.accept.iter().filter(|right| gives_away(language, right)) {
                    let message = format!("the {name} says the answer `{right}`; reword it");
                    self.report(&question.place, question, message);
                }
            }
        }
    }

    /// What follows a question has to be there, and what leads to it has to be one of its concepts.
    fn followups(&mut self, bank: &Bank, question: &Question) {
        for followup in &question.followups {
            let message = match &followup.next {
                Next::Question(id) if *id == question.id => {
                    format!("the follow-up `{id}` is the question itself; name another")
                }
                Next::Question(id) if bank.get(id).is_none() => {
                    format!("the follow-up `{id}` is no question's id; correct it")
                }
                _ => String::new(),
            };
            if !message.is_empty() {
                self.report(&followup.place, question, message);
            }
            let Some(missing) = &followup.missing else { continue };
            let known = match &question.kind {
                Kind::Free(rubric) => rubric.concepts.iter().any(|c| c.id == *missing),
                _ => false,
            };
            if !known {
                let message = format!(
                    "the follow-up waits for the concept `{missing}` to be missing, and the question \
                     has none of that id; correct it"
                );
                self.report(&followup.place, question, message);
            }
        }
    }

    /// An order is settled by the order in which a recording has the items' lines.
    fn sequence(&mut self, question: &Question, sequence: &Sequence) {
        for (i, item) in sequence.items.iter().enumerate() {
            if !sequence.before.iter().any(|rule| rule.first == i || rule.then == i) {
                let id = &item.id;
                let message =
                    format!("no rule speaks of `{id}`, so it may stand anywhere; remove it");
                self.report(&item.place, question, message);
            }
        }
        let lines = sequence.items.iter().filter(|item| item.line.is_some()).count();
        if question.about == About::Behaviour && lines < 2 {
            self.report(
                &question.place,
                question,
                "asks in which order things happen; give `items` the recorded `line` that each \
                 stands for, two at least",
            );
        }
        let Some(evidence) = question.evidence.first() else { return };
        let Ok(recorded) = recording::lines(self.root, &evidence.lesson, &evidence.scene) else {
            return;
        };
        let mut at: Vec<Option<usize>> = Vec::new();
        for item in &sequence.items {
            let found = item.line.as_ref().map(|line| {
                let wanted = recording::squeeze(line);
                let whole = recorded.iter().position(|line| *line == wanted);
                whole.or_else(|| recorded.iter().position(|line| line.contains(&wanted)))
            });
            if found == Some(None) {
                let message = format!(
                    "`{}` has no line `{}`; copy it from there",
                    recording::file(&evidence.lesson, &evidence.scene).display(),
                    item.line.as_deref().unwrap_or("")
                );
                self.report(&item.place, question, message);
            }
            at.push(found.flatten());
        }
        for rule in &sequence.before {
            if let (Some(first), Some(then)) = (at[rule.first], at[rule.then])
                && first >= then
            {
                let (first, then) = (&sequence.items[rule.first].id, &sequence.items[rule.then].id);
                let message = format!(
                    "says that `{first}` comes before `{then}`; the recording has it the other way"
                );
                self.report(&rule.place, question, message);
            }
        }
    }

    /// A recorded line that does not say the answer does not settle it.
    fn short(&mut self, question: &Question, key: &Key) {
        let (About::Behaviour, Some(first)) = (question.about, question.evidence.first()) else {
            return;
        };
        let matching = |evidence| recording::matching(self.root, evidence).unwrap_or_default();
        let lines: Vec<String> = question.evidence.iter().flat_map(matching).collect();
        let said = |right: &String| lines.iter().any(|line| answer::stands_in(right, line));
        if lines.is_empty() || key.accept.iter().any(said) {
            return;
        }
        let message = format!(
            "no accepted answer stands in its evidence, such as `{}`; name the recorded line that \
             says it",
            lines[0]
        );
        self.report(&first.place, question, message);
    }

    fn fill(&mut self, question: &Question, key: &Key) {
        let (Some(evidence), Some(key)) = (question.evidence.first(), key.accept.first()) else {
            return;
        };
        let gone = recording::matching(self.root, evidence).is_ok_and(|lines| lines.is_empty());
        if let (false, Err(message)) = (gone, recording::around(self.root, evidence, key)) {
            self.report(&evidence.place, question, message);
        }
    }

    fn foresee(&mut self, question: &Question, choices: &[Choice]) {
        let Some(evidence) = question.evidence.first() else { return };
        let Ok(lines) = recording::matching(self.root, evidence) else { return };
        if lines.is_empty() {
            return;
        }
        for choice in choices {
            let text = recording::squeeze(&choice.text.en.replace('`', ""));
            let printed = lines.iter().any(|line| recording::says(line, &text));
            let message = match (choice.right, printed) {
                (true, true) | (false, false) => continue,
                (true, false) => format!(
                    "the right option `{text}` does not stand in the recorded line `{}`; copy it \
                     from there",
                    lines[0]
                ),
                (false, true) => format!(
                    "the wrong option `{text}` stands in the recorded line `{}`; it is right",
                    lines[0]
                ),
            };
            self.report(&choice.place, question, message);
        }
    }

    /// The recorded problems are asked where no lesson can be run, so they have to be good ones.
    fn generated(&mut self, question: &Question, generator: &Generator) {
        const FEWEST: usize = 3;
        let lines = match generate::recorded(self.root, generator) {
            Ok(lines) => lines,
            Err(why) => return self.report(&question.place, question, why),
        };
        let file = generate::file(generator);
        if lines.len() < FEWEST {
            let (n, file) = (lines.len(), file.display());
            let message = format!("`{file}` has {n} problems; record {FEWEST} seeds at least");
            self.report(&question.place, question, message);
        }
        let mut seeds = BTreeSet::new();
        for (line, number) in lines.iter().zip(1..) {
            let place = Place { file: file.clone(), line: number };
            let there = Question { place: place.clone(), ..question.clone() };
            let posed = generate::posed(&there, line, None);
            let posed = match posed {
                Ok(posed) => posed,
                Err(why) => {
                    self.report(&place, question, why);
                    continue;
                }
            };
            let Some(made) = &posed.posed else { continue };
            if posed.prompt.ko.is_none() || posed.explanation.ko.is_none() {
                self.report(&place, question, "the problem has no Korean text; write it");
            }
            if let Some(unit) = generate::foreign_unit(line) {
                let message = format!(
                    "the unit `{unit}` has no Korean; add it to `UNITS` in `quiz/src/generate.rs`"
                );
                self.report(&place, question, message);
            }
            if !seeds.insert(made.seed) {
                self.report(&place, question, format!("the seed {} is there twice", made.seed));
            }
            match &posed.kind {
                Kind::Short(key) => self.traps(&posed, key),
                Kind::Single(choices) => self.options(&posed, choices),
                _ => {}
            }
        }
    }

    /// A rubric has to do what its examples say.
    fn rubric(&mut self, question: &Question, rubric: &Rubric, checker: &Checker) {
        let place = &question.place;
        let korean = |text: &str| text.chars().any(crate::text::is_hangul);
        let examples = |ko: bool| rubric.accept.iter().filter(|e| korean(&e.text) == ko).count();
        let (en, ko) = (examples(false), examples(true));
        if en < 3 || ko < 2 {
            let message = format!(
                "`accept` has {en} English and {ko} Korean answers that must pass; give it at least \
                 3 and 2, as people would type them"
            );
            self.report(place, question, message);
        }
        if rubric.reject.len() < rubric.misconceptions.len() + 2 {
            self.report(
                place,
                question,
                "`reject` needs an answer for each misconception, one with the subjects swapped \
                 or a word list, and one that denies what is right",
            );
        }
        let verdict = |text: &str| checker.check(question, text).map(|report| report.verdict);
        let hidden = |text: &str| match &checker.hiding(question, text)[..] {
            [] => String::new(),
            phrases => format!("; it would without `{}` in the lexicon", phrases.join("` or `")),
        };
        for text in [Some(&rubric.model.en), rubric.model.ko.as_ref()].into_iter().flatten() {
            if verdict(text) != Some(Verdict::Pass) {
                let (see, hidden) = (see(question, text), hidden(text));
                let message = format!("the model answer does not pass: {see}{hidden}");
                self.report(place, question, message);
            }
        }
        for example in &rubric.accept {
            if verdict(&example.text) != Some(Verdict::Pass) {
                let (see, hidden) = (see(question, &example.text), hidden(&example.text));
                let message = format!("must pass and does not: {see}{hidden}");
                self.report(&example.place, question, message);
            }
        }
        let mut sprung: BTreeSet<&str> = BTreeSet::new();
        for example in &rubric.reject {
            let Some(report) = checker.check(question, &example.text) else { continue };
            sprung.extend(report.traps.iter().map(|t| t.misconception.id.as_str()));
            if report.verdict == Verdict::Pass {
                let message = format!("must not pass and does: {}", see(question, &example.text));
                self.report(&example.place, question, message);
            }
        }
        for misconception in &rubric.misconceptions {
            if !sprung.contains(misconception.id.as_str()) {
                let id = &misconception.id;
                self.report(
                    &misconception.place,
                    question,
                    format!("no answer in `reject` steps into `{id}`; add one that does"),
                );
            }
        }
        // Whoever copies the prompt must not be told that it is an answer.
        for text in [Some(&question.prompt.en), question.prompt.ko.as_ref()].into_iter().flatten() {
            if checker.check(question, text).is_some_and(|r| r.points > 0) {
                let message = "the prompt earns points by itself; reword it or the propositions";
                self.report(place, question, message);
            }
        }
    }

    /// Expressions that no rubric asks for are read in vain.
    fn lexicon(&mut self, bank: &Bank) {
        let mut used: BTreeSet<&str> = BTreeSet::new();
        for question in &bank.questions {
            let Kind::Free(rubric) = &question.kind else { continue };
            let say = rubric.concepts.iter().flat_map(|c| &c.say);
            let say = say.chain(rubric.misconceptions.iter().flat_map(|m| &m.say));
            used.extend(
                say.flat_map(|p| p.classes.iter().flatten().chain(&p.unless)).map(String::as_str),
            );
            used.extend(rubric.subjects.iter().flat_map(|s| &s.lexes).map(String::as_str));
        }
        for lex in &bank.lexicon {
            for text in lex.en.iter().chain(&lex.ko).filter(|text| free::denies(text)) {
                let message = format!(
                    "the lex `{}`: `{text}` is a denial, which propositions express by `-`; remove it",
                    lex.id
                );
                self.findings.push(Finding::at(&lex.place, message));
            }
        }
        for lex in bank.lexicon.iter().filter(|lex| !used.contains(lex.id.as_str())) {
            let message = format!("no rubric uses the lex `{}`; use it or remove it", lex.id);
            self.findings.push(Finding::at(&lex.place, message));
        }
    }

    /// People guess the longest option. In a file with enough questions it must not pay.
    fn lengths(&mut self, bank: &Bank) {
        const ENOUGH: usize = 6;
        const PERCENT: usize = 35;
        let mut files: BTreeMap<&Path, Vec<(&Question, bool)>> = BTreeMap::new();
        for question in &bank.questions {
            let (Kind::Single(choices) | Kind::Foresee(choices)) = &question.kind else { continue };
            files
                .entry(&question.place.file)
                .or_default()
                .push((question, right_is_longest(choices)));
        }
        for questions in files.into_values() {
            let longest: Vec<&Question> =
                questions.iter().filter(|(_, longest)| *longest).map(|(q, _)| *q).collect();
            if questions.len() < ENOUGH || longest.len() * 100 <= questions.len() * PERCENT {
                continue;
            }
            let ids: Vec<String> = longest.iter().map(|q| format!("`{}`", q.id)).collect();
            self.findings.push(Finding::at(
                &Place { line: 1, ..longest[0].place.clone() },
                format!(
                    "the right option is the longest in {} of {} questions, more than {PERCENT} %; \
                     shorten it or lengthen a wrong one in some of {}",
                    longest.len(),
                    questions.len(),
                    ids.join(", ")
                ),
            ));
        }
    }
}

/// The command that shows an author why.
fn see(question: &Question, text: &str) -> String {
    let start: String = text.chars().take(60).collect();
    format!("`{start}`; see `quiz explain {} --trace`", question.id)
}

fn right_is_longest(choices: &[Choice]) -> bool {
    let width = |choice: &Choice| choice.text.en.chars().count();
    let longest = |right| choices.iter().filter(|c| c.right == right).map(width).max();
    longest(true) > longest(false)
}

/// Whether the text contains the answer as words of its own. Numbers and tiny words stand in many
/// prompts for good reasons.
fn gives_away(text: &str, answer: &str) -> bool {
    let plain = |text: &str| -> Vec<String> {
        words(text).map(str::to_lowercase).filter(|w| !w.is_empty()).collect()
    };
    let (text, answer) = (plain(text), plain(answer));
    answer.concat().chars().filter(|c| c.is_alphabetic()).count() >= 3
        && text.windows(answer.len()).any(|window| window == answer)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

fn is_citation(cite: &str) -> bool {
    let name = |c: char| c.is_alphanumeric() || "._+-/".contains(c);
    let page = cite.strip_suffix(')').and_then(|cite| cite.split_once('(')).is_some_and(
        |(page, section)| {
            !page.is_empty()
                && page.chars().all(name)
                && section.starts_with(|c: char| ('1'..='9').contains(&c))
                && section.chars().all(|c| c.is_ascii_alphanumeric())
        },
    );
    let rfc = cite.strip_prefix("RFC ").is_some_and(|n| n.chars().all(|c| c.is_ascii_digit()));
    page || rfc
}

/// The recorded line that shares the most words with the wanted one.
fn nearest<'a>(wanted: &str, lines: &'a [String]) -> Option<&'a String> {
    let wanted: BTreeSet<&str> = words(wanted).filter(|w| !w.is_empty()).collect();
    let shared = |line: &&String| words(line).filter(|w| wanted.contains(w)).count();
    lines.iter().rev().max_by_key(shared).filter(|line| shared(line) > 0)
}

fn scenes(root: &Path, lesson: &str) -> Vec<String> {
    let dir = root.join("lessons").join(lesson).join("recorded");
    let mut scenes: Vec<String> = std::fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            entry.file_name().to_str()?.strip_suffix(".snap").map(|name| format!("`{name}`"))
        })
        .collect();
    scenes.sort();
    scenes
}

/// The ids of `book/claims.toml`.
fn ledger(root: &Path) -> Result<BTreeSet<String>, String> {
    let file = root.join("book/claims.toml");
    let text = std::fs::read_to_string(&file)
        .map_err(|e| format!("failed to read `book/claims.toml`: {e}"))?;
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| {
        format!("failed to parse `book/claims.toml`: {}", e.message())
    })?;
    let claims = table.get("claim").and_then(toml::Value::as_array).into_iter().flatten();
    Ok(claims.filter_map(|claim| claim.get("id")?.as_str().map(str::to_owned)).collect())
}

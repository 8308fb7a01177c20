//! From files to a [`Bank`]: TOML as it is written, then every rule of the schema.

mod outline;
mod raw;

use crate::bank::{About, Bank, Chapter, Choice, Evidence, Key, Kind, Language, Question};
use crate::bank::{Concept, Example, Lex, Misconception, Rubric, Subject, Text, Trap};
use crate::bank::{Followup, Generator, Item, Next, Pair, Rule, Sequence, rights};
use crate::finding::{Finding, Place};
use crate::{proposition, several, workspace};
use raw::{
    Hints, OneOrMore, RawAbout, RawBank, RawChoice, RawConcept, RawEvidence, RawFollowup, RawItem,
    RawKind, RawLex, RawMisconception, RawPair, RawQuestion, RawRule, RawTrap,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use toml::Spanned;

pub(crate) fn bank(root: &Path) -> Result<Bank, Vec<Finding>> {
    let mut files = workspace::question_files(root).map_err(|message| nowhere(root, message))?;
    if root.join(LEXICON).is_file() {
        files.insert(0, (String::new(), PathBuf::from(LEXICON)));
    }
    let mut bank = Bank::default();
    let mut findings = Vec::new();
    let read = several::map(&files, |(topic, file)| {
        let mut source = Source { file: file.clone(), lines: Vec::new(), findings: Vec::new() };
        (source.read(root, topic), source.findings)
    });
    for ((questions, lexicon), mut found) in read {
        bank.questions.extend(questions);
        bank.lexicon.extend(lexicon);
        findings.append(&mut found);
    }
    same_ids(&bank, &mut findings);
    let classes: BTreeSet<&str> = bank.lexicon.iter().map(|lex| lex.id.as_str()).collect();
    for question in &bank.questions {
        unknown_classes(question, &classes, &mut findings);
    }
    if findings.is_empty() { Ok(bank) } else { Err(findings) }
}

/// The questions' ids and revisions, in the order of the bank.
pub(crate) fn revisions(root: &Path) -> Result<Vec<(String, u32)>, Vec<Finding>> {
    let files = workspace::question_files(root).map_err(|message| nowhere(root, message))?;
    let outlines = several::map(&files, |(_, file)| {
        let text = std::fs::read_to_string(root.join(file)).ok()?;
        outline::outline(&text)
    });
    let all: Option<Vec<_>> = outlines.into_iter().collect();
    match all {
        Some(all) => Ok(all.concat()),
        None => {
            let questions = bank(root)?.questions.into_iter();
            Ok(questions.map(|question| (question.id, question.rev)).collect())
        }
    }
}

fn nowhere(root: &Path, message: String) -> Vec<Finding> {
    vec![Finding { file: root.to_path_buf(), line: 1, message }]
}

/// The classes of expressions that all lessons share.
const LEXICON: &str = "quiz/lexicon.toml";

fn same_ids(bank: &Bank, findings: &mut Vec<Finding>) {
    let questions = bank.questions.iter().map(|q| ("question", &q.id, &q.place));
    let lexes = bank.lexicon.iter().map(|lex| ("lex", &lex.id, &lex.place));
    let mut first: HashMap<(&str, &str), &Place> = HashMap::new();
    for (what, id, place) in questions.chain(lexes) {
        if let Some(taken) = first.insert((what, id), place) {
            findings.push(Finding::at(
                place,
                format!(
                    "the id `{id}` is taken by {}:{}; give this {what} another one",
                    taken.file.display(),
                    taken.line
                ),
            ));
        }
    }
}

/// A proposition of words that are in no lexicon is never found.
fn unknown_classes(question: &Question, classes: &BTreeSet<&str>, findings: &mut Vec<Finding>) {
    let Kind::Free(rubric) = &question.kind else { return };
    let mut unknown = |place: &Place, written: &str, class: &str| {
        if !classes.contains(class) {
            findings.push(Finding::at(
                place,
                format!(
                    "`{}`: `{written}` names `{class}`, which is in no lexicon; add a `[[lex]]` \
                     for it or correct it",
                    question.id
                ),
            ));
        }
    };
    for lex in rubric.subjects.iter().flat_map(|subject| &subject.lexes) {
        unknown(&question.place, "subjects", lex);
    }
    let concepts = rubric.concepts.iter().map(|c| (&c.place, &c.say));
    let misconceptions = rubric.misconceptions.iter().map(|m| (&m.place, &m.say));
    for (place, say) in concepts.chain(misconceptions) {
        for proposition in say {
            for class in proposition.classes.iter().flatten().chain(&proposition.unless) {
                unknown(place, &proposition.written, class);
            }
        }
    }
}

/// A file on its way into the bank.
struct Source {
    file: PathBuf,
    /// Where each line begins, in bytes.
    lines: Vec<usize>,
    findings: Vec<Finding>,
}

impl Source {
    fn read(&mut self, root: &Path, topic: &str) -> (Vec<Question>, Vec<Lex>) {
        let text = match std::fs::read_to_string(root.join(&self.file)) {
            Ok(text) => text,
            Err(e) => {
                let place = Place { file: self.file.clone(), line: 1 };
                self.findings.push(Finding::at(&place, format!("failed to read the file: {e}")));
                return Default::default();
            }
        };
        self.lines =
            std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        match toml::from_str::<RawBank>(&text) {
            Ok(raw) => {
                let questions = raw.question.into_iter().map(|q| self.question(topic, q)).collect();
                (questions, raw.lex.into_iter().map(|lex| self.lex(lex)).collect())
            }
            Err(e) => {
                self.report(e.span().map_or(0, |span| span.start), e.message());
                Default::default()
            }
        }
    }

    fn lex(&mut self, raw: RawLex) -> Lex {
        let at = raw.id.span().start;
        let id = raw.id.into_inner();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if id.is_empty() || !id.chars().all(fits) {
            self.report(at, format!("the lex `{id}` has to be lower-case letters, digits and `_`"));
        }
        if raw.en.is_empty() && raw.ko.is_empty() {
            self.report(at, format!("the lex `{id}` has no expression; add `en` or `ko`"));
        }
        let hangul = |text: &str| text.chars().any(crate::text::is_hangul);
        let latin = |text: &str| text.chars().any(|c| c.is_ascii_alphanumeric());
        for text in &raw.en {
            if hangul(text) || !latin(text) {
                self.report(at, format!("the lex `{id}`: `{text}` belongs to `ko`, not to `en`"));
            }
        }
        for text in raw.ko.iter().chain(&raw.anti_ko) {
            if latin(text) || !hangul(text) {
                self.report(at, format!("the lex `{id}`: `{text}` belongs to `en`, not to `ko`"));
            }
        }
        let place = self.place(at);
        Lex { id, en: raw.en, ko: raw.ko, anti_ko: raw.anti_ko, verb: raw.verb, place }
    }

    fn question(&mut self, topic: &str, raw: Spanned<RawQuestion>) -> Question {
        let raw = raw.into_inner();
        let at = raw.id.span().start;
        let id = self.id(raw.id);
        let difficulty = self.difficulty(&raw.difficulty);
        let evidence: Vec<Evidence> =
            raw.evidence.into_iter().map(|e| self.evidence(&id, e)).collect();
        let mut written = Written {
            options: raw.options,
            accept: raw.accept,
            traps: raw.traps,
            key: raw.key,
            model: raw.model,
            subjects: raw.subjects,
            topic: raw.topic,
            concept: raw.concept,
            misconception: raw.misconception,
            pass: raw.pass,
            reject: raw.reject,
            items: raw.items,
            before: raw.before,
            pairs: raw.pairs,
            generator: raw.generator,
        };
        let followups: Vec<Followup> =
            raw.followups.into_iter().map(|f| self.followup(&id, f)).collect();
        let kind = self.kind(&id, at, raw.kind, &mut written);
        if raw.rev == Some(0) {
            self.report(at, format!("`{id}`: `rev` counts from 1"));
        }
        Question {
            rev: raw.rev.unwrap_or(1),
            place: self.place(at),
            topic: topic.to_owned(),
            difficulty,
            about: match raw.about {
                RawAbout::Behaviour => About::Behaviour,
                RawAbout::Term => About::Term,
                RawAbout::Choice => About::Choice,
            },
            prompt: self.text(&id, "prompt", raw.prompt),
            hints: self.hints(&id, raw.hint),
            explanation: self.text(&id, "explanation", raw.explanation),
            chapter: self.chapter(&id, &raw.chapter),
            claims: self.names(&id, "claim", raw.claim),
            cites: self.names(&id, "cite", raw.cite),
            model: written.model.take().map(|model| self.text(&id, "model", model)),
            kind: {
                self.left(&id, &written);
                kind
            },
            followups,
            evidence,
            posed: None,
            id,
        }
    }

    fn kind(&mut self, id: &str, at: usize, kind: RawKind, written: &mut Written) -> Kind {
        match kind {
            RawKind::Single => Kind::Single(self.choices(id, at, written, false)),
            RawKind::Several => Kind::Several(self.choices(id, at, written, true)),
            RawKind::Predict if written.options.is_some() => {
                Kind::Foresee(self.choices(id, at, written, false))
            }
            RawKind::Predict => Kind::Fill(self.fill(id, at, written)),
            RawKind::Short => {
                let accept = self.answers(id, at, written.accept.take());
                let traps = self.traps(id, written.traps.take());
                Kind::Short(Key { accept, traps, listed: false })
            }
            RawKind::Order => Kind::Order(self.sequence(id, at, written)),
            RawKind::Match => Kind::Match(self.pairs(id, at, written)),
            RawKind::Free => Kind::Free(Box::new(self.rubric(id, at, written))),
            RawKind::Generated => Kind::Generated(self.generator(id, at, written)),
        }
    }

    /// What the kind has not taken does not belong to it.
    fn left(&mut self, id: &str, written: &Written) {
        for (key, at) in written.left() {
            self.report(at, format!("`{id}`: `{key}` does not belong to this kind; remove it"));
        }
    }

    fn generator(&mut self, id: &str, at: usize, written: &mut Written) -> Generator {
        let at = written.generator.as_ref().map_or(at, |generator| generator.span().start);
        let named = written.generator.take().map(Spanned::into_inner).unwrap_or_default();
        let Some((lesson, name)) = named.split_once('/').filter(|(a, b)| is_name(a) && is_name(b))
        else {
            self.report(at, format!("`{id}`: `generator` has to be `lesson/name`"));
            return Generator { lesson: String::new(), name: String::new() };
        };
        Generator { lesson: lesson.to_owned(), name: name.to_owned() }
    }

    fn hints(&mut self, id: &str, hints: Spanned<Hints>) -> Vec<Text> {
        let at = hints.span().start;
        let Hints(hints) = hints.into_inner();
        if hints.is_empty() {
            self.report(at, format!("`{id}`: `hint` is missing or empty; list at least one"));
        }
        for hint in &hints {
            self.filled_text(id, "hint", at, hint);
        }
        hints
    }

    fn followup(&mut self, id: &str, followup: Spanned<RawFollowup>) -> Followup {
        let at = followup.span().start;
        let RawFollowup { ask, model, question, missing } = followup.into_inner();
        let place = self.place(at);
        let next = match (ask, model, question) {
            (Some(ask), Some(model), None) => {
                self.filled_text(id, "ask", at, &ask);
                self.filled_text(id, "model", at, &model);
                Next::Ask { ask, model }
            }
            (None, None, Some(question)) => Next::Question(question),
            _ => {
                self.report(
                    at,
                    format!(
                        "`{id}`: a follow-up is `{{ ask = \"…\", model = \"…\" }}` or `{{ question \
                         = \"ID\" }}`"
                    ),
                );
                Next::Question(String::new())
            }
        };
        Followup { next, missing, place }
    }

    fn sequence(&mut self, id: &str, at: usize, written: &mut Written) -> Sequence {
        let items = written.items.take().map(Spanned::into_inner).unwrap_or_default();
        let rules = written.before.take().map(Spanned::into_inner).unwrap_or_default();
        // The letters end at h: behind it come the letters that are commands.
        if !(3..=8).contains(&items.len()) {
            let n = items.len();
            self.report(at, format!("`{id}`: {n} `items`; give it 3 to 8"));
        }
        if rules.is_empty() {
            self.report(at, format!("`{id}`: `before` is missing; say what has to stand first"));
        }
        let mut sequence = Sequence { items: Vec::new(), before: Vec::new() };
        for item in items {
            let at = item.span().start;
            let RawItem { id: name, text, line } = item.into_inner();
            let name = self.id(name);
            self.filled_text(id, "text", at, &text);
            if sequence.items.iter().any(|i| i.id == name || i.text.en == text.en) {
                self.report(at, format!("`{id}`: two items are `{name}`; change one"));
            }
            let place = self.place(at);
            sequence.items.push(Item { id: name, text, line, place });
        }
        for rule in rules {
            let at = rule.span().start;
            let RawRule { first, then, why } = rule.into_inner();
            self.filled_text(id, "why", at, &why);
            let index = |name: &str| sequence.items.iter().position(|i| i.id == name);
            let (found, place) = ((index(&first), index(&then)), self.place(at));
            match found {
                (Some(a), Some(b)) if a < b => {
                    sequence.before.push(Rule { first: a, then: b, why, place });
                }
                (Some(_), Some(_)) => self.report(
                    at,
                    format!(
                        "`{id}`: `{first}` has to come before `{then}`, and `items` has them the \
                         other way; list the items in an order that keeps every rule"
                    ),
                ),
                (a, _) => {
                    let unknown = if a.is_none() { &first } else { &then };
                    self.report(at, format!("`{id}`: no item has the id `{unknown}`"));
                }
            }
        }
        sequence
    }

    fn pairs(&mut self, id: &str, at: usize, written: &mut Written) -> Vec<Pair> {
        let raw = written.pairs.take().map(Spanned::into_inner).unwrap_or_default();
        let mut pairs: Vec<Pair> = Vec::new();
        for pair in raw {
            let at = pair.span().start;
            let RawPair { left, right, why } = pair.into_inner();
            for (key, text) in [("left", &left), ("right", &right), ("why", &why)] {
                self.filled_text(id, key, at, text);
            }
            if pairs.iter().any(|other| other.left.en == left.en) {
                self.report(at, format!("`{id}`: two pairs have `{}`; change one", left.en));
            }
            pairs.push(Pair { left, right, why, place: self.place(at) });
        }
        if !(2..=8).contains(&pairs.len()) {
            self.report(at, format!("`{id}`: {} `pairs`; give it 2 to 8", pairs.len()));
        } else if rights(&pairs).len() < 2 {
            self.report(at, format!("`{id}`: all pairs have the same `right`; nothing is asked"));
        }
        pairs
    }

    fn fill(&mut self, id: &str, at: usize, written: &mut Written) -> Key {
        let mut accept = Vec::new();
        match written.key.take() {
            Some(key) => {
                let start = key.span().start;
                self.filled(id, "key", start, key.get_ref());
                accept.push(key.into_inner());
            }
            None => self.report(
                at,
                format!(
                    "`{id}`: a `predict` question needs `key`, the piece of the first evidence \
                     line that is hidden, or `options` to choose from"
                ),
            ),
        }
        if let Some(also) = written.accept.take() {
            accept.extend(self.answers(id, at, Some(also)));
        }
        Key { accept, traps: self.traps(id, written.traps.take()), listed: false }
    }

    fn rubric(&mut self, id: &str, at: usize, written: &mut Written) -> Rubric {
        let mut missing = |key: &str| {
            self.findings.push(Finding::at(
                &Place {
                    file: self.file.clone(),
                    line: self.lines.partition_point(|&start| start <= at),
                },
                format!("`{id}`: `{key}` is missing; a free answer needs it"),
            ));
        };
        let model = written.model.take();
        if model.is_none() {
            missing("model");
        }
        let concepts = written.concept.take().map(Spanned::into_inner).unwrap_or_default();
        if concepts.is_empty() {
            missing("[[question.concept]]");
        }
        let model = match model {
            Some(model) => self.text(id, "model", model),
            None => Text { en: String::new(), ko: None },
        };
        let subjects: Vec<Subject> = written
            .subjects
            .take()
            .map(Spanned::into_inner)
            .unwrap_or_default()
            .into_iter()
            .map(|(name, lexes)| Subject {
                name,
                lexes: lexes.split('|').map(|lex| lex.trim().to_owned()).collect(),
            })
            .collect();
        let topic = written.topic.take().and_then(|topic| {
            let found = subjects.iter().position(|s| s.name == *topic.get_ref());
            if found.is_none() {
                let (at, name) = (topic.span().start, topic.get_ref());
                self.report(at, format!("`{id}`: the topic `{name}` is none of the `subjects`"));
            }
            found
        });
        let concepts: Vec<Concept> =
            concepts.into_iter().map(|c| self.concept(id, &subjects, c)).collect();
        let misconceptions = written.misconception.take().map(Spanned::into_inner);
        let misconceptions = misconceptions
            .unwrap_or_default()
            .into_iter()
            .map(|m| self.misconception(id, &subjects, m))
            .collect();
        let points = |required: bool| -> u32 {
            concepts.iter().filter(|c| c.required || !required).map(|c| c.points).sum()
        };
        let usual = if points(true) > 0 { points(true) } else { points(false).div_ceil(2) };
        let pass = written.pass.take();
        if let Some(pass) =
            pass.as_ref().filter(|p| *p.get_ref() == 0 || *p.get_ref() > points(false))
        {
            let (n, most) = (pass.get_ref(), points(false));
            let at = pass.span().start;
            self.report(at, format!("`{id}`: `pass = {n}` has to be between 1 and {most}"));
        }
        Rubric {
            model,
            pass: pass.map_or(usual, Spanned::into_inner),
            accept: self.examples(id, "accept", written.accept.take()),
            reject: self.examples(id, "reject", written.reject.take()),
            subjects,
            topic,
            concepts,
            misconceptions,
        }
    }

    fn concept(&mut self, id: &str, subjects: &[Subject], raw: Spanned<RawConcept>) -> Concept {
        let raw = raw.into_inner();
        let at = raw.id.span().start;
        self.filled_text(id, "label", at, &raw.label);
        self.filled_text(id, "hint", at, &raw.hint);
        Concept {
            id: self.id(raw.id),
            label: raw.label,
            points: raw.points,
            required: raw.required,
            say: self.propositions(id, at, subjects, raw.say),
            hint: raw.hint,
            place: self.place(at),
        }
    }

    fn misconception(
        &mut self,
        id: &str,
        subjects: &[Subject],
        raw: Spanned<RawMisconception>,
    ) -> Misconception {
        let raw = raw.into_inner();
        let at = raw.id.span().start;
        self.filled_text(id, "fix", at, &raw.fix);
        Misconception {
            id: self.id(raw.id),
            say: self.propositions(id, at, subjects, raw.say),
            fatal: raw.fatal,
            fix: raw.fix,
            place: self.place(at),
        }
    }

    fn propositions(
        &mut self,
        id: &str,
        at: usize,
        subjects: &[Subject],
        say: Vec<Spanned<String>>,
    ) -> Vec<proposition::Proposition> {
        if say.is_empty() {
            self.report(at, format!("`{id}`: `say` is empty; give it a proposition"));
        }
        let mut propositions = Vec::new();
        for written in say {
            match proposition::parse(written.get_ref(), subjects) {
                Ok(proposition) => propositions.push(proposition),
                Err(why) => self.report(
                    written.span().start,
                    format!("`{id}`: the proposition `{}` {why}", written.get_ref()),
                ),
            }
        }
        propositions
    }

    fn examples(
        &mut self,
        id: &str,
        key: &str,
        list: Option<Spanned<Vec<Spanned<String>>>>,
    ) -> Vec<Example> {
        let list = list.map(Spanned::into_inner).unwrap_or_default();
        let mut examples = Vec::new();
        for text in list {
            self.filled(id, key, text.span().start, text.get_ref());
            let place = self.place(text.span().start);
            examples.push(Example { text: text.into_inner(), place });
        }
        examples
    }

    fn choices(
        &mut self,
        id: &str,
        at: usize,
        written: &mut Written,
        several: bool,
    ) -> Vec<Choice> {
        let Some(options) = written.options.take() else {
            self.report(at, format!("`{id}`: `options` is missing; this kind chooses from them"));
            return Vec::new();
        };
        let start = options.span().start;
        let mut choices: Vec<Choice> = Vec::new();
        for option in options.into_inner() {
            let at = option.span().start;
            let RawChoice { text, why, right } = option.into_inner();
            self.filled_text(id, "text", at, &text);
            self.filled_text(id, "why", at, &why);
            if choices.iter().any(|other| other.text.en == text.en) {
                self.report(at, format!("`{id}`: two options say `{}`; change one", text.en));
            }
            choices.push(Choice { text, right, why, place: self.place(at) });
        }
        // The letters end at h: behind it come the letters that are commands.
        if !(2..=8).contains(&choices.len()) {
            let n = choices.len();
            self.report(start, format!("`{id}`: {n} options; give it 2 to 8"));
        }
        let right = choices.iter().filter(|choice| choice.right).count();
        if !several && right != 1 {
            self.report(
                start,
                format!("`{id}`: {right} options are `right`; exactly one has to be"),
            );
        }
        if several && right == 0 {
            self.report(start, format!("`{id}`: no option is `right`; mark at least one"));
        }
        choices
    }

    fn traps(&mut self, id: &str, traps: Option<Spanned<Vec<Spanned<RawTrap>>>>) -> Vec<Trap> {
        let traps = traps.map(Spanned::into_inner).unwrap_or_default();
        let mut all = Vec::new();
        for trap in traps {
            let at = trap.span().start;
            let RawTrap { answers, why } = trap.into_inner();
            self.filled_text(id, "why", at, &why);
            self.filled_list(id, "answers", at, &answers);
            all.push(Trap { answers, why, place: self.place(at) });
        }
        all
    }

    fn answers(
        &mut self,
        id: &str,
        at: usize,
        list: Option<Spanned<Vec<Spanned<String>>>>,
    ) -> Vec<String> {
        let at = list.as_ref().map_or(at, |list| list.span().start);
        let list = list.map(Spanned::into_inner).unwrap_or_default();
        let list: Vec<String> = list.into_iter().map(Spanned::into_inner).collect();
        self.filled_list(id, "accept", at, &list);
        for answer in &list {
            if matches!(answer.trim(), "?" | "!" | "s" | "S" | "q" | "Q") {
                self.report(
                    at,
                    format!("`{id}`: `{answer}` is a command of the quiz; ask for another word"),
                );
            }
        }
        list
    }

    fn id(&mut self, id: Spanned<String>) -> String {
        let at = id.span().start;
        let id = id.into_inner();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || !id.chars().all(fits) || id.starts_with('-') || id.ends_with('-') {
            self.report(
                at,
                format!("the id `{id}` has to be lower-case letters, digits and hyphens between"),
            );
        }
        id
    }

    fn difficulty(&mut self, difficulty: &Spanned<u8>) -> u8 {
        if !(1..=3).contains(difficulty.get_ref()) {
            let n = difficulty.get_ref();
            self.report(difficulty.span().start, format!("the difficulty {n} has to be 1, 2 or 3"));
        }
        *difficulty.get_ref()
    }

    fn text(&mut self, id: &str, key: &str, text: Spanned<Text>) -> Text {
        self.filled_text(id, key, text.span().start, text.get_ref());
        text.into_inner()
    }

    fn names(&mut self, id: &str, key: &str, names: Option<Spanned<OneOrMore>>) -> Vec<String> {
        let Some(names) = names else { return Vec::new() };
        let at = names.span().start;
        let OneOrMore(names) = names.into_inner();
        self.filled_list(id, key, at, &names);
        names
    }

    fn chapter(&mut self, id: &str, chapter: &Spanned<String>) -> Chapter {
        let written = chapter.get_ref();
        let (page, anchor) = match written.split_once(".html#") {
            Some((page, anchor)) if !page.is_empty() && !anchor.is_empty() => (page, anchor),
            _ => {
                self.report(
                    chapter.span().start,
                    format!("`{id}`: the chapter `{written}` has to be `page.html#anchor`"),
                );
                ("", "")
            }
        };
        Chapter { page: page.to_owned(), anchor: anchor.to_owned() }
    }

    fn evidence(&mut self, id: &str, evidence: Spanned<RawEvidence>) -> Evidence {
        let at = evidence.span().start;
        let RawEvidence { scene, line } = evidence.into_inner();
        self.filled(id, "line", at, &line);
        let place = self.place(at);
        let parts = scene.split_once('/').filter(|(a, b)| is_name(a) && is_name(b));
        let Some((lesson, scene)) = parts else {
            self.report(at, format!("`{id}`: the scene `{scene}` has to be `lesson/scene`"));
            return Evidence { lesson: String::new(), scene: String::new(), line, place };
        };
        Evidence { lesson: lesson.to_owned(), scene: scene.to_owned(), line, place }
    }

    fn filled_list(&mut self, id: &str, key: &str, at: usize, list: &[String]) {
        if list.is_empty() {
            self.report(at, format!("`{id}`: `{key}` is missing or empty; list at least one"));
        }
        for one in list {
            self.filled(id, key, at, one);
        }
    }

    fn filled_text(&mut self, id: &str, key: &str, at: usize, text: &Text) {
        for language in [Language::English, Language::Korean] {
            self.filled(id, key, at, text.in_language(language));
        }
    }

    fn filled(&mut self, id: &str, key: &str, at: usize, text: &str) {
        let empty = format!("`{id}`: `{key}` is empty; fill it in");
        if text.trim().is_empty() && self.findings.last().is_none_or(|last| last.message != empty) {
            self.report(at, empty);
        }
    }

    fn report(&mut self, at: usize, message: impl Into<String>) {
        let place = self.place(at);
        self.findings.push(Finding::at(&place, message));
    }

    fn place(&self, at: usize) -> Place {
        Place { file: self.file.clone(), line: self.lines.partition_point(|&start| start <= at) }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

/// What the file says of the answer; which of these belong there depends on the kind, which takes
/// its own.
struct Written {
    options: Option<Spanned<Vec<Spanned<RawChoice>>>>,
    accept: Option<Spanned<Vec<Spanned<String>>>>,
    traps: Option<Spanned<Vec<Spanned<RawTrap>>>>,
    key: Option<Spanned<String>>,
    model: Option<Spanned<Text>>,
    subjects: Option<Spanned<BTreeMap<String, String>>>,
    topic: Option<Spanned<String>>,
    concept: Option<Spanned<Vec<Spanned<RawConcept>>>>,
    misconception: Option<Spanned<Vec<Spanned<RawMisconception>>>>,
    pass: Option<Spanned<u32>>,
    reject: Option<Spanned<Vec<Spanned<String>>>>,
    items: Option<Spanned<Vec<Spanned<RawItem>>>>,
    before: Option<Spanned<Vec<Spanned<RawRule>>>>,
    pairs: Option<Spanned<Vec<Spanned<RawPair>>>>,
    generator: Option<Spanned<String>>,
}

impl Written {
    /// What nobody has taken, and where it stands.
    fn left(&self) -> Vec<(&'static str, usize)> {
        fn at<T>(key: &'static str, it: Option<&Spanned<T>>) -> Option<(&'static str, usize)> {
            it.map(|it| (key, it.span().start))
        }
        let left = [
            at("options", self.options.as_ref()),
            at("accept", self.accept.as_ref()),
            at("traps", self.traps.as_ref()),
            at("key", self.key.as_ref()),
            at("model", self.model.as_ref()),
            at("subjects", self.subjects.as_ref()),
            at("topic", self.topic.as_ref()),
            at("concept", self.concept.as_ref()),
            at("misconception", self.misconception.as_ref()),
            at("pass", self.pass.as_ref()),
            at("reject", self.reject.as_ref()),
            at("items", self.items.as_ref()),
            at("before", self.before.as_ref()),
            at("pairs", self.pairs.as_ref()),
            at("generator", self.generator.as_ref()),
        ];
        left.into_iter().flatten().collect()
    }
}

//! A session: asks each question, then the wrong ones once more, then says how it went.

use super::console::{Console, Style};
use super::keeper::{Attempt, Keeper};
use super::report;
use super::words::fill;
use quiz::answer::Unclear;
use quiz::bank::{Choice, Kind, Rubric};
use quiz::free::Report;
use quiz::log::Event;
use quiz::schedule::Grade;
use quiz::shuffle::Seed;
use quiz::{Checked, Checker, Question, Verdict, recording};
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// What a session is held with.
pub(super) struct With<'s> {
    pub(super) root: &'s Path,
    pub(super) checker: &'s Checker,
    pub(super) keeper: &'s Keeper,
    /// Orders the options.
    pub(super) seed: u64,
}

/// Asks the questions in this order.
pub(super) fn hold(
    console: &mut Console,
    with: &With,
    questions: &[&Question],
    counts: [usize; 3],
) -> io::Result<()> {
    let words = console.words;
    console.plain("", "", &fill(words.opening, &[&questions.len(), &with.seed]))?;
    let [due, new, resting] = counts;
    console.plain("", "", &fill(words.counts, &[&due, &new, &resting]))?;
    console.plain("", "", words.keys)?;
    let mut session = Session { console, with, score: Score::default() };
    let mut ended = session.round(questions, true)?;
    if !ended && !session.score.wrong.is_empty() {
        let wrong = std::mem::take(&mut session.score.wrong);
        let again: Vec<&Question> =
            questions.iter().copied().filter(|q| wrong.contains(&q.id)).collect();
        session.console.blank()?;
        session.console.plain("", "", &fill(words.again, &[&again.len()]))?;
        // Until it is answered again, it is wrong.
        session.score.wrong = wrong;
        ended = session.round(&again, false)?;
    }
    session.summary(questions, ended)
}

#[derive(Default)]
struct Score {
    asked: usize,
    at_once: usize,
    second: usize,
    after_hint: usize,
    skipped: usize,
    wrong: BTreeSet<String>,
}

enum Answer {
    Right,
    Wrong,
    Skipped,
    End,
}

struct Session<'c> {
    console: &'c mut Console,
    with: &'c With<'c>,
    score: Score,
}

impl Session<'_> {
    /// Whether it was ended before its end.
    fn round(&mut self, questions: &[&Question], first: bool) -> io::Result<bool> {
        for (i, question) in questions.iter().enumerate() {
            let (place, of, lesson) = (i + 1, questions.len(), &question.topic);
            let progress = self.console.words.progress;
            let line = fill(progress, &[&place, &of, lesson, &question.difficulty, &question.id]);
            let line = self.console.styled(Style::Strong, &line);
            self.console.blank()?;
            self.console.plain("", "", &line)?;
            let mut attempt = Attempt::new(first);
            let answer = self.ask(question, &mut attempt)?;
            if first && !matches!(answer, Answer::End) {
                self.score.asked += 1;
            }
            match answer {
                Answer::End => return Ok(true),
                Answer::Right => {
                    self.score.wrong.remove(&question.id);
                    self.score.after_hint += usize::from(attempt.hints > 0);
                    *if first { &mut self.score.at_once } else { &mut self.score.second } += 1;
                }
                Answer::Wrong => {
                    self.score.wrong.insert(question.id.clone());
                }
                Answer::Skipped => self.score.skipped += usize::from(first),
            }
        }
        Ok(false)
    }

    fn ask(&mut self, question: &Question, attempt: &mut Attempt) -> io::Result<Answer> {
        let (language, words) = (self.console.language, self.console.words);
        self.console.text("", "", question.prompt.in_language(language))?;
        self.console.blank()?;
        let choices = question.kind.choices().unwrap_or_default();
        let order = self.order(question, choices.len());
        for (&choice, letter) in order.iter().zip('a'..) {
            let text = choices[choice].text.in_language(language);
            self.console.text(&format!("  {letter}) "), "     ", text)?;
        }
        if !choices.is_empty() {
            self.console.blank()?;
        }
        if let Kind::Fill(key) = &question.kind {
            self.blanked(question, &key.accept[0])?;
        }
        let prompt = match question.kind {
            Kind::Single(_) | Kind::Foresee(_) => words.one,
            Kind::Several(_) => words.several,
            Kind::Short(_) => words.short,
            Kind::Fill(_) => words.blank,
            Kind::Free(_) => words.free,
        };
        loop {
            let Some(line) = self.console.ask(prompt)? else { return Ok(Answer::End) };
            match command(&line) {
                Some('?') => {
                    attempt.hints += 1;
                    let lead = format!("{} ", words.hint);
                    self.console.text(&lead, "  ", question.hint.in_language(language))?;
                    continue;
                }
                Some('q') => return Ok(Answer::End),
                Some('s') => {
                    self.console.plain("", "", words.skipped)?;
                    return Ok(Answer::Skipped);
                }
                _ => {}
            }
            if let Kind::Free(rubric) = &question.kind {
                if line.is_empty() {
                    self.console.plain("", "", words.empty)?;
                    continue;
                }
                return self.free(question, rubric, attempt, line);
            }
            match quiz::check(question, &order, &line) {
                Ok(checked) => {
                    self.keep(question, attempt, checked.verdict, None)?;
                    self.explain(question, &order, &checked)?;
                    return Ok(match checked.verdict {
                        Verdict::Pass => Answer::Right,
                        _ => Answer::Wrong,
                    });
                }
                Err(unclear) => self.unclear(&unclear, choices.len())?,
            }
        }
    }

    /// Reads on until an empty line, then checks and explains.
    fn free(
        &mut self,
        question: &Question,
        rubric: &Rubric,
        attempt: &Attempt,
        first: String,
    ) -> io::Result<Answer> {
        let (words, language) = (self.console.words, self.console.language);
        let mut answer = first;
        while answer.chars().count() < quiz::text::LONGEST
            && let Some(line) = self.console.ask(words.more)?
            && !line.is_empty()
        {
            answer.push('\n');
            answer.push_str(&line);
        }
        let Some(report) = self.with.checker.check(question, &answer) else {
            return Ok(Answer::End);
        };
        if report.verdict != Verdict::CannotTell {
            self.keep(question, attempt, report.verdict, Some(&report))?;
        }
        report::show(self.console, rubric, &answer, &report)?;
        self.console.blank()?;
        self.console.plain("", "", words.model)?;
        self.console.text("  ", "  ", rubric.model.in_language(language))?;
        self.console.blank()?;
        self.console.text("", "", question.explanation.in_language(language))?;
        self.console.blank()?;
        self.sources(question)?;
        match report.verdict {
            Verdict::Pass => Ok(Answer::Right),
            Verdict::CannotTell => {
                let judged = self.judged()?;
                if !matches!(judged, Answer::End) {
                    let right = matches!(judged, Answer::Right);
                    self.keep_as(question, attempt, Verdict::CannotTell, right, Some(&report))?;
                }
                Ok(judged)
            }
            Verdict::Partial | Verdict::Fail => Ok(Answer::Wrong),
        }
    }

    fn keep(
        &mut self,
        question: &Question,
        attempt: &Attempt,
        verdict: Verdict,
        report: Option<&Report>,
    ) -> io::Result<()> {
        self.keep_as(question, attempt, verdict, verdict == Verdict::Pass, report)
    }

    /// Keeps the answer before its verdict is shown: whatever happens then, it is not lost. If it
    /// cannot be kept, that is said first.
    fn keep_as(
        &mut self,
        question: &Question,
        attempt: &Attempt,
        verdict: Verdict,
        right: bool,
        report: Option<&Report>,
    ) -> io::Result<()> {
        let grade = match right {
            false => Grade::Again,
            true if attempt.hints > 0 || !attempt.first => Grade::Hard,
            true => Grade::Good,
        };
        let now = self.with.keeper.now();
        let mut event = Event::new(&question.id, question.rev, now, verdict, grade);
        event.ms = attempt.millis();
        event.hints = attempt.hints;
        if let Some(report) = report {
            for concept in &report.concepts {
                let list =
                    if concept.said.is_some() { &mut event.concepts } else { &mut event.miss };
                list.push(concept.concept.id.clone());
            }
            event.trap.extend(report.traps.iter().map(|t| t.misconception.id.clone()));
        }
        match self.with.keeper.keep(&event) {
            Ok(()) => Ok(()),
            Err(why) => self.console.plain("", "  ", &fill(self.console.words.not_kept, &[&why])),
        }
    }

    /// What the checker cannot tell, the learner can, with the rubric before their eyes.
    fn judged(&mut self) -> io::Result<Answer> {
        loop {
            let Some(line) = self.console.ask(self.console.words.judge)? else {
                return Ok(Answer::End);
            };
            match line.chars().next().map(|c| quiz::text::key_of_jamo(c.to_ascii_lowercase())) {
                Some('y' | '네' | '예') => return Ok(Answer::Right),
                Some('n' | '아') => return Ok(Answer::Wrong),
                Some('q') => return Ok(Answer::End),
                _ => {}
            }
        }
    }

    /// The recorded line with its key hidden.
    fn blanked(&mut self, question: &Question, key: &str) -> io::Result<()> {
        let Some(evidence) = question.evidence.first() else { return Ok(()) };
        let scene = format!("{}/{}", evidence.lesson, evidence.scene);
        let (before, behind) =
            recording::around(self.with.root, evidence, key).map_err(io::Error::other)?;
        self.console.text("", "", &fill(self.console.words.fill, &[&scene]))?;
        self.console.plain("    ", "      ", &format!("{before}____{behind}"))?;
        self.console.blank()
    }

    fn unclear(&mut self, unclear: &Unclear, options: usize) -> io::Result<()> {
        let words = self.console.words;
        let message = match unclear {
            Unclear::Empty => words.empty.to_owned(),
            Unclear::OnlyOne => words.only_one.to_owned(),
            Unclear::NoOption(typed) => {
                let shown: String = typed.chars().filter(|c| !c.is_control()).take(20).collect();
                fill(words.no_option, &[&shown, &letter(options.saturating_sub(1))])
            }
            // Asked for above, with its own reading.
            Unclear::Free => words.empty.to_owned(),
        };
        self.console.plain("", "", &message)
    }

    fn explain(
        &mut self,
        question: &Question,
        order: &[usize],
        checked: &Checked,
    ) -> io::Result<()> {
        let (language, words) = (self.console.language, self.console.words);
        let verdict = match checked.verdict {
            Verdict::Pass => self.console.styled(Style::Good, words.right),
            _ => self.console.styled(Style::Bad, words.wrong),
        };
        let answer = fill(words.answer_is, &[&answer(question, order, language)]);
        self.console.text("", "", &format!("{verdict} {answer}"))?;
        if let Some(trap) = checked.trap {
            self.console.text("", "", trap.why.in_language(language))?;
        }
        if let Some(choices) = question.kind.choices() {
            self.console.blank()?;
            self.options(choices, order, checked)?;
        }
        self.console.blank()?;
        self.console.text("", "", question.explanation.in_language(language))?;
        self.console.blank()?;
        self.sources(question)
    }

    fn options(
        &mut self,
        choices: &[Choice],
        order: &[usize],
        checked: &Checked,
    ) -> io::Result<()> {
        let (language, words) = (self.console.language, self.console.words);
        for (&i, letter) in order.iter().zip('a'..) {
            let choice = &choices[i];
            let yours = if checked.chosen.contains(&i) { words.yours } else { "" };
            let text = format!("{} {yours}", choice.text.in_language(language).trim());
            self.console.text(&format!("  {letter}) "), "     ", text.trim())?;
            let because = if choice.right {
                self.console.styled(Style::Good, words.right_because)
            } else {
                self.console.styled(Style::Bad, words.wrong_because)
            };
            let why = choice.why.in_language(language);
            self.console.text(&format!("     {because} "), "     ", why)?;
        }
        Ok(())
    }

    /// What settles the answer, and where to go on.
    fn sources(&mut self, question: &Question) -> io::Result<()> {
        let words = self.console.words;
        for evidence in &question.evidence {
            // The whole line, if the evidence names one; a piece that many lines share stays one.
            let line = match recording::matching(self.with.root, evidence).as_deref() {
                Ok([line]) => line.clone(),
                _ => recording::squeeze(&evidence.line),
            };
            self.console.plain(words.recorded, "  ", &line)?;
        }
        let mut commands: Vec<String> = question
            .evidence
            .iter()
            .map(|e| format!("cargo run -p lesson-{} -- {}", e.lesson, e.scene))
            .collect();
        commands.dedup();
        for command in commands {
            self.console.plain(words.run, "  ", &command)?;
        }
        if !question.cites.is_empty() {
            self.console.plain(words.cites, "  ", &question.cites.join(", "))?;
        }
        self.console.plain("", "  ", &fill(words.read, &[&question.chapter]))
    }

    fn summary(&mut self, questions: &[&Question], ended: bool) -> io::Result<()> {
        let words = self.console.words;
        let score = &self.score;
        let wrong = score.wrong.len();
        let numbers = fill(
            words.score,
            &[
                &score.asked,
                &questions.len(),
                &score.at_once,
                &score.second,
                &wrong,
                &score.skipped,
            ],
        );
        let verdict = if ended { words.stopped } else { words.done };
        self.console.blank()?;
        self.console.plain("", "", &format!("{verdict} {numbers}"))?;
        if self.score.after_hint > 0 {
            self.console.plain("", "", &fill(words.after_hint, &[&self.score.after_hint]))?;
        }
        if wrong == 0 {
            return Ok(());
        }
        self.console.plain("", "", words.look_again)?;
        for question in questions.iter().filter(|q| self.score.wrong.contains(&q.id)) {
            let run = question.evidence.first().map_or_else(String::new, |e| {
                format!(", cargo run -p lesson-{} -- {}", e.lesson, e.scene)
            });
            let line = format!("{}: {}{run}", question.id, question.chapter);
            self.console.plain("  ", "    ", &line)?;
        }
        Ok(())
    }

    fn order(&self, question: &Question, options: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..options).collect();
        Seed::named(self.with.seed, &question.id).shuffle(&mut order);
        order
    }
}

/// The command that this line is, whatever keyboard it was typed on.
fn command(line: &str) -> Option<char> {
    let folded = quiz::text::folded(line.trim());
    let mut chars = folded.chars().map(quiz::text::key_of_jamo);
    let command = chars.next().filter(|c| matches!(c, '?' | 's' | 'q'));
    command.filter(|_| chars.next().is_none())
}

fn answer(question: &Question, order: &[usize], language: quiz::bank::Language) -> String {
    match &question.kind {
        Kind::Single(choices) | Kind::Several(choices) | Kind::Foresee(choices) => {
            let right = order.iter().enumerate().filter(|(_, i)| choices[**i].right);
            right.map(|(at, _)| letter(at).to_string()).collect::<Vec<_>>().join(" ")
        }
        Kind::Free(rubric) => rubric.model.in_language(language).to_owned(),
        Kind::Fill(key) => key.accept.first().cloned().unwrap_or_default(),
        Kind::Short(key) => {
            // The bank's first answer is in English where there is a choice.
            let korean = key.accept.iter().find(|a| a.chars().any(quiz::text::is_hangul));
            let shown = match language {
                quiz::bank::Language::Korean => korean.or(key.accept.first()),
                quiz::bank::Language::English => key.accept.first(),
            };
            shown.cloned().unwrap_or_default()
        }
    }
}

fn letter(at: usize) -> char {
    ('a'..='z').nth(at).unwrap_or('z')
}

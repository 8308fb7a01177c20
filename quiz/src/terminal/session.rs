//! A session: asks each question, then the wrong ones once more, then says how it went.

use super::console::{Console, Style};
use super::keeper::{Attempt, Keeper};
use super::words::fill;
use super::{pose, report};
use quiz::bank::{Choice, Kind, Next, Pair, Sequence};
use quiz::forecast::Habits;
use quiz::free::Report;
use quiz::generate::Problems;
use quiz::log::{Dispute, Event};
use quiz::schedule::Grade;
use quiz::{Bank, Checked, Checker, Question, Verdict, recording};
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// What a session is held with.
pub(super) struct With<'s> {
    pub(super) root: &'s Path,
    pub(super) bank: &'s Bank,
    pub(super) checker: &'s Checker,
    pub(super) keeper: &'s Keeper,
    /// Orders the options.
    pub(super) seed: u64,
    /// Poses what is generated.
    pub(super) problems: &'s Problems<'s>,
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
    let mut session = Session { console, with, score: Score::default(), disputable: None };
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
    session.summary(questions, ended)?;
    if ended { Ok(()) } else { session.last_word() }
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
    /// The last wrong answer, until it is disputed.
    disputable: Option<Dispute>,
}

impl Session<'_> {
    /// Whether it was ended before its end.
    fn round(&mut self, questions: &[&Question], first: bool) -> io::Result<bool> {
        for (i, question) in questions.iter().enumerate() {
            let line = self.progress(i + 1, questions, first);
            let line = self.console.styled(Style::Strong, &line);
            self.console.blank()?;
            self.console.plain("", "", &line)?;
            let posed = self.posed(question, first)?;
            let mut attempt = Attempt::new(first);
            let answer = match &posed {
                Some(posed) => self.ask(posed, &mut attempt)?,
                None => Answer::Skipped,
            };
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

    /// Where the session stands: how much is left of what is due, and how long all that is left
    /// takes at the learner's own pace.
    fn progress(&self, place: usize, questions: &[&Question], first: bool) -> String {
        let Keeper { progress, events, .. } = self.with.keeper;
        let today = self.with.keeper.now().day();
        let left = &questions[place - 1..];
        let due = left.iter().filter(|q| first && progress.is_due(q, today)).count();
        let minutes = (left.len() as f64 * Habits::from_log(events).seconds / 60.0).ceil();
        let (of, question) = (questions.len(), left[0]);
        let Question { topic, difficulty, id, .. } = question;
        fill(self.console.words.progress, &[&place, &of, &due, &minutes, topic, difficulty, id])
    }

    /// The question as it is asked: a generated one with a fresh problem, also the second time.
    /// `None` if there is none, which is then said.
    fn posed(&mut self, question: &Question, first: bool) -> io::Result<Option<Question>> {
        let words = self.console.words;
        let seed = self.with.seed.wrapping_add(u64::from(!first));
        let console = &mut *self.console;
        let mut slow = || {
            // A closed output is noticed at the next line.
            let _ = console.plain("", "", words.compiles);
        };
        match self.with.problems.pose(question, seed, &mut slow) {
            Ok(question) => {
                pose::origin(self.console, &question)?;
                Ok(Some(question))
            }
            Err(why) => {
                self.console.plain("", "  ", &fill(words.no_problem, &[&why]))?;
                Ok(None)
            }
        }
    }

    fn ask(&mut self, question: &Question, attempt: &mut Attempt) -> io::Result<Answer> {
        let words = self.console.words;
        let order = pose::order(question, self.with.seed);
        pose::show(self.console, self.with.root, question, &order)?;
        loop {
            let Some(line) = self.console.ask(pose::prompt(words, &question.kind))? else {
                return Ok(Answer::End);
            };
            match pose::command(&line) {
                Some('?') => {
                    self.hint(question, attempt)?;
                    continue;
                }
                Some('!') => {
                    self.dispute()?;
                    continue;
                }
                Some('q') => return Ok(Answer::End),
                Some('s') => {
                    self.console.plain("", "", words.skipped)?;
                    return Ok(Answer::Skipped);
                }
                _ => {}
            }
            if let Kind::Free(_) = &question.kind {
                let Some(answer) = pose::free(self.console, line)? else { continue };
                return self.free(question, attempt, &answer);
            }
            match quiz::check(question, &order, &line) {
                Ok(checked) => {
                    self.keep(question, attempt, checked.verdict, None)?;
                    self.explain(question, &order, &checked)?;
                    if checked.verdict == Verdict::Pass {
                        return Ok(Answer::Right);
                    }
                    self.remember(question, checked.verdict, &line);
                    return Ok(Answer::Wrong);
                }
                Err(unclear) => pose::unclear(self.console, &unclear, order.len())?,
            }
        }
    }

    /// The next hint, or the last one again.
    fn hint(&mut self, question: &Question, attempt: &mut Attempt) -> io::Result<()> {
        let (language, words) = (self.console.language, self.console.words);
        let of = question.hints.len();
        let at = (attempt.hints as usize).min(of.saturating_sub(1));
        let Some(hint) = question.hints.get(at) else { return Ok(()) };
        attempt.hints = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let lead = match of {
            1 => words.hint.to_owned(),
            _ => fill(words.hint_of, &[&(at + 1), &of]),
        };
        self.console.text(&format!("{lead} "), "  ", hint.in_language(language))
    }

    /// What `!` would dispute: an answer that was typed, not chosen.
    fn remember(&mut self, question: &Question, verdict: Verdict, answer: &str) {
        let typed = matches!(question.kind, Kind::Short(_) | Kind::Fill(_) | Kind::Free(_));
        self.disputable = typed.then(|| Dispute {
            question: question.id.clone(),
            rev: question.rev,
            verdict: verdict.name().to_owned(),
            answer: answer.to_owned(),
            seed: question.posed.as_ref().map(|posed| posed.seed),
        });
    }

    /// The last answer of all can only be disputed when no question comes any more.
    fn last_word(&mut self) -> io::Result<()> {
        if self.disputable.is_none() {
            return Ok(());
        }
        let line = self.console.ask(self.console.words.last_word)?;
        match line.as_deref().and_then(pose::command) {
            Some('!') => self.dispute(),
            _ => Ok(()),
        }
    }

    /// Keeps the last wrong answer for the bank's author.
    fn dispute(&mut self) -> io::Result<()> {
        let words = self.console.words;
        let Some(dispute) = self.disputable.take() else {
            return self.console.plain("", "", words.nothing_to_dispute);
        };
        let message = match self.with.keeper.dispute(&dispute) {
            Ok(()) => fill(words.disputed, &[&dispute.question]),
            Err(why) => fill(words.not_kept, &[&why]),
        };
        self.console.plain("", "  ", &message)
    }

    fn free(&mut self, question: &Question, attempt: &Attempt, answer: &str) -> io::Result<Answer> {
        let language = self.console.language;
        let Some(report) = self.with.checker.check(question, answer) else {
            return Ok(Answer::End);
        };
        if report.verdict != Verdict::CannotTell {
            self.keep(question, attempt, report.verdict, Some(&report))?;
        }
        report::show(self.console, answer, &report)?;
        self.console.blank()?;
        self.model(question)?;
        self.console.text("", "", question.explanation.in_language(language))?;
        self.console.blank()?;
        self.sources(question)?;
        self.followups(question)?;
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
            Verdict::Partial | Verdict::Fail => {
                self.remember(question, report.verdict, answer);
                Ok(Answer::Wrong)
            }
        }
    }

    fn model(&mut self, question: &Question) -> io::Result<()> {
        let (language, words) = (self.console.language, self.console.words);
        let Some(model) = question.model() else { return Ok(()) };
        self.console.plain("", "", words.model)?;
        self.console.text("  ", "  ", model.in_language(language))?;
        self.console.blank()
    }

    /// What an interviewer may ask next.
    fn followups(&mut self, question: &Question) -> io::Result<()> {
        let (language, words) = (self.console.language, self.console.words);
        if question.followups.is_empty() {
            return Ok(());
        }
        self.console.blank()?;
        self.console.plain("", "", words.next)?;
        for followup in &question.followups {
            let text = match &followup.next {
                Next::Ask { ask, .. } => ask.in_language(language).to_owned(),
                Next::Question(id) => match self.with.bank.get(id) {
                    Some(other) => {
                        let prompt = other.prompt.in_language(language);
                        format!("{} (`--id {id}`)", prompt.trim())
                    }
                    None => continue,
                },
            };
            self.console.text("  - ", "    ", &text)?;
        }
        Ok(())
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
        event.seed = question.posed.as_ref().map(|posed| posed.seed);
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
        let answer = fill(words.answer_is, &[&pose::answer(question, order, language)]);
        self.console.text("", "", &format!("{verdict} {answer}"))?;
        if let Some(trap) = checked.trap {
            self.console.text("", "", trap.why.in_language(language))?;
        }
        match &question.kind {
            Kind::Order(sequence) => self.sequence(sequence, checked)?,
            Kind::Match(pairs) => self.pairs(pairs, order, checked)?,
            _ => {}
        }
        if let Some(choices) = question.kind.choices() {
            self.console.blank()?;
            self.options(choices, order, checked)?;
        }
        self.console.blank()?;
        self.model(question)?;
        self.console.text("", "", question.explanation.in_language(language))?;
        self.console.blank()?;
        self.sources(question)?;
        self.followups(question)
    }

    /// The items in an order that is right, and every rule that the answer breaks.
    fn sequence(&mut self, sequence: &Sequence, checked: &Checked) -> io::Result<()> {
        let (language, words) = (self.console.language, self.console.words);
        self.console.blank()?;
        for (item, number) in sequence.items.iter().zip(1..) {
            self.console.text(
                &format!("  {number}. "),
                "     ",
                item.text.in_language(language),
            )?;
        }
        for rule in &checked.broken {
            let text = |item: usize| sequence.items[item].text.in_language(language).trim();
            let why = rule.why.in_language(language);
            let line = fill(words.comes_first, &[&text(rule.first), &text(rule.then), &why]);
            self.console.blank()?;
            self.console.text("", "  ", &line)?;
        }
        if !only_order(sequence) {
            self.console.blank()?;
            self.console.plain("", "", words.other_orders)?;
        }
        Ok(())
    }

    fn pairs(&mut self, pairs: &[Pair], order: &[usize], checked: &Checked) -> io::Result<()> {
        let (language, words) = (self.console.language, self.console.words);
        self.console.blank()?;
        let rights = quiz::bank::rights(pairs);
        for (i, pair) in pairs.iter().enumerate() {
            let chosen = checked.chosen.get(i).copied().unwrap_or(0);
            let good = *rights[chosen] == pair.right;
            let line = format!(
                "{} → {}",
                pair.left.in_language(language).trim(),
                pair.right.in_language(language).trim()
            );
            self.console.text(&format!("  {}. ", i + 1), "     ", &line)?;
            let style = if good { Style::Good } else { Style::Bad };
            let because = if good { words.right_because } else { words.wrong_because };
            let mut lead = self.console.styled(style, because);
            if !good && let Some(at) = order.iter().position(|&right| right == chosen) {
                lead = format!("{lead} {} {}.", pose::letter(at), words.yours);
            }
            let why = pair.why.in_language(language);
            self.console.text(&format!("     {lead} "), "     ", why)?;
        }
        Ok(())
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
        if let Some(posed) = &question.posed {
            for row in &posed.run {
                self.console.row(row)?;
            }
            self.console.plain(words.run, "  ", &posed.command)?;
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
}

/// Whether the rules leave no choice: there is one between every two neighbours.
fn only_order(sequence: &Sequence) -> bool {
    (1..sequence.items.len())
        .all(|then| sequence.before.iter().any(|rule| (rule.first, rule.then) == (then - 1, then)))
}

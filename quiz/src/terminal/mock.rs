//! A mock interview: questions against the clock, follow-ups by what was missing, and no word on
//! how it goes until the end.

use super::console::{Console, Style};
use super::paper::{self, Piece};
use super::session::With;
use super::words::{fill, say};
use super::{DONE, FAILED, Stop, complain, figures, pose, whole};
use clap::ArgMatches;
use quiz::bank::{Kind, Language, Next};
use quiz::free::Report;
use quiz::interview::{self, Further};
use quiz::log::{Event, MOCK, REVIEW};
use quiz::schedule::Grade;
use quiz::{Question, Verdict};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What was asked, what was answered, and what it was worth.
struct Entry<'q> {
    question: &'q Question,
    order: Vec<usize>,
    /// `None`: skipped.
    answer: Option<String>,
    verdict: Verdict,
    /// Points, and the most there are.
    points: (u32, u32),
    /// Ids of concepts that were said, and that were not.
    said: Vec<String>,
    missing: Vec<String>,
    /// Why traps are traps.
    traps: Vec<String>,
    further: Option<Asked<'q>>,
}

/// A question that followed and is checked by nobody, or with the answer before it.
struct Asked<'q> {
    prompt: &'q str,
    answer: String,
    model: Option<&'q str>,
}

/// Where reports go, by the end of their names.
pub(super) fn reports(matches: &ArgMatches) -> Result<Vec<&Path>, Stop> {
    let files: Vec<&Path> =
        matches.get_many::<PathBuf>("report").into_iter().flatten().map(PathBuf::as_path).collect();
    for file in &files {
        let (shown, end) = (file.display(), file.extension().and_then(|end| end.to_str()));
        if !matches!(end, Some("md" | "html")) {
            let message = say(
                "`--report {}` has to end in `.md` or `.html`",
                "`--report {}`의 끝은 `.md`나 `.html`이어야 합니다",
            );
            return Err(Stop::Usage(fill(message, &[&shown])));
        }
        if file.exists() {
            let message = say(
                "`{}` is there already; name another file",
                "`{}`은(는) 이미 있습니다. 다른 파일 이름을 쓰세요",
            );
            return Err(Stop::Usage(fill(message, &[&shown])));
        }
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            let message = say(
                "the folder of `{}` is not there; make it first",
                "`{}`의 폴더가 없습니다. 먼저 만드세요",
            );
            return Err(Stop::Usage(fill(message, &[&shown])));
        }
        // Better said now than after half an hour of answers.
        let folder = folder.unwrap_or(Path::new("."));
        if let Err(why) = rustix::fs::access(folder, rustix::fs::Access::WRITE_OK) {
            let why = io::Error::from(why);
            let message = say(
                "`{}` cannot be written: {}; name a file in another folder",
                "`{}`을(를) 쓸 수 없습니다: {}. 다른 폴더의 파일 이름을 쓰세요",
            );
            return Err(Stop::Usage(fill(message, &[&shown, &why])));
        }
    }
    Ok(files)
}

/// Holds the interview and gives its report.
pub(super) fn hold(
    console: &mut Console,
    with: &With,
    questions: &[&Question],
    minutes: u64,
    scheduled: bool,
    reports: &[&Path],
) -> Result<u8, Stop> {
    console.hints = false;
    let mut mock =
        Mock { console, with, minutes, scheduled, since: Instant::now(), entries: vec![] };
    // An interview that broke off, since nobody reads on, has a report all the same.
    let ended = match mock.ask_all(questions) {
        Err(e) if mock.entries.is_empty() => return Err(e.into()),
        ended => ended,
    };
    let pieces = mock.report(questions, *ended.as_ref().unwrap_or(&Ended::Stopped));
    let Mock { console, .. } = mock;
    // The files come first: the terminal may be gone when half of the report is told.
    let mut lost = Vec::new();
    for file in reports {
        let text = match file.extension().and_then(|end| end.to_str()) {
            Some("html") => paper::html(tag(console.language), &pieces),
            _ => paper::markdown(&pieces),
        };
        lost.extend(whole::create(file, text.as_bytes()).err().map(|why| (file, why)));
    }
    let told = ended.and_then(|_| paper::terminal(console, &pieces));
    for (file, why) in &lost {
        let instead = match &told {
            Ok(()) => say(
                "the report stands above: keep it from there",
                "보고서는 위에 있으니 거기서 저장하세요",
            ),
            Err(_) => say(
                "and standard output takes nothing: `quiz history` has the verdicts",
                "표준 출력에도 쓸 수 없습니다. 결과는 `quiz history`에 있습니다",
            ),
        };
        let lead = say("failed to write `{}`", "`{}`을(를) 쓰지 못했습니다");
        let lead = fill(lead, &[&file.display()]);
        complain(FAILED, &format!("{lead}: {why}; {instead}"));
    }
    match told {
        Err(e) if lost.is_empty() => Err(e.into()),
        _ => Ok(if lost.is_empty() { DONE } else { FAILED }),
    }
}

fn tag(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::Korean => "ko",
    }
}

/// How the questions ended.
#[derive(Clone, Copy, PartialEq)]
enum Ended {
    All,
    Time,
    Stopped,
}

struct Mock<'c, 'q> {
    console: &'c mut Console,
    with: &'c With<'q>,
    minutes: u64,
    scheduled: bool,
    since: Instant,
    entries: Vec<Entry<'q>>,
}

impl<'q> Mock<'_, 'q> {
    fn ask_all(&mut self, questions: &[&'q Question]) -> io::Result<Ended> {
        let opening = say(
            "Mock interview: {} questions, {} minutes. The same again: --seed {}",
            "모의 면접: 문제 {}개, {}분. 같은 면접 다시 하기: --seed {}",
        );
        let (n, seed) = (questions.len(), self.with.seed);
        self.console.plain("", "", &fill(opening, &[&n, &self.minutes, &seed]))?;
        let rules = say(
            "No hints, and no word on how it goes until the end. s skip, q end.",
            "힌트가 없고 결과는 끝에 알려 줍니다. s 건너뛰기, q 끝내기.",
        );
        self.console.plain("", "", rules)?;
        for (i, question) in questions.iter().enumerate() {
            // A follow-up may have asked it already.
            if self.entries.iter().any(|entry| entry.question.id == question.id) {
                continue;
            }
            let left = self.left();
            if left == 0 {
                let over = say("Time is up.", "시간이 다 되었습니다.");
                self.console.blank()?;
                self.console.plain("", "", over)?;
                return Ok(Ended::Time);
            }
            let line = say("{} of {} · {} · about {} min left", "{} / {} · {} · 약 {}분 남음");
            let line = fill(line, &[&(i + 1), &n, &question.topic, &left]);
            if !self.ask(question, &line, true)? {
                return Ok(Ended::Stopped);
            }
        }
        Ok(Ended::All)
    }

    /// Minutes that are left, rounded up.
    fn left(&self) -> u64 {
        (self.minutes * 60).saturating_sub(self.since.elapsed().as_secs()).div_ceil(60)
    }

    /// Asks, and follows up if `further`. Whether it goes on.
    fn ask(&mut self, question: &'q Question, line: &str, further: bool) -> io::Result<bool> {
        let line = self.console.styled(Style::Strong, line);
        self.console.blank()?;
        self.console.plain("", "", &line)?;
        pose::origin(self.console, question)?;
        let order = pose::order(question, self.with.seed);
        let since = Instant::now();
        pose::show(self.console, self.with.root, question, &order)?;
        let answer = loop {
            let prompt = pose::prompt(self.console.words, &question.kind);
            let Some(line) = self.console.ask(prompt)? else { return Ok(false) };
            match pose::command(&line) {
                Some(command @ ('?' | '!')) => {
                    self.refuse(command)?;
                    continue;
                }
                Some('q') => return Ok(false),
                Some('s') => break None,
                _ => {}
            }
            if matches!(question.kind, Kind::Free(_)) {
                match pose::free(self.console, line)? {
                    Some(answer) => break Some(answer),
                    None => continue,
                }
            }
            match quiz::check(question, &order, &line) {
                Ok(_) => break Some(line),
                Err(unclear) => pose::unclear(self.console, &unclear, order.len())?,
            }
        };
        let mut entry = self.entry(question, order, answer);
        let mut go_on = true;
        let mut next = None;
        if let Some(answer) = entry.answer.as_ref().filter(|_| further) {
            let report = self.with.checker.check(question, answer);
            let asked = |id: &str| self.entries.iter().any(|entry| entry.question.id == id);
            let passed = entry.verdict == Verdict::Pass;
            match interview::further(question, report.as_ref(), passed, &asked) {
                Some(Further::Probe(concept)) => go_on = self.probe(&mut entry, concept)?,
                Some(Further::Followup(followup)) => match &followup.next {
                    Next::Question(id) => next = self.with.bank.get(id),
                    Next::Ask { ask, model } => {
                        let language = self.console.language;
                        let (ask, model) = (ask.in_language(language), model.in_language(language));
                        let answer = self.aside(ask)?;
                        go_on = answer.is_some();
                        entry.further =
                            answer.map(|answer| Asked { prompt: ask, answer, model: Some(model) });
                    }
                },
                None => {}
            }
        }
        self.keep(&entry, since)?;
        self.entries.push(entry);
        // One step further, not a chain of them; and not what cannot be asked.
        let next = next.filter(|next| quiz::settled(next, self.with.root).is_ok());
        let Some(next) = next.filter(|_| go_on && self.left() > 0) else { return Ok(go_on) };
        let Some(next) = self.posed(next)? else { return Ok(true) };
        let line = say("Follow-up · {}", "꼬리 질문 · {}");
        self.ask(next, &fill(line, &[&next.topic]), false)
    }

    /// The question as it is asked: a generated one with a fresh problem. `None` if there is none,
    /// which is then said. While it is made, the clock of the interview stands still.
    fn posed(&mut self, question: &'q Question) -> io::Result<Option<&'q Question>> {
        if !matches!(question.kind, Kind::Generated(_)) {
            return Ok(Some(question));
        }
        let words = self.console.words;
        let began = Instant::now();
        let console = &mut *self.console;
        let mut slow = || {
            // A closed output is noticed at the next line.
            let _ = console.plain("", "", words.compiles);
        };
        let posed = self.with.problems.pose(question, self.with.seed, &mut slow);
        self.since += began.elapsed();
        match posed {
            // The report shows it, so it is needed until the end, as the bank is.
            Ok(posed) => Ok(Some(Box::leak(Box::new(posed)))),
            Err(why) => {
                self.console.plain("", "  ", &fill(words.no_problem, &[&why]))?;
                Ok(None)
            }
        }
    }

    fn refuse(&mut self, command: char) -> io::Result<()> {
        let why = match command {
            '?' => say("There are no hints in an interview.", "면접에는 힌트가 없습니다."),
            _ => say(
                "Which answers were right is said at the end.",
                "무엇이 맞았는지는 끝에 알려 줍니다.",
            ),
        };
        self.console.plain("", "", why)
    }

    /// Asks something that has no checker. `None` at the end of input, or on `q`.
    fn aside(&mut self, prompt: &str) -> io::Result<Option<String>> {
        let lead = say("Follow-up: ", "꼬리 질문: ");
        self.console.blank()?;
        self.console.text(lead, "  ", prompt)?;
        loop {
            let Some(line) = self.console.ask(self.console.words.free)? else { return Ok(None) };
            match pose::command(&line) {
                Some('q') => return Ok(None),
                Some('s') => return Ok(Some(String::new())),
                Some(command @ ('?' | '!')) => {
                    self.refuse(command)?;
                    continue;
                }
                _ => {}
            }
            if let Some(answer) = pose::free(self.console, line)? {
                return Ok(Some(answer));
            }
        }
    }

    /// Asks for a concept that was missing, and checks both answers as one.
    fn probe(&mut self, entry: &mut Entry<'q>, concept: usize) -> io::Result<bool> {
        let Kind::Free(rubric) = &entry.question.kind else { return Ok(true) };
        let hint = rubric.concepts[concept].hint.in_language(self.console.language);
        let Some(more) = self.aside(hint)? else { return Ok(false) };
        let both = format!("{}\n{more}", entry.answer.as_deref().unwrap_or(""));
        let checked = self.entry(entry.question, entry.order.clone(), Some(both));
        let answer = entry.answer.take();
        *entry = Entry { answer, ..checked };
        entry.further = Some(Asked { prompt: hint, answer: more, model: None });
        Ok(true)
    }

    fn entry(
        &self,
        question: &'q Question,
        order: Vec<usize>,
        answer: Option<String>,
    ) -> Entry<'q> {
        let language = self.console.language;
        let mut entry = Entry {
            question,
            order,
            answer,
            verdict: Verdict::Fail,
            points: (0, 1),
            said: Vec::new(),
            missing: Vec::new(),
            traps: Vec::new(),
            further: None,
        };
        let text = entry.answer.as_deref().unwrap_or("");
        if let Some(report) = self.with.checker.check(question, text) {
            let Report { verdict, points, of, concepts, traps, .. } = report;
            (entry.verdict, entry.points) = (verdict, (points, of));
            for concept in concepts {
                let list =
                    if concept.said.is_some() { &mut entry.said } else { &mut entry.missing };
                list.push(concept.concept.id.clone());
            }
            entry.traps = traps.iter().map(|trap| trap.misconception.id.clone()).collect();
        } else if let Ok(checked) = quiz::check(question, &entry.order, text) {
            entry.verdict = checked.verdict;
            entry.points = (u32::from(checked.verdict == Verdict::Pass), 1);
            entry.traps.extend(checked.trap.map(|t| t.why.in_language(language).to_owned()));
            let broken = checked.broken.iter().map(|r| r.why.in_language(language).to_owned());
            entry.traps.extend(broken);
            if let Some(choices) = question.kind.choices() {
                let wrong = checked.chosen.iter().filter(|&&i| !choices[i].right);
                let why = |&i: &usize| choices[i].why.in_language(language).to_owned();
                entry.traps.extend(wrong.map(why));
            }
        }
        entry
    }

    /// Keeps the answer as one of an interview, or of the schedule if that was asked for.
    fn keep(&mut self, entry: &Entry, since: Instant) -> io::Result<()> {
        // What nobody judged says nothing about memory.
        let unjudged = entry.verdict == Verdict::CannotTell;
        if entry.answer.is_none() || (unjudged && self.scheduled) {
            return Ok(());
        }
        let question = entry.question;
        let grade = match (entry.verdict, &entry.further) {
            (Verdict::Pass, Some(Asked { model: None, .. })) => Grade::Hard,
            (Verdict::Pass, _) => Grade::Good,
            _ => Grade::Again,
        };
        let now = self.with.keeper.now();
        let mut event = Event::new(&question.id, question.rev, now, entry.verdict, grade);
        event.verdict = entry.verdict.name().to_owned();
        event.mode = if self.scheduled { REVIEW } else { MOCK }.to_owned();
        event.ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
        event.seed = question.posed.as_ref().map(|posed| posed.seed);
        if let Kind::Free(_) = question.kind {
            event.concepts.clone_from(&entry.said);
            event.miss.clone_from(&entry.missing);
            event.trap.clone_from(&entry.traps);
        }
        match self.with.keeper.keep(&event) {
            Ok(()) => Ok(()),
            Err(why) => self.console.plain("", "  ", &fill(self.console.words.not_kept, &[&why])),
        }
    }

    fn report(&self, questions: &[&Question], ended: Ended) -> Vec<Piece> {
        let mut pieces = vec![Piece::Heading(1, say("Mock interview", "모의 면접").to_owned())];
        let date = quiz::clock::date(self.with.keeper.now().day());
        let ending = match ended {
            Ended::All => say("All questions were asked.", "모든 문제를 물었습니다."),
            Ended::Time => say("Time was up.", "시간이 다 되었습니다."),
            Ended::Stopped => say("It was stopped.", "중간에 끝냈습니다."),
        };
        let line =
            say("{}, {} minutes, seed {}, questions: {}. {}", "{}, {}분, 시드 {}, 문제 {}개. {}");
        let values: [&dyn std::fmt::Display; 5] =
            [&date, &self.minutes, &self.with.seed, &questions.len(), &ending];
        pieces.push(Piece::Text(fill(line, &values)));
        if self.entries.is_empty() {
            let none = say("Nothing was answered.", "답한 것이 없습니다.");
            pieces.push(Piece::Text(none.to_owned()));
            return pieces;
        }
        self.score(&mut pieces);
        self.concepts(&mut pieces);
        pieces.push(Piece::Heading(2, say("Your answers", "답").to_owned()));
        for (entry, number) in self.entries.iter().zip(1..) {
            self.answer(&mut pieces, entry, number);
        }
        self.next(&mut pieces);
        pieces
    }

    fn score(&self, pieces: &mut Vec<Piece>) {
        pieces.push(Piece::Heading(2, say("Score", "점수").to_owned()));
        let count = |verdict| {
            self.entries.iter().filter(|e| e.answer.is_some() && e.verdict == verdict).count()
        };
        let skipped = self.entries.iter().filter(|entry| entry.answer.is_none()).count();
        let line = say(
            "Answers: {}. Passed: {}, partly right: {}, wrong: {}, could not be told: {}, skipped: {}.",
            "답 {}개. 통과 {}, 일부 {}, 틀림 {}, 판단 불가 {}, 건너뜀 {}.",
        );
        let values: [&dyn std::fmt::Display; 6] = [
            &(self.entries.len() - skipped),
            &count(Verdict::Pass),
            &count(Verdict::Partial),
            &count(Verdict::Fail),
            &count(Verdict::CannotTell),
            &skipped,
        ];
        pieces.push(Piece::Text(fill(line, &values)));
        // Each question weighs the same, however many points its rubric has.
        let mut topics: BTreeMap<&str, (f64, u32)> = BTreeMap::new();
        for entry in &self.entries {
            let (points, of) = entry.points;
            let topic = topics.entry(&entry.question.topic).or_default();
            topic.0 += f64::from(points) / f64::from(of.max(1));
            topic.1 += 1;
        }
        for (topic, (points, of)) in topics {
            let percent = points / f64::from(of) * 100.0;
            let line = say("{}: {} % of the points in {}", "{}: 점수의 {} %, 문제 {}개");
            pieces.push(Piece::Item(fill(line, &[&topic, &format!("{percent:.0}"), &of])));
        }
    }

    fn concepts(&self, pieces: &mut Vec<Piece>) {
        let language = self.console.language;
        let mut items = Vec::new();
        for entry in &self.entries {
            let parts = [(&entry.said, "✔"), (&entry.missing, "✘")];
            for (id, mark) in parts.into_iter().flat_map(|(ids, m)| ids.iter().map(move |i| (i, m)))
            {
                let label = figures::meaning(entry.question, id, language);
                items.push(Piece::Item(format!("{mark} {}: {label}", entry.question.id)));
            }
        }
        if !items.is_empty() {
            pieces.push(Piece::Heading(2, say("Concepts", "개념").to_owned()));
            pieces.append(&mut items);
        }
    }

    fn answer(&self, pieces: &mut Vec<Piece>, entry: &Entry, number: usize) {
        let (language, words, question) =
            (self.console.language, self.console.words, entry.question);
        pieces.push(Piece::Heading(3, format!("{number}. {} · {}", question.topic, question.id)));
        pieces.push(Piece::Text(question.prompt.in_language(language).to_owned()));
        match &entry.answer {
            None => pieces.push(Piece::Text(words.skipped.to_owned())),
            Some(answer) => {
                pieces.push(Piece::Typed(typed(entry, answer, language)));
                let verdict = match entry.verdict {
                    Verdict::Pass => words.right,
                    Verdict::Partial => words.partial,
                    Verdict::Fail => words.wrong,
                    Verdict::CannotTell => words.cannot_tell,
                };
                let (points, of) = entry.points;
                let points = fill(words.points, &[&points, &of]);
                pieces.push(Piece::Text(format!("{verdict} {points}")));
            }
        }
        if let Some(Asked { prompt, answer, model }) = &entry.further {
            let lead = say("Follow-up: ", "꼬리 질문: ");
            pieces.push(Piece::Text(format!("{lead}{prompt}")));
            if !answer.is_empty() {
                pieces.push(Piece::Typed(answer.clone()));
            }
            if let Some(model) = model {
                pieces.push(Piece::Text(format!("{} {model}", words.model)));
            }
        }
        for trap in &entry.traps {
            let meaning = figures::meaning(question, trap, language);
            let why = if meaning.is_empty() { trap } else { meaning };
            pieces.push(Piece::Item(format!("{} {why}", say("Trap:", "함정:"))));
        }
        let model = match question.model() {
            Some(model) => model.in_language(language).to_owned(),
            None => in_words(question, language),
        };
        pieces.push(Piece::Text(format!("{} {model}", words.model)));
    }

    /// What to read and run: of everything that was not passed.
    fn next(&self, pieces: &mut Vec<Piece>) {
        let mut items: Vec<String> = Vec::new();
        for entry in self.entries.iter().filter(|entry| entry.verdict != Verdict::Pass) {
            let question = entry.question;
            let scene = question.evidence.first();
            let scene = scene.map(|e| format!("cargo run -p lesson-{} -- {}", e.lesson, e.scene));
            let made = || question.posed.as_ref().map(|posed| posed.command.clone());
            let run = scene.or_else(made).map_or_else(String::new, |run| format!(", `{run}`"));
            let item = format!("{}{run}", question.chapter);
            if !items.contains(&item) {
                items.push(item);
            }
        }
        if !items.is_empty() {
            let title = say("To read and to run", "읽고 실행할 것");
            pieces.push(Piece::Heading(2, title.to_owned()));
            pieces.extend(items.into_iter().map(Piece::Item));
        }
    }
}

/// What was typed; of letters also what they stood for.
fn typed(entry: &Entry, answer: &str, language: Language) -> String {
    let Ok(checked) = quiz::check(entry.question, &entry.order, answer) else {
        return answer.to_owned();
    };
    let texts: Vec<&str> = match &entry.question.kind {
        Kind::Order(sequence) => {
            checked.chosen.iter().map(|&i| sequence.items[i].text.in_language(language)).collect()
        }
        Kind::Match(pairs) => {
            let rights = quiz::bank::rights(pairs);
            checked.chosen.iter().map(|&i| rights[i].in_language(language)).collect()
        }
        kind => {
            let choices = kind.choices().unwrap_or_default();
            checked
                .chosen
                .iter()
                .filter_map(|&i| choices.get(i))
                .map(|c| c.text.in_language(language))
                .collect()
        }
    };
    if texts.is_empty() { answer.to_owned() } else { texts.join("\n") }
}

/// The right answer of a question that has no model answer.
fn in_words(question: &Question, language: Language) -> String {
    let texts: Vec<String> = match &question.kind {
        Kind::Order(sequence) => {
            sequence.items.iter().map(|i| i.text.in_language(language).to_owned()).collect()
        }
        Kind::Match(pairs) => pairs
            .iter()
            .map(|p| {
                format!("{} → {}", p.left.in_language(language), p.right.in_language(language))
            })
            .collect(),
        kind => match kind.choices() {
            Some(choices) => choices
                .iter()
                .filter(|choice| choice.right)
                .map(|choice| choice.text.in_language(language).to_owned())
                .collect(),
            None => vec![pose::answer(question, &[], language)],
        },
    };
    texts.join(" / ")
}

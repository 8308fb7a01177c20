//! What follows from a log: figures, the forecast and the plan. And that the forecast is honest.

mod common;

use common::{NOW, bank, run};
use quiz::Verdict;
use quiz::clock::Moment;
use quiz::forecast::{self, Habits};
use quiz::log::{Event, Log, MOCK};
use quiz::progress::Progress;
use quiz::schedule::{Fsrs, Grade, Memory};
use quiz::shuffle::Seed;
use quiz::stats::Stats;
use std::collections::HashMap;

fn event(question: &str, day: &str, grade: Grade) -> Event {
    let at = Moment::parse(&format!("{day}T20:00:00+09:00")).expect("a time");
    let verdict = if grade > Grade::Again { Verdict::Pass } else { Verdict::Fail };
    Event { ms: 30_000, ..Event::new(question, 1, at, verdict, grade) }
}

/// Three weeks of a learner.
fn events() -> Vec<Event> {
    let mut events = Vec::new();
    for (question, day, grade) in [
        ("pipe-full", "2026-11-01", Grade::Good),
        ("pipe-full", "2026-11-03", Grade::Good),
        ("pipe-capacity", "2026-11-10", Grade::Good),
        ("pipe-ends", "2026-11-18", Grade::Again),
        ("pipe-ends", "2026-11-18", Grade::Hard),
        ("shm-open", "2026-11-19", Grade::Good),
        ("general-kill", "2026-11-20", Grade::Again),
        ("no-longer-there", "2026-11-20", Grade::Good),
    ] {
        events.push(event(question, day, grade));
    }
    for (day, miss, trap) in [
        ("2026-11-17", &["name", "who"][..], &["on-disk"][..]),
        ("2026-11-18", &["who"], &[]),
        ("2026-11-20", &["who", "gone-from-the-rubric"], &["on-disk"]),
    ] {
        let mut event = event("pipe-vs-fifo", day, Grade::Again);
        event.hints = 1;
        event.miss = miss.iter().map(ToString::to_string).collect();
        event.trap = trap.iter().map(ToString::to_string).collect();
        events.push(event);
    }
    let mut mock = event("pipe-eof-line", "2026-11-20", Grade::Good);
    mock.mode = MOCK.to_owned();
    events.push(mock);
    events
}

fn kept() -> tempfile::TempDir {
    let kept = tempfile::tempdir().expect("a folder");
    let log = Log::new(kept.path());
    for event in events() {
        log.append(&event).expect("kept");
    }
    kept
}

#[test]
fn stats() {
    let kept = kept();
    insta::assert_snapshot!(run(kept.path(), &["stats"], ""));
    insta::assert_snapshot!("stats_in_korean", run(kept.path(), &["stats", "--lang", "ko"], ""));
    let plan = ["plan", "--interview", "2026-11-25", "--lang", "ko"];
    insta::assert_snapshot!("plan_in_korean", run(kept.path(), &plan, ""));
    insta::assert_snapshot!("due_in_korean", run(kept.path(), &["due", "--lang", "ko"], ""));
    let none = tempfile::tempdir().expect("a folder");
    insta::assert_snapshot!(run(none.path(), &["stats"], ""), @r"
    no answers yet; `cargo run -p quiz` asks you
    exit code 0
    ");
}

#[test]
fn history() {
    let kept = kept();
    let all = run(kept.path(), &["history"], "");
    let some = run(kept.path(), &["history", "--last", "2"], "");
    let one = run(kept.path(), &["history", "pipe-full"], "");
    let gone = run(kept.path(), &["history", "no-longer-there"], "");
    let unknown = run(kept.path(), &["history", "pipe-fill"], "");
    let none = run(tempfile::tempdir().expect("a folder").path(), &["history"], "");
    insta::assert_snapshot!([all, some, one, gone, unknown, none].join("\n"));
}

#[test]
fn reset() {
    let kept = kept();
    let there = || std::fs::read(kept.path().join("reviews.jsonl")).ok();
    let before = there();
    for typed in ["", "no\n", "y\n", "\n"] {
        let said = run(kept.path(), &["reset"], typed);
        assert!(said.contains("Forget 12 answers in `KEPT/reviews.jsonl`?"), "{said}");
        assert!(said.ends_with("nothing was changed\nexit code 0\n"), "{said}");
        assert_eq!(there(), before);
    }
    insta::assert_snapshot!(run(kept.path(), &["reset"], "yes\n"), @r"
    Forget 12 answers in `KEPT/reviews.jsonl`? Type yes: forgotten; the answers are now in `KEPT/reviews-1.old.jsonl`, which you may delete
    exit code 0
    ");
    assert_eq!(there(), None);
    assert_eq!(std::fs::read(kept.path().join("reviews-1.old.jsonl")).ok(), before);
    insta::assert_snapshot!(run(kept.path(), &["reset", "--yes"], ""), @r"
    there are no answers to forget
    exit code 0
    ");
    Log::new(kept.path()).append(&event("shm-open", "2026-11-21", Grade::Good)).expect("kept");
    let again = run(kept.path(), &["reset", "--yes"], "");
    assert!(again.contains("KEPT/reviews-2.old.jsonl"), "{again}");
}

#[test]
fn a_plan() {
    let kept = kept();
    let plan = run(kept.path(), &["plan", "--interview", "2026-12-01"], "");
    let short = run(kept.path(), &["plan", "--interview", "2026-11-23", "--minutes", "1"], "");
    let today = run(kept.path(), &["plan", "--interview", "2026-11-21"], "");
    insta::assert_snapshot!(format!("{plan}\n{short}\n{today}"));
    let new = run(
        tempfile::tempdir().expect("a folder").path(),
        &["plan", "--interview", "2026-11-24"],
        "",
    );
    assert!(new.contains("if you stop now         ░░░░░░░░░░░░░░░░░░░░   0 %"), "{new}");
}

#[test]
fn dates_of_no_interview() {
    let kept = tempfile::tempdir().expect("a folder");
    let said = ["tomorrow", "2026-11-20", "2028-01-01", "2026-02-30"]
        .map(|date| run(kept.path(), &["plan", "--interview", date], ""));
    let session = run(kept.path(), &["--interview", "soon", "--id", "shm-open"], "");
    insta::assert_snapshot!(said.join("") + &session);
}

#[test]
fn before_an_interview_everything_comes_once_more() {
    let kept = tempfile::tempdir().expect("a folder");
    let log = Log::new(kept.path());
    for day in ["2026-10-01", "2026-10-04", "2026-10-20"] {
        log.append(&event("shm-open", day, Grade::Good)).expect("kept");
    }
    let due = |args: &[&str]| {
        let said = run(kept.path(), &[&["--id", "shm-open"], args].concat(), "q\n");
        said.lines().nth(1).expect("the counts").to_owned()
    };
    assert_eq!(due(&[]), "Due: 0. New: 0. Not due yet: 1.");
    assert_eq!(due(&["--interview", "2026-11-23"]), "Due: 0. New: 0. Not due yet: 1.");
    assert_eq!(due(&["--interview", "2026-11-22"]), "Due: 1. New: 0. Not due yet: 0.");
}

#[test]
fn mock_answers_do_not_move_the_schedule() {
    let bank = bank();
    let events = events();
    let without: Vec<Event> = events.iter().filter(|e| e.mode != MOCK).cloned().collect();
    let question = bank.get("pipe-eof-line").expect("a question");
    let progress = Progress::replay(&bank, &events);
    assert!(progress.card(question).is_none());
    let today = Moment::parse(NOW).expect("a time").day();
    let stats = |events: &[Event]| Stats::new(&bank, events, &progress, today);
    assert_eq!(stats(&events).total.answers, stats(&without).total.answers + 1);
}

/// A learner whose memory is what the model says, with answers that come by chance.
struct Learner {
    memories: HashMap<String, (Memory, i64)>,
    events: Vec<Event>,
    chance: Seed,
    first_right: f64,
}

impl Learner {
    fn new(seed: u64) -> Learner {
        let mut chance = Seed::new(seed);
        let first_right = 0.2 + 0.7 * chance.fraction();
        Learner { memories: HashMap::new(), events: Vec::new(), chance, first_right }
    }

    fn recall(&self, question: &str, day: i64) -> f64 {
        let Some((memory, last)) = self.memories.get(question) else { return 0.0 };
        Fsrs::default().recall(*memory, (day - last) as f64)
    }

    fn answer(&mut self, question: &str, day: i64) {
        let known = self.memories.get(question).copied();
        let likely = if known.is_some() { self.recall(question, day) } else { self.first_right };
        let right = self.chance.fraction() < likely;
        let grades = if right { &[Grade::Good][..] } else { &[Grade::Again, Grade::Hard] };
        for &grade in grades {
            let before = self.memories.get(question).copied();
            let days = before.map_or(0, |(_, last)| u32::try_from(day - last).expect("forward"));
            let memory = Fsrs::default().after(before.map(|(memory, _)| memory), days, grade);
            self.memories.insert(question.to_owned(), (memory, day));
            self.events.push(event(question, &quiz::clock::date(day), grade));
        }
    }
}

/// In ten bins of the forecast: how far, in the mean, it is from the share that came true.
fn calibration_error(forecasts: &[(f64, bool)]) -> f64 {
    let mut bins = [(0.0, 0.0, 0.0); 10];
    for &(forecast, came_true) in forecasts {
        let bin = &mut bins[((forecast * 10.0) as usize).min(9)];
        bin.0 += 1.0;
        bin.1 += forecast;
        bin.2 += f64::from(u8::from(came_true));
    }
    bins.iter().map(|(_, said, came)| (said - came).abs()).sum::<f64>() / forecasts.len() as f64
}

/// 1,000 learners with three weeks behind them stop today; is the forecast what comes true?
#[test]
fn the_forecast_of_those_who_stop_comes_true() {
    let bank = bank();
    let today = Moment::parse(NOW).expect("a time").day();
    let mut by_question = Vec::new();
    let (mut off, mut learners) = (0.0, 0.0);
    for seed in 0..1000 {
        let mut learner = Learner::new(seed);
        for day in today - 21..today {
            for question in &bank.questions {
                if learner.chance.fraction() < 0.15 {
                    learner.answer(&question.id, day);
                }
            }
        }
        let interview = today + 1 + (learner.chance.fraction() * 40.0) as i64;
        let progress = Progress::replay(&bank, &learner.events);
        let mut share = 0.0;
        for question in &bank.questions {
            let Some(said) = progress.recall(question, interview) else { continue };
            let came_true = learner.chance.fraction() < learner.recall(&question.id, interview);
            by_question.push((said, came_true));
            share += learner.recall(&question.id, interview);
        }
        let plan = forecast::plan(
            &bank,
            &progress,
            Habits { seconds: 45.0, first_right: 0.5 },
            // Only "stop" is looked at, and it does not depend on the days between.
            interview,
            interview,
            20.0,
        );
        off += (plan.all().0 - share / bank.questions.len() as f64).abs();
        learners += 1.0;
    }
    let error = calibration_error(&by_question);
    assert!(by_question.len() > 5000, "{}", by_question.len());
    assert!(error <= 0.05, "question by question: {error}");
    assert!(off / learners <= 0.05, "learner by learner: {}", off / learners);
}

/// Learners who do each day what the plan says; is the forecast of the first day what comes true?
#[test]
fn the_forecast_of_those_who_follow_comes_true() {
    let bank = bank();
    let today = Moment::parse(NOW).expect("a time").day();
    let (mut said, mut came) = (0.0, 0.0);
    const LEARNERS: u64 = 100;
    for seed in 0..LEARNERS {
        let mut learner = Learner::new(seed);
        for day in today - 10..today {
            for question in &bank.questions {
                if learner.chance.fraction() < 0.15 {
                    learner.answer(&question.id, day);
                }
            }
        }
        let interview = today + 3 + (learner.chance.fraction() * 10.0) as i64;
        let progress = Progress::replay(&bank, &learner.events);
        let habits = Habits { first_right: learner.first_right, seconds: 60.0 };
        said += forecast::plan(&bank, &progress, habits, today, interview, 6.0).all().1;
        for day in today..interview {
            let mut progress = Progress::replay(&bank, &learner.events);
            progress.cap(interview);
            let todays = forecast::today(&bank, &progress, habits, day, interview, 6.0);
            assert!(todays.len() <= 6, "{} in 6 minutes of a minute each", todays.len());
            for question in todays {
                learner.answer(&question.id, day);
            }
        }
        let recall = |q: &quiz::Question| learner.recall(&q.id, interview);
        came += bank.questions.iter().map(recall).sum::<f64>() / bank.questions.len() as f64;
    }
    let (said, came) = (said / LEARNERS as f64, came / LEARNERS as f64);
    assert!((said - came).abs() <= 0.05, "said {said}, came true {came}");
    assert!(came > 0.7, "following it helps: {came}");
}

#[test]
fn habits_of_a_log() {
    let none = Habits::from_log(&[]);
    assert_eq!((none.seconds, none.first_right), (45.0, 0.5));
    let events = events();
    let some = Habits::from_log(&events);
    // Of seven questions three were right at first; a mock interview is no first answer.
    assert_eq!((some.seconds, some.first_right), (30.0, 5.0 / 9.0));
}

//! Keeping the learner's answers while a session runs.

use super::words::{language, say};
use quiz::Bank;
use quiz::clock::Moment;
use quiz::log::{Damage, Dispute, Event, Log};
use quiz::progress::Progress;
use std::path::Path;
use std::time::Instant;

/// In both languages.
const CANNOT: (&str, &str) =
    ("answers of this session cannot be kept", "이번에 푸는 답은 저장할 수 없습니다");

pub(super) struct Keeper {
    /// The log, if answers can be kept.
    log: Option<Log>,
    /// What was answered before this session.
    pub(super) events: Vec<Event>,
    pub(super) progress: Progress,
    clock: Clock,
}

/// The time, or what `--now` says is the time.
#[derive(Clone, Copy)]
pub(super) enum Clock {
    System,
    Fixed(Moment),
}

impl Clock {
    pub(super) fn now(self) -> Moment {
        match self {
            Clock::System => Moment::now(),
            Clock::Fixed(moment) => moment,
        }
    }
}

impl Keeper {
    /// Opens the log of this folder, or of the user. The strings tell what cannot be read, and, if
    /// there will be answers, why they cannot be kept.
    pub(super) fn open(
        bank: &Bank,
        dir: Option<&Path>,
        clock: Clock,
        answers: bool,
    ) -> (Keeper, Vec<String>) {
        let cannot = say(CANNOT.0, CANNOT.1);
        let (log, events, told) = match the_log(dir).and_then(|log| Ok((log.load()?, log))) {
            Ok((loaded, log)) => {
                let mut told = damaged(loaded.damage);
                if let Some(why) = loaded.read_only.as_ref().filter(|_| answers) {
                    let remedy = say(
                        "make its folder writable, or name another with `--data-dir`",
                        "폴더에 쓸 수 있게 하거나 `--data-dir`로 다른 폴더를 고르세요",
                    );
                    told.push(format!("{cannot}: `{}`: {why}; {remedy}", log.file().display()));
                }
                (Some(log).filter(|_| loaded.read_only.is_none()), loaded.events, told)
            }
            Err(why) if answers => (None, Vec::new(), vec![format!("{cannot}: {why}")]),
            Err(why) => (None, Vec::new(), vec![unknown(&why)]),
        };
        let progress = Progress::replay(bank, &events);
        (Keeper { log, events, progress, clock }, told)
    }

    pub(super) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Keeps an answer; when this returns it is on the disk. If it cannot be kept, says why.
    pub(super) fn keep(&self, event: &Event) -> Result<(), String> {
        self.log.as_ref().map_or(Ok(()), |log| log.append(event))
    }

    /// Keeps an answer that the learner holds to be right.
    pub(super) fn dispute(&self, dispute: &Dispute) -> Result<(), String> {
        match &self.log {
            Some(log) => log.dispute(dispute, self.now()),
            None => Err(say(CANNOT.0, CANNOT.1).to_owned()),
        }
    }
}

/// What is remembered of questions of these ids and revisions, where nothing is asked and so nothing
/// need be kept. The strings tell what cannot be read.
pub(super) fn remembered(
    questions: &[(String, u32)],
    dir: Option<&Path>,
) -> (Progress, Vec<String>) {
    let revisions = questions.iter().map(|(id, rev)| (id.as_str(), *rev));
    let read =
        the_log(dir).and_then(|log| log.glance(|answers| Progress::of_answers(revisions, answers)));
    match read {
        Ok((progress, damage)) => (progress, damaged(damage)),
        Err(why) => (Progress::default(), vec![unknown(&why)]),
    }
}

fn unknown(why: &str) -> String {
    format!(
        "{}: {why}",
        say("what you answered before is not known", "지금까지의 답을 알 수 없습니다")
    )
}

/// The log, wherever it is asked for.
pub(super) fn the_log(dir: Option<&Path>) -> Result<Log, String> {
    dir.map_or_else(Log::of_user, |dir| Ok(Log::new(dir)))
}

fn damaged(damage: Vec<Damage>) -> Vec<String> {
    let log = say("log", "기록");
    damage.into_iter().map(|damage| format!("{log}: {}", damage.in_language(language()))).collect()
}

/// One question being answered.
pub(super) struct Attempt {
    pub(super) hints: u32,
    /// Whether it is asked for the first time in this session.
    pub(super) first: bool,
    since: Instant,
}

impl Attempt {
    pub(super) fn new(first: bool) -> Attempt {
        Attempt { hints: 0, first, since: Instant::now() }
    }

    pub(super) fn millis(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

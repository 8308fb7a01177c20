//! Keeping the learner's answers while a session runs.

use quiz::Bank;
use quiz::clock::Moment;
use quiz::log::{Dispute, Event, Log};
use quiz::progress::Progress;
use std::path::Path;
use std::time::Instant;

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
    /// Opens the log of this folder, or of the user. The strings tell what cannot be read or kept.
    pub(super) fn open(bank: &Bank, dir: Option<&Path>, clock: Clock) -> (Keeper, Vec<String>) {
        let mut told = Vec::new();
        let cannot = |why: &str| format!("answers of this session cannot be kept: {why}");
        let log = match dir {
            Some(dir) => Ok(Log::new(dir)),
            None => Log::of_user(),
        };
        let loaded = log.and_then(|log| log.load().map(|loaded| (log, loaded)));
        let (log, events) = match loaded {
            Ok((log, loaded)) => {
                told.extend(loaded.damage.into_iter().map(|damage| format!("log: {damage}")));
                let file = log.file().display().to_string();
                match loaded.read_only {
                    None => (Some(log), loaded.events),
                    Some(why) => {
                        let remedy = "make its folder writable, or name another with `--data-dir`";
                        told.push(cannot(&format!("`{file}`: {why}; {remedy}")));
                        (None, loaded.events)
                    }
                }
            }
            Err(why) => {
                told.push(cannot(&why));
                (None, Vec::new())
            }
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
            None => Err("answers of this session cannot be kept".to_owned()),
        }
    }
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

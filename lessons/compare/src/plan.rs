//! Which rows are measured in which order, and what becomes of the figures.
//!
//! The repetitions of all rows are interleaved, A B C A B C: what drifts while they are measured
//! hits all alike.

use std::time::Instant;

use stage::{Register, Result};

use crate::field::Mechanism;
use crate::limits::Limits;
use crate::measure::board::Board;
use crate::run::{self, Calibration, Kind, Placement, Row};
use draft::Draft;

mod draft;

/// A shorter repetition would say too little.
const SHORTEST_MS: f64 = 20.0;
/// A longer one says hardly more.
const LONGEST_MS: f64 = 300.0;
/// What a repetition costs beside its window: two processes, their meeting, the warm-up.
const AROUND_MS: f64 = 45.0;
/// How long counting the calls may take, once everything is measured.
const COUNTING_S: f64 = 12.0;

/// What is to be measured.
pub struct Plan {
    pub mechanisms: Vec<&'static Mechanism>,
    pub kinds: Vec<Kind>,
    pub placements: Vec<Placement>,
    pub sizes: Vec<usize>,
    pub pins: Vec<usize>,
    pub reps: u64,
    /// How long one repetition of a row measures, in milliseconds.
    pub window_ms: f64,
    /// How many round trips are due in a second, of the kind `paced`.
    pub rate: Option<u64>,
    /// After how many seconds the last repetition must be over, on a machine that has other
    /// things to do, too. The calls are counted after that.
    pub budget_s: Option<f64>,
}

/// What was measured.
pub struct Measured {
    pub calibration: Calibration,
    pub rows: Vec<Row>,
    /// What was left out, and why.
    pub notes: Vec<String>,
    /// Rows that went wrong, which is not the machine's fault.
    pub failed: Vec<String>,
}

/// Where it is told how far it is.
pub trait Progress {
    /// So many of all repetitions are done; the next one is of that row.
    fn at(&mut self, done: usize, of: usize, row: &str);
}

/// How long the last repetition has taken, and all of them.
#[derive(Clone, Copy, Default)]
struct Took {
    last_s: f64,
    all_s: f64,
}

impl Took {
    fn until(&mut self, all_s: f64) {
        *self = Self { last_s: all_s - self.all_s, all_s };
    }
}

impl Plan {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.drafts().map_or(0, |drafts| drafts.len())
    }

    /// The window that lets everything fit into so many seconds, if the machine is quiet.
    pub fn window_for(&self, seconds: f64) -> f64 {
        let trials = (self.rows() as u64 * self.reps).max(1) as f64;
        (seconds * 1e3 / trials - AROUND_MS).clamp(SHORTEST_MS, LONGEST_MS).round()
    }

    /// The window of the next repetition of so many rows, given what the last one has taken, and
    /// all of them: a shorter one where another as long would end too late, none where even the
    /// shortest would.
    fn next_window(&self, window: f64, rows: usize, done: usize, took: Took) -> Option<f64> {
        let Some(budget) = self.budget_s.filter(|_| done > 0 && rows > 0) else {
            return Some(window);
        };
        let left = self.reps.max(1) as f64 - done as f64;
        // What is over for each of the rows of each of the repetitions to come.
        let over_ms = (took.last_s - (budget - took.all_s) / left) * 1e3 / rows as f64;
        let shorter = (window - over_ms.max(0.0)).floor();
        if shorter >= SHORTEST_MS {
            return Some(shorter);
        }
        // Then fewer of them, as short as can be.
        let shortest = took.last_s - (window - SHORTEST_MS).max(0.0) * rows as f64 / 1e3;
        (took.all_s + shortest <= budget).then_some(SHORTEST_MS.min(window))
    }

    /// Measures all of it.
    ///
    /// # Errors
    ///
    /// When not even the limits can be measured, or there is no folder for names.
    pub fn measure(&self, progress: &mut dyn Progress) -> Result<Measured> {
        let register = Register::open("compare")?;
        let board = Board::new()?;
        let mut limits = Limits::default();
        let mut drafts = self.drafts()?;
        let mut failed = Vec::new();
        let rows = drafts.len();
        let all = rows * self.reps as usize;
        let mut notes = Vec::new();
        let begin = Instant::now();
        let mut window = self.window_ms;
        let mut took = Took::default();
        for rep in 0..self.reps as usize {
            took.until(begin.elapsed().as_secs_f64());
            match self.next_window(window, rows, rep, took) {
                Some(next) => window = next,
                None => {
                    notes.push(format!(
                        "The machine was too busy for {} repetitions in time: there are {rep}.",
                        self.reps
                    ));
                    break;
                }
            }
            limits.measure(&board, &self.pins)?;
            for (at, draft) in drafts.iter_mut().enumerate() {
                progress.at(rep * rows + at, all, &draft.name());
                if !draft.is_missing() {
                    failed.extend(draft.repeat(self, window, &board, &register));
                }
            }
        }
        for draft in drafts.iter_mut().filter(|draft| !draft.is_missing()) {
            progress.at(all, all, &format!("counts the calls of {}", draft.name()));
            let late = self
                .budget_s
                .is_some_and(|budget| begin.elapsed().as_secs_f64() > budget + COUNTING_S);
            draft.counts_calls(self, late);
        }
        let rows = drafts.into_iter().map(Draft::row).collect();
        Ok(Measured { calibration: limits.calibration(), rows, notes, failed })
    }

    /// What was asked for, as the run tells it.
    pub fn describe(&self, words: Vec<String>) -> run::Plan {
        run::Plan {
            words,
            kinds: self.kinds.clone(),
            sizes: self.sizes.iter().map(|&size| size as u64).collect(),
            reps: self.reps,
            pins: self.pins.iter().map(|&pin| pin as u64).collect(),
            placements: self.placements.clone(),
            window_ms: self.window_ms,
            rate: self.rate,
        }
    }

    /// What cannot be measured with these processors, and why.
    pub fn notes(&self) -> Vec<String> {
        if self.pins.len() > 1 || !self.placements.contains(&Placement::Cross) {
            return Vec::new();
        }
        let notes = [
            "Only one processor can be used here: nothing was measured between two.",
            "Spinning on one processor costs a time slice for each turn: these figures say nothing \
             about what spinning is for.",
            "How long a cache line takes to another processor is unknown.",
        ];
        notes.map(str::to_owned).to_vec()
    }

    fn drafts(&self) -> Result<Vec<Draft>> {
        let mut drafts = Vec::new();
        for &kind in &self.kinds {
            for &placement in &self.placements {
                for (nth, &size) in self.sizes.iter().enumerate() {
                    for mechanism in &self.mechanisms {
                        let lacks = mechanism.lacks.iter().any(|(lacking, _)| *lacking == kind);
                        // A notification has one size: none. What is missing is said once.
                        let once = (mechanism.carries && !lacks) || nth == 0;
                        if once && (lacks || mechanism.kinds.contains(&kind)) {
                            let size = if mechanism.carries { size } else { 0 };
                            drafts.push(Draft::new(self, mechanism, kind, placement, size)?);
                        }
                    }
                }
            }
        }
        Ok(drafts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(window_ms: f64, reps: u64) -> Plan {
        Plan {
            mechanisms: Vec::new(),
            kinds: Vec::new(),
            placements: Vec::new(),
            sizes: Vec::new(),
            pins: Vec::new(),
            reps,
            window_ms,
            rate: None,
            budget_s: Some(75.0),
        }
    }

    #[test]
    fn a_repetition_that_takes_too_long_makes_the_next_ones_shorter() {
        let plan = plan(60.0, 3);
        let next = |done, last_s, all_s| plan.next_window(60.0, 200, done, Took { last_s, all_s });
        assert_eq!(next(0, 0.0, 0.0), Some(60.0), "nothing is known yet");
        assert_eq!(next(1, 20.0, 20.0), Some(60.0), "there is time enough");
        assert_eq!(next(1, 27.0, 27.0), Some(45.0), "3 s too many for each of two");
        assert_eq!(next(2, 27.0, 54.0), Some(30.0), "6 s too many for the last one");
        assert_eq!(next(2, 20.0, 55.0), Some(60.0), "the first one was slow, not the last one");
        assert_eq!(next(1, 40.0, 40.0), Some(20.0), "there is time for one more, not for two");
        assert_eq!(next(2, 20.0, 74.0), None, "there is none");
    }
}

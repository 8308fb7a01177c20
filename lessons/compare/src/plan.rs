//! Which rows are measured in which order, and what becomes of the figures.
//!
//! The repetitions of all rows are interleaved, A B C A B C: what drifts while they are measured
//! hits all alike.

use std::time::Instant;

use hdrhistogram::Histogram;
use stage::{Register, Result};

use crate::counts;
use crate::field::Mechanism;
use crate::limits::Limits;
use crate::measure::board::{Board, Found, Usage};
use crate::measure::clock::median;
use crate::measure::drive::Amount;
use crate::measure::trial::Trial;
use crate::run::{
    self, Bucket, Calibration, CallCount, Checked, Cost, Figures, Kind, Missing, Placement, Rep,
    Row, Tail,
};

/// Below this, a reading of the clock is a good part of what is measured.
const TOO_SHORT_NS: f64 = 1000.0;
const WARM_UP_MS: f64 = 30.0;
/// So many digits of a time are kept.
const DIGITS: u8 = 3;
/// As long as a sample can tell.
const LONGEST_NS: u64 = u32::MAX as u64;
/// What a repetition costs beside its window: two processes, their meeting, the warm-up.
const AROUND_MS: f64 = 30.0;

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
    /// After how many seconds it must be over, on a machine that has other things to do, too.
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

/// A row while it is measured.
struct Draft {
    mechanism: &'static Mechanism,
    kind: Kind,
    placement: Placement,
    size: usize,
    missing: Option<Missing>,
    reps: Vec<Repetition>,
    times: Histogram<u64>,
    /// The system calls of an operation, or why they could not be counted.
    calls: Option<std::result::Result<Vec<CallCount>, String>>,
}

/// A repetition of a row, and the median of the operations it has timed one by one.
struct Repetition {
    found: Found,
    p50_ns: Option<f64>,
}

impl Plan {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.drafts().map_or(0, |drafts| drafts.len())
    }

    /// The window that lets everything fit into so many seconds.
    pub fn window_for(&self, seconds: f64) -> f64 {
        let trials = (self.rows() as u64 * self.reps).max(1) as f64;
        (seconds * 1e3 / trials - AROUND_MS).clamp(20.0, 300.0).round()
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
        for rep in 0..self.reps as usize {
            // Another repetition takes as long as those before, and something must come after it.
            let spent = begin.elapsed().as_secs_f64();
            let next = spent + if rep == 0 { 0.0 } else { 1.2 * spent / rep as f64 };
            if self.budget_s.is_some_and(|budget| next > budget) {
                notes.push(format!(
                    "The machine was too busy for {} repetitions in time: there are {rep}.",
                    self.reps
                ));
                break;
            }
            limits.measure(&board, &self.pins)?;
            for (at, draft) in drafts.iter_mut().enumerate() {
                progress.at(rep * rows + at, all, &draft.name());
                if draft.missing.is_some() {
                    continue;
                }
                if let Err(error) = draft.repeat(self, &board, &register) {
                    let missing = error.is_missing();
                    let error = error.to_string();
                    if !missing {
                        failed.push(format!("{}: {error}", draft.name()));
                    }
                    let (reason, remedy) = error.split_once("; ").unwrap_or((&error, ""));
                    draft.missing =
                        Some(Missing { reason: reason.to_owned(), remedy: remedy.to_owned() });
                }
            }
        }
        for draft in drafts.iter_mut().filter(|draft| draft.missing.is_none()) {
            progress.at(all, all, &format!("counts the calls of {}", draft.name()));
            let late = self.budget_s.is_some_and(|budget| begin.elapsed().as_secs_f64() > budget);
            draft.calls = Some(if late {
                Err("the time was up before they were counted".to_owned())
            } else {
                counts::count(&draft.trial(self))
            });
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
                        // A notification has one size: none.
                        let once = mechanism.carries || nth == 0;
                        if once && mechanism.kinds.contains(&kind) {
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

impl Draft {
    fn new(
        plan: &Plan,
        mechanism: &'static Mechanism,
        kind: Kind,
        placement: Placement,
        size: usize,
    ) -> Result<Self> {
        let alone = placement == Placement::Cross && plan.pins.len() < 2;
        let missing = alone.then(|| Missing {
            reason: "there is only one processor for the two processes".to_owned(),
            remedy: "let this process use a second one (taskset(1))".to_owned(),
        });
        let times = Histogram::new_with_bounds(1, LONGEST_NS, DIGITS)?;
        Ok(Self { mechanism, kind, placement, size, missing, reps: Vec::new(), times, calls: None })
    }

    fn name(&self) -> String {
        let Self { mechanism, kind, placement, size, .. } = self;
        format!("{} {kind} {placement} {size} B", mechanism.id)
    }

    fn trial<'a>(&self, plan: &'a Plan) -> Trial<'a> {
        let ns = |ms: f64| (ms * 1e6) as u64;
        Trial {
            mechanism: self.mechanism,
            kind: self.kind,
            placement: self.placement,
            size: self.size,
            pins: &plan.pins,
            amount: Amount::Time { warm_up: ns(WARM_UP_MS), window: ns(plan.window_ms) },
            limit_ms: 20_000,
        }
    }

    fn repeat(&mut self, plan: &Plan, board: &Board, register: &Register) -> Result {
        let found = self.trial(plan).run(board, register)?;
        let mut times: Histogram<u64> = Histogram::new_with_bounds(1, LONGEST_NS, DIGITS)?;
        for &ns in &board.samples()[..found.timed] {
            times.saturating_record(u64::from(ns).max(1));
        }
        let p50_ns = (found.timed > 0).then(|| times.value_at_quantile(0.5) as f64);
        self.times.add(times)?;
        self.reps.push(Repetition { found, p50_ns });
        Ok(())
    }

    fn row(self) -> Row {
        let Self { mechanism, kind, placement, size, .. } = self;
        let figures = self.missing.is_none().then(|| self.figures());
        Row {
            mechanism: mechanism.id.to_owned(),
            title: mechanism.title.to_owned(),
            group: mechanism.group,
            wait: mechanism.wait,
            placement,
            kind,
            size: size as u64,
            copies: mechanism.copies,
            figures,
            missing: self.missing,
        }
    }

    fn figures(&self) -> Figures {
        let tail = (!self.times.is_empty()).then(|| self.tail());
        // Which of the two medians is the headline is the same for all repetitions.
        let one_by_one = tail.as_ref().filter(|tail| tail.p50_ns >= TOO_SHORT_NS);
        let reps: Vec<Rep> =
            self.reps.iter().map(|rep| rep.figures(one_by_one.is_some())).collect();
        let mut medians: Vec<f64> = reps.iter().map(|rep| rep.median_ns).collect();
        let mut batches: Vec<f64> =
            self.reps.iter().flat_map(|rep| rep.found.batches()).copied().collect();
        let middle = median(&mut medians);
        let median_ns = one_by_one.map_or(middle, |tail| tail.p50_ns);
        batches.sort_by(f64::total_cmp);
        let (ci95_low_ns, ci95_high_ns) = match one_by_one {
            Some(_) => self.times_ci(),
            None => batches_ci(&batches),
        };
        let sum = |of: fn(&Found) -> u64| self.reps.iter().map(|rep| of(&rep.found)).sum::<u64>();
        Figures {
            median_ns: round(median_ns),
            mb_per_s: (self.kind == Kind::Throughput)
                .then(|| (self.size as f64 * 1e3 / median_ns * 10.0).round() / 10.0),
            ci95_low_ns: round(ci95_low_ns),
            ci95_high_ns: round(ci95_high_ns),
            low_ns: medians.first().copied().unwrap_or(0.0),
            high_ns: medians.last().copied().unwrap_or(0.0),
            best_ns: round(batches.first().copied().unwrap_or(0.0)),
            timed: self.times.len(),
            batched: sum(|found| found.batched),
            tail,
            cost: self.cost(),
            checked: Checked {
                numbered: sum(|found| found.numbered),
                whole: sum(|found| found.whole),
                bytes: sum(|found| found.bytes),
            },
            reps,
        }
    }

    fn tail(&self) -> Tail {
        let at = |quantile| self.times.value_at_quantile(quantile) as f64;
        let recorded = self.times.iter_recorded();
        let buckets = recorded.map(|bucket| Bucket {
            upto_ns: bucket.value_iterated_to(),
            count: bucket.count_since_last_iteration(),
        });
        Tail {
            p50_ns: at(0.5),
            p90_ns: at(0.9),
            p99_ns: at(0.99),
            p999_ns: at(0.999),
            max_ns: self.times.max() as f64,
            buckets: buckets.collect(),
        }
    }

    fn times_ci(&self) -> (f64, f64) {
        let count = self.times.len() as f64;
        let aside = 0.98 / count.sqrt();
        let at = |quantile: f64| self.times.value_at_quantile(quantile) as f64;
        (at((0.5 - aside).max(0.0)), at((0.5 + aside).min(1.0)))
    }

    /// What an operation in a batch has cost in both processes, over all repetitions.
    fn cost(&self) -> Cost {
        let nothing = Usage::default();
        let used = self.reps.iter().fold(nothing, |sum, rep| sum.and(rep.found.used));
        let batched: u64 = self.reps.iter().map(|rep| rep.found.batched).sum();
        let each = used.times(1.0 / batched.max(1) as f64);
        let exactly = |count: f64| (count * 1e4).round() / 1e4;
        Cost {
            cpu_ns: round(each.cpu_ns),
            voluntary: exactly(each.voluntary),
            involuntary: exactly(each.involuntary),
            faults: exactly(each.faults),
            calls: self.calls.as_ref().and_then(|calls| calls.clone().ok()),
            calls_missing: self.calls.as_ref().and_then(|calls| calls.clone().err()),
        }
    }
}

impl Repetition {
    fn figures(&self, one_by_one: bool) -> Rep {
        let Self { found, p50_ns } = self;
        let batch_ns = round(median(&mut found.batches().to_vec()));
        let sent = found.lost + found.got;
        Rep {
            median_ns: p50_ns.filter(|_| one_by_one).unwrap_or(batch_ns),
            batch_ns,
            p50_ns: *p50_ns,
            cacheline_ns: (found.cacheline_ns > 0.0).then(|| round(found.cacheline_ns)),
            lost_percent: round(found.lost_percent),
            stable: found.stable,
            loss_percent: round(100.0 * found.lost as f64 / sent.max(1) as f64),
        }
    }
}

/// The median lies between the values of these two ranks, unless chance has put more than 97.5 %
/// of a fair coin's throws on one side.
fn batches_ci(sorted: &[f64]) -> (f64, f64) {
    let count = sorted.len() as f64;
    let aside = 0.98 * count.sqrt();
    let at = |rank: f64| {
        let rank = rank.clamp(0.0, (count - 1.0).max(0.0)) as usize;
        sorted.get(rank).copied().unwrap_or(0.0)
    };
    (at((count / 2.0 - aside).floor()), at((count / 2.0 + aside).ceil()))
}

/// To a tenth of a nanosecond.
fn round(ns: f64) -> f64 {
    (ns * 10.0).round() / 10.0
}

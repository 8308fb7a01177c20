//! A row while it is measured, and what becomes of its figures.

use hdrhistogram::Histogram;
use stage::{Register, Result};

use super::Plan;
use crate::counts;
use crate::field::Mechanism;
use crate::measure::board::{Board, Found, Usage};
use crate::measure::clock::median;
use crate::measure::drive::Amount;
use crate::measure::trial::Trial;
use crate::run::{
    Bucket, CallCount, Checked, Cost, Figures, Kind, Missing, Placement, Rep, Row, Tail,
};

/// Below this, a reading of the clock is a good part of what is measured.
const TOO_SHORT_NS: f64 = 1000.0;
const WARM_UP_MS: f64 = 30.0;
/// So many digits of a time are kept.
const DIGITS: u8 = 3;
/// As long as a sample can tell.
const LONGEST_NS: u64 = u32::MAX as u64;

/// A row while it is measured.
pub struct Draft {
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

impl Draft {
    /// # Errors
    ///
    /// When there is no memory for its times.
    pub fn new(
        plan: &Plan,
        mechanism: &'static Mechanism,
        kind: Kind,
        placement: Placement,
        size: usize,
    ) -> Result<Self> {
        let alone = placement == Placement::Cross && plan.pins.len() < 2;
        let missing = match mechanism.lacks.iter().find(|(lacking, _)| *lacking == kind) {
            Some((_, why)) => Some(gone(why, "")),
            None if alone => Some(gone(
                "there is only one processor for the two processes",
                "let this process use a second one (taskset(1))",
            )),
            None => None,
        };
        let times = Histogram::new_with_bounds(1, LONGEST_NS, DIGITS)?;
        Ok(Self { mechanism, kind, placement, size, missing, reps: Vec::new(), times, calls: None })
    }

    /// What it is about.
    pub fn name(&self) -> String {
        let Self { mechanism, kind, placement, size, .. } = self;
        format!("{} {kind} {placement} {size} B", mechanism.id)
    }

    /// Whether there will be no figures.
    pub fn is_missing(&self) -> bool {
        self.missing.is_some()
    }

    /// Measures it once more, for so long; says what went wrong if that is not the machine's fault.
    pub fn repeat(
        &mut self,
        plan: &Plan,
        window_ms: f64,
        board: &Board,
        register: &Register,
    ) -> Option<String> {
        let error = self.measures(plan, window_ms, board, register).err()?;
        let missing = error.is_missing();
        let error = error.to_string();
        let (reason, remedy) = error.split_once("; ").unwrap_or((&error, ""));
        self.missing = Some(gone(reason, remedy));
        (!missing).then(|| format!("{}: {error}", self.name()))
    }

    fn measures(
        &mut self,
        plan: &Plan,
        window_ms: f64,
        board: &Board,
        register: &Register,
    ) -> Result {
        let found = self.trial(plan, window_ms).run(board, register)?;
        if let Some(rate) = plan.rate.filter(|_| found.timed == 0) {
            // What is reached in a closed loop is not reached without a pause now and then.
            let possible = (0.9e9 / found.closed_ns).floor();
            return Err(stage::missing(
                format!(
                    "{rate} a second are too many: one after the other, {possible} are possible"
                ),
                "choose a lower `--rate`",
            ));
        }
        let mut times: Histogram<u64> = Histogram::new_with_bounds(1, LONGEST_NS, DIGITS)?;
        for &ns in &board.samples()[..found.timed] {
            times.saturating_record(u64::from(ns).max(1));
        }
        let p50_ns = (found.timed > 0).then(|| times.value_at_quantile(0.5) as f64);
        self.times.add(times)?;
        self.reps.push(Repetition { found, p50_ns });
        Ok(())
    }

    fn trial<'a>(&self, plan: &'a Plan, window_ms: f64) -> Trial<'a> {
        let ns = |ms: f64| (ms * 1e6) as u64;
        let (warm_up, window) = (ns(WARM_UP_MS.min(window_ms)), ns(window_ms));
        Trial {
            mechanism: self.mechanism,
            kind: self.kind,
            placement: self.placement,
            size: self.size,
            pins: &plan.pins,
            amount: match plan.rate {
                Some(rate) => Amount::Paced { warm_up, window, every: 1_000_000_000 / rate },
                None => Amount::Time { warm_up, window },
            },
            limit_ms: 20_000,
        }
    }

    /// Counts the calls of an operation, unless it is too late for that.
    pub fn counts_calls(&mut self, plan: &Plan, late: bool) {
        self.calls = Some(match late {
            true => Err("the time was up before they were counted".to_owned()),
            false => counts::count(&self.trial(plan, plan.window_ms)),
        });
    }

    /// What is told of it.
    pub fn row(self) -> Row {
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
            how: (mechanism.how)(kind).map(str::to_owned),
            figures,
            missing: self.missing,
        }
    }

    fn figures(&self) -> Figures {
        let tail = (!self.times.is_empty()).then(|| self.tail());
        // Which of the two medians is the headline is the same for all repetitions.
        let one_by_one =
            tail.as_ref().filter(|tail| self.kind == Kind::Paced || tail.p50_ns >= TOO_SHORT_NS);
        let reps: Vec<Rep> =
            self.reps.iter().map(|rep| rep.figures(self.kind, one_by_one.is_some())).collect();
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
            mb_per_s: self.kind.one_way().then(|| exactly(self.size as f64 * 1e3 / median_ns)),
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
    fn figures(&self, kind: Kind, one_by_one: bool) -> Rep {
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
            late_percent: (kind == Kind::Paced)
                .then(|| round(100.0 * found.late as f64 / found.timed.max(1) as f64)),
        }
    }
}

fn gone(reason: &str, remedy: &str) -> Missing {
    Missing { reason: reason.to_owned(), remedy: remedy.to_owned() }
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

/// Small enough for what is rare, and for a rate of single bytes.
fn exactly(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}

/// To a tenth of a nanosecond.
fn round(ns: f64) -> f64 {
    (ns * 10.0).round() / 10.0
}

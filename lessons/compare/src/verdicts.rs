//! What a run says of the speed claims of the notes: one rule each.
//!
//! A rule is a list of comparisons: this is faster than that, with this kind, placement and size.
//! A comparison is a ratio of two medians. It can be called when the ratio is outside of 0.9 to
//! 1.1, and the slowest repetition of the one is faster than the fastest of the other; otherwise
//! it is too close to call on this machine. That two cost the same is called wrong only outside of
//! 0.8 to 1.25. Where a cache line took another way in one of the two
//! rows, the ratio counts divided and multiplied by how much that differed: only what is clear in
//! both cases can be called.

mod agreement;
mod rules;

use nojson::{DisplayJson, JsonFormatter};

use crate::run::{Figures, Kind, Placement, Row, Run, Wait};
use crate::show::{bytes, place, ratio, time};
pub use agreement::{Agreement, held};

/// Between these two a ratio says nothing.
const ALIKE: std::ops::RangeInclusive<f64> = 0.9..=1.1;
/// Only outside of these two it is called different: whoever would be called alike in one run must
/// not be called different in the next for a few percent more.
const DIFFERENT: std::ops::RangeInclusive<f64> = 0.8..=1.25;
/// Above this, a cache line took another way in one of two rows.
const SAME_WAY: f64 = 1.5;

/// What a run says of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is so wherever it can be called.
    Holds,
    /// It is not so wherever it can be called.
    DoesNotHold,
    /// It is so here, and not there.
    Depends,
    /// Nothing can be called on this machine.
    TooClose,
    /// This run has not measured it.
    Missing,
}

impl Outcome {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::DoesNotHold => "does not hold",
            Self::Depends => "depends",
            Self::TooClose => "too close to call",
            Self::Missing => "not measured",
        }
    }

    /// In front of a comparison.
    pub fn short(self) -> &'static str {
        match self {
            Self::Holds => "so",
            Self::DoesNotHold => "not so",
            Self::Depends => "depends",
            Self::TooClose => "too close",
            Self::Missing => "not measured",
        }
    }
}

/// A claim and what a run says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The rule's name.
    pub id: &'static str,
    /// The claim, as a statement that can be held against figures.
    pub says: &'static str,
    /// What the notes say that it settles: ids of the ledger.
    pub settles: &'static [&'static str],
    /// What all findings together say.
    pub outcome: Outcome,
    /// Each comparison.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// How many comparisons have that outcome.
    pub fn number(&self, outcome: Outcome) -> usize {
        self.findings.iter().filter(|finding| finding.outcome == outcome).count()
    }

    /// How many comparisons could be made.
    pub fn made(&self) -> usize {
        self.findings.len() - self.number(Outcome::Missing)
    }
}

/// A comparison that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What it says of the claim; never [`Outcome::Depends`].
    pub outcome: Outcome,
    /// The mechanism that should be the faster one, and the other.
    pub faster: String,
    pub slower: String,
    pub kind: Kind,
    pub placement: Placement,
    pub size: u64,
    /// Whether the other is whatever was the fastest of its kind in that run.
    pub best: bool,
    /// How many times the time of the faster one the slower one took: at the medians, and the
    /// least and the most with any repetition of the one and any of the other.
    pub ratio: Option<[f64; 3]>,
    /// All of it for a person: where, what, how much.
    pub text: String,
}

/// What a comparison states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    /// The first takes less time.
    Faster,
    /// Both take the same time.
    Alike,
}

/// A comparison to be made.
#[derive(Clone, Debug)]
struct Test {
    one: String,
    other: String,
    relation: Relation,
    kind: Kind,
    placement: Placement,
    size: u64,
    /// Whether the other was chosen for being the fastest.
    best: bool,
}

/// Every verdict on this run, in the order of the notes.
pub fn all(run: &Run) -> Vec<Verdict> {
    rules::ALL
        .iter()
        .map(|rule| {
            let findings: Vec<Finding> = (rule.tests)(run).iter().map(|it| it.made(run)).collect();
            let outcome = together(&findings);
            Verdict { id: rule.id, says: rule.says, settles: rule.settles, outcome, findings }
        })
        .collect()
}

/// Only what can be called counts.
fn together(findings: &[Finding]) -> Outcome {
    let any = |outcome| findings.iter().any(|finding| finding.outcome == outcome);
    match (any(Outcome::Holds), any(Outcome::DoesNotHold), any(Outcome::TooClose)) {
        (true, true, _) => Outcome::Depends,
        (true, false, _) => Outcome::Holds,
        (false, true, _) => Outcome::DoesNotHold,
        (false, false, true) => Outcome::TooClose,
        (false, false, false) => Outcome::Missing,
    }
}

impl Test {
    fn made(&self, run: &Run) -> Finding {
        let finding = |outcome, ratio, text| Finding {
            outcome,
            faster: self.one.clone(),
            slower: self.other.clone(),
            kind: self.kind,
            placement: self.placement,
            size: self.size,
            best: self.best,
            ratio,
            text,
        };
        let what = match self.kind {
            Kind::Latency => "round trip",
            Kind::Paced => "round trip, paced",
            Kind::Throughput => "one way",
            Kind::Touched => "one way, written and read",
        };
        let whose = format!("{}, {}, {what}", place(run, self.placement), bytes(self.size));
        let row = |id: &str| run.row(id, self.kind, self.placement, self.size);
        let (one, other) = (row(&self.one), row(&self.other));
        let figures = |row: Option<&'_ Row>| row.and_then(|row| row.figures.clone());
        let (Some(first), Some(second)) = (figures(one), figures(other)) else {
            let (id, gone) =
                if figures(one).is_none() { (&self.one, one) } else { (&self.other, other) };
            let why =
                gone.and_then(|row| row.missing.as_ref()).map(|missing| missing.reason.clone());
            let why = why.unwrap_or_else(|| "not a part of this run".to_owned());
            return finding(Outcome::Missing, None, format!("{whose}: {id}: {why}"));
        };
        let shown = |row: Option<&Row>, figures: &Figures| {
            let name = row.map_or("", |row| row.mechanism.as_str());
            let waits = row.map_or("", |row| manner(row.wait));
            format!("{name} ({waits}) {}", time(figures.median_ns))
        };
        let both = format!("{}, {}", shown(one, &first), shown(other, &second));
        let times = second.median_ns / first.median_ns;
        let Spread { low, high, apart } = spread(&first, &second, times);
        let outcome = self.relation.judged(times, low, high);
        let range = match (first.reps.len().min(second.reps.len()), apart) {
            (_, true) => format!(
                "; a cache line took another way meanwhile, so it may be {} to {}",
                ratio(low),
                ratio(high)
            ),
            (..=1, _) => String::new(),
            _ => format!(" ({} to {})", ratio(low), ratio(high)),
        };
        let text = format!("{whose}: {both}: {} times as long{range}", ratio(times));
        finding(outcome, Some([times, low, high]), text)
    }
}

impl Relation {
    /// The ratio at the medians, and its least and most with any two repetitions.
    fn judged(self, times: f64, low: f64, high: f64) -> Outcome {
        let alike = ALIKE.contains(&times);
        let agree = low > 1.0 || high < 1.0;
        match self {
            Self::Alike if alike => Outcome::Holds,
            Self::Alike if agree && !DIFFERENT.contains(&times) => Outcome::DoesNotHold,
            Self::Faster if alike || !agree => Outcome::TooClose,
            Self::Faster if times > 1.0 => Outcome::Holds,
            Self::Faster => Outcome::DoesNotHold,
            Self::Alike => Outcome::TooClose,
        }
    }
}

/// How far the ratios of the repetitions lie apart.
struct Spread {
    low: f64,
    high: f64,
    /// Whether a part of it is that a cache line took another way.
    apart: bool,
}

fn spread(one: &Figures, other: &Figures, times: f64) -> Spread {
    let mut spread = Spread { low: times, high: times, apart: false };
    for one in &one.reps {
        for other in &other.reps {
            let times = other.median_ns / one.median_ns;
            let way = match (one.cacheline_ns, other.cacheline_ns) {
                (Some(a), Some(b)) if a.max(b) > SAME_WAY * a.min(b) => a.max(b) / a.min(b),
                _ => 1.0,
            };
            spread.apart |= way > 1.0;
            spread.low = spread.low.min(times / way);
            spread.high = spread.high.max(times * way);
        }
    }
    spread
}

fn manner(wait: Wait) -> &'static str {
    match wait {
        Wait::Block => "sleeps",
        Wait::Spin => "spins",
        Wait::Adaptive => "spins, then sleeps",
    }
}

impl DisplayJson for Outcome {
    fn fmt(&self, f: &mut JsonFormatter<'_, '_>) -> std::fmt::Result {
        f.string(self.word())
    }
}

impl DisplayJson for Verdict {
    fn fmt(&self, f: &mut JsonFormatter<'_, '_>) -> std::fmt::Result {
        f.object(|f| {
            f.member("id", self.id)?;
            f.member("says", self.says)?;
            f.member("verdict", self.outcome)?;
            f.member("settles", self.settles)?;
            f.member("compared", self.made())?;
            f.member("too_close", self.number(Outcome::TooClose))?;
            f.member("findings", &self.findings)
        })
    }
}

impl DisplayJson for Finding {
    fn fmt(&self, f: &mut JsonFormatter<'_, '_>) -> std::fmt::Result {
        f.object(|f| {
            f.member("outcome", self.outcome)?;
            f.member("faster", &self.faster)?;
            f.member("slower", &self.slower)?;
            f.member("kind", self.kind)?;
            f.member("placement", self.placement)?;
            f.member("size", self.size)?;
            f.member("ratio", self.ratio)?;
            f.member("text", &self.text)
        })
    }
}

#[cfg(test)]
mod tests;

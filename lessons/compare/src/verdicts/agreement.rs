//! What two runs say of the same claims: whether a reader may trust a verdict to be the same
//! tomorrow.

use super::{Finding, Outcome, Verdict, all};
use crate::run::{Kind, Placement, Run};

/// How two verdicts on one claim stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// They are the same.
    Same,
    /// They differ, but no comparison was called one way then and the other way now: what makes
    /// the difference was too close to call in one of the runs, or not measured.
    TooClose,
    /// One holds and the other does not, or they differ since a comparison has turned round.
    Contradicts,
}

/// A claim, and what two runs say of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The rule's name.
    pub id: &'static str,
    pub old: Outcome,
    pub new: Outcome,
    pub agreement: Agreement,
    /// How many comparisons both runs have made.
    pub made: usize,
    /// How many of them were too close to call in one of the runs, or in both.
    pub close: usize,
    /// Those that are so in one run and not so in the other: what each says of it.
    pub turned: Vec<(String, String)>,
}

/// All claims that both runs have something to say of.
pub fn held(old: &Run, new: &Run) -> Vec<Held> {
    let pairs = all(old).into_iter().zip(all(new));
    pairs
        .map(|(old, new)| one(&old, &new))
        .filter(|held| held.old != Outcome::Missing && held.new != Outcome::Missing)
        .collect()
}

fn one(old: &Verdict, new: &Verdict) -> Held {
    let made: Vec<(&Finding, &Finding)> = old
        .findings
        .iter()
        .filter_map(|then| Some((then, new.findings.iter().find(|now| about(now) == about(then))?)))
        .filter(|(then, now)| then.outcome != Outcome::Missing && now.outcome != Outcome::Missing)
        .collect();
    let is_close = |finding: &Finding| finding.outcome == Outcome::TooClose;
    let close = made.iter().filter(|(then, now)| is_close(then) || is_close(now)).count();
    let turned: Vec<(String, String)> = made
        .iter()
        .filter(|(then, now)| are_opposite(then.outcome, now.outcome))
        .map(|(then, now)| (then.text.clone(), now.text.clone()))
        .collect();
    let agreement = if old.outcome == new.outcome {
        Agreement::Same
    } else if are_opposite(old.outcome, new.outcome) || !turned.is_empty() {
        Agreement::Contradicts
    } else {
        Agreement::TooClose
    };
    Held {
        id: old.id,
        old: old.outcome,
        new: new.outcome,
        agreement,
        made: made.len(),
        close,
        turned,
    }
}

/// What a finding compares. Which channel is the fastest may change from run to run.
fn about(finding: &Finding) -> (&str, Option<&str>, Kind, Placement, u64) {
    let other = (!finding.best).then_some(finding.slower.as_str());
    (&finding.faster, other, finding.kind, finding.placement, finding.size)
}

fn are_opposite(one: Outcome, other: Outcome) -> bool {
    use Outcome::{DoesNotHold, Holds};
    matches!((one, other), (Holds, DoesNotHold) | (DoesNotHold, Holds))
}

//! As JSON: the run's own members, and the verdicts on it.

use crate::run::Run;
use crate::verdicts::{self, Verdict};

/// One line of JSON: what [`Run::to_json`] writes, with one member more, `claims`: what each rule
/// says of this run.
pub fn json(run: &Run) -> String {
    with_claims(run, &verdicts::all(run))
}

fn with_claims(run: &Run, verdicts: &[Verdict]) -> String {
    let run = run.to_json();
    let open = run.strip_suffix('}').unwrap_or(&run);
    format!("{open},\"claims\":{}}}", nojson::Json(verdicts))
}

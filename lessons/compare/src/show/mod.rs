//! How a [`Run`] is shown: as a table, as CSV, as JSON, as charts, beside another.

mod agreement;
mod chart;
mod csv;
mod difference;
mod json;
mod page;
mod table;
mod units;

pub use agreement::contradicts;
pub use chart::charts;
pub use csv::csv;
pub use difference::difference;
pub use json::json;
pub use page::{Piece, pieces};
pub use table::{Style, claims, table};
pub use units::{bytes, ratio, time};

use crate::run::{Kind, Placement, Row, Run};

/// The sizes that a run has figures of, in ascending order. A notification has none.
pub fn sizes(run: &Run) -> Vec<u64> {
    let mut sizes: Vec<u64> =
        run.rows.iter().map(|row| row.size).filter(|&size| size > 0).collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

/// The rows of one kind, placement and size, the fastest first, the missing ones last. A
/// notification stands among the smallest messages.
pub fn ladder(run: &Run, kind: Kind, placement: Placement, size: u64) -> Vec<&Row> {
    let smallest = sizes(run).first() == Some(&size);
    let mut rows: Vec<&Row> = run
        .rows
        .iter()
        .filter(|row| row.kind == kind && row.placement == placement)
        .filter(|row| row.size == size || (row.size == 0 && smallest))
        .collect();
    let time = |row: &Row| row.figures.as_ref().map_or(f64::INFINITY, |figures| figures.median_ns);
    rows.sort_by(|a, b| time(a).total_cmp(&time(b)));
    rows
}

/// The kinds, in the order in which they are shown.
pub const KINDS: [Kind; 4] = [Kind::Latency, Kind::Paced, Kind::Throughput, Kind::Touched];

/// Where the two processes of a placement run, in words.
pub fn place(run: &Run, placement: Placement) -> String {
    let pins = &run.plan.pins;
    match (placement, pins.as_slice()) {
        (Placement::Same, [one, ..]) => format!("one processor ({one})"),
        (Placement::Cross, [one, other, ..]) => format!("two processors ({one} and {other})"),
        (Placement::Same, []) => "one processor".to_owned(),
        (Placement::Cross, _) => "two processors".to_owned(),
    }
}

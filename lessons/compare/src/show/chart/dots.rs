//! Charts of one size, with a dot for each mechanism.

use std::fmt::Write as _;

use super::axis::{Axis, tick};
use super::tables::ladder_table;
use super::{Chart, NAMES, RIGHT, ROW, TOP, WIDTH, escaped, open, question, shown, value};
use crate::run::{Figures, Kind, Placement, Row, Run};
use crate::show::ladder;
use crate::show::table::memcpy;

/// How far a row's figures reach: up to the 99th percentile, or over all repetitions.
fn whisker(kind: Kind, figures: &Figures, size: u64) -> (f64, f64) {
    match (kind, &figures.tail) {
        (Kind::Latency | Kind::Paced, Some(tail)) => {
            (figures.median_ns, tail.p99_ns.max(figures.median_ns))
        }
        (Kind::Latency | Kind::Paced, None) => (figures.low_ns, figures.high_ns),
        // Bytes in a nanosecond are a thousand megabytes a second.
        (Kind::Throughput | Kind::Touched, _) => {
            (size as f64 / figures.high_ns * 1e3, size as f64 / figures.low_ns * 1e3)
        }
    }
}

/// One chart: a line for each mechanism, the fastest on top.
pub fn dots(run: &Run, name: &str, kind: Kind, placement: Placement, size: u64) -> Option<Chart> {
    let ladder = ladder(run, kind, placement, size);
    let rows: Vec<(&Row, &Figures)> =
        ladder.iter().filter_map(|row| Some((*row, row.figures.as_ref()?))).collect();
    if rows.is_empty() {
        return None;
    }
    let (limit, said) = match (kind, placement) {
        (Kind::Latency | Kind::Paced, Placement::Same) => {
            (Some(run.calibration.switch_floor_ns), "two switches and two calls")
        }
        (Kind::Latency | Kind::Paced, Placement::Cross) => {
            (run.calibration.cacheline_ns, "a cache line there and back")
        }
        (Kind::Throughput | Kind::Touched, _) => (memcpy(run, size), "a plain copy"),
    };
    let ends = rows.iter().flat_map(|(_, figures)| {
        let (low, high) = whisker(kind, figures, size);
        [value(kind, figures), low, high]
    });
    let hollow = rows.iter().filter_map(|(row, _)| moved(run, row));
    let axis = Axis::over(ends.chain(hollow).chain(limit), NAMES, WIDTH - NAMES - RIGHT - 66.0);
    let bottom = TOP + 18.0 + ROW * rows.len() as f64;
    let question = question(run, kind, placement, size);
    let told: Vec<String> = rows
        .iter()
        .map(|(row, figures)| {
            let moved = moved(run, row)
                .map_or(String::new(), |moved| format!(" (moved only: {})", shown(kind, moved)));
            format!("{} {}{moved}", row.title, shown(kind, value(kind, figures)))
        })
        .collect();
    let mut out = open(name, bottom + 26.0, &question, &told.join("; "));
    for at in axis.ticks() {
        let x = axis.at(at);
        let _ = write!(
            out,
            "<path class=\"grid\" d=\"M{x:.1} {:.1}V{bottom:.1}\"/><text class=\"tick\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            TOP + 8.0,
            bottom + 17.0,
            tick(kind, at)
        );
    }
    if let Some(limit) = limit {
        let x = axis.at(limit);
        let (anchor, place) = if x > WIDTH / 2.0 { ("end", x - 5.0) } else { ("start", x + 5.0) };
        let _ = write!(
            out,
            "<path class=\"limit\" d=\"M{x:.1} {TOP:.1}V{bottom:.1}\"/><text class=\"said\" x=\"{place:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{said}: {}</text>",
            TOP + 2.0,
            shown(kind, limit)
        );
    }
    for (at, (row, figures)) in rows.iter().enumerate() {
        let y = TOP + 18.0 + ROW * at as f64 + ROW / 2.0;
        let (low, high) = whisker(kind, figures, size);
        let (x, low, high) = (axis.at(value(kind, figures)), axis.at(low), axis.at(high));
        if let Some(moved) = moved(run, row) {
            // Hollow: the same bytes, moved and not looked at.
            let _ = write!(
                out,
                "<circle class=\"moved\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"4\"/>",
                axis.at(moved)
            );
        }
        let _ = write!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text><path class=\"whisker\" d=\"M{low:.1} {y:.1}H{high:.1}\"/><circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/><text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            NAMES - 8.0,
            y + 4.5,
            escaped(&row.mechanism),
            moved(run, row).map_or(x, |moved| axis.at(moved)).max(x).max(high) + 8.0,
            y + 4.5,
            shown(kind, value(kind, figures)),
        );
    }
    out += "</svg>";
    let table = ladder_table(run, kind, &ladder, size);
    Some(Chart { name: name.to_owned(), question, svg: out, table })
}

/// The rate of moving the bytes alone, beside which a row stands that touches them, too.
fn moved(run: &Run, row: &Row) -> Option<f64> {
    if row.kind != Kind::Touched {
        return None;
    }
    let moved = run.row(&row.mechanism, Kind::Throughput, row.placement, row.size)?;
    moved.figures.as_ref()?.mb_per_s
}

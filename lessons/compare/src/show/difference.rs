//! Two runs side by side: an earlier one of this machine, or one of another machine.
//!
//! A time can be compared where both runs had the same floor (on one processor), or the same way
//! for a cache line (on two); elsewhere the ratio is void. How many times the pipe's time it is
//! can be compared in any case, since both figures come from one run.

use std::fmt::Write as _;

use super::table::{Style, wrapped};
use super::units::{bytes, ratio, time};
use super::{KINDS, agreement, place, sizes};
use crate::run::{Figures, Kind, Placement, Row, Run};

/// Calibrations that differ by more cannot be compared.
const SAME: f64 = 1.5;

/// The rows that both runs have, and the verdicts of both.
pub fn difference(old: &Run, new: &Run, style: &Style) -> String {
    let mut out = String::new();
    for (name, run) in [("old", old), ("new", new)] {
        let machine = &run.machine;
        let text = format!(
            "{}, {}, Linux {}, floor {}, cache line {}",
            run.when,
            machine.cpu,
            machine.kernel,
            time(run.calibration.switch_floor_ns),
            run.calibration.cacheline_ns.map_or("-".to_owned(), time),
        );
        let _ = writeln!(out, "{}", wrapped(&text, &format!("{name}: "), style.width));
    }
    for kind in KINDS {
        for placement in [Placement::Same, Placement::Cross] {
            out += &block(old, new, kind, placement);
        }
    }
    for (name, run, other) in [("old", old, new), ("new", new, old)] {
        let alone: Vec<String> = run
            .rows
            .iter()
            .filter(|row| row.figures.is_some() && partner(other, row).is_none())
            .map(|row| {
                format!("{} ({}, {}, {})", row.mechanism, row.kind, row.placement, bytes(row.size))
            })
            .collect();
        if !alone.is_empty() {
            let _ = writeln!(
                out,
                "\n{}",
                wrapped(&alone.join("; "), &format!("only {name}: "), style.width)
            );
        }
    }
    let legend = "new/old: how many times the time; pipe: how many times the time of the pipe, then and now; \
                  void: the calibrations differ by more than half, so the times tell of the machine";
    let _ = writeln!(out, "\n{}", wrapped(legend, "", style.width));
    out + &agreement::agreement(old, new, style)
}

fn block(old: &Run, new: &Run, kind: Kind, placement: Placement) -> String {
    let mut out = String::new();
    let sizes = sizes(new);
    for row in new.rows.iter().filter(|row| (row.kind, row.placement) == (kind, placement)) {
        let Some((before, now)) = partner(old, row) else { continue };
        let size = if row.size > 0 { row.size } else { sizes.first().copied().unwrap_or(0) };
        let against = |run: &Run, figures: &Figures| {
            let pipe = run.row("pipe", kind, placement, size).and_then(|row| row.figures.as_ref());
            pipe.map_or("-".to_owned(), |pipe| ratio(figures.median_ns / pipe.median_ns))
        };
        let void = is_void(old, new, before, now, placement);
        let times = if void { "void".to_owned() } else { ratio(now.median_ns / before.median_ns) };
        let _ = writeln!(
            out,
            "{:18} {:>8} {:>9} {:>9} {times:>8} {:>8} {:>8}",
            row.mechanism,
            if row.size > 0 { bytes(row.size) } else { "-".to_owned() },
            time(before.median_ns),
            time(now.median_ns),
            against(old, before),
            against(new, now),
        );
    }
    if out.is_empty() {
        return out;
    }
    let kind = match kind {
        Kind::Latency => "Round trip",
        Kind::Paced => "Round trip, paced",
        Kind::Throughput => "One way",
        Kind::Touched => "One way, written and read",
    };
    format!(
        "\n{kind}, {}\n{:18} {:>8} {:>9} {:>9} {:>8} {:>8} {:>8}\n{out}",
        place(new, placement),
        "",
        "size",
        "old",
        "new",
        "new/old",
        "pipe old",
        "pipe new",
    )
}

/// The figures of that row in the other run, and its own.
fn partner<'a>(other: &'a Run, row: &'a Row) -> Option<(&'a Figures, &'a Figures)> {
    let found = other.row(&row.mechanism, row.kind, row.placement, row.size)?;
    Some((found.figures.as_ref()?, row.figures.as_ref()?))
}

fn is_void(old: &Run, new: &Run, before: &Figures, now: &Figures, placement: Placement) -> bool {
    let differ = |a: f64, b: f64| a.max(b) > SAME * a.min(b);
    match placement {
        Placement::Same => differ(old.calibration.switch_floor_ns, new.calibration.switch_floor_ns),
        Placement::Cross => match (cacheline(before), cacheline(now)) {
            (Some(a), Some(b)) => differ(a, b),
            _ => false,
        },
    }
}

fn cacheline(figures: &Figures) -> Option<f64> {
    let mut all: Vec<f64> = figures.reps.iter().filter_map(|rep| rep.cacheline_ns).collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied()
}

//! The figures of a chart as a table of HTML.

use std::fmt::Write as _;

use super::escaped;
use crate::run::{Figures, Kind, Row, Run};
use crate::show::table::{against_moving, memcpy};
use crate::show::units::{count, rate, ratio, share, time};

/// All figures of a ladder for who cannot see the picture, or wants to know more.
pub fn ladder_table(run: &Run, kind: Kind, ladder: &[&Row], size: u64) -> String {
    let head: &[&str] = match kind {
        Kind::Latency | Kind::Paced => {
            &["median", "p99", "max", "x pipe", "x floor", "CPU", "calls", "sleeps"]
        }
        Kind::Touched => {
            &["rate", "each", "x pipe", "of memcpy", "CPU", "calls", "sleeps", "x moved"]
        }
        Kind::Throughput => {
            &["rate", "each", "x pipe", "of memcpy", "CPU", "calls", "sleeps", "faults"]
        }
    };
    let mut out = "<table><thead><tr><th scope=\"col\">Mechanism</th>".to_owned();
    for name in head {
        let _ = write!(out, "<th scope=\"col\">{name}</th>");
    }
    out += "</tr></thead><tbody>\n";
    for row in ladder {
        let key = format!("{}/{}/{}/{}", row.mechanism, row.kind, row.placement, row.size);
        let how = row.how.as_ref().map_or(String::new(), |how| format!(": {how}"));
        let _ = write!(
            out,
            "<tr data-row=\"{}\"><th scope=\"row\">{}{}</th>",
            escaped(&key),
            escaped(&row.title),
            escaped(&how)
        );
        match (&row.figures, &row.missing) {
            (Some(figures), _) => {
                for cell in cells(run, kind, row, figures, size) {
                    let _ = write!(out, "<td>{}</td>", escaped(&cell));
                }
            }
            (None, missing) => {
                let why = missing.as_ref().map_or("not measured", |missing| &missing.reason);
                let _ = write!(out, "<td colspan=\"{}\">{}</td>", head.len(), escaped(why));
            }
        }
        out += "</tr>\n";
    }
    out + "</tbody></table>"
}

fn cells(run: &Run, kind: Kind, row: &Row, figures: &Figures, size: u64) -> [String; 8] {
    let dash = || "-".to_owned();
    let pipe = run.row("pipe", kind, row.placement, size).and_then(|row| row.figures.as_ref());
    let pipe = pipe.map_or_else(dash, |pipe| ratio(figures.median_ns / pipe.median_ns));
    let calls = figures.cost.total_calls().map_or_else(dash, count);
    let (cpu, sleeps) = (time(figures.cost.cpu_ns), count(figures.cost.voluntary));
    match kind {
        Kind::Latency | Kind::Paced => [
            time(figures.median_ns),
            figures.tail.as_ref().map_or_else(dash, |tail| time(tail.p99_ns)),
            figures.tail.as_ref().map_or_else(dash, |tail| time(tail.max_ns)),
            pipe,
            ratio(figures.median_ns / run.calibration.switch_floor_ns),
            cpu,
            calls,
            sleeps,
        ],
        Kind::Throughput | Kind::Touched => [
            figures.mb_per_s.map_or_else(dash, rate),
            time(figures.median_ns),
            pipe,
            figures
                .mb_per_s
                .zip(memcpy(run, size))
                .map_or_else(dash, |(is, could)| share(is / could)),
            cpu,
            calls,
            sleeps,
            match kind {
                Kind::Touched => against_moving(run, row, figures).map_or_else(dash, ratio),
                _ => count(figures.cost.faults),
            },
        ],
    }
}

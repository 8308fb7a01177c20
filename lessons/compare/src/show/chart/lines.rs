//! Charts over all sizes, with a line for each of a few mechanisms.

use std::fmt::Write as _;

use super::axis::{Axis, tick};
use super::{Chart, TOP, WIDTH, open, shown, value};
use crate::run::{Kind, Placement, Run};
use crate::show::table::memcpy;
use crate::show::units::bytes;
use crate::show::{place, sizes};

/// The mechanisms whose lines a chart over all sizes has: no more than can be told apart.
const FOLLOWED: [(&str, &str); 4] = [
    ("pipe", "var(--mark)"),
    ("unix", "var(--limit)"),
    ("shm-futex", "var(--third)"),
    ("tcp", "var(--fourth)"),
];

/// One chart: a line for each of a few mechanisms, from the smallest to the largest size.
pub fn lines(run: &Run, name: &str, kind: Kind, placement: Placement) -> Option<Chart> {
    let sizes = sizes(run);
    let figures = |id: &str, size: u64| {
        run.row(id, kind, placement, size).and_then(|row| row.figures.as_ref())
    };
    let followed: Vec<(&str, &str)> = FOLLOWED
        .into_iter()
        .filter(|(id, _)| sizes.iter().any(|size| figures(id, *size).is_some()))
        .collect();
    if sizes.len() < 3 || followed.is_empty() {
        return None;
    }
    let (left, right, bottom) = (74.0, WIDTH - 100.0, 320.0);
    let all: Vec<f64> = followed
        .iter()
        .flat_map(|(id, _)| sizes.iter().filter_map(|size| Some(value(kind, figures(id, *size)?))))
        .collect();
    let limits: Vec<f64> = match kind {
        Kind::Latency | Kind::Paced => Vec::new(),
        Kind::Throughput | Kind::Touched => {
            sizes.iter().filter_map(|size| memcpy(run, *size)).collect()
        }
    };
    let up = Axis::over(all.iter().chain(&limits).copied(), 0.0, bottom - TOP - 10.0);
    let y = |value: f64| bottom - up.at(value);
    let step = (right - left) / (sizes.len() - 1) as f64;
    let question = match kind {
        Kind::Latency | Kind::Paced => "How does the time of a round trip grow with the message?",
        Kind::Throughput | Kind::Touched => "How does the rate grow with the message?",
    };
    let question = format!("{question} On {}", place(run, placement));
    let told: Vec<String> = followed
        .iter()
        .map(|(id, _)| {
            let values = sizes.iter().filter_map(|size| {
                Some(format!("{} {}", bytes(*size), shown(kind, value(kind, figures(id, *size)?))))
            });
            format!("{id}: {}", values.collect::<Vec<_>>().join(", "))
        })
        .collect();
    let mut out = open(name, bottom + 26.0, &question, &told.join("; "));
    for at in up.ticks() {
        let _ = write!(
            out,
            "<path class=\"grid\" d=\"M{left:.1} {:.1}H{right:.1}\"/><text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            y(at),
            left - 8.0,
            y(at) + 4.0,
            tick(kind, at)
        );
    }
    for (at, size) in sizes.iter().enumerate() {
        let _ = write!(
            out,
            "<text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            left + step * at as f64,
            bottom + 18.0,
            bytes(*size)
        );
    }
    if kind.one_way() && limits.len() == sizes.len() {
        let points: Vec<String> = limits
            .iter()
            .enumerate()
            .map(|(at, limit)| format!("{:.1} {:.1}", left + step * at as f64, y(*limit)))
            .collect();
        let _ = write!(
            out,
            "<path class=\"limit\" fill=\"none\" d=\"M{}\"/><text class=\"said\" x=\"{:.1}\" y=\"{:.1}\">memcpy</text>",
            points.join("L"),
            right + 10.0,
            y(limits[limits.len() - 1]) + 4.0
        );
    }
    let mut ends = Vec::new();
    for (id, colour) in followed {
        let points: Vec<(f64, f64)> = sizes
            .iter()
            .enumerate()
            .filter_map(|(at, size)| {
                Some((left + step * at as f64, y(value(kind, figures(id, *size)?))))
            })
            .collect();
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        let _ = write!(
            out,
            "<path class=\"line\" style=\"stroke:{colour}\" d=\"M{}\"/>",
            path.join("L")
        );
        for (x, y) in &points {
            let _ = write!(
                out,
                "<circle style=\"fill:{colour}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/>"
            );
        }
        ends.extend(points.last().map(|(x, y)| (*y, *x, id, colour)));
    }
    // Names that would cover each other make room, from the top.
    ends.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
    let mut lowest = 0.0_f64;
    for (y, x, id, colour) in ends {
        lowest = y.max(lowest + 15.0);
        let _ = write!(
            out,
            "<text style=\"fill:{colour}\" x=\"{:.1}\" y=\"{:.1}\">{id}</text>",
            x + 10.0,
            lowest + 4.0
        );
    }
    out += "</svg>";
    let mut table = "<table><thead><tr><th scope=\"col\">Mechanism</th>".to_owned();
    for size in &sizes {
        let _ = write!(table, "<th scope=\"col\">{}</th>", bytes(*size));
    }
    table += "</tr></thead><tbody>\n";
    for (id, _) in FOLLOWED {
        let _ = write!(table, "<tr><th scope=\"row\">{id}</th>");
        for size in &sizes {
            let cell = figures(id, *size).map(|figures| shown(kind, value(kind, figures)));
            let _ = write!(table, "<td>{}</td>", cell.unwrap_or_else(|| "-".to_owned()));
        }
        table += "</tr>\n";
    }
    table += "</tbody></table>";
    Some(Chart { name: name.to_owned(), question, svg: out, table })
}

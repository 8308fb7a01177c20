//! Charts as SVG, by hand: dots with a whisker up to the 99th percentile, on a logarithmic axis.
//!
//! Each answers one question, follows the page's colours (and, as a file, the system's), and has
//! its figures in a table beside it. A bar would lie: on a logarithmic axis its length has no zero.

use std::fmt::Write as _;

use super::table::memcpy;
use super::units::{bytes, count, rate, ratio, share, time};
use super::{ladder, place, sizes};
use crate::run::{Figures, Kind, Placement, Row, Run};

/// A chart.
pub struct Chart {
    /// The name of its file, without the ending.
    pub name: String,
    /// What it asks.
    pub question: String,
    /// The picture, whole: it can stand in a page or be a file.
    pub svg: String,
    /// Its figures as a table of HTML.
    pub table: String,
}

/// Every chart that the run has figures for.
pub fn charts(run: &Run) -> Vec<Chart> {
    let sizes = sizes(run);
    let small = sizes.iter().copied().min_by_key(|size| size.abs_diff(64));
    let large = sizes.iter().copied().min_by_key(|size| size.abs_diff(65536));
    let (Some(small), Some(large)) = (small, large) else { return Vec::new() };
    let asked = [
        ("round-trip-one", Kind::Latency, Placement::Same, small),
        ("round-trip-two", Kind::Latency, Placement::Cross, small),
        ("round-trip-large", Kind::Latency, Placement::Same, large),
        ("one-way-one", Kind::Throughput, Placement::Same, large),
        ("one-way-two", Kind::Throughput, Placement::Cross, large),
    ];
    let mut charts: Vec<Chart> = asked
        .into_iter()
        .filter_map(|(name, kind, placement, size)| dots(run, name, kind, placement, size))
        .collect();
    charts.extend(lines(run, "round-trip-sizes", Kind::Latency, Placement::Same));
    charts.extend(lines(run, "one-way-sizes", Kind::Throughput, Placement::Same));
    charts
}

const WIDTH: f64 = 720.0;
const NAMES: f64 = 138.0;
const RIGHT: f64 = 12.0;
const ROW: f64 = 21.0;
const TOP: f64 = 12.0;

/// What goes before every picture. In a page, the page's own colours come first.
const LOOK: &str = "<style>.chart{color:var(--fg,#222);--mark:var(--lane-0,#1d5bb0);--limit:var(--lane-1,#a03c0c);\
--third:var(--lane-2,#17693a);--fourth:var(--lane-3,#7d2b8a);--faint:var(--soft,#5b6270)}\
@media(prefers-color-scheme:dark){.chart{color:var(--fg,#ddd);--mark:var(--lane-0,#83b4ff);--limit:var(--lane-1,#ffab73);\
--third:var(--lane-2,#80d49b);--fourth:var(--lane-3,#dca4ec);--faint:var(--soft,#a3acb8)}}\
.chart text{font:13px/1 system-ui,sans-serif;fill:currentColor}.chart .tick{fill:var(--faint);font-size:12px;paint-order:stroke;stroke:var(--bg,transparent);stroke-width:3px}\
.chart .grid{stroke:currentColor;opacity:.16}.chart .limit{stroke:var(--limit);stroke-dasharray:5 3}\
.chart .said{fill:var(--limit);font-size:12px}.chart .dot{fill:var(--mark)}.chart .whisker{stroke:var(--mark);stroke-width:1.5}\
.chart .line{fill:none;stroke-width:2}</style>";

/// A logarithmic axis in whole powers of ten.
struct Axis {
    from: i32,
    to: i32,
    start: f64,
    length: f64,
}

impl Axis {
    /// Long enough for all values, which are positive.
    fn over(values: impl Iterator<Item = f64>, start: f64, length: f64) -> Self {
        let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
        for value in values.filter(|value| *value > 0.0 && value.is_finite()) {
            (least, most) = (least.min(value), most.max(value));
        }
        if most == 0.0 {
            (least, most) = (1.0, 10.0);
        }
        let (from, to) = (least.log10().floor() as i32, most.log10().ceil() as i32);
        Self { from, to: to.max(from + 1), start, length }
    }

    fn at(&self, value: f64) -> f64 {
        let share = (value.max(f64::MIN_POSITIVE).log10() - f64::from(self.from))
            / f64::from(self.to - self.from);
        self.start + self.length * share.clamp(0.0, 1.0)
    }

    fn ticks(&self) -> impl Iterator<Item = f64> {
        (self.from..=self.to).map(|power| 10_f64.powi(power))
    }
}

/// `1 µs`, without digits that say nothing.
fn tick(kind: Kind, value: f64) -> String {
    let text = if kind == Kind::Latency { time(value) } else { rate(value) };
    let (number, unit) = text.split_once(' ').unwrap_or((&text, ""));
    let number = match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => number,
    };
    format!("{number} {unit}")
}

/// What a chart shows of a row: a time, or a rate.
fn value(kind: Kind, figures: &Figures) -> f64 {
    match kind {
        Kind::Latency => figures.median_ns,
        Kind::Throughput => figures.mb_per_s.unwrap_or(0.0),
    }
}

fn shown(kind: Kind, value: f64) -> String {
    if kind == Kind::Latency { time(value) } else { rate(value) }
}

/// How far a row's figures reach: up to the 99th percentile, or over all repetitions.
fn whisker(kind: Kind, figures: &Figures, size: u64) -> (f64, f64) {
    match (kind, &figures.tail) {
        (Kind::Latency, Some(tail)) => (figures.median_ns, tail.p99_ns.max(figures.median_ns)),
        (Kind::Latency, None) => (figures.low_ns, figures.high_ns),
        // Bytes in a nanosecond are a thousand megabytes a second.
        (Kind::Throughput, _) => {
            (size as f64 / figures.high_ns * 1e3, size as f64 / figures.low_ns * 1e3)
        }
    }
}

/// One chart: a line for each mechanism, the fastest on top.
fn dots(run: &Run, name: &str, kind: Kind, placement: Placement, size: u64) -> Option<Chart> {
    let ladder = ladder(run, kind, placement, size);
    let rows: Vec<(&Row, &Figures)> =
        ladder.iter().filter_map(|row| Some((*row, row.figures.as_ref()?))).collect();
    if rows.is_empty() {
        return None;
    }
    let (limit, said) = match (kind, placement) {
        (Kind::Latency, Placement::Same) => {
            (Some(run.calibration.switch_floor_ns), "two switches and two calls")
        }
        (Kind::Latency, Placement::Cross) => {
            (run.calibration.cacheline_ns, "a cache line there and back")
        }
        (Kind::Throughput, _) => (memcpy(run, size), "a plain copy"),
    };
    let ends = rows.iter().flat_map(|(_, figures)| {
        let (low, high) = whisker(kind, figures, size);
        [value(kind, figures), low, high]
    });
    let axis = Axis::over(ends.chain(limit), NAMES, WIDTH - NAMES - RIGHT - 66.0);
    let bottom = TOP + 18.0 + ROW * rows.len() as f64;
    let question = question(run, kind, placement, size);
    let told: Vec<String> = rows
        .iter()
        .map(|(row, figures)| format!("{} {}", row.title, shown(kind, value(kind, figures))))
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
        let _ = write!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text><path class=\"whisker\" d=\"M{low:.1} {y:.1}H{high:.1}\"/><circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/><text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            NAMES - 8.0,
            y + 4.5,
            escaped(&row.mechanism),
            x.max(high) + 8.0,
            y + 4.5,
            shown(kind, value(kind, figures)),
        );
    }
    out += "</svg>";
    let table = ladder_table(run, kind, &ladder, size);
    Some(Chart { name: name.to_owned(), question, svg: out, table })
}

fn question(run: &Run, kind: Kind, placement: Placement, size: u64) -> String {
    let place = place(run, placement);
    match kind {
        Kind::Latency => format!("How long does a round trip of {} take on {place}?", bytes(size)),
        Kind::Throughput => {
            format!("How much goes one way in messages of {} on {place}?", bytes(size))
        }
    }
}

fn open(name: &str, height: f64, title: &str, told: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {WIDTH:.0} {height:.0}\" role=\"img\" aria-labelledby=\"{name}-title {name}-desc\"><title id=\"{name}-title\">{}</title><desc id=\"{name}-desc\">{}</desc>{LOOK}",
        escaped(title),
        escaped(told)
    )
}

/// The mechanisms whose lines a chart over all sizes has: no more than can be told apart.
const FOLLOWED: [(&str, &str); 4] = [
    ("pipe", "var(--mark)"),
    ("unix", "var(--limit)"),
    ("shm-futex", "var(--third)"),
    ("tcp", "var(--fourth)"),
];

/// One chart: a line for each of a few mechanisms, from the smallest to the largest size.
fn lines(run: &Run, name: &str, kind: Kind, placement: Placement) -> Option<Chart> {
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
        Kind::Latency => Vec::new(),
        Kind::Throughput => sizes.iter().filter_map(|size| memcpy(run, *size)).collect(),
    };
    let up = Axis::over(all.iter().chain(&limits).copied(), 0.0, bottom - TOP - 10.0);
    let y = |value: f64| bottom - up.at(value);
    let step = (right - left) / (sizes.len() - 1) as f64;
    let question = match kind {
        Kind::Latency => "How does the time of a round trip grow with the message?",
        Kind::Throughput => "How does the rate grow with the message?",
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
    if kind == Kind::Throughput && limits.len() == sizes.len() {
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

/// All figures of a ladder for who cannot see the picture, or wants to know more.
fn ladder_table(run: &Run, kind: Kind, ladder: &[&Row], size: u64) -> String {
    let head: &[&str] = match kind {
        Kind::Latency => &["median", "p99", "max", "x pipe", "x floor", "CPU", "calls", "sleeps"],
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
        let _ = write!(
            out,
            "<tr data-row=\"{}\"><th scope=\"row\">{}</th>",
            escaped(&key),
            escaped(&row.title)
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
        Kind::Latency => [
            time(figures.median_ns),
            figures.tail.as_ref().map_or_else(dash, |tail| time(tail.p99_ns)),
            figures.tail.as_ref().map_or_else(dash, |tail| time(tail.max_ns)),
            pipe,
            ratio(figures.median_ns / run.calibration.switch_floor_ns),
            cpu,
            calls,
            sleeps,
        ],
        Kind::Throughput => [
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
            count(figures.cost.faults),
        ],
    }
}

/// Text for between tags and between quotes.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

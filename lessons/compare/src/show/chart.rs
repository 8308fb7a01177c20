//! Charts as SVG, by hand: dots with a whisker up to the 99th percentile, on a logarithmic axis.
//!
//! Each answers one question, follows the page's colours (and, as a file, the system's), and has
//! its figures in a table beside it. A bar would lie: on a logarithmic axis its length has no zero.

use super::units::{bytes, rate, time};
use super::{place, sizes};
use crate::run::{Figures, Kind, Placement, Run};
use dots::dots;
use lines::lines;

mod axis;
mod dots;
mod lines;
mod tables;

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
        ("touched-one", Kind::Touched, Placement::Same, large),
        ("touched-two", Kind::Touched, Placement::Cross, large),
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
.chart .said{fill:var(--limit);font-size:12px}.chart .dot{fill:var(--mark)}.chart .moved{fill:none;stroke:var(--mark);stroke-width:1.5}.chart .whisker{stroke:var(--mark);stroke-width:1.5}\
.chart .line{fill:none;stroke-width:2}</style>";

/// What a chart shows of a row: a time, or a rate.
fn value(kind: Kind, figures: &Figures) -> f64 {
    match kind {
        Kind::Latency | Kind::Paced => figures.median_ns,
        Kind::Throughput | Kind::Touched => figures.mb_per_s.unwrap_or(0.0),
    }
}

fn shown(kind: Kind, value: f64) -> String {
    if kind.one_way() { rate(value) } else { time(value) }
}

fn question(run: &Run, kind: Kind, placement: Placement, size: u64) -> String {
    let place = place(run, placement);
    match kind {
        Kind::Latency | Kind::Paced => {
            format!("How long does a round trip of {} take on {place}?", bytes(size))
        }
        Kind::Touched => format!(
            "How much goes one way in messages of {} that are written and read in every byte, on {place}?",
            bytes(size)
        ),
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

/// Text for between tags and between quotes.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

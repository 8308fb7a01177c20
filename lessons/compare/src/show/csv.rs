//! As CSV, one line for each mechanism, kind, placement and size.
//!
//! | column | what it is |
//! |---|---|
//! | `mechanism`, `group`, `wait` | its name, what it is a kind of, what it does while there is nothing |
//! | `placement`, `kind`, `size` | `same` or `cross`; `latency`, `paced`, `throughput` or `touched`; bytes, 0 for a notification |
//! | `median_ns` | the headline: a round trip (`paced`: since it was due), or a message at the reader |
//! | `ci95_low_ns`, `ci95_high_ns` | between these two is the median with 95 % confidence |
//! | `low_ns`, `high_ns` | the least and the most median of the repetitions |
//! | `best_ns` | for each operation, in the best batch |
//! | `p90_ns` ... `max_ns` | the tail, of round trips |
//! | `mb_per_s` | 10^6 bytes a second, where messages go one way |
//! | `pipe`, `floor` | how many times the time of the pipe; of the floor on one processor |
//! | `timed`, `batched`, `reps` | operations timed one by one, in batches; repetitions |
//! | `cpu_ns`, `voluntary`, `involuntary`, `faults`, `calls` | for each operation, both processes together |
//! | `copies` | of a message on its way |
//! | `cacheline_ns`, `lost_percent` | the medians of the calibrations just before |
//! | `missing` | why there are no figures |
//! | `how` | what the mechanism does for this kind beside what everybody does |
//! | `late_percent` | of `paced`: how many round trips began after they were due; the median |
//!
//! A cell is empty where there is nothing.

use super::sizes;
use crate::run::{Figures, Rep, Row, Run};

const COLUMNS: &str = "mechanism,group,wait,placement,kind,size,median_ns,ci95_low_ns,ci95_high_ns,\
low_ns,high_ns,best_ns,p90_ns,p99_ns,p999_ns,max_ns,mb_per_s,pipe,floor,timed,batched,reps,cpu_ns,\
voluntary,involuntary,faults,calls,copies,cacheline_ns,lost_percent,missing,how,late_percent";

/// The head and all rows, in the order of the run, each ended by a line feed.
pub fn csv(run: &Run) -> String {
    let mut out = format!("{COLUMNS}\n");
    for row in &run.rows {
        let cells: Vec<String> = cells(run, row).iter().map(|cell| quoted(cell)).collect();
        out += &cells.join(",");
        out.push('\n');
    }
    out
}

fn cells(run: &Run, row: &Row) -> Vec<String> {
    let mut cells = vec![
        row.mechanism.clone(),
        row.group.to_string(),
        row.wait.to_string(),
        row.placement.to_string(),
        row.kind.to_string(),
        row.size.to_string(),
    ];
    cells.extend(
        row.figures
            .as_ref()
            .map_or_else(|| vec![String::new(); 21], |figures| measured(run, row, figures)),
    );
    cells.push(row.copies.map_or(String::new(), |copies| copies.to_string()));
    let reps = row.figures.as_ref().map_or(&[][..], |figures| &figures.reps);
    cells.push(number(median(reps.iter().filter_map(|rep| rep.cacheline_ns))));
    cells.push(number(median(reps.iter().map(|rep: &Rep| rep.lost_percent))));
    cells.push(row.missing.as_ref().map_or(String::new(), |missing| missing.reason.clone()));
    cells.push(row.how.clone().unwrap_or_default());
    cells.push(number(median(reps.iter().filter_map(|rep| rep.late_percent))));
    cells
}

fn measured(run: &Run, row: &Row, figures: &Figures) -> Vec<String> {
    // A notification is compared with the smallest message.
    let size = if row.size > 0 { row.size } else { sizes(run).first().copied().unwrap_or(0) };
    let pipe = run.row("pipe", row.kind, row.placement, size);
    let pipe = pipe.and_then(|row| row.figures.as_ref());
    let tail = figures.tail.as_ref();
    let cost = &figures.cost;
    let numbers = [
        Some(figures.median_ns),
        Some(figures.ci95_low_ns),
        Some(figures.ci95_high_ns),
        Some(figures.low_ns),
        Some(figures.high_ns),
        Some(figures.best_ns),
        tail.map(|tail| tail.p90_ns),
        tail.map(|tail| tail.p99_ns),
        tail.map(|tail| tail.p999_ns),
        tail.map(|tail| tail.max_ns),
        figures.mb_per_s,
        pipe.map(|pipe| figures.median_ns / pipe.median_ns),
        Some(figures.median_ns / run.calibration.switch_floor_ns),
        Some(figures.timed as f64),
        Some(figures.batched as f64),
        Some(figures.reps.len() as f64),
        Some(cost.cpu_ns),
        Some(cost.voluntary),
        Some(cost.involuntary),
        Some(cost.faults),
        cost.total_calls(),
    ];
    numbers.map(number).into()
}

/// At most four digits after the point, none that say nothing.
fn number(value: Option<f64>) -> String {
    let Some(value) = value else { return String::new() };
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// As RFC 4180 wants it: between quotes where it holds a comma, a quote or a line feed.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

//! For the terminal: one ladder for each kind, placement and size, the fastest on top.

use std::fmt::Write as _;

use super::units::{bytes, count, rate, ratio, share, time};
use super::{KINDS, ladder, place, sizes};
use crate::run::{Copying, Figures, Kind, Placement, Rep, Row, Run, Tail, Wait};
use crate::verdicts::{Outcome, Verdict};

/// How it may look.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether the terminal shows colours, and nobody has set `NO_COLOR`.
    pub colour: bool,
    /// How many columns there are.
    pub width: usize,
}

impl Style {
    /// Text only, as wide as a page.
    pub const PLAIN: Self = Self { colour: false, width: 80 };

    fn bold(self, text: &str) -> String {
        if self.colour { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn dim(self, text: &str) -> String {
        if self.colour { format!("\x1b[2m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// The longest name of a mechanism that keeps the columns straight.
const NAME: usize = 17;
/// All columns before the bar.
const COLUMNS: usize = 72;

/// All of a run.
pub fn table(run: &Run, style: &Style) -> String {
    let mut out = head(run, style);
    for kind in KINDS {
        for placement in [Placement::Same, Placement::Cross] {
            for size in sizes(run) {
                out += &block(run, kind, placement, size, style);
            }
        }
    }
    let _ = writeln!(out, "\n{}", legend(run, style));
    for how in hows(run) {
        let _ = writeln!(out, "{}", wrapped(&how, "", style.width));
    }
    for note in &run.notes {
        let _ = writeln!(out, "{}", wrapped(note, "note: ", style.width));
    }
    out
}

/// What a mechanism does that others do not: each once.
fn hows(run: &Run) -> Vec<String> {
    let mut hows = Vec::new();
    for row in &run.rows {
        let Some(how) = &row.how else { continue };
        let how = format!("{}, one way: {how}", row.mechanism);
        if row.figures.is_some() && !hows.contains(&how) {
            hows.push(how);
        }
    }
    hows
}

/// The machine, and what it can do at best.
pub fn head(run: &Run, style: &Style) -> String {
    let (machine, calibration) = (&run.machine, &run.calibration);
    let mut out = format!("{}\n", style.bold(&machine.cpu));
    let virt = machine.virt.as_ref().map_or(String::new(), |virt| format!(", under {virt}"));
    let governor =
        machine.governor.as_ref().map_or(String::new(), |name| format!(", governor {name}"));
    let clock = machine.clocksource.as_ref().map_or(String::new(), |name| format!(" ({name})"));
    let about = format!(
        "{} of {} processors, {}, Linux {}{virt}{governor}, {}",
        machine.cores, machine.online, machine.arch, machine.kernel, machine.scheduler
    );
    let _ = writeln!(out, "{}", wrapped(&about, "", style.width));
    let often = match run.plan.reps {
        1 => "each row once".to_owned(),
        reps => format!("each row {reps} times, interleaved"),
    };
    let _ = writeln!(out, "{}; {often}; {:.0} s in all", run.when, run.took_s);
    let mut limits = vec![
        format!("reading the clock{clock} {}", time(calibration.clock_ns)),
        format!("empty system call {}", time(calibration.syscall_ns)),
        format!("the floor: two switches, two calls {}", time(calibration.switch_floor_ns)),
    ];
    if let Some(there_and_back) = calibration.cacheline_ns {
        let spread = match (calibration.cacheline_low_ns, calibration.cacheline_high_ns) {
            (Some(low), Some(high)) => format!(" ({} to {})", time(low), time(high)),
            _ => String::new(),
        };
        limits.push(format!(
            "a cache line to the other processor and back {}{spread}",
            time(there_and_back)
        ));
    }
    let copies = calibration.memcpy.iter();
    let copies: Vec<String> = copies
        .map(|Copying { size, mb_per_s }| format!("{} {}", bytes(*size), rate(*mb_per_s)))
        .collect();
    if !copies.is_empty() {
        limits.push(format!("memcpy {}", copies.join(", ")));
    }
    out += &wrapped(&limits.join("; "), "limits: ", style.width);
    let busy = match calibration.lost_percent > 10.0 {
        true => ": this machine is too busy; look at ratios only, and at the tails not at all",
        false => "",
    };
    let lost = format!(
        "a busy process lost {:.1} % of its time to others, at most {} at once{busy}",
        calibration.lost_percent,
        time(calibration.longest_gap_ns)
    );
    let _ = writeln!(out, "\n{}", wrapped(&lost, "", style.width));
    out
}

fn block(run: &Run, kind: Kind, placement: Placement, size: u64, style: &Style) -> String {
    let rows = ladder(run, kind, placement, size);
    if rows.is_empty() {
        return String::new();
    }
    let place = place(run, placement);
    let (title, head) = match kind {
        Kind::Latency => (
            format!("Round trip of {}, {place}", bytes(size)),
            format!(
                "{:NAME$} {:>7} {:>7} {:>7} {:>5} {:>5} {:>7} {:>4} {:>4}",
                "", "median", "p99", "max", "pipe", "floor", "CPU", "call", "slp"
            ),
        ),
        Kind::Paced => (
            format!(
                "Round trip of {}, {} a second, {place}",
                bytes(size),
                run.plan.rate.unwrap_or_default()
            ),
            format!(
                "{:NAME$} {:>7} {:>7} {:>7} {:>7} {:>7} {:>6} {:>7}",
                "", "median", "p90", "p99", "p99.9", "max", "late", "closed"
            ),
        ),
        Kind::Touched => (
            format!("One way, every byte written and read, {}, {place}", bytes(size)),
            format!(
                "{:NAME$} {:>7} {:>9} {:>5} {:>5} {:>7} {:>4} {:>4} {:>5}",
                "", "each", "rate", "pipe", "copy", "CPU", "call", "slp", "moved"
            ),
        ),
        Kind::Throughput => (
            format!("One way, as many messages of {} as fit, {place}", bytes(size)),
            format!(
                "{:NAME$} {:>7} {:>9} {:>5} {:>5} {:>7} {:>4} {:>4} {:>5}",
                "", "each", "rate", "pipe", "copy", "CPU", "call", "slp", "fault"
            ),
        ),
    };
    let pipe = run.row("pipe", kind, placement, size).and_then(|row| row.figures.as_ref());
    let scale = Scale::of(&rows, style.width.saturating_sub(COLUMNS));
    let mut out = format!("\n{}\n{}\n", style.bold(&title), style.dim(&head));
    for row in rows {
        let line = match (&row.figures, &row.missing) {
            (Some(figures), _) => {
                let cells = match kind {
                    Kind::Latency => round_trip(run, row, figures, pipe),
                    Kind::Paced => paced(row, figures),
                    Kind::Throughput | Kind::Touched => one_way(run, row, figures, pipe),
                };
                format!("{cells} {}", scale.bar(figures)).trim_end().to_owned()
            }
            (None, Some(missing)) => {
                let why = match missing.remedy.as_str() {
                    "" => missing.reason.clone(),
                    remedy => format!("{}; {remedy}", missing.reason),
                };
                style.dim(&wrapped(&why, &format!("{:NAME$} - ", row.mechanism), style.width))
            }
            (None, None) => format!("{:NAME$} - not measured", row.mechanism),
        };
        let _ = writeln!(out, "{line}");
    }
    out
}

fn round_trip(run: &Run, row: &Row, figures: &Figures, pipe: Option<&Figures>) -> String {
    let (p99, max) = match &figures.tail {
        Some(tail) => (time(tail.p99_ns), time(tail.max_ns)),
        None => ("-".to_owned(), "-".to_owned()),
    };
    format!(
        "{:NAME$} {:>7} {p99:>7} {max:>7} {:>5} {:>5} {:>7} {:>4} {:>4}",
        name(row, figures),
        time(figures.median_ns),
        pipe.map_or("-".to_owned(), |pipe| ratio(figures.median_ns / pipe.median_ns)),
        ratio(figures.median_ns / run.calibration.switch_floor_ns),
        time(figures.cost.cpu_ns),
        figures.cost.total_calls().map_or("-".to_owned(), count),
        count(figures.cost.voluntary),
    )
}

fn one_way(run: &Run, row: &Row, figures: &Figures, pipe: Option<&Figures>) -> String {
    let copying = memcpy(run, row.size);
    let reached = figures.mb_per_s.zip(copying).map(|(rate, limit)| rate / limit);
    format!(
        "{:NAME$} {:>7} {:>9} {:>5} {:>5} {:>7} {:>4} {:>4} {:>5}",
        name(row, figures),
        time(figures.median_ns),
        figures.mb_per_s.map_or("-".to_owned(), rate),
        // How many times the pipe's time, as in the other tables.
        pipe.map_or("-".to_owned(), |pipe| ratio(figures.median_ns / pipe.median_ns)),
        reached.map_or("-".to_owned(), share),
        time(figures.cost.cpu_ns),
        figures.cost.total_calls().map_or("-".to_owned(), count),
        count(figures.cost.voluntary),
        match row.kind {
            Kind::Touched => against_moving(run, row, figures).map_or("-".to_owned(), ratio),
            _ => count(figures.cost.faults),
        },
    )
}

/// How many times the time of moving the bytes alone it takes to write and read them, too.
pub fn against_moving(run: &Run, row: &Row, figures: &Figures) -> Option<f64> {
    let moved = run.row(&row.mechanism, Kind::Throughput, row.placement, row.size)?;
    Some(figures.median_ns / moved.figures.as_ref()?.median_ns)
}

fn paced(row: &Row, figures: &Figures) -> String {
    let at =
        |of: fn(&Tail) -> f64| figures.tail.as_ref().map_or("-".to_owned(), |tail| time(of(tail)));
    let most = |of: fn(&Rep) -> f64| figures.reps.iter().map(of).fold(0.0, f64::max);
    format!(
        "{:NAME$} {:>7} {:>7} {:>7} {:>7} {:>7} {:>6} {:>7}",
        name(row, figures),
        time(figures.median_ns),
        at(|tail| tail.p90_ns),
        at(|tail| tail.p99_ns),
        at(|tail| tail.p999_ns),
        at(|tail| tail.max_ns),
        share(most(|rep| rep.late_percent.unwrap_or(0.0)) / 100.0),
        time(most(|rep| rep.batch_ns)),
    )
}

/// How fast memory of that size, or the next larger one, is copied here.
pub fn memcpy(run: &Run, size: u64) -> Option<f64> {
    let copies = &run.calibration.memcpy;
    let fits = copies.iter().filter(|copying| copying.size >= size).min_by_key(|it| it.size);
    fits.or(copies.iter().max_by_key(|it| it.size)).map(|copying| copying.mb_per_s)
}

/// The mechanism's name, with a mark where its figures never became stable.
fn name(row: &Row, figures: &Figures) -> String {
    let unstable = figures.reps.iter().any(|rep| !rep.stable);
    format!("{}{}", row.mechanism, if unstable { "~" } else { "" })
}

/// A logarithmic scale for the bars of one ladder.
struct Scale {
    from: f64,
    to: f64,
    width: usize,
}

impl Scale {
    fn of(rows: &[&Row], width: usize) -> Self {
        let all = rows.iter().filter_map(|row| row.figures.as_ref());
        let (mut from, mut to) = (f64::INFINITY, 0.0_f64);
        for figures in all {
            from = from.min(figures.median_ns);
            to = to.max(figures.tail.as_ref().map_or(figures.median_ns, |tail| tail.p99_ns));
        }
        // The fastest has a bar, too.
        Self { from: from / 1.5, to, width }
    }

    fn cells(&self, ns: f64) -> usize {
        if self.width == 0 || self.to <= self.from || ns <= self.from {
            return 0;
        }
        let share = (ns / self.from).ln() / (self.to / self.from).ln();
        ((share * self.width as f64).round() as usize).clamp(1, self.width)
    }

    /// A block up to the median, a line up to the 99th percentile.
    fn bar(&self, figures: &Figures) -> String {
        let median = self.cells(figures.median_ns);
        let tail = figures.tail.as_ref().map_or(median, |tail| self.cells(tail.p99_ns));
        "█".repeat(median) + &"─".repeat(tail.saturating_sub(median))
    }
}

fn legend(run: &Run, style: &Style) -> String {
    let spun = run.rows.iter().any(|row| row.wait != Wait::Block);
    let mut words = vec![
        "median of all operations; p99: one in a hundred took longer; max: the slowest of all",
        "pipe, floor: how many times the time of the pipe, of the floor",
        "copy: share of the rate of memcpy",
        "CPU: processor time of both processes",
        "call, slp, fault: system calls, times that somebody went to sleep, page faults; all for one operation",
        "the bar: median, ─ up to p99, on a logarithmic scale",
    ];
    let has = |kind| run.rows.iter().any(|row| row.kind == kind);
    if has(Kind::Touched) {
        words.push("moved: how many times the time of moving the bytes alone");
    }
    if has(Kind::Paced) {
        words.push("at a rate: since each was due; late: begun after it was due; closed: what a loop took that waits for each reply before it sends the next");
    }
    if spun {
        words.push("spin and yield never sleep: look at their CPU");
    }
    if run
        .rows
        .iter()
        .filter_map(|row| row.figures.as_ref())
        .flat_map(|it| &it.reps)
        .any(|rep| !rep.stable)
    {
        words.push("~: the figures had not become stable when the warm-up ended");
    }
    style.dim(&wrapped(&words.join("; "), "", style.width))
}

/// The verdicts, each with what it rests on.
pub fn claims(verdicts: &[Verdict], style: &Style) -> String {
    let mut out = String::new();
    for verdict in verdicts {
        let close = match (verdict.number(Outcome::TooClose), verdict.outcome) {
            (0, _) | (_, Outcome::TooClose) => String::new(),
            (close, _) => format!(" ({close} of {} too close to call)", verdict.made()),
        };
        let word = style.bold(verdict.outcome.word());
        let _ = writeln!(out, "{}: {word}{close}", style.bold(verdict.id));
        let _ = writeln!(out, "{}", wrapped(verdict.says, "  \u{201c}", style.width) + "\u{201d}");
        for outcome in [Outcome::Holds, Outcome::DoesNotHold, Outcome::TooClose, Outcome::Missing] {
            for finding in verdict.findings.iter().filter(|finding| finding.outcome == outcome) {
                let head = format!("  {:13}", outcome.short());
                let _ = writeln!(out, "{}", wrapped(&finding.text, &head, style.width));
            }
        }
        out.push('\n');
    }
    out
}

/// The text after the head, in lines that are no longer than `width`, under its own beginning.
pub fn wrapped(text: &str, head: &str, width: usize) -> String {
    let indent = head.chars().count();
    let mut out = head.to_owned();
    let mut column = indent;
    for (at, word) in text.split_whitespace().enumerate() {
        let length = word.chars().count();
        if at > 0 && column + 1 + length > width {
            let _ = write!(out, "\n{:indent$}", "");
            column = indent;
        } else if at > 0 {
            out.push(' ');
            column += 1;
        }
        out += word;
        column += length;
    }
    out
}

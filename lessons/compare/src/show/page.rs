//! What the chapter shows of a recorded run: pieces of HTML, each in a file of its own.

use std::fmt::Write as _;

use super::chart::{charts, escaped};
use super::units::{bytes, count, rate, time};
use super::{ladder, place, sizes};
use crate::run::{Kind, Placement, Row, Run};
use crate::traps::Trap;
use crate::verdicts::{self, Finding, Outcome, Verdict};

/// A piece of the chapter.
pub struct Piece {
    /// The name of its file, as the chapter asks for it.
    pub name: String,
    /// What stands in a figure: a caption first, then the rest.
    pub html: String,
    /// A picture that comes after the caption.
    pub svg: Option<String>,
}

/// All of them.
pub fn pieces(run: &Run, traps: &[Trap]) -> Vec<Piece> {
    let verdicts = verdicts::all(run);
    let mut pieces = vec![machine(run), costs(run), missing(run), claims(&verdicts)];
    for chart in charts(run) {
        let html = format!(
            "<figcaption>{}</figcaption>\n<details><summary>The figures as a table</summary>\n{}\n</details>\n",
            escaped(&chart.question),
            scrolled(&chart.table, &chart.question)
        );
        pieces.push(Piece { name: chart.name, html, svg: Some(chart.svg) });
    }
    pieces.extend(verdicts.iter().map(rule));
    pieces.extend(traps.iter().map(measured_wrongly));
    pieces.extend([mean(run), woken(run), spun(run)]);
    pieces
}

fn piece(name: &str, caption: &str, rest: &str) -> Piece {
    let html = format!("<figcaption>{caption}</figcaption>\n{rest}\n");
    Piece { name: name.to_owned(), html, svg: None }
}

/// A wide table scrolls in its own frame, by keyboard, too.
fn scrolled(table: &str, label: &str) -> String {
    format!(
        "<div class=\"measured-table\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">{table}</div>",
        escaped(label)
    )
}

fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut out = "<table><thead><tr>".to_owned();
    for name in head {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(name));
    }
    out += "</tr></thead><tbody>\n";
    for row in rows {
        out += "<tr>";
        for (at, cell) in row.iter().enumerate() {
            let _ = match at {
                0 => write!(out, "<th scope=\"row\">{}</th>", escaped(cell)),
                _ => write!(out, "<td>{}</td>", escaped(cell)),
            };
        }
        out += "</tr>\n";
    }
    out + "</tbody></table>"
}

fn machine(run: &Run) -> Piece {
    let (machine, calibration) = (&run.machine, &run.calibration);
    let or_none =
        |text: &Option<String>| text.clone().unwrap_or_else(|| "none to be seen".to_owned());
    let pins: Vec<String> = run.plan.pins.iter().map(ToString::to_string).collect();
    let mut rows = [
        ["Recorded", &run.when],
        ["Command", &format!("lesson-compare {}", run.plan.words.join(" "))],
        ["Processor", &format!("{}, {} of {} in use", machine.cpu, machine.cores, machine.online)],
        ["Pinned to", &pins.join(" and ")],
        ["Kernel", &format!("Linux {}, {}", machine.kernel, machine.arch)],
        ["Virtual machine", &or_none(&machine.virt)],
        ["Governor", &or_none(&machine.governor)],
        ["Clock", &format!("{}, {}", calibration.clock, or_none(&machine.clocksource))],
        ["Scheduling class", &machine.scheduler],
        ["Mitigations", &machine.mitigations.join("; ")],
        ["Reading the clock", &time(calibration.clock_ns)],
        ["Empty system call", &time(calibration.syscall_ns)],
        ["Two switches and two calls (the floor)", &time(calibration.switch_floor_ns)],
        [
            "A cache line to the other processor and back",
            &calibration.cacheline_ns.map_or("no other processor".to_owned(), time),
        ],
        [
            "Time that a busy process lost to others",
            &format!(
                "{:.1} %, at most {} at once",
                calibration.lost_percent,
                time(calibration.longest_gap_ns)
            ),
        ],
    ]
    .map(|row| row.map(str::to_owned).to_vec())
    .to_vec();
    for copying in &calibration.memcpy {
        rows.push(vec![format!("memcpy of {}", bytes(copying.size)), rate(copying.mb_per_s)]);
    }
    let limits = machine.limits.iter().map(|limit| vec![limit.name.clone(), limit.value.clone()]);
    let limits = table(&["Limit", "Here"], &limits.collect::<Vec<_>>());
    // What a reader's own run is held against.
    let held = format!(
        "<table data-floor=\"{}\" data-cacheline=\"{}\"",
        calibration.switch_floor_ns,
        calibration.cacheline_ns.unwrap_or(0.0)
    );
    let rest = table(&["What", "Here"], &rows).replacen("<table", &held, 1);
    let rest = format!(
        "{}\n<details><summary>The limits that decide what fits</summary>\n{}\n</details>",
        scrolled(&rest, "The machine"),
        scrolled(&limits, "The limits")
    );
    piece("machine", "The machine of the recorded run, and what it could do at best", &rest)
}

/// Calls, switches, faults and copies of a round trip on one processor.
fn costs(run: &Run) -> Piece {
    let size = sizes(run).into_iter().min_by_key(|size| size.abs_diff(64)).unwrap_or(0);
    let rows: Vec<Vec<String>> = ladder(run, Kind::Latency, Placement::Same, size)
        .into_iter()
        .filter_map(|row| {
            let figures = row.figures.as_ref()?;
            let cost = &figures.cost;
            let calls = match &cost.calls {
                Some(calls) => {
                    let calls = calls.iter().filter(|call| call.per_op >= 0.005);
                    calls
                        .map(|call| format!("{} {}", count(call.per_op), call.name))
                        .collect::<Vec<_>>()
                        .join(", ")
                }
                None => cost.calls_missing.clone().unwrap_or_default(),
            };
            Some(vec![
                row.title.clone(),
                cost.total_calls().map_or("-".to_owned(), count),
                calls,
                count(cost.voluntary),
                count(cost.involuntary),
                count(cost.faults),
                row.copies.map_or("-".to_owned(), |copies| copies.to_string()),
                time(cost.cpu_ns),
            ])
        })
        .collect();
    let head = [
        "Mechanism",
        "Calls",
        "Which",
        "Sleeps",
        "Interrupted",
        "Page faults",
        "Copies one way",
        "CPU",
    ];
    let caption = format!(
        "What a round trip of {} costs on {}, both processes together",
        bytes(size),
        place(run, Placement::Same)
    );
    piece("costs", &escaped(&caption), &scrolled(&table(&head, &rows), &caption))
}

/// What could not be measured.
fn missing(run: &Run) -> Piece {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for row in &run.rows {
        let Some(missing) = &row.missing else { continue };
        let cells = |row: &Row| {
            let size = if row.size > 0 { bytes(row.size) } else { "-".to_owned() };
            let why = [row.title.clone(), size, missing.reason.clone(), missing.remedy.clone()];
            why.to_vec()
        };
        let cells = cells(row);
        if !rows.contains(&cells) {
            rows.push(cells);
        }
    }
    let caption = "What could not be measured on that machine, and why";
    let rest = match rows.is_empty() {
        true => "<p>Everything could be measured.</p>".to_owned(),
        false => scrolled(&table(&["Mechanism", "Size", "Why", "What would help"], &rows), caption),
    };
    piece("missing", caption, &rest)
}

fn mark(outcome: Outcome) -> String {
    let class = match outcome {
        Outcome::Holds => "true",
        Outcome::DoesNotHold => "false",
        Outcome::Depends => "depends",
        Outcome::TooClose | Outcome::Missing => "opinion",
    };
    format!("<span class=\"verdict verdict-{class}\">{}</span>", outcome.word())
}

/// All verdicts at a glance.
fn claims(verdicts: &[Verdict]) -> Piece {
    let mut out = "<table><thead><tr><th scope=\"col\">Claim</th><th scope=\"col\">Verdict</th>\
                   <th scope=\"col\">So</th><th scope=\"col\">Not so</th><th scope=\"col\">Too close</th>\
                   </tr></thead><tbody>\n"
        .to_owned();
    for Verdict { id, says, outcome, findings, .. } in verdicts {
        let number = |outcome| findings.iter().filter(|finding| finding.outcome == outcome).count();
        let _ = writeln!(
            out,
            "<tr data-rule=\"{id}\"><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(says),
            mark(*outcome),
            number(Outcome::Holds),
            number(Outcome::DoesNotHold),
            number(Outcome::TooClose),
        );
    }
    out += "</tbody></table>";
    let caption = "What the recorded run says of the claims: the verdict, and in how many comparisons it is so, not so, or too close to call";
    piece("claims", caption, &scrolled(&out, "The verdicts"))
}

/// One verdict with its comparisons.
fn rule(verdict: &Verdict) -> Piece {
    let clearest = |outcome: Outcome, most: bool| -> Option<&Finding> {
        let findings = verdict.findings.iter().filter(|finding| finding.outcome == outcome);
        let of = |finding: &&Finding| finding.ratio.map_or(1.0, |[times, ..]| times);
        let by = |a: &&Finding, b: &&Finding| of(a).total_cmp(&of(b));
        if most { findings.max_by(by) } else { findings.min_by(by) }
    };
    let mut out = String::new();
    let told =
        [("So", clearest(Outcome::Holds, true)), ("Not so", clearest(Outcome::DoesNotHold, false))];
    let told: Vec<String> = told
        .into_iter()
        .filter_map(|(word, finding)| {
            Some(format!("<dt>{word}</dt><dd>{}</dd>", escaped(&finding?.text)))
        })
        .collect();
    if !told.is_empty() {
        let _ = writeln!(out, "<dl class=\"measured-clearest\">{}</dl>", told.join(""));
    }
    let number = verdict.findings.len();
    let noun = if number == 1 { "comparison" } else { "comparisons" };
    let _ = write!(out, "<details><summary>All {number} {noun}</summary>\n<ul>\n");
    for outcome in [Outcome::Holds, Outcome::DoesNotHold, Outcome::TooClose, Outcome::Missing] {
        for finding in verdict.findings.iter().filter(|finding| finding.outcome == outcome) {
            let _ = writeln!(
                out,
                "<li><strong>{}</strong> {}</li>",
                outcome.short(),
                escaped(&finding.text)
            );
        }
    }
    out += "</ul></details>";
    let caption = format!("{} {}", escaped(verdict.says), mark(verdict.outcome));
    piece(&format!("rule-{}", verdict.id), &caption, &out)
}

/// The same thing, measured in several ways.
fn measured_wrongly(trap: &Trap) -> Piece {
    let rows: Vec<Vec<String>> =
        trap.figures.iter().map(|(way, ns)| vec![way.clone(), time(*ns)]).collect();
    let caption = escaped(&capital(&trap.what));
    if let Some(why) = &trap.missing {
        let why = format!("<p>Not measured: {}.</p>", escaped(why));
        return piece(&format!("trap-{}", trap.id), &caption, &why);
    }
    piece(&format!("trap-{}", trap.id), &caption, &table(&["Measured", "Figure"], &rows))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// Where the mean of a repetition and the median of its operations lie furthest apart.
fn mean(run: &Run) -> Piece {
    let mut apart: Vec<(f64, Vec<String>)> = Vec::new();
    for row in run.rows.iter().filter(|row| row.kind == Kind::Latency && row.size <= 64) {
        for rep in row.figures.iter().flat_map(|figures| &figures.reps) {
            let Some(p50) = rep.p50_ns.filter(|p50| *p50 > 0.0) else { continue };
            let where_ = format!("{}, {}", row.title, place(run, row.placement));
            let cells =
                vec![where_, time(rep.batch_ns), time(p50), format!("{:.1} %", rep.lost_percent)];
            apart.push((rep.batch_ns / p50, cells));
        }
    }
    apart.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let rows: Vec<Vec<String>> = apart.into_iter().take(4).map(|(_, cells)| cells).collect();
    let caption =
        "The rows of this run in which mean and median of the same repetition lie furthest apart";
    let head =
        ["Row", "Mean of the middle batch", "Median operation", "Lost to others just before"];
    piece("trap-mean", caption, &scrolled(&table(&head, &rows), caption))
}

/// The same mechanisms on one processor and on two.
fn woken(run: &Run) -> Piece {
    let size = sizes(run).into_iter().min_by_key(|size| size.abs_diff(64)).unwrap_or(0);
    let mut rows = Vec::new();
    for row in ladder(run, Kind::Latency, Placement::Same, size) {
        let other = run.row(&row.mechanism, row.kind, Placement::Cross, row.size);
        let (Some(here), Some(there)) =
            (row.figures.as_ref(), other.and_then(|row| row.figures.as_ref()))
        else {
            continue;
        };
        if ["pipe", "posix-queue", "unix", "tcp", "eventfd", "shm-futex", "shm-spin"]
            .contains(&row.mechanism.as_str())
        {
            rows.push(vec![
                row.title.clone(),
                time(here.median_ns),
                time(there.median_ns),
                time(here.cost.cpu_ns),
                time(there.cost.cpu_ns),
            ]);
        }
    }
    let head = ["Mechanism", "One processor", "Two", "CPU on one", "CPU on two"];
    let caption = format!(
        "A round trip of {}, and the processor time it takes, both processes together",
        bytes(size)
    );
    piece("trap-wake", &caption, &scrolled(&table(&head, &rows), &caption))
}

/// Spinning, where there is nobody beside whom one could spin.
fn spun(run: &Run) -> Piece {
    let size = sizes(run).into_iter().min_by_key(|size| size.abs_diff(64)).unwrap_or(0);
    let mut rows = Vec::new();
    for mechanism in ["shm-spin", "shm-yield", "shm-adaptive", "shm-futex", "pipe"] {
        let cell = |placement| {
            let row = run.row(mechanism, Kind::Latency, placement, size);
            let figures = row.and_then(|row| row.figures.as_ref());
            figures.map_or("-".to_owned(), |figures| time(figures.median_ns))
        };
        rows.push(vec![mechanism.to_owned(), cell(Placement::Same), cell(Placement::Cross)]);
    }
    let caption = format!("A round trip of {}", bytes(size));
    piece("trap-spin", &caption, &table(&["Mechanism", "One processor", "Two"], &rows))
}

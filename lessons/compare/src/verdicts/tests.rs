use super::agreement::Held;
use super::*;
use crate::run::*;
use crate::show::{Style, charts, claims, contradicts, csv, difference, json, table};

/// A row: mechanism, group, wait, placement, kind, size, medians of the repetitions.
type Made = (&'static str, Group, Wait, Placement, Kind, u64, &'static [f64]);

const PIPE: Group = Group::Pipe;
const SOCKET: Group = Group::Socket;
const MEMORY: Group = Group::Memory;
const NOTICE: Group = Group::Notice;
use Kind::{Latency, Paced, Throughput, Touched};
use Placement::{Cross, Same};
use Wait::{Block, Spin};

fn row((mechanism, group, wait, placement, kind, size, reps): Made) -> Row {
    let median = |values: &[f64]| {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(1.0)
    };
    let median_ns = median(reps);
    let figures = Figures {
        median_ns,
        mb_per_s: kind.one_way().then_some(size as f64 / median_ns * 1e3),
        ci95_low_ns: median_ns,
        ci95_high_ns: median_ns,
        low_ns: reps.iter().copied().fold(f64::INFINITY, f64::min),
        high_ns: reps.iter().copied().fold(0.0, f64::max),
        best_ns: median_ns,
        reps: reps
            .iter()
            .map(|&median_ns| Rep {
                median_ns,
                batch_ns: median_ns,
                p50_ns: Some(median_ns),
                cacheline_ns: (placement == Cross).then_some(90.0),
                lost_percent: 0.5,
                stable: true,
                loss_percent: 0.0,
                late_percent: (kind == Paced).then_some(2.5),
            })
            .collect(),
        timed: 1000,
        batched: 1000,
        tail: (!kind.one_way()).then(|| Tail {
            p50_ns: median_ns,
            p90_ns: median_ns * 1.1,
            p99_ns: median_ns * 1.5,
            p999_ns: median_ns * 5.0,
            max_ns: median_ns * 20.0,
            buckets: vec![],
        }),
        cost: Cost {
            cpu_ns: median_ns,
            voluntary: if wait == Block { 2.0 } else { 0.0 },
            involuntary: 0.0,
            faults: 0.0,
            calls: (wait == Block).then(|| {
                let call = |name: &str| CallCount { name: name.to_owned(), per_op: 2.0 };
                vec![call("read"), call("write")]
            }),
            calls_missing: (wait != Block)
                .then(|| "nobody counts the calls of who makes none".to_owned()),
        },
        checked: Checked { numbered: 2000, whole: 16, bytes: 2000 * size },
    };
    Row {
        mechanism: mechanism.to_owned(),
        title: mechanism.to_owned(),
        group,
        wait,
        placement,
        kind,
        size,
        copies: (group != NOTICE).then_some(2),
        how: None,
        figures: (!reps.is_empty()).then_some(figures),
        missing: reps.is_empty().then(|| Missing {
            reason: "a message may have 8192 bytes".to_owned(),
            remedy: "raise `fs.mqueue.msgsize_max`".to_owned(),
        }),
    }
}

fn run(rows: &[Made]) -> Run {
    Run {
        schema: SCHEMA.to_owned(),
        when: "2026-11-21T08:20:00Z".to_owned(),
        took_s: 61.0,
        plan: Plan {
            words: vec![],
            kinds: vec![Latency, Throughput],
            sizes: vec![64, 65536],
            reps: 3,
            pins: vec![0, 1],
            placements: vec![Same, Cross],
            window_ms: 12.5,
            rate: None,
        },
        machine: Machine {
            cpu: "a processor".to_owned(),
            arch: "x86_64".to_owned(),
            cores: 2,
            online: 2,
            siblings: Some(false),
            kernel: "6.1".to_owned(),
            virt: Some("kvm".to_owned()),
            governor: None,
            clocksource: Some("tsc".to_owned()),
            mitigations: vec![],
            page_size: 4096,
            root: false,
            scheduler: "SCHED_OTHER".to_owned(),
            limits: vec![],
        },
        calibration: Calibration {
            clock_ns: 20.0,
            clock: "CLOCK_MONOTONIC".to_owned(),
            syscall_ns: 132.25,
            switch_floor_ns: 2000.0,
            cacheline_ns: Some(90.0),
            cacheline_low_ns: Some(60.0),
            cacheline_high_ns: Some(480.0),
            memcpy: vec![Copying { size: 65536, mb_per_s: 130_000.0 }],
            lost_percent: 0.5,
            longest_gap_ns: 20_000.0,
        },
        rows: rows.iter().copied().map(row).collect(),
        notes: vec!["a note of the run".to_owned()],
    }
}

/// A machine as one might be.
fn example() -> Run {
    run(&[
        ("pipe", PIPE, Block, Same, Latency, 64, &[4400.0, 4500.0, 4600.0]),
        ("unix", SOCKET, Block, Same, Latency, 64, &[7600.0, 7700.0, 7800.0]),
        ("tcp", SOCKET, Block, Same, Latency, 64, &[12_300.0, 12_400.0, 12_500.0]),
        ("shm-futex", MEMORY, Block, Same, Latency, 64, &[4500.0, 4700.0, 4800.0]),
        ("signal-wait", NOTICE, Block, Same, Latency, 0, &[6000.0, 6100.0, 6200.0]),
        ("pipe", PIPE, Block, Same, Latency, 65536, &[23_000.0, 23_600.0, 24_000.0]),
        ("unix", SOCKET, Block, Same, Latency, 65536, &[18_400.0, 18_500.0, 18_600.0]),
        ("shm-futex", MEMORY, Block, Same, Latency, 65536, &[7300.0, 7400.0, 7500.0]),
        ("posix-queue", Group::Queue, Block, Same, Latency, 65536, &[]),
        ("pipe", PIPE, Block, Same, Throughput, 65536, &[13_000.0, 13_900.0, 14_000.0]),
        ("unix", SOCKET, Block, Same, Throughput, 65536, &[8000.0, 8100.0, 14_500.0]),
        ("pipe", PIPE, Block, Cross, Latency, 64, &[44_000.0, 45_000.0, 30_000.0]),
        ("shm-spin", MEMORY, Spin, Cross, Latency, 64, &[84.0, 85.0, 86.0]),
    ])
}

fn verdict(run: &Run, id: &str) -> Verdict {
    all(run).into_iter().find(|verdict| verdict.id == id).expect("there is such a rule")
}

#[test]
fn it_depends_where_it_is_so_here_and_not_there() {
    let pipe = verdict(&example(), "pipe-vs-socket");
    assert_eq!(pipe.outcome, Outcome::Depends);
    insta::assert_snapshot!(claims(&[pipe], &Style::PLAIN), @"
    pipe-vs-socket: depends (1 of 4 too close to call)
      “On one machine a pipe is faster than a Unix socket, and that one than TCP.”
      so           one processor (0), 64 B, round trip: pipe (sleeps) 4.50 µs, unix
                   (sleeps) 7.70 µs: 1.71 times as long (1.65 to 1.77)
      so           one processor (0), 64 B, round trip: unix (sleeps) 7.70 µs, tcp
                   (sleeps) 12.4 µs: 1.61 times as long (1.58 to 1.64)
      not so       one processor (0), 64 KiB, round trip: pipe (sleeps) 23.6 µs,
                   unix (sleeps) 18.5 µs: 0.78 times as long (0.77 to 0.81)
      too close    one processor (0), 64 KiB, one way: pipe (sleeps) 13.9 µs, unix
                   (sleeps) 8.10 µs: 0.58 times as long (0.57 to 1.12)
      not measured one processor (0), 64 KiB, round trip: tcp: not a part of this
                   run
      not measured one processor (0), 64 B, one way: pipe: not a part of this run
      not measured one processor (0), 64 B, one way: unix: not a part of this run
      not measured one processor (0), 64 KiB, one way: tcp: not a part of this run
    ");
}

#[test]
fn what_is_slower_everywhere_does_not_hold() {
    assert_eq!(verdict(&example(), "sig-fast").outcome, Outcome::DoesNotHold);
}

#[test]
fn nobody_judges_what_was_not_measured() {
    let nothing = run(&[("fifo", PIPE, Block, Same, Latency, 64, &[1.0])]);
    let verdicts = all(&nothing);
    assert!(verdicts.iter().all(|verdict| verdict.outcome == Outcome::Missing), "{verdicts:?}");
}

#[test]
fn a_comparison_is_called_only_if_every_repetition_says_so() {
    let judged = |times, low, high| Relation::Faster.judged(times, low, high);
    assert_eq!(judged(1.2, 1.1, 1.3), Outcome::Holds);
    assert_eq!(judged(0.8, 0.7, 0.9), Outcome::DoesNotHold);
    assert_eq!(judged(1.05, 1.02, 1.08), Outcome::TooClose);
    assert_eq!(judged(1.5, 0.9, 1.6), Outcome::TooClose);
    let judged = |times, low, high| Relation::Alike.judged(times, low, high);
    assert_eq!(judged(1.05, 1.02, 1.08), Outcome::Holds);
    assert_eq!(judged(1.12, 1.11, 1.13), Outcome::TooClose, "it might be 1.09 tomorrow");
    assert_eq!(judged(0.85, 0.84, 0.86), Outcome::TooClose);
    assert_eq!(judged(1.5, 1.4, 1.6), Outcome::DoesNotHold);
    assert_eq!(judged(1.5, 0.9, 1.6), Outcome::TooClose);
}

/// The example with other figures of one of its rows.
fn with(mechanism: &'static str, kind: Kind, size: u64, reps: &'static [f64]) -> Run {
    let mut run = example();
    let about = (mechanism, kind, Same, size);
    let is_it = |it: &&mut Row| (it.mechanism.as_str(), it.kind, it.placement, it.size) == about;
    let found = run.rows.iter_mut().find(is_it).expect("it is there");
    *found = row((mechanism, found.group, found.wait, Same, kind, size, reps));
    run
}

fn of_two(old: &Run, new: &Run, id: &str) -> Held {
    held(old, new).into_iter().find(|held| held.id == id).expect("both have figures for it")
}

#[test]
fn a_run_agrees_with_itself() {
    let run = example();
    let held = held(&run, &run);
    assert!(!held.is_empty());
    for held in held {
        assert_eq!((held.agreement, held.turned.len()), (Agreement::Same, 0), "{}", held.id);
    }
}

#[test]
fn what_is_too_close_in_one_run_contradicts_nothing() {
    // A pipe and a Unix socket overlap now: the claim holds wherever it can be called.
    let new = with("unix", Latency, 65536, &[18_400.0, 23_500.0, 26_000.0]);
    let held = of_two(&example(), &new, "pipe-vs-socket");
    assert_eq!((held.old, held.new), (Outcome::Depends, Outcome::Holds));
    assert_eq!((held.agreement, held.close, held.made), (Agreement::TooClose, 2, 4));
}

#[test]
fn what_turns_round_and_changes_a_verdict_contradicts() {
    let new = with("unix", Latency, 65536, &[48_000.0, 49_000.0, 50_000.0]);
    let held = of_two(&example(), &new, "pipe-vs-socket");
    assert_eq!((held.old, held.new), (Outcome::Depends, Outcome::Holds));
    assert_eq!((held.agreement, held.turned.len()), (Agreement::Contradicts, 1));
}

#[test]
fn what_is_the_fastest_channel_may_change() {
    // Then the pipe, now the socket: shared memory is compared with the fastest in both runs.
    let new = with("unix", Latency, 64, &[4000.0, 4010.0, 4020.0]);
    let held = of_two(&example(), &new, "shm-fastest");
    assert!(held.turned.is_empty() && held.made > 2, "{held:?}");
}

#[test]
fn contradictions_are_shown_with_both_sides() {
    let new = with("unix", Latency, 65536, &[48_000.0, 49_000.0, 50_000.0]);
    assert!(contradicts(&example(), &new) && !contradicts(&example(), &example()));
    let shown = difference(&example(), &new, &Style::PLAIN);
    let verdicts = shown.split_once("\nVerdicts\n").map_or("", |(_, verdicts)| verdicts);
    insta::assert_snapshot!(verdicts, @"
                       old               new               two runs
    shm-fastest        holds             holds             agree
                       1 of 3 comparisons too close to call
    shm-large          holds             holds             agree
    pipe-simple-fast   depends           holds             CONTRADICT
                       1 of 4 comparisons too close to call, 1 of 4 turned round
      old: one processor (0), 64 KiB, round trip: pipe (sleeps) 23.6 µs, unix
           (sleeps) 18.5 µs: 0.78 times as long (0.77 to 0.81)
      new: one processor (0), 64 KiB, round trip: pipe (sleeps) 23.6 µs, unix
           (sleeps) 49.0 µs: 2.08 times as long (2.00 to 2.17)
    pipe-vs-socket     depends           holds             CONTRADICT
                       1 of 4 comparisons too close to call, 1 of 4 turned round
      old: one processor (0), 64 KiB, round trip: pipe (sleeps) 23.6 µs, unix
           (sleeps) 18.5 µs: 0.78 times as long (0.77 to 0.81)
      new: one processor (0), 64 KiB, round trip: pipe (sleeps) 23.6 µs, unix
           (sleeps) 49.0 µs: 2.08 times as long (2.00 to 2.17)
    sock-overhead      depends           holds             CONTRADICT
                       1 of 4 comparisons too close to call, 1 of 4 turned round
      old: one processor (0), 64 KiB, round trip: pipe (sleeps) 23.6 µs, unix
           (sleeps) 18.5 µs: 0.78 times as long (0.77 to 0.81)
      new: one processor (0), 64 KiB, round trip: pipe (sleeps) 23.6 µs, unix
           (sleeps) 49.0 µs: 2.08 times as long (2.00 to 2.17)
    sock-unix-domain   holds             holds             agree
    sig-fast           does not hold     does not hold     agree
    cmp-speed-columns  depends           depends           agree
                       1 of 5 comparisons too close to call, 1 of 5 turned round
      old: one processor (0), 64 KiB, round trip: pipe (sleeps) 23.6 µs, unix
           (sleeps) 18.5 µs: 0.78 times as long (0.77 to 0.81)
      new: one processor (0), 64 KiB, round trip: pipe (sleeps) 23.6 µs, unix
           (sleeps) 49.0 µs: 2.08 times as long (2.00 to 2.17)
    cmp-notes-disagree depends           holds             CONTRADICT
                       1 of 3 comparisons too close to call, 1 of 3 turned round
      old: one processor (0), 64 KiB, round trip: pipe (sleeps) 23.6 µs, unix
           (sleeps) 18.5 µs: 0.78 times as long (0.77 to 0.81)
      new: one processor (0), 64 KiB, round trip: pipe (sleeps) 23.6 µs, unix
           (sleeps) 49.0 µs: 2.08 times as long (2.00 to 2.17)

    9 verdicts: 5 agree, 0 differ in what is too close to call, 4 contradict each
    other
    ");
}

#[test]
fn a_cache_line_that_took_another_way_hides_what_it_may_explain() {
    let mut run = example();
    let mut called = |spin_ns: f64| {
        let spins = run.rows.iter_mut().find(|row| row.mechanism == "shm-spin");
        let figures = spins.and_then(|row| row.figures.as_mut()).expect("it was measured");
        figures.median_ns = spin_ns;
        for rep in &mut figures.reps {
            (rep.median_ns, rep.cacheline_ns) = (spin_ns, Some(450.0));
        }
        let fastest = verdict(&run, "shm-fastest");
        let spins = fastest.findings.into_iter().find(|finding| {
            (finding.faster.as_str(), finding.placement, finding.size) == ("shm-spin", Cross, 64)
        });
        spins.map(|finding| finding.outcome)
    };
    // Five times as far: what is five times as fast may owe it to that.
    assert_eq!(called(44_000.0 / 3.0), Some(Outcome::TooClose));
    assert_eq!(called(85.0), Some(Outcome::Holds));
}

#[test]
fn the_json_has_the_run_and_the_verdicts() {
    let run = example();
    let text = json(&run);
    assert_eq!(Run::from_json(&text), Ok(run));
    let read: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let claims = read["claims"].as_array().expect("it has claims");
    assert_eq!(claims.len(), rules::ALL.len());
    assert!(
        claims.iter().any(|claim| claim["id"] == "sig-fast" && claim["verdict"] == "does not hold")
    );
}

#[test]
fn the_rules_have_names_of_their_own() {
    let mut ids: Vec<&str> = rules::ALL.iter().map(|rule| rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), rules::ALL.len());
}

#[test]
fn a_table_is_as_wide_as_a_page() {
    let shown = table(&example(), &Style::PLAIN);
    let wide = shown.lines().find(|line| line.chars().count() > 80);
    assert_eq!(wide, None);
    insta::assert_snapshot!(shown, @"
    a processor
    2 of 2 processors, x86_64, Linux 6.1, under kvm, SCHED_OTHER
    2026-11-21T08:20:00Z; each row 3 times, interleaved; 61 s in all
    limits: reading the clock (tsc) 20.0 ns; empty system call 132 ns; the floor:
            two switches, two calls 2.00 µs; a cache line to the other processor and
            back 90.0 ns (60.0 ns to 480 ns); memcpy 64 KiB 130 GB/s
    a busy process lost 0.5 % of its time to others, at most 20.0 µs at once

    Round trip of 64 B, one processor (0)
                       median     p99     max  pipe floor     CPU call  slp
    pipe              4.50 µs 6.75 µs 90.0 µs  1.00  2.25 4.50 µs    4    2 ██──
    shm-futex         4.70 µs 7.05 µs 94.0 µs  1.04  2.35 4.70 µs    4    2 ██──
    signal-wait       6.10 µs 9.15 µs  122 µs  1.36  3.05 6.10 µs    4    2 ███──
    unix              7.70 µs 11.6 µs  154 µs  1.71  3.85 7.70 µs    4    2 ████──
    tcp               12.4 µs 18.6 µs  248 µs  2.76  6.20 12.4 µs    4    2 ██████──

    Round trip of 64 KiB, one processor (0)
                       median     p99     max  pipe floor     CPU call  slp
    shm-futex         7.40 µs 11.1 µs  148 µs  0.31  3.70 7.40 µs    4    2 ██─
    unix              18.5 µs 27.8 µs  370 µs  0.78  9.25 18.5 µs    4    2 █████──
    pipe              23.6 µs 35.4 µs  472 µs  1.00  11.8 23.6 µs    4    2 ██████──
    posix-queue       - a message may have 8192 bytes; raise `fs.mqueue.msgsize_max`

    Round trip of 64 B, two processors (0 and 1)
                       median     p99     max  pipe floor     CPU call  slp
    shm-spin          85.0 ns  128 ns 1.70 µs 1/518  0.04 85.0 ns    -    0 █
    pipe              44.0 µs 66.0 µs  880 µs  1.00  22.0 44.0 µs    4    2 ████████

    One way, as many messages of 64 KiB as fit, one processor (0)
                         each      rate  pipe  copy     CPU call  slp fault
    unix              8.10 µs 8.09 GB/s  0.58 6.2 % 8.10 µs    4    2     0 ███
    pipe              13.9 µs 4.71 GB/s  1.00 3.6 % 13.9 µs    4    2     0 ████████

    median of all operations; p99: one in a hundred took longer; max: the slowest of
    all; pipe, floor: how many times the time of the pipe, of the floor; copy: share
    of the rate of memcpy; CPU: processor time of both processes; call, slp, fault:
    system calls, times that somebody went to sleep, page faults; all for one
    operation; the bar: median, ─ up to p99, on a logarithmic scale; spin and yield
    never sleep: look at their CPU
    note: a note of the run
    ");
}

#[test]
fn what_is_touched_stands_beside_what_is_only_moved() {
    let run = run(&[
        ("pipe", PIPE, Block, Same, Throughput, 65536, &[13_000.0, 13_900.0, 14_000.0]),
        ("pipe", PIPE, Block, Same, Touched, 65536, &[15_000.0, 15_900.0, 16_000.0]),
        ("inplace-futex", MEMORY, Block, Same, Touched, 65536, &[1800.0, 1900.0, 2000.0]),
    ]);
    insta::assert_snapshot!(body(&table(&run, &Style::PLAIN)), @"
    One way, as many messages of 64 KiB as fit, one processor (0)
                         each      rate  pipe  copy     CPU call  slp fault
    pipe              13.9 µs 4.71 GB/s  1.00 3.6 % 13.9 µs    4    2     0 ████████

    One way, every byte written and read, 64 KiB, one processor (0)
                         each      rate  pipe  copy     CPU call  slp moved
    inplace-futex     1.90 µs 34.5 GB/s  0.12  27 % 1.90 µs    4    2     - █
    pipe              15.9 µs 4.12 GB/s  1.00 3.2 % 15.9 µs    4    2  1.14 ████████
    ");
    let touched = charts(&run).into_iter().find(|chart| chart.name == "touched-one");
    let touched = touched.expect("there is a chart of it");
    assert_eq!(touched.svg.matches("class=\"dot\"").count(), 2);
    assert_eq!(touched.svg.matches("class=\"moved\"").count(), 1, "in place nothing is moved");
    assert!(touched.svg.contains("(moved only: 4.71 GB/s)"), "{}", touched.svg);
}

#[test]
fn at_a_rate_the_tail_is_what_is_shown() {
    let mut run = run(&[("pipe", PIPE, Block, Same, Paced, 64, &[4400.0, 4500.0, 4600.0])]);
    run.plan.rate = Some(10_000);
    insta::assert_snapshot!(body(&table(&run, &Style::PLAIN)), @"
    Round trip of 64 B, 10000 a second, one processor (0)
                       median     p90     p99   p99.9     max   late  closed
    pipe              4.50 µs 4.95 µs 6.75 µs 22.5 µs 90.0 µs  2.5 % 4.60 µs ████────
    ");
}

/// The tables without what stands before and after them.
fn body(table: &str) -> String {
    let parts: Vec<&str> = table.split("\n\n").collect();
    parts[1..parts.len() - 1].join("\n\n")
}

#[test]
fn a_csv_has_as_many_cells_in_each_line() {
    let shown = csv(&example());
    let cells: Vec<usize> = shown.lines().map(|line| line.split(',').count()).collect();
    assert!(cells.iter().all(|count| *count == cells[0]), "{shown}");
    insta::assert_snapshot!(shown.lines().take(2).collect::<Vec<_>>().join("\n"), @"
    mechanism,group,wait,placement,kind,size,median_ns,ci95_low_ns,ci95_high_ns,low_ns,high_ns,best_ns,p90_ns,p99_ns,p999_ns,max_ns,mb_per_s,pipe,floor,timed,batched,reps,cpu_ns,voluntary,involuntary,faults,calls,copies,cacheline_ns,lost_percent,missing,how,late_percent
    pipe,pipes,block,same,latency,64,4500,4500,4500,4400,4600,4500,4950,6750,22500,90000,,1,2.25,1000,1000,3,4500,2,0,0,4,2,,0.5,,,
    ");
}

#[test]
fn another_machine_stands_beside_this_one() {
    let old = example();
    let mut new = example();
    new.calibration.switch_floor_ns *= 2.0;
    new.rows.remove(0);
    insta::assert_snapshot!(difference(&old, &new, &Style::PLAIN), @"
    old: 2026-11-21T08:20:00Z, a processor, Linux 6.1, floor 2.00 µs, cache line
         90.0 ns
    new: 2026-11-21T08:20:00Z, a processor, Linux 6.1, floor 4.00 µs, cache line
         90.0 ns

    Round trip, one processor (0)
                           size       old       new  new/old pipe old pipe new
    unix                   64 B   7.70 µs   7.70 µs     void     1.71        -
    tcp                    64 B   12.4 µs   12.4 µs     void     2.76        -
    shm-futex              64 B   4.70 µs   4.70 µs     void     1.04        -
    signal-wait               -   6.10 µs   6.10 µs     void     1.36        -
    pipe                 64 KiB   23.6 µs   23.6 µs     void     1.00     1.00
    unix                 64 KiB   18.5 µs   18.5 µs     void     0.78     0.78
    shm-futex            64 KiB   7.40 µs   7.40 µs     void     0.31     0.31

    Round trip, two processors (0 and 1)
                           size       old       new  new/old pipe old pipe new
    pipe                   64 B   44.0 µs   44.0 µs     1.00     1.00     1.00
    shm-spin               64 B   85.0 ns   85.0 ns     1.00    1/518    1/518

    One way, one processor (0)
                           size       old       new  new/old pipe old pipe new
    pipe                 64 KiB   13.9 µs   13.9 µs     void     1.00     1.00
    unix                 64 KiB   8.10 µs   8.10 µs     void     0.58     0.58

    only old: pipe (latency, same, 64 B)

    new/old: how many times the time; pipe: how many times the time of the pipe,
    then and now; void: the calibrations differ by more than half, so the times tell
    of the machine

    Verdicts
                       old               new               two runs
    shm-fastest        holds             holds             agree
                       1 of 3 comparisons too close to call
    shm-large          holds             holds             agree
    pipe-simple-fast   depends           does not hold     too close to call
                       1 of 2 comparisons too close to call
    pipe-vs-socket     depends           depends           agree
                       1 of 3 comparisons too close to call
    sock-overhead      depends           does not hold     too close to call
                       1 of 2 comparisons too close to call
    sock-unix-domain   holds             holds             agree
    cmp-speed-columns  depends           depends           agree
                       1 of 4 comparisons too close to call
    cmp-notes-disagree depends           does not hold     too close to call
                       1 of 2 comparisons too close to call

    8 verdicts: 5 agree, 3 differ in what is too close to call, 0 contradict each
    other
    ");
}

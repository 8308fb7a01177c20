use super::*;

fn example() -> Run {
    Run {
        schema: SCHEMA.to_owned(),
        when: "2026-11-21T08:20:00Z".to_owned(),
        took_s: 61.0,
        plan: Plan {
            words: vec!["latency".to_owned(), "pipe".to_owned()],
            kinds: vec![Kind::Latency],
            sizes: vec![64],
            reps: 1,
            pins: vec![0],
            placements: vec![Placement::Same],
            window_ms: 12.5,
            rate: None,
        },
        machine: Machine {
            cpu: "a processor \"with quotes\"".to_owned(),
            arch: "x86_64".to_owned(),
            cores: 1,
            online: 2,
            siblings: None,
            kernel: "6.1".to_owned(),
            virt: Some("kvm".to_owned()),
            governor: None,
            clocksource: None,
            mitigations: vec![],
            page_size: 4096,
            root: false,
            scheduler: "SCHED_OTHER".to_owned(),
            limits: vec![Limit { name: "kernel.msgmax".to_owned(), value: "8192".to_owned() }],
        },
        calibration: Calibration {
            clock_ns: 20.0,
            clock: "CLOCK_MONOTONIC".to_owned(),
            syscall_ns: 132.25,
            switch_floor_ns: 1950.0,
            cacheline_ns: None,
            cacheline_low_ns: None,
            cacheline_high_ns: None,
            memcpy: vec![Copying { size: 4096, mb_per_s: 145_000.0 }],
            lost_percent: 0.5,
            longest_gap_ns: 20_000.0,
        },
        rows: vec![
            Row {
                mechanism: "pipe".to_owned(),
                title: "pipe".to_owned(),
                group: Group::Pipe,
                wait: Wait::Block,
                placement: Placement::Same,
                kind: Kind::Latency,
                size: 64,
                copies: Some(2),
                how: None,
                figures: Some(Figures {
                    median_ns: 4500.0,
                    mb_per_s: None,
                    ci95_low_ns: 4490.0,
                    ci95_high_ns: 4510.0,
                    low_ns: 4500.0,
                    high_ns: 4500.0,
                    best_ns: 4400.5,
                    reps: vec![Rep {
                        median_ns: 4500.0,
                        batch_ns: 4600.0,
                        p50_ns: Some(4500.0),
                        cacheline_ns: None,
                        lost_percent: 0.0,
                        stable: true,
                        loss_percent: 0.0,
                        late_percent: None,
                    }],
                    timed: 100,
                    batched: 1000,
                    tail: Some(Tail {
                        p50_ns: 4500.0,
                        p90_ns: 4600.0,
                        p99_ns: 4700.0,
                        p999_ns: 20_000.0,
                        max_ns: 21_000.0,
                        buckets: vec![Bucket { upto_ns: 4511, count: 100 }],
                    }),
                    cost: Cost {
                        cpu_ns: 4500.0,
                        voluntary: 2.0,
                        involuntary: 0.0,
                        faults: 0.0,
                        calls: Some(vec![CallCount { name: "read".to_owned(), per_op: 2.0 }]),
                        calls_missing: None,
                    },
                    checked: Checked { numbered: 1100, whole: 16, bytes: 140_800 },
                }),
                missing: None,
            },
            Row {
                mechanism: "posix-queue".to_owned(),
                title: "POSIX queue".to_owned(),
                group: Group::Queue,
                wait: Wait::Block,
                placement: Placement::Same,
                kind: Kind::Latency,
                size: 65536,
                copies: Some(2),
                how: None,
                figures: None,
                missing: Some(Missing {
                    reason: "a message may have 8192 bytes".to_owned(),
                    remedy: "raise `fs.mqueue.msgsize_max`".to_owned(),
                }),
            },
        ],
        notes: vec!["one processor: nothing can be said of two".to_owned()],
    }
}

#[test]
fn what_is_written_can_be_read() {
    let run = example();
    assert_eq!(Run::from_json(&run.to_json()), Ok(run));
}

#[test]
fn a_file_from_before_a_member_came_can_be_read() {
    let run = example();
    let mut text = run.to_json();
    for member in [",\"rate\":null", ",\"how\":null", ",\"late_percent\":null"] {
        assert!(text.contains(member), "{member}");
        text = text.replace(member, "");
    }
    assert_eq!(Run::from_json(&text), Ok(run));
}

#[test]
fn members_that_nobody_knows_are_passed_over() {
    let run = example();
    let text = run.to_json().replace("{\"median_ns\":", "{\"unheard_of\":[{}],\"median_ns\":");
    assert_eq!(Run::from_json(&text), Ok(run));
}

#[test]
fn another_schema_is_refused() {
    let text = example().to_json().replace("compare/1", "compare/0");
    let refused = Run::from_json(&text).expect_err("it is another schema");
    assert_eq!(refused, format!("its schema is `between-processes/compare/0`, not `{SCHEMA}`"));
    assert_eq!(Run::from_json("{}"), Err("it has no member `schema`".to_owned()));
}

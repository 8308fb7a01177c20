//! Everything is measured, for a moment: what comes out must be whole and sane, whatever the
//! figures are. No test looks at a time.

use std::collections::HashSet;
use std::io::Read;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn compare(words: &[&str]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("lesson-compare"));
    command.args(words).stdin(Stdio::null()).output().expect("the lesson can be started")
}

fn run(words: &str) -> Value {
    let words: Vec<&str> = words.split(' ').collect();
    let output = compare(&words);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}", output.status);
    serde_json::from_slice(&output.stdout).expect("it is JSON")
}

fn rows(run: &Value) -> &[Value] {
    run["rows"].as_array().expect("there are rows")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is a number"))
}

/// What must hold of every row, and of every figure in it.
fn check(row: &Value) {
    let name = format!("{} {} {} {}", row["mechanism"], row["kind"], row["placement"], row["size"]);
    let (figures, missing) = (&row["figures"], &row["missing"]);
    assert!(figures.is_null() != missing.is_null(), "{name} is measured or missing");
    if !missing.is_null() {
        assert!(!missing["reason"].as_str().unwrap_or_default().is_empty(), "{name} says why");
        return;
    }
    assert!(number(&figures["median_ns"]) > 0.0, "{name}");
    assert!(number(&figures["best_ns"]) > 0.0, "{name}");
    assert!(number(&figures["low_ns"]) <= number(&figures["high_ns"]), "{name}");
    assert!(number(&figures["ci95_low_ns"]) <= number(&figures["ci95_high_ns"]), "{name}");
    assert!(number(&figures["batched"]) > 0.0, "{name}");
    assert_eq!(figures["reps"].as_array().map(Vec::len), Some(1), "{name}");
    if row["size"] != 0 {
        assert!(number(&figures["checked"]["numbered"]) > 0.0, "{name}");
        assert!(number(&figures["checked"]["whole"]) > 0.0, "{name}");
    }
    if row["kind"] == "throughput" || row["kind"] == "touched" {
        assert!(number(&figures["mb_per_s"]) > 0.0, "{name}");
        return;
    }
    let tail = &figures["tail"];
    let ordered: Vec<f64> =
        ["p50_ns", "p90_ns", "p99_ns", "p999_ns", "max_ns"].map(|key| number(&tail[key])).to_vec();
    assert!(ordered.is_sorted(), "{name}: {ordered:?}");
    let buckets = tail["buckets"].as_array().expect("there is a histogram");
    let counted: f64 = buckets.iter().map(|bucket| number(&bucket["count"])).sum();
    assert_eq!(counted, number(&figures["timed"]), "{name}");
}

#[test]
fn every_mechanism_can_be_measured() {
    let run = run("measure --window 1 --reps 1 --sizes 64 --json");
    assert_eq!(run["schema"], "between-processes/compare/1");
    let mut seen = HashSet::new();
    for row in rows(&run) {
        check(row);
        let key = [&row["mechanism"], &row["kind"], &row["placement"], &row["size"]];
        assert!(seen.insert(key.map(ToString::to_string)), "{key:?} is there twice");
    }
    for member in ["clock_ns", "syscall_ns", "switch_floor_ns"] {
        assert!(number(&run["calibration"][member]) > 0.0, "{member}");
    }
    assert!(run["machine"]["cpu"].as_str().is_some_and(|name| !name.is_empty()));
}

#[test]
fn every_variant_carries_messages_of_odd_sizes() {
    let run = run("throughput pipe unix tcp udp pipe-vmsplice shm-yield shm-futex shm-sem \
                   shm-eventfd memfd-futex sysv-shm-sem mmap-eventfd ipc-channel --window 1 \
                   --reps 1 --sizes 1,7,4097 --placement same --json");
    for row in rows(&run) {
        check(row);
    }
    // Five of them are written and read in every byte, too.
    assert_eq!(rows(&run).len(), (13 + 5) * 3);
}

#[test]
fn calls_and_places_carry_messages_of_every_size_one_way() {
    let run = run("throughput rpc grpc inplace-futex --window 1 --reps 1 \
                   --sizes 1,7,64,4097,65536,1048576 --placement same --json");
    for row in rows(&run) {
        check(row);
    }
    let of = |mechanism: &str, kind: &str| -> Vec<&Value> {
        let rows = rows(&run).iter();
        rows.filter(|row| row["mechanism"] == mechanism && row["kind"] == kind).collect()
    };
    for mechanism in ["rpc", "grpc"] {
        let all = of(mechanism, "throughput");
        assert_eq!(all.len(), 6, "{mechanism}");
        assert!(all.iter().all(|row| row["how"].is_string()), "{mechanism} says how");
    }
    let touched = of("inplace-futex", "touched");
    assert_eq!(touched.len(), 6);
    assert!(touched.iter().all(|row| row["copies"] == 0 && row["missing"].is_null()));
    let moved = of("inplace-futex", "throughput");
    assert!(moved.iter().all(|row| row["figures"].is_null()), "nothing is moved in place");
}

#[test]
fn what_carries_nothing_has_no_throughput_and_says_why() {
    let run = run("measure eventfd signal-wait --window 1 --reps 1 --placement same --json");
    let one_way: Vec<&Value> =
        rows(&run).iter().filter(|row| row["kind"] == "throughput").collect();
    assert_eq!(one_way.len(), 2);
    for row in one_way {
        let why = row["missing"]["reason"].as_str().unwrap_or_default();
        assert!(why.starts_with("it carries no bytes"), "{why}");
    }
}

#[test]
fn at_a_rate_each_round_trip_is_counted_from_when_it_was_due() {
    let run =
        run("latency pipe --rate 100 --window 50 --reps 2 --sizes 64 --placement same --json");
    assert_eq!(run["plan"]["rate"], 100);
    let row = &rows(&run)[0];
    assert_eq!(row["kind"], "paced");
    let figures = &row["figures"];
    // 5 are due in 50 ms.
    assert_eq!(figures["timed"], 10);
    assert_eq!(figures["median_ns"], figures["tail"]["p50_ns"]);
    for rep in figures["reps"].as_array().expect("there are repetitions") {
        let late = number(&rep["late_percent"]);
        assert!((0.0..=100.0).contains(&late), "{late}");
    }
}

#[test]
fn what_does_not_fit_is_missing_and_nothing_is_cut() {
    let run = run("latency udp --window 1 --reps 1 --sizes 65508 --placement same --json");
    let row = &rows(&run)[0];
    assert_eq!(row["size"], 65508);
    assert_eq!(row["missing"]["reason"], "a datagram carries 65507 bytes at the most, not 65508");
    assert_eq!(row["missing"]["remedy"], "choose a size up to 65507");
}

#[test]
fn nonsense_is_refused() {
    let refused = [
        ("latency telepathy", "error: there is no mechanism `telepathy`; there are pipe,"),
        ("latency pipe --pin 0,0,0", "two processors at the most; this process may use"),
        ("latency pipe --pin 99999", "there is no processor 99999 here; this process may use"),
        ("latency pipe --sizes 0", "0 is not in 1..=1048576"),
        ("latency pipe --sizes 2097152", "2097152 is not in 1..=1048576"),
        ("throughput eventfd", "`eventfd` has no throughput: it can be measured by `latency`"),
        ("latency pipe --reps 0", "0 is not in 1..=99"),
        ("latency pipe --rate 0", "0 is not in 1..=1000000000"),
        ("throughput pipe --rate 10", "unexpected argument '--rate'"),
        (
            "latency pipe --rate 1000000000 --sizes 64 --placement same --window 1",
            "1000000000 a second are too many: one after the other, ",
        ),
        ("measure --compare /nowhere", "failed to read `/nowhere`: No such file"),
        ("measure --compare Cargo.toml", "`Cargo.toml` is no earlier run: it is no JSON"),
        ("measure --svg /nowhere", "there is no folder `/nowhere`"),
        ("--unknown", "unexpected argument '--unknown'"),
    ];
    for (words, text) in refused {
        let output = compare(&words.split(' ').collect::<Vec<_>>());
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words}: {errors}");
        assert!(errors.contains(text), "{words}: {errors}");
        assert!(output.stdout.is_empty(), "{words}");
    }
}

#[test]
fn two_processors_are_needed_for_two() {
    let one = first_processor();
    let words = ["latency", "pipe", "--placement", "cross", "--pin", &one];
    let output = compare(&words);
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("`--placement cross` needs two processors"), "{errors}");

    let run = run(&format!("latency pipe --window 1 --reps 1 --sizes 64 --pin {one} --json"));
    let missing: Vec<&Value> = rows(&run)
        .iter()
        .filter(|row| row["placement"] == "cross")
        .map(|row| &row["missing"])
        .collect();
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0]["reason"], "there is only one processor for the two processes");
    assert_eq!(run["calibration"]["cacheline_ns"], Value::Null);
    assert!(!run["notes"].as_array().expect("there are notes").is_empty());
}

fn first_processor() -> String {
    let status = std::fs::read_to_string("/proc/self/status").expect("there is /proc");
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:\t"));
    let list = list.expect("it is told which processors are allowed");
    list.split([',', '-']).next().expect("there is one").trim().to_owned()
}

#[test]
fn nobody_lives_on_after_a_kill() {
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("lesson-compare"))
        .args(["once", "shm-yield", "latency", "same", "64", "1000000000000"])
        .arg(first_processor())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the lesson can be started");
    let children = format!("/proc/{0}/task/{0}/children", child.id());
    while std::fs::read_to_string(&children).is_ok_and(|text| text.split(' ').count() < 3) {
        std::thread::yield_now();
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it can be reaped");
    // All of them hold the pipe's other end: its end is theirs.
    let mut rest = Vec::new();
    let mut out = child.stdout.take().expect("it has an output");
    out.read_to_end(&mut rest).expect("it can be read");
    assert!(rest.is_empty());
}

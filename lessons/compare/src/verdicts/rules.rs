//! The claims that speak of speed, each with the comparisons that settle it.

use super::{Relation, Test};
use crate::run::{Group, Kind, Placement, Row, Run};
use crate::show::sizes;

use Kind::{Latency, Throughput};
use Placement::{Cross, Same};

/// A claim, and what has to be compared.
pub struct Rule {
    pub id: &'static str,
    pub says: &'static str,
    /// The entries of the ledger that say so.
    pub settles: &'static [&'static str],
    pub tests: fn(&Run) -> Vec<Test>,
}

const BOTH: &[Kind] = &[Latency, Throughput];
const PLACES: &[Placement] = &[Same, Cross];

/// All of them.
pub const ALL: &[Rule] = &[
    Rule {
        id: "shm-fastest",
        says: "Shared memory is faster than every channel of the kernel.",
        settles: &[
            "shm-fastest",
            "shm-efficient-passing",
            "ipc-one-line-summary",
            "cmp-001-row-shm",
            "cmp-001-tradeoff-shm",
            "cmp-004-row-shm",
        ],
        tests: |run| {
            let ways = ["shm-spin", "shm-futex", "shm-sem"];
            against_the_best(run, &ways, BOTH, PLACES, &chosen(run, &[64, 4096, 65536]))
        },
    },
    Rule {
        id: "shm-large",
        says: "For large messages, shared memory is faster than every channel of the kernel.",
        settles: &["shm-usecase-large-fast", "shm-no-copy", "q-why-shm-fastest"],
        tests: |run| {
            let ways = ["shm-spin", "shm-futex", "shm-sem"];
            against_the_best(run, &ways, BOTH, PLACES, &chosen(run, &[65536, 1 << 20]))
        },
    },
    Rule {
        id: "shm-alike",
        says: "Shared memory by POSIX, by System V, by memfd and a mapped file cost the same.",
        settles: &["cmp-004-row-mmap"],
        tests: |run| {
            let mut pairs = Vec::new();
            for way in ["spin", "futex"] {
                for kin in ["sysv-shm", "memfd", "mmap"] {
                    pairs.push((format!("shm-{way}"), format!("{kin}-{way}")));
                }
            }
            let pairs: Vec<(&str, &str)> = named(&pairs);
            // Spinning wants two processors, sleeping is told apart on one.
            let mut tests = Vec::new();
            for (one, other) in pairs {
                let place = if one.ends_with("spin") { Cross } else { Same };
                tests.extend(of(
                    Relation::Alike,
                    &[(one, other)],
                    BOTH,
                    &[place],
                    &small_and_large(run),
                ));
            }
            tests
        },
    },
    Rule {
        id: "copies-decide",
        says: "Copies are what a pipe spends its time on: with one copy less it is faster.",
        settles: &["shm-others-copy-twice"],
        tests: |run| {
            let sizes = chosen(run, &[64, 4096, 65536]);
            of(Relation::Faster, &[("pipe-vmsplice", "pipe")], BOTH, &[Same], &sizes)
        },
    },
    Rule {
        id: "pipe-simple-fast",
        says: "A pipe is fast: faster than a queue and than a socket on the same machine.",
        settles: &["pipe-simple-fast", "cmp-001-row-pipe", "cmp-004-row-pipe"],
        tests: |run| {
            let pairs = [
                ("pipe", "posix-queue"),
                ("pipe", "sysv-queue"),
                ("pipe", "unix"),
                ("pipe", "tcp"),
            ];
            of(Relation::Faster, &pairs, BOTH, PLACES, &small_and_large(run))
        },
    },
    Rule {
        id: "pipe-vs-socket",
        says: "On one machine a pipe is faster than a Unix socket, and that one than TCP.",
        settles: &["q-pipe-vs-socket"],
        tests: |run| {
            let sizes = chosen(run, &[64, 4096, 65536]);
            let pairs = [("pipe", "unix"), ("unix", "tcp")];
            of(Relation::Faster, &pairs, BOTH, &[Same], &sizes)
        },
    },
    Rule {
        id: "fifo-like-pipe",
        says: "A FIFO costs what a pipe costs.",
        settles: &["cmp-001-row-fifo"],
        tests: |run| of(Relation::Alike, &[("pipe", "fifo")], BOTH, &[Same], &small_and_large(run)),
    },
    Rule {
        id: "queue-medium",
        says: "Message queues are of medium speed: slower than a pipe, faster than a socket.",
        settles: &["cmp-001-row-mq", "cmp-004-row-mq"],
        tests: |run| {
            let pairs = [
                ("pipe", "posix-queue"),
                ("pipe", "sysv-queue"),
                ("posix-queue", "unix"),
                ("sysv-queue", "unix"),
            ];
            let sizes = chosen(run, &[64, 4096, 65536]);
            of(Relation::Faster, &pairs, BOTH, &[Same], &sizes)
        },
    },
    Rule {
        id: "sock-overhead",
        says: "Sockets are slow: every kind of them is slower than a pipe.",
        settles: &[
            "sock-overhead",
            "cmp-001-row-socket",
            "cmp-004-row-socket",
            "cmp-001-tradeoff-socket",
        ],
        tests: |run| {
            let pairs = [
                ("pipe", "unix"),
                ("pipe", "unix-dgram"),
                ("pipe", "unix-seqpacket"),
                ("pipe", "tcp"),
                ("pipe", "udp"),
            ];
            of(Relation::Faster, &pairs, BOTH, PLACES, &small_and_large(run))
        },
    },
    Rule {
        id: "sock-unix-domain",
        says: "A Unix socket is fast: faster than TCP on the loopback.",
        settles: &["sock-unix-domain", "cmp-001-socket-kinds"],
        tests: |run| of(Relation::Faster, &[("unix", "tcp")], BOTH, &[Same], &small_and_large(run)),
    },
    Rule {
        id: "sock-udp-fast",
        says: "UDP is fast: faster than TCP.",
        settles: &["sock-udp-connectionless", "cmp-001-socket-kinds"],
        tests: |run| of(Relation::Faster, &[("udp", "tcp")], BOTH, PLACES, &small_and_large(run)),
    },
    Rule {
        id: "sig-fast",
        says: "Signals are very fast: faster than a pipe.",
        settles: &["sig-fast", "cmp-001-row-signal"],
        tests: |run| {
            let pairs = [
                ("signal-handler", "pipe"),
                ("signal-wait", "pipe"),
                ("signal-fd", "pipe"),
                ("signal-wait", "eventfd"),
            ];
            of(Relation::Faster, &pairs, &[Latency], PLACES, &small(run))
        },
    },
    Rule {
        id: "mmap-large-data",
        says: "A mapped file is good for large data: faster than every channel of the kernel.",
        settles: &["mmap-large-data"],
        tests: |run| {
            let ways = ["mmap-spin", "mmap-futex"];
            against_the_best(run, &ways, BOTH, PLACES, &chosen(run, &[65536, 1 << 20]))
        },
    },
    Rule {
        id: "rpc-network",
        says: "What a remote call costs is its network: with none, it costs what a socket costs.",
        settles: &["cmp-004-row-rpc"],
        tests: |run| {
            let calls = calls(run);
            let pairs: Vec<(&str, &str)> =
                calls.iter().map(|call| ("unix", call.as_str())).collect();
            of(Relation::Alike, &pairs, &[Latency], &[Same], &small_and_large(run))
        },
    },
    Rule {
        id: "cmp-speed-columns",
        says: "From fast to slow: shared memory, signal, pipe, message queue, socket.",
        settles: &["cmp-speed-columns"],
        tests: |run| {
            let steps = [
                ("shm-futex", "signal-wait"),
                ("signal-wait", "pipe"),
                ("pipe", "posix-queue"),
                ("mmap-futex", "posix-queue"),
                ("posix-queue", "unix"),
            ];
            let mut tests = of(Relation::Faster, &steps, &[Latency], &[Same], &small(run));
            let steps = [("shm-futex", "pipe"), ("pipe", "posix-queue"), ("pipe", "unix")];
            let large = chosen(run, &[65536]);
            tests.extend(of(Relation::Faster, &steps, BOTH, &[Same], &large));
            tests
        },
    },
    Rule {
        id: "cmp-notes-disagree",
        says: "A pipe is fast, not medium; a socket is slow, and a Unix socket is no exception.",
        settles: &["cmp-notes-disagree"],
        tests: |run| {
            let pairs = [("pipe", "posix-queue"), ("pipe", "unix"), ("pipe", "unix-seqpacket")];
            of(Relation::Faster, &pairs, BOTH, &[Same], &small_and_large(run))
        },
    },
];

/// Those of the sizes that were measured; the nearest if none was.
fn chosen(run: &Run, wanted: &[u64]) -> Vec<u64> {
    let measured = sizes(run);
    let found: Vec<u64> = wanted.iter().copied().filter(|size| measured.contains(size)).collect();
    if !found.is_empty() {
        return found;
    }
    let first = wanted.first().copied().unwrap_or(0);
    measured.into_iter().min_by_key(|size| size.abs_diff(first)).into_iter().collect()
}

fn small(run: &Run) -> Vec<u64> {
    chosen(run, &[64])
}

fn small_and_large(run: &Run) -> Vec<u64> {
    chosen(run, &[64, 65536])
}

fn named(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(one, other)| (one.as_str(), other.as_str())).collect()
}

/// What calls functions in another process.
fn calls(run: &Run) -> Vec<String> {
    let calls = run.rows.iter().filter(|row| row.group == Group::Call);
    let mut calls: Vec<String> = calls
        .map(|row| row.mechanism.clone())
        .filter(|mechanism| mechanism.contains("rpc"))
        .collect();
    calls.sort();
    calls.dedup();
    calls
}

/// All combinations.
fn of(
    relation: Relation,
    pairs: &[(&str, &str)],
    kinds: &[Kind],
    placements: &[Placement],
    sizes: &[u64],
) -> Vec<Test> {
    let mut tests = Vec::new();
    for &placement in placements {
        for &kind in kinds {
            for &size in sizes {
                tests.extend(pairs.iter().map(|(one, other)| Test {
                    one: (*one).to_owned(),
                    other: (*other).to_owned(),
                    relation,
                    kind,
                    placement,
                    size,
                    best: false,
                }));
            }
        }
    }
    tests
}

/// Each of these against whatever channel of the kernel is the fastest there.
fn against_the_best(
    run: &Run,
    ways: &[&str],
    kinds: &[Kind],
    placements: &[Placement],
    sizes: &[u64],
) -> Vec<Test> {
    let mut tests = Vec::new();
    for &placement in placements {
        for &kind in kinds {
            for &size in sizes {
                let best = best(run, kind, placement, size).unwrap_or("pipe");
                let pairs: Vec<(&str, &str)> = ways.iter().map(|way| (*way, best)).collect();
                let made = of(Relation::Faster, &pairs, &[kind], &[placement], &[size]);
                tests.extend(made.into_iter().map(|test| Test { best: true, ..test }));
            }
        }
    }
    tests
}

/// The fastest channel through which the kernel carries bytes.
fn best(run: &Run, kind: Kind, placement: Placement, size: u64) -> Option<&str> {
    let is_channel = |row: &&Row| {
        matches!(row.group, Group::Pipe | Group::Queue | Group::Socket)
            && (row.kind, row.placement, row.size) == (kind, placement, size)
    };
    let measured = run.rows.iter().filter(is_channel).filter_map(|row| {
        let figures = row.figures.as_ref()?;
        Some((row.mechanism.as_str(), figures.median_ns))
    });
    measured.min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(id, _)| id)
}

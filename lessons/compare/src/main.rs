//! What each mechanism costs, measured on this machine.

mod calls;
mod commands;
mod counters;
mod counts;
mod field;
mod limits;
mod machine;
mod measure;
mod plan;
mod probe;
mod record;
mod roundtrip;
mod run;
mod show;
mod shown;
mod table;
mod together;
mod traps;
mod two_copies;
mod verdicts;
mod wakes;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        scenes: stage::scenes![roundtrip, calls, wakes, two_copies, table],
        extras: &[
            commands::MEASURE,
            commands::LATENCY,
            commands::THROUGHPUT,
            commands::CLAIMS,
            counts::ONCE,
            record::RECORD,
            shown::SHOW,
            traps::TRAPS,
        ],
        ..stage::lesson!()
    })
}

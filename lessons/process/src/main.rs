//! Processes: what each has for itself, what they share, and why they must talk.

mod buffer;
mod census;
mod cloexec;
mod copies;
mod crash;
mod exec;
mod exit;
mod generated;
mod half;
mod ignored;
mod islands;
mod look;
mod memory;
mod no_calls;
mod number;
mod offset;
mod one_cpu;
mod order;
mod orphan;
mod passed;
mod peek;
mod process;
mod shared;
mod sigchld;
mod squares;
mod stray;
mod thread;
mod torn;
mod twice;
mod web;
mod workers;
mod zombie;
mod zoo;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        scenes: stage::scenes![
            memory, copies, twice, offset, buffer, exec, cloexec, exit, zombie, sigchld, ignored,
            orphan, look, thread, crash, stray, peek, number, squares, workers, passed, order,
            one_cpu, half, torn, web, census, no_calls, zoo, islands,
        ],
        generators: generated::ALL,
        ..stage::lesson!()
    })
}

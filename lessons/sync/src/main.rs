//! Synchronisation: who may go on, and who has to wait.

mod files;
mod memory;
mod process;
mod pthread;
mod semaphore;
mod tally;

mod advisory;
mod any_close;
mod atomic;
mod back_off;
mod barrier;
mod by_pipe;
mod condition;
mod critical;
mod deadlock;
mod error_checking;
mod flock;
mod generated;
mod inherited;
mod invariant;
mod inversion;
mod lock_file;
mod mutex;
mod no_memory;
mod ofd;
mod ordered;
mod producers;
mod race;
mod real_time;
mod record;
mod refused;
mod ring;
mod rwlock;
mod starve;
mod swapped;
mod ticket;
mod twice;
mod unasked;
mod victim;
mod with_if;
mod with_while;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        scenes: stage::scenes![
            race,
            invariant,
            critical,
            atomic,
            ticket,
            mutex,
            unasked,
            error_checking,
            twice,
            condition,
            no_memory,
            with_if,
            with_while,
            rwlock,
            starve,
            barrier,
            by_pipe,
            producers,
            swapped,
            deadlock,
            ordered,
            back_off,
            victim,
            inversion,
            flock,
            inherited,
            advisory,
            lock_file,
            record,
            any_close,
            ofd,
            refused
        ],
        generators: generated::ALL,
        ..stage::lesson!()
    })
}

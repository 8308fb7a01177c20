//! Semaphores: a number that never falls below zero, and processes that wait for it to rise.

mod lacking;
mod memory;
mod mutex;
mod posix;
mod process;
mod sysv;

mod bounded;
mod census;
mod dead_holder;
mod deadlock;
mod early;
mod event;
mod generated;
mod hello;
mod interrupt;
mod leftover;
mod no_calls;
mod overflow;
mod owner;
mod permission;
mod ping_pong;
mod pshared;
mod pv;
mod race;
mod refused;
mod rmid;
mod robust;
mod seats;
mod set;
mod sleep;
mod swapped;
mod tally;
mod twice;
mod undo;
mod undo_post;
mod uninvited;
mod unlink;
mod unnamed;
mod zero;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        scenes: stage::scenes![
            hello,
            pv,
            sleep,
            seats,
            event,
            ping_pong,
            tally,
            unnamed,
            pshared,
            set,
            zero,
            census,
            early,
            race,
            uninvited,
            owner,
            twice,
            dead_holder,
            robust,
            undo,
            undo_post,
            deadlock,
            bounded,
            swapped,
            refused,
            overflow,
            interrupt,
            no_calls,
            leftover,
            unlink,
            rmid,
            permission,
        ],
        generators: generated::ALL,
        ..stage::lesson!()
    })
}

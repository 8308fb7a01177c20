//! Shared memory: one object of memory, mapped into several processes.

mod barrier;
mod filter;
mod futex;
mod lacking;
mod memory;
mod mutex;
mod namespace;
mod process;
mod semaphore;
mod sysv;

mod addresses;
mod atomic;
mod c_posix;
mod c_system_v;
mod counted_once;
mod critical;
mod dead_holder;
mod first_touch;
mod flag;
mod full;
mod generated;
mod hello;
mod lost_update;
mod memfd;
mod no_calls;
mod past_end;
mod permission;
mod pointers;
mod private_mutex;
mod read_only;
mod readers;
mod removed;
mod ring;
mod robust;
mod same_page;
mod sealed;
mod shared_mutex;
mod sleeper;
mod snapshot;
mod survives;
mod system_v;
mod torn;
mod trust;
mod turns;
mod umask;
mod undo;
mod vmsplice;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        scenes: stage::scenes![
            hello,
            system_v,
            c_posix,
            c_system_v,
            readers,
            turns,
            survives,
            removed,
            permission,
            umask,
            read_only,
            past_end,
            full,
            addresses,
            pointers,
            same_page,
            counted_once,
            first_touch,
            no_calls,
            sleeper,
            snapshot,
            vmsplice,
            trust,
            torn,
            flag,
            ring,
            lost_update,
            critical,
            atomic,
            private_mutex,
            shared_mutex,
            dead_holder,
            undo,
            robust,
            memfd,
            sealed
        ],
        generators: generated::ALL,
        ..stage::lesson!()
    })
}

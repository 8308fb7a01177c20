//! Memory maps: a file that is read and written as memory.

mod files;
mod futex;
mod gate;
mod mapping;
mod pages;
mod process;

mod aligned;
mod anonymous;
mod as_memory;
mod busy;
mod closed;
mod copy_on_write;
mod dirty;
mod generated;
mod grow;
mod hello;
mod killed;
mod large;
mod locked;
mod lost_update;
mod on_demand;
mod past_end;
mod read_only;
mod replaced;
mod same;
mod segments;
mod shared_private;
mod tail;
mod truncated;
mod unmappable;
mod unmapped;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        scenes: stage::scenes![
            hello,
            as_memory,
            shared_private,
            copy_on_write,
            on_demand,
            large,
            dirty,
            killed,
            tail,
            past_end,
            truncated,
            replaced,
            grow,
            aligned,
            read_only,
            unmappable,
            closed,
            unmapped,
            anonymous,
            segments,
            busy,
            same,
            lost_update,
            locked
        ],
        generators: generated::ALL,
        ..stage::lesson!()
    })
}

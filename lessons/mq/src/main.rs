//! Message queues: whole messages, kept by the kernel until somebody takes them.

mod acked;
mod arrival;
mod both;
mod boundaries;
mod clog;
mod consumers;
mod container;
mod crash;
mod cut;
mod deadlock;
mod empty;
mod fragment;
mod full;
mod full_sysv;
mod generated;
mod hello;
mod label;
mod lacking;
mod large;
mod later;
mod leftover;
mod limits;
mod no_eof;
mod not_a_pipe;
mod notify;
mod outcome;
mod own;
mod peek;
mod permissions;
mod poll;
mod posix;
mod priority;
mod replies;
mod rmid;
mod starve;
mod stop;
mod structure;
mod sysv;
mod too_big;
mod types;
mod unlink;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        scenes: stage::scenes![
            hello,
            both,
            boundaries,
            not_a_pipe,
            structure,
            fragment,
            too_big,
            cut,
            large,
            priority,
            stop,
            starve,
            types,
            label,
            replies,
            clog,
            own,
            full,
            full_sysv,
            empty,
            deadlock,
            poll,
            notify,
            later,
            no_eof,
            leftover,
            unlink,
            rmid,
            container,
            permissions,
            limits,
            consumers,
            crash,
            acked,
            peek,
        ],
        generators: generated::ALL,
        ..stage::lesson!()
    })
}

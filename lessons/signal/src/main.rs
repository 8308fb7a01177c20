//! Signals: a process is told that something has happened, whatever it is doing.

mod background;
mod byte;
mod commands;
mod ctrl_c;
mod data;
mod during;
mod early;
mod eintr;
mod errno;
mod exec;
mod exists;
mod fates;
mod fault;
mod fragment;
mod generated;
mod graceful;
mod hello;
mod limit;
mod lock;
mod log_level;
mod lost;
mod merged;
mod numbers;
mod outside;
mod overwritten;
mod pending;
mod permission;
mod pidfd;
mod queued;
mod reap;
mod restart;
mod self_pipe;
mod signalfd;
mod signals;
mod sources;
mod states;
mod stuck;
mod supervise;
mod suspend;
mod thread;
mod uncatchable;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        scenes: stage::scenes![
            // What a signal is, and what it does.
            hello,
            numbers,
            fates,
            sources,
            early,
            fault,
            exec,
            background,
            // What is kept, and what is lost.
            pending,
            merged,
            queued,
            data,
            limit,
            // What a handler may do.
            lock,
            overwritten,
            errno,
            during,
            thread,
            fragment,
            // Signals and calls that wait.
            eintr,
            restart,
            lost,
            suspend,
            self_pipe,
            signalfd,
            // Who ends whom.
            commands,
            graceful,
            stuck,
            uncatchable,
            log_level,
            // Children.
            states,
            reap,
            supervise,
            // Who may, and who is meant.
            ctrl_c,
            byte,
            permission,
            exists,
            pidfd,
        ],
        generators: generated::ALL,
        ..stage::lesson!()
    })
}

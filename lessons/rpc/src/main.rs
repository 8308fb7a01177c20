//! Remote procedure calls: calling a function in another process, and what can go wrong.

mod account;
mod cancel;
mod command;
mod cost;
mod deadline;
mod drift;
mod errors;
mod filter;
mod frames;
mod gone;
mod grpc;
mod half;
mod hello;
mod http2;
mod ids;
mod journal;
mod ledger;
mod no_network;
mod once;
mod process;
mod retry;
mod service;
mod skeleton;
mod statuses;
mod stream;
mod stub;
mod timeout;
mod unavailable;
mod wire;
mod workers;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        scenes: stage::scenes![
            // What a stub does.
            hello,
            no_network,
            cost,
            ids,
            errors,
            // What no stub can hide.
            timeout,
            half,
            retry,
            once,
            workers,
            // The same with gRPC.
            grpc,
            frames,
            drift,
            statuses,
            unavailable,
            gone,
            deadline,
            stream,
            cancel,
        ],
        extras: &[command::SERVE, command::CALL],
        ..stage::lesson!()
    })
}

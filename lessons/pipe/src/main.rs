//! Anonymous pipes: a stream of bytes between processes that share a descriptor.

mod atomic;
mod both_full;
mod capacity;
mod capture;
mod copy;
mod empty;
mod ends;
mod eof;
mod epipe;
mod exec_status;
mod facts;
mod full;
mod generated;
mod grandchild;
mod hello;
mod holders;
mod late;
mod nameless;
mod no_turn;
mod own_end;
mod packets;
mod pair;
mod passed;
mod patterns;
mod pipeline;
mod proc_fd;
mod program;
mod python;
mod readers;
mod relay;
mod reopen;
mod siblings;
mod sigpipe;
mod status;
mod stream;
mod terminal;
mod torn;
mod two_pipes;
mod unclosed;
mod unterminated;
mod whole;
mod whole_or_none;
mod writers;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        scenes: stage::scenes![
            // What a pipe is.
            hello,
            ends,
            reopen,
            nameless,
            late,
            holders,
            // How it ends.
            unterminated,
            whole,
            unclosed,
            eof,
            own_end,
            writers,
            // What flows through it.
            stream,
            packets,
            readers,
            atomic,
            whole_or_none,
            torn,
            // When it waits, and when it gives up.
            empty,
            full,
            capacity,
            sigpipe,
            epipe,
            // Both directions.
            no_turn,
            two_pipes,
            both_full,
            pair,
            python,
            // Who can use it.
            siblings,
            grandchild,
            proc_fd,
            passed,
            // What the shell makes of it.
            pipeline,
            patterns,
            terminal,
            status,
            capture,
            exec_status,
            // What it costs, and how far it goes.
            copy,
            relay,
        ],
        generators: generated::ALL,
        ..stage::lesson!()
    })
}

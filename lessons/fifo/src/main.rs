//! FIFOs: pipes that have a name, where programs meet that share nothing else.

mod background;
mod daemon;
mod eof;
mod fragment;
mod generated;
mod gone;
mod hello;
mod mkfifo;
mod no_mkfifo;
mod nonblock;
mod once;
mod one_shell;
mod one_way;
mod open_waits;
mod permissions;
mod rdwr;
mod reader_leaves;
mod rename;
mod same;
mod sh;
mod shell;
mod size;
mod unlink;
mod whole;
mod writers;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        scenes: stage::scenes![
            hello,
            same,
            mkfifo,
            open_waits,
            fragment,
            nonblock,
            rdwr,
            one_way,
            eof,
            daemon,
            reader_leaves,
            writers,
            whole,
            once,
            size,
            gone,
            permissions,
            rename,
            unlink,
            shell,
            one_shell,
            background,
            no_mkfifo,
        ],
        generators: generated::ALL,
        ..stage::lesson!()
    })
}

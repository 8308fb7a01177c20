//! Anonymous pipes: a stream of bytes between processes that share a descriptor.

mod eof;
mod hello;
mod own_end;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        package: env!("CARGO_PKG_NAME"),
        idea: env!("CARGO_PKG_DESCRIPTION"),
        scenes: stage::scenes![hello, eof, own_end],
    })
}

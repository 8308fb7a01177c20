//! Anonymous pipes: a stream of bytes between processes that share a descriptor.

mod eof;
mod hello;
mod own_end;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        scenes: stage::scenes![hello, eof, own_end],
        ..stage::lesson!()
    })
}

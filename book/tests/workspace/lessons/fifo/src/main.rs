//! FIFOs.

mod board;
mod many;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        scenes: stage::scenes![many, board],
        ..stage::lesson!()
    })
}

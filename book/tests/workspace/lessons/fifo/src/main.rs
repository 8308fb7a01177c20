//! FIFOs.

mod board;
mod many;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        package: env!("CARGO_PKG_NAME"),
        idea: env!("CARGO_PKG_DESCRIPTION"),
        scenes: stage::scenes![many, board],
    })
}

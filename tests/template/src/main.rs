//! A lesson to begin with.

mod hello;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        package: env!("CARGO_PKG_NAME"),
        idea: env!("CARGO_PKG_DESCRIPTION"),
        scenes: stage::scenes![hello],
    })
}

//! A lesson to begin with.

mod hello;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        scenes: stage::scenes![hello],
        ..stage::lesson!()
    })
}

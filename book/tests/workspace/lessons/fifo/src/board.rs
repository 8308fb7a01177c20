//! A memory that each value is read from once: a recording of it looks like one of a stream.

pub const BOARD: &str = "board";

pub const SCENE: Scene =
    Scene::new("board", "what is stored stays until it is replaced", &[("writer", writer)]);

fn writer(writer: &Actor) -> Result {
    writer.sends(memory(BOARD), "one");
    Ok(())
}

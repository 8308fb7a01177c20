//! A reader that keeps its own write end waits for itself.

use nix::unistd::{pipe, read};
use stage::{Actor, Result, Scene};

pub const SCENE: Scene = Scene::new(
    "own-end",
    "a reader that keeps its own write end never sees the end",
    &[("reader", reader)],
)
.hangs();

fn reader(reader: &Actor) -> Result {
    let (source, _forgotten) = pipe()?;
    reader.says("reads, and still has the write end");
    read(&source, &mut [0; 64])?;
    Ok(())
}

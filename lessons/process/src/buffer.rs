//! What waits in a buffer of the program when it forks is written by both processes.

use std::fs::File;
use std::io::{BufWriter, Write};

use nix::unistd::{pipe, read};
use stage::{Actor, Fork, Result, Scene};

pub const SCENE: Scene = Scene::new(
    "buffer",
    "text in a buffer is copied by fork, and comes out twice",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let mut out = BufWriter::new(File::from(writer));
    out.write_all(b"once")?;
    parent.says(format!("has {} bytes in its buffer, and forks", out.buffer().len()));

    let child = match parent.forks("child")? {
        Fork::Child(me) => me.plays(|me| {
            me.sends("pipe", "once");
            Ok(out.flush()?)
        }),
        Fork::Parent(child) => child,
    };
    parent.waits(child)?;
    parent.sends("pipe", "once");
    out.flush()?;

    let mut buffer = [0; 64];
    let length = read(&reader, &mut buffer)?;
    let text = str::from_utf8(&buffer[..length])?;
    parent.gets("pipe", text);
    stage::ensure!(text == "onceonce", "the pipe holds `{text}`");
    Ok(())
}
// ANCHOR_END: parent

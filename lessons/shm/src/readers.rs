//! Reading takes nothing away: what is in memory is there for everybody. A pipe's is for one.

use nix::unistd::{pipe, read, write};
use stage::{Actor, Result, Scene, memory};

use crate::memory::{Text, shared};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "readers",
    "three readers read one note, and it is still there",
    &[("parent", parent)],
);

const NOTE: &str = "lunch at noon";

fn parent(parent: &Actor) -> Result {
    let board = shared(Text::new())?;
    let (source, sink) = pipe()?;
    parent.sends(memory("board"), NOTE);
    board.store(NOTE);
    parent.sends("pipe", NOTE);
    write(&sink, NOTE.as_bytes())?;
    drop(sink); // or the second reader would wait for more

    // One after the other, so that it is always the first one who finds the pipe full.
    for name in ["ann", "bob", "cho"] {
        let reader = fork(parent, name, |me| reader(me, board, &source))?;
        parent.waits(reader)?;
    }
    Ok(())
}

// ANCHOR: reader
fn reader(reader: &Actor, board: &Text, source: &std::os::fd::OwnedFd) -> Result {
    let note = board.load();
    reader.gets(memory("board"), &note);
    stage::ensure!(note == NOTE, "loaded `{note}` instead of `{NOTE}`");

    let mut buffer = [0; 64];
    match read(source, &mut buffer)? {
        0 => reader.says("finds nothing in the pipe"),
        length => reader.gets("pipe", str::from_utf8(&buffer[..length])?),
    }
    Ok(())
}
// ANCHOR_END: reader

//! Memory without a copy is memory without a snapshot: what was read can change afterwards.

use nix::unistd::{pipe, read, write};
use stage::{Actor, Result, Scene, memory};

use crate::memory::{Text, shared};
use crate::process::fork;
use crate::semaphore::Semaphore;

pub const SCENE: Scene = Scene::new(
    "snapshot",
    "a pipe keeps what was written, memory what was stored last",
    &[("writer", writer)],
);

const ONE: &str = "version one";
const TWO: &str = "version two";

struct Table {
    text: Text,
    looked: Semaphore,
    changed: Semaphore,
}

fn writer(writer: &Actor) -> Result {
    let table = Table { text: Text::new(), looked: Semaphore::room(), changed: Semaphore::room() };
    let table = shared(table)?;
    table.looked.init(0)?;
    table.changed.init(0)?;
    let (source, sink) = pipe()?;

    writer.sends(memory("board"), ONE);
    table.text.store(ONE);
    writer.sends("pipe", ONE);
    write(&sink, table.text.load().as_bytes())?;
    let reader = fork(writer, "reader", |me| reader(me, table, &source))?;

    table.looked.wait()?;
    writer.sends(memory("board"), TWO);
    table.text.store(TWO);
    table.changed.post()?;
    writer.waits(reader)
}

// ANCHOR: reader
fn reader(reader: &Actor, table: &Table, source: &std::os::fd::OwnedFd) -> Result {
    reader.gets(memory("board"), table.text.load());
    table.looked.post()?;
    table.changed.wait()?;
    let now = table.text.load();
    reader.gets(memory("board"), &now);

    let mut buffer = [0; 64];
    let length = read(source, &mut buffer)?;
    let kept = str::from_utf8(&buffer[..length])?;
    reader.gets("pipe", kept);
    stage::ensure!(now == TWO && kept == ONE, "memory has `{now}`, the pipe had `{kept}`");
    Ok(())
}
// ANCHOR_END: reader

//! A store is seen at once. A record of two stores is seen half done.

use stage::{Actor, Result, Scene, memory, token};

use crate::memory::{Text, shared};
use crate::process::fork;
use crate::semaphore::Semaphore;

pub const SCENE: Scene = Scene::new(
    "torn",
    "a reader who looks in between sees half of a change",
    &[("writer", writer)],
);

struct Record {
    first: Text,
    last: Text,
    half: Semaphore,
    looked: Semaphore,
}

// ANCHOR: writer
fn writer(writer: &Actor) -> Result {
    let (half, looked) = (Semaphore::room(), Semaphore::room());
    let record = shared(Record { first: Text::new(), last: Text::new(), half, looked })?;
    record.half.init(0)?;
    record.looked.init(0)?;
    for (place, text, name) in [(&record.first, "Anna", "first"), (&record.last, "Frank", "last")] {
        writer.sends(memory(name), text);
        place.store(text);
    }
    let reader = fork(writer, "reader", |me| reader(me, record))?;

    writer.sends(memory("first"), "Otto");
    record.first.store("Otto");
    record.half.post()?; // This is where the scheduler might let the reader run.
    record.looked.wait()?;
    writer.gets(token("turn"), "yours again");
    writer.sends(memory("last"), "Weber");
    record.last.store("Weber");
    writer.waits(reader)
}
// ANCHOR_END: writer

// ANCHOR: reader
fn reader(reader: &Actor, record: &Record) -> Result {
    record.half.wait()?;
    let (first, last) = (record.first.load(), record.last.load());
    reader.gets(memory("first"), &first);
    reader.gets(memory("last"), &last);
    reader.says(format_args!("greets {first} {last}, whom nobody has ever met"));
    stage::ensure!((&*first, &*last) == ("Otto", "Frank"), "loaded {first} {last}");
    reader.sends(token("turn"), "yours again");
    Ok(record.looked.post()?)
}
// ANCHOR_END: reader

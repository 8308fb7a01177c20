//! A flag that is stored last, with release, and loaded first, with acquire.

use std::sync::atomic::{AtomicU32, Ordering::Release};

use stage::{Actor, Result, Scene, memory};

use crate::futex;
use crate::memory::{Text, shared};
use crate::process::fork;

pub const SCENE: Scene =
    Scene::new("flag", "a flag stored last tells when the record is whole", &[("writer", writer)]);

struct Record {
    first: Text,
    last: Text,
    ready: AtomicU32,
}

// ANCHOR: writer
fn writer(writer: &Actor) -> Result {
    let ready = AtomicU32::new(0);
    let record = shared(Record { first: Text::new(), last: Text::new(), ready })?;
    let reader = fork(writer, "reader", |me| reader(me, record))?;

    writer.sends(memory("first"), "Otto");
    record.first.store("Otto");
    writer.until_waiting("reader", "futex")?;
    writer.says("knows that the reader sleeps, although half is there");
    writer.sends(memory("last"), "Weber");
    record.last.store("Weber");
    // Release: whoever sees the flag sees everything that was stored before it.
    writer.sends(memory("flag"), "ready");
    record.ready.store(1, Release);
    futex::wake(&record.ready)?;
    writer.waits(reader)
}
// ANCHOR_END: writer

// ANCHOR: reader
fn reader(reader: &Actor, record: &Record) -> Result {
    // The flag is loaded with acquire: nothing that follows is loaded before it.
    futex::wait_while(&record.ready, 0)?;
    reader.gets(memory("flag"), "ready");
    let (first, last) = (record.first.load(), record.last.load());
    reader.gets(memory("first"), &first);
    reader.gets(memory("last"), &last);
    stage::ensure!((&*first, &*last) == ("Otto", "Weber"), "loaded {first} {last}");
    Ok(())
}
// ANCHOR_END: reader

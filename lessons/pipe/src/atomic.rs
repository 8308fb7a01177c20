//! Records of up to PIPE_BUF bytes stay whole, however many writers push.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;

use nix::unistd::{pipe, write};
use stage::{Actor, Fork, Result, Scene};

pub const SCENE: Scene =
    Scene::new("atomic", "a write of up to PIPE_BUF bytes is never torn", &[("reader", reader)])
        .races(&["read"]);

const WRITERS: [(&str, u8); 3] = [("anna", b'a'), ("ben", b'b'), ("chris", b'c')];
const RECORDS: usize = 500;

fn reader(me: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let limit = libc::PIPE_BUF;
    me.says(format!("knows PIPE_BUF to be {limit} bytes"));

    let mut children = Vec::new();
    for (name, letter) in WRITERS {
        children.push(match me.forks(name)? {
            Fork::Child(me) => me.plays(|me| a_writer(me, &vec![letter; limit], writer)),
            Fork::Parent(child) => child,
        });
    }
    drop(writer);
    // All at once: the pipe is full, and nobody has got far.
    for (name, _) in WRITERS {
        me.until_waiting(name, "write")?;
    }

    let mut all = Vec::new();
    File::from(reader).read_to_end(&mut all)?;
    for (_, letter) in WRITERS {
        let count = all.iter().filter(|&&byte| byte == letter).count();
        me.gets("pipe", format!("{count} bytes of {}", char::from(letter)));
    }
    me.says("began to read when all of them were asleep in write");
    let records = all.chunks(limit).count();
    let torn = all.chunks(limit).filter(|record| record.iter().any(|b| *b != record[0])).count();
    me.says(format!("has {records} records; torn: {torn}"));
    stage::ensure!(records == WRITERS.len() * RECORDS, "{records} records have come");
    stage::ensure!(torn == 0, "{torn} records of {limit} bytes are torn");
    children.into_iter().try_for_each(|child| me.waits(child))
}

fn a_writer(me: &Actor, record: &[u8], writer: OwnedFd) -> Result {
    me.sends("pipe", format!("{} bytes of {}", RECORDS * record.len(), char::from(record[0])));
    for _ in 0..RECORDS {
        let written = write(&writer, record)?;
        stage::ensure!(written == record.len(), "wrote only {written} bytes of a record");
    }
    Ok(())
}

//! Two writers mix in the order of arrival, but each one's records stay whole and in order.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, write};
use stage::{Actor, Fork, Result, Scene, varies};

pub const SCENE: Scene = Scene::new(
    "writers",
    "many writers: each one's records stay whole and in order",
    &[("reader", reader)],
)
.races(&["read"]);

const WRITERS: [&str; 2] = ["first", "second"];
const RECORDS: usize = 1000;
const SIZE: usize = 64;

// ANCHOR: reader
fn reader(reader: &Actor) -> Result {
    let path = reader.path("mailbox")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let mut children = Vec::new();
    for name in WRITERS {
        children.push(match reader.forks(name)? {
            Fork::Child(me) => me.plays(|me| writer(me, &path, name)),
            Fork::Parent(child) => child,
        });
    }
    // Only when both are at the door: else one could come and go before the other, and leave an
    // end of file in between.
    for name in WRITERS {
        reader.until_waiting(name, "open")?;
    }
    let source = open(&path, OFlag::O_RDONLY, Mode::empty())?;
    let mut all = Vec::new();
    File::from(source).read_to_end(&mut all)?;
    reader.gets("fifo", format!("{} bytes", all.len()));

    let all = String::from_utf8(all)?;
    let cuts = (0..all.len()).step_by(SIZE);
    let records: Vec<&str> = cuts.map(|at| &all[at..at + SIZE]).collect();
    for name in WRITERS {
        let own: Vec<&str> = records.iter().copied().filter(|r| r.starts_with(name)).collect();
        let sent: Vec<String> = (0..RECORDS).map(|number| record(name, number)).collect();
        stage::ensure!(own == sent, "the records of {name} are torn or out of order");
        reader.says(format!("{} records of {name}: whole, and in order", own.len()));
    }
    let turns = records.windows(2).filter(|two| two[0][..4] != two[1][..4]).count();
    reader.says(format!("the writers took turns {} times", varies("n", turns)));
    children.into_iter().try_for_each(|child| reader.waits(child))
}
// ANCHOR_END: reader

// ANCHOR: writer
fn writer(writer: &Actor, path: &Path, name: &str) -> Result {
    let sink = open(path, OFlag::O_WRONLY, Mode::empty())?;
    writer.sends("fifo", format!("{} bytes in {RECORDS} records", RECORDS * SIZE));
    for number in 0..RECORDS {
        write(&sink, record(name, number).as_bytes())?;
    }
    Ok(())
}

fn record(name: &str, number: usize) -> String {
    format!("{:SIZE$}", format!("{name} {number}"))
}
// ANCHOR_END: writer

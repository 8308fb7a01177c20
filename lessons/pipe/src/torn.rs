//! A write larger than PIPE_BUF can have somebody else's record in its middle.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;

use nix::unistd::{SysconfVar, read, sysconf, write};
use stage::{Actor, Fork, Result, Scene, varies};

use crate::facts::pipe_with_room;

pub const SCENE: Scene =
    Scene::new("torn", "a write above PIPE_BUF bytes can be torn", &[("reader", reader)])
        .races(&["read"]);

const ROOM: usize = 65536;
const RECORD: &str = "(a small record)";

fn reader(me: &Actor) -> Result {
    let page = usize::try_from(sysconf(SysconfVar::PAGE_SIZE)?.unwrap_or(4096))?;
    let (reader, writer) = pipe_with_room(ROOM)?;
    let large = match me.forks("large")? {
        Fork::Child(me) => me.plays(|me| large(me, writer)),
        Fork::Parent(child) => child,
    };
    me.until_waiting("large", "write")?;
    let small = match me.forks("small")? {
        Fork::Child(me) => me.plays(|me| small(me, writer)),
        Fork::Parent(child) => child,
    };
    drop(writer);
    // The pipe is full, and large waits in front of small.
    me.until_waiting("small", "write")?;

    // ANCHOR: tear
    // Room for one page: the kernel wakes who waits first, and large fills it with its next one.
    let mut all = vec![0; 2 * page];
    read(&reader, &mut all[..page])?;
    me.until_waiting("large", "write")?;
    // Room once more: now large stands behind small.
    read(&reader, &mut all[page..])?;
    me.waits(small)?;
    // ANCHOR_END: tear

    File::from(reader).read_to_end(&mut all)?;
    me.waits(large)?;
    let at = all.windows(RECORD.len()).position(|bytes| bytes == RECORD.as_bytes());
    let before = at.ok_or_else(|| stage::Error::new("the small record has not come whole"))?;
    let after = all.len() - before - RECORD.len();
    me.gets("pipe", format!("{} bytes of x", before + after));
    me.gets("pipe", RECORD);
    let (before, after) = (varies("some", before), varies("the rest", after));
    me.says(format!("finds {before} bytes of x before the record, {after} after it"));
    stage::ensure!(all.first() == Some(&b'x') && all.last() == Some(&b'x'), "it is not torn");
    Ok(())
}

fn large(me: &Actor, writer: OwnedFd) -> Result {
    let bytes = vec![b'x'; 4 * ROOM];
    me.sends("pipe", format!("{} bytes of x", bytes.len()));
    let written = write(&writer, &bytes)?;
    stage::ensure!(written == bytes.len(), "one call of write wrote only {written} bytes");
    Ok(())
}

fn small(me: &Actor, writer: OwnedFd) -> Result {
    me.sends("pipe", RECORD);
    write(&writer, RECORD.as_bytes())?;
    Ok(())
}

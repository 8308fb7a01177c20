//! The name leads to an inode, and the inode is where the two sides meet.

use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::{Mode, fstat};
use nix::unistd::{mkfifo, read, write};
use stage::{Actor, Fork, Result, Scene, token, varies};

pub const SCENE: Scene = Scene::new(
    "rename",
    "the two sides meet at the inode, whatever its name is",
    &[("reader", reader)],
);

// ANCHOR: reader
fn reader(reader: &Actor) -> Result {
    let (old, new) = (reader.path("old")?, reader.path("new")?);
    mkfifo(&old, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let writer = match reader.forks("writer")? {
        Fork::Child(me) => me.plays(|me| writer(me, &old)),
        Fork::Parent(child) => child,
    };
    reader.says("watches the writer from outside");
    reader.until_waiting("writer", "open")?;
    reader.says("the writer waits in open, under the old name: renames it");
    std::fs::rename(&old, &new)?;

    let nothing = open(&old, OFlag::O_RDONLY, Mode::empty()).err();
    stage::ensure!(nothing == Some(Errno::ENOENT), "the old name says {nothing:?}");
    reader.says(format!("opens the old name: {:?}", Errno::ENOENT));

    reader.sends(token("open"), "a reader");
    let source = open(&new, OFlag::O_RDONLY, Mode::empty())?;
    reader.gets(token("open"), "a writer");

    let mut buffer = [0; 64];
    let length = read(&source, &mut buffer)?;
    let inode = str::from_utf8(&buffer[..length])?;
    reader.gets("fifo", varies("inode", inode));
    let own = fstat(&source)?.st_ino;
    reader.says(format!("has opened inode {}, the same", varies("inode", own)));
    stage::ensure!(own.to_string() == inode, "the reader has inode {own}, the writer {inode}");
    reader.waits(writer)
}
// ANCHOR_END: reader

// ANCHOR: writer
fn writer(writer: &Actor, path: &Path) -> Result {
    writer.sends(token("open"), "a writer");
    let sink = open(path, OFlag::O_WRONLY, Mode::empty())?;
    writer.gets(token("open"), "a reader");

    let inode = fstat(&sink)?.st_ino.to_string();
    writer.sends("fifo", varies("inode", &inode));
    write(&sink, inode.as_bytes())?;
    Ok(())
}
// ANCHOR_END: writer

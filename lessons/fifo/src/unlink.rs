//! To remove the name does not part those who have met.

use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::{Mode, fstat, stat};
use nix::unistd::{mkfifo, read, unlink, write};
use stage::{Actor, Fork, Result, Scene, token, varies};

pub const SCENE: Scene = Scene::new(
    "unlink",
    "who has met goes on without the name, nobody can join",
    &[("reader", reader)],
);

// ANCHOR: reader
fn reader(reader: &Actor) -> Result {
    let path = reader.path("mailbox")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let writer = match reader.forks("writer")? {
        Fork::Child(me) => me.plays(|me| writer(me, &path)),
        Fork::Parent(child) => child,
    };
    reader.sends(token("open"), "a reader");
    let source = open(&path, OFlag::O_RDONLY, Mode::empty())?;
    reader.gets(token("open"), "a writer");

    let mut buffer = [0; 64];
    let length = read(&source, &mut buffer)?;
    let text = str::from_utf8(&buffer[..length])?;
    reader.gets("fifo", text);
    stage::ensure!(text == "after the unlink", "read `{text}`");
    reader.waits(writer)?;

    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let (ours, newer) = (fstat(&source)?.st_ino, stat(&path)?.st_ino);
    stage::ensure!(ours != newer, "the new FIFO has the old one's inode {ours}");
    let (ours, newer) = (varies("inode", ours), varies("another", newer));
    reader.says(format!("makes the name again: inode {newer}, not {ours}"));
    Ok(())
}
// ANCHOR_END: reader

// ANCHOR: writer
fn writer(writer: &Actor, path: &Path) -> Result {
    writer.sends(token("open"), "a writer");
    let sink = open(path, OFlag::O_WRONLY, Mode::empty())?;
    writer.gets(token("open"), "a reader");

    unlink(path)?;
    let late = open(path, OFlag::O_RDONLY, Mode::empty()).err();
    stage::ensure!(late == Some(Errno::ENOENT), "after the unlink open says {late:?}");
    writer.says(format!("has removed the name; a late open of it: {:?}", Errno::ENOENT));
    writer.sends("fifo", "after the unlink");
    write(&sink, b"after the unlink")?;
    Ok(())
}
// ANCHOR_END: writer

//! End of file means that the last writer has left. Another one may come.

use std::os::fd::OwnedFd;
use std::path::Path;

use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, read, write};
use stage::{Actor, CLOSE, EOF, Fork, Result, Scene};

pub const SCENE: Scene = Scene::new(
    "eof",
    "the end of file is not the end: a new writer may come",
    &[("reader", reader)],
);

// ANCHOR: reader
fn reader(reader: &Actor) -> Result {
    let path = reader.path("mailbox")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    // Without waiting, since the first writer does not exist yet.
    let source = open(&path, OFlag::O_RDONLY | OFlag::O_NONBLOCK, Mode::empty())?;

    for (name, words) in [("first", "from the first"), ("second", "from the second")] {
        let writer = match reader.forks(name)? {
            Fork::Child(me) => {
                drop(source);
                me.plays(|me| writer(me, &path, words))
            }
            Fork::Parent(child) => child,
        };
        reader.waits(writer)?;
        reader.gets("fifo", next(&source)?);
        let end = next(&source)?;
        stage::ensure!(end.is_empty(), "read `{end}` instead of the end of file");
        reader.gets("fifo", EOF);
    }
    let end = next(&source)?;
    stage::ensure!(end.is_empty(), "read `{end}`, and nobody writes");
    reader.says(format!("reads on: {} bytes, as often as it likes", end.len()));
    Ok(())
}

fn next(source: &OwnedFd) -> Result<String> {
    let mut buffer = [0; 64];
    let length = read(source, &mut buffer)?;
    Ok(str::from_utf8(&buffer[..length])?.to_owned())
}
// ANCHOR_END: reader

// ANCHOR: writer
fn writer(writer: &Actor, path: &Path, words: &str) -> Result {
    let sink = open(path, OFlag::O_WRONLY, Mode::empty())?;
    writer.sends("fifo", words);
    write(&sink, words.as_bytes())?;
    writer.sends("fifo", CLOSE);
    drop(sink);
    Ok(())
}
// ANCHOR_END: writer

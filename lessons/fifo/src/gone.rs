//! Unread bytes live as long as somebody holds an end, and no longer.

use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, read, write};
use stage::{Actor, CLOSE, Fork, Result, Scene};

pub const SCENE: Scene =
    Scene::new("gone", "unread bytes vanish when the last end is closed", &[("reader", reader)]);

// ANCHOR: reader
fn reader(reader: &Actor) -> Result {
    let path = reader.path("mailbox")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let source = open(&path, OFlag::O_RDONLY | OFlag::O_NONBLOCK, Mode::empty())?;
    let writer = match reader.forks("writer")? {
        Fork::Child(me) => {
            drop(source);
            me.plays(|me| writer(me, &path))
        }
        Fork::Parent(child) => child,
    };
    reader.waits(writer)?;
    let inside = unread(&source)?;
    reader.says(format!("the writer has gone, {inside} bytes are inside"));
    stage::ensure!(inside > 0, "nothing is inside");

    reader.says("closes without reading, and opens again");
    drop(source);
    let source = open(&path, OFlag::O_RDONLY | OFlag::O_NONBLOCK, Mode::empty())?;
    let inside = unread(&source)?;
    reader.says(format!("{inside} bytes are inside"));
    let length = read(&source, &mut [0; 64])?;
    reader.says(format!("read returns {length} bytes"));
    stage::ensure!((inside, length) == (0, 0), "{inside} bytes have outlived the last end");
    Ok(())
}
// ANCHOR_END: reader

// ANCHOR: writer
fn writer(writer: &Actor, path: &Path) -> Result {
    let sink = open(path, OFlag::O_WRONLY, Mode::empty())?;
    writer.sends("fifo", "left behind");
    write(&sink, b"left behind")?;
    writer.sends("fifo", CLOSE);
    drop(sink);
    Ok(())
}
// ANCHOR_END: writer

fn unread(source: &OwnedFd) -> Result<libc::c_int> {
    let mut bytes = 0;
    // SAFETY: FIONREAD writes one `int`, into `bytes`.
    nix::Error::result(unsafe { libc::ioctl(source.as_raw_fd(), libc::FIONREAD, &raw mut bytes) })?;
    Ok(bytes)
}

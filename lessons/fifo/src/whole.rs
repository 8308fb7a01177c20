//! A record of at most PIPE_BUF bytes goes in whole, or waits outside. A longer one does not.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::path::Path;

use libc::PIPE_BUF;
use nix::fcntl::{FcntlArg, OFlag, fcntl, open};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use stage::{Actor, Child, Fork, Result, Scene, varies};

pub const SCENE: Scene =
    Scene::new("whole", "up to PIPE_BUF bytes go in whole or not at all", &[("parent", parent)]);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let path = parent.path("mailbox")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let mut both = File::from(open(&path, OFlag::O_RDWR, Mode::empty())?);
    let capacity = usize::try_from(fcntl(&both, FcntlArg::F_GETPIPE_SZ)?)?;

    let mut filler = vec![b'.'; capacity - (PIPE_BUF - 1)];
    both.write_all(&filler)?;
    parent.says(format!("fills the FIFO: room for {} bytes is left", capacity - filler.len()));

    let short = writes(parent, &path, "short", PIPE_BUF)?;
    parent.says("watches short from outside");
    parent.until_waiting("short", "write")?;
    let inside = unread(&both)? - filler.len();
    parent.says(format!("short waits in write: {inside} of its bytes are inside"));
    stage::ensure!(inside == 0, "{inside} bytes of a record of PIPE_BUF are inside");

    parent.says("makes room: reads what was there before");
    both.read_exact(&mut filler)?;
    let mut record = [0; PIPE_BUF];
    both.read_exact(&mut record)?;
    parent.gets("fifo", format!("{} bytes of short", record.len()));
    stage::ensure!(record == [b's'; PIPE_BUF], "the record is torn");
    parent.waits(short)?;

    let mut record = vec![0; capacity + PIPE_BUF];
    let long = writes(parent, &path, "long", record.len())?;
    parent.says("watches long from outside");
    parent.until_waiting("long", "write")?;
    let inside = unread(&both)?;
    stage::ensure!(0 < inside && inside < record.len(), "{inside} bytes of long are inside");
    let inside = varies("n", inside);
    parent.says(format!("long waits in write: {inside} of its bytes are inside"));
    both.read_exact(&mut record)?;
    parent.gets("fifo", format!("{} bytes of long", varies("more", record.len())));
    parent.waits(long)
}
// ANCHOR_END: parent

// ANCHOR: writes
fn writes(parent: &Actor, path: &Path, name: &str, length: usize) -> Result<Child> {
    Ok(match parent.forks(name)? {
        Fork::Child(me) => me.plays(|me| {
            let mut sink = File::from(open(path, OFlag::O_WRONLY, Mode::empty())?);
            let shown = if length > PIPE_BUF { varies("more", length) } else { length.to_string() };
            me.sends("fifo", format!("{shown} bytes of {name}"));
            Ok(sink.write_all(&vec![name.as_bytes()[0]; length])?)
        }),
        Fork::Parent(child) => child,
    })
}
// ANCHOR_END: writes

/// How many bytes are inside, not read yet.
fn unread(fifo: &File) -> Result<usize> {
    let mut bytes: libc::c_int = 0;
    // SAFETY: FIONREAD writes one `int`, into `bytes`.
    nix::Error::result(unsafe { libc::ioctl(fifo.as_raw_fd(), libc::FIONREAD, &raw mut bytes) })?;
    Ok(usize::try_from(bytes)?)
}

//! An end that was opened to read cannot write, and the other way round.

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, read, write};
use stage::{Actor, Result, Scene};

pub const SCENE: Scene = Scene::new("one-way", "each end goes one way only", &[("probe", probe)]);

// ANCHOR: probe
fn probe(probe: &Actor) -> Result {
    let path = probe.path("mailbox")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    // The reader comes first and does not wait, so that one process can hold both ends.
    let source = open(&path, OFlag::O_RDONLY | OFlag::O_NONBLOCK, Mode::empty())?;
    let sink = open(&path, OFlag::O_WRONLY, Mode::empty())?;

    let written = write(&source, b"against the stream");
    stage::ensure!(written == Err(Errno::EBADF), "writing to the read end: {written:?}");
    probe.says(format!("writes to the end opened to read: {:?}", Errno::EBADF));

    let got = read(&sink, &mut [0; 64]);
    stage::ensure!(got == Err(Errno::EBADF), "reading from the write end: {got:?}");
    probe.says(format!("reads from the end opened to write: {:?}", Errno::EBADF));
    Ok(())
}
// ANCHOR_END: probe

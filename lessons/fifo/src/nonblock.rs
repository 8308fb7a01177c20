//! O_NONBLOCK asks instead of waiting, and the two sides get different answers.

use std::os::fd::OwnedFd;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, read, write};
use stage::{Actor, Result, Scene};

pub const SCENE: Scene = Scene::new(
    "nonblock",
    "without waiting: a reader opens at once, a writer needs a reader",
    &[("probe", probe)],
);

// ANCHOR: probe
fn probe(probe: &Actor) -> Result {
    let path = probe.path("mailbox")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let (to_read, to_write) =
        (OFlag::O_RDONLY | OFlag::O_NONBLOCK, OFlag::O_WRONLY | OFlag::O_NONBLOCK);

    let refused = open(&path, to_write, Mode::empty()).err();
    stage::ensure!(refused == Some(Errno::ENXIO), "without a reader open says {refused:?}");
    probe.says(format!("opens to write, nobody reads: {:?}", Errno::ENXIO));

    let source = open(&path, to_read, Mode::empty())?;
    probe.says("opens to read, nobody writes: succeeds at once");
    expect(probe, &source, Ok(0), "reads, nobody has it open to write")?;

    let sink = open(&path, to_write, Mode::empty())?;
    probe.says("opens to write, now somebody reads: succeeds");
    expect(probe, &source, Err(Errno::EAGAIN), "reads, a writer is there but silent")?;

    let word = "word";
    probe.sends("fifo", word);
    write(&sink, word.as_bytes())?;
    let mut buffer = [0; 64];
    let length = read(&source, &mut buffer)?;
    probe.gets("fifo", str::from_utf8(&buffer[..length])?);
    Ok(())
}
// ANCHOR_END: probe

fn expect(probe: &Actor, source: &OwnedFd, wanted: nix::Result<usize>, what: &str) -> Result {
    let found = read(source, &mut [0; 64]);
    match found {
        Ok(length) => probe.says(format!("{what}: {length} bytes")),
        Err(errno) => probe.says(format!("{what}: {errno:?}")),
    }
    stage::ensure!(found == wanted, "{what}: {found:?} instead of {wanted:?}");
    Ok(())
}

//! What flows past cannot be mapped: there is no place in it to be looked at twice.

use std::fs::File;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;

use nix::errno::Errno;
use nix::sys::mman::{MapFlags, ProtFlags, mmap};
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, pipe};
use stage::{Actor, Result, Scene};

use crate::mapping::length;

pub const SCENE: Scene = Scene::new(
    "unmappable",
    "a pipe, a FIFO, a socket and a folder have no pages to map",
    &[("process", process)],
);

// ANCHOR: process
fn process(process: &Actor) -> Result {
    let (source, _sink) = pipe()?;
    tries(process, "a pipe", source)?;

    let path = process.path("fifo")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    // For both, so that open need not wait for a partner.
    tries(process, "a FIFO", File::options().read(true).write(true).open(&path)?)?;

    let (socket, _peer) = UnixStream::pair()?;
    tries(process, "a socket", socket)?;
    let folder = path.parent().ok_or_else(|| stage::Error::new("the FIFO is in no folder"))?;
    tries(process, "a folder", File::open(folder)?)
}

fn tries(process: &Actor, what: &str, fd: impl AsFd) -> Result {
    // SAFETY: the kernel chooses a free place, so that no other memory is touched.
    let place =
        unsafe { mmap(None, length(1), ProtFlags::PROT_READ, MapFlags::MAP_PRIVATE, fd, 0) };
    let error = place.err().unwrap_or(Errno::UnknownErrno);
    process.says(format_args!("maps {what}: {error:?}"));
    stage::ensure!(error == Errno::ENODEV, "mapping {what}: {error:?}");
    Ok(())
}
// ANCHOR_END: process

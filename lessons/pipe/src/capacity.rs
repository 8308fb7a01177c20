//! A pipe holds so much and no more; its capacity can be changed.

use std::os::fd::OwnedFd;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::unistd::{SysconfVar, pipe2, sysconf, write};
use stage::{Actor, Result, Scene, varies};

use crate::facts::{quota, refusal, set_room};

pub const SCENE: Scene = Scene::new(
    "capacity",
    "a pipe holds a limited number of bytes, which can be changed",
    &[("process", process)],
);

fn process(process: &Actor) -> Result {
    let (_reader, writer) = pipe2(OFlag::O_NONBLOCK)?;
    let page = usize::try_from(sysconf(SysconfVar::PAGE_SIZE)?.unwrap_or(4096))?;
    let bytes = usize::try_from(fcntl(&writer, FcntlArg::F_GETPIPE_SZ)?)?;
    let pages = bytes / page;
    if pages < 16 {
        return Err(quota(format!("a new one has {bytes} bytes")));
    }
    let shown = varies("capacity", bytes);
    process.says(format!("has a new pipe of {pages} pages, {shown} bytes"));
    stage::ensure!(pages == 16, "a new pipe has {pages} pages");

    let mut inside = 0;
    for wanted in [65536, 1_048_576] {
        let given = set_room(&writer, wanted)?;
        process.says(format!("asks for room for {wanted} bytes: {given}"));
        stage::ensure!(given == wanted, "given {given}");

        let (written, errno) = fill(&writer)?;
        inside += written;
        process.says(format!("fills it: {inside} bytes are in, then {errno:?}"));
        stage::ensure!(inside == wanted && errno == Errno::EAGAIN, "{inside} bytes, {errno}");
    }

    let errno = refusal(fcntl(&writer, FcntlArg::F_SETPIPE_SZ(65536)))?;
    process.says(format!("asks for less room than is in use: {errno:?}"));
    stage::ensure!(errno == Errno::EBUSY, "shrinking a full pipe gave {errno}");

    let (_reader, other) = pipe2(OFlag::O_NONBLOCK)?;
    let wanted = 100;
    let one = set_room(&other, wanted)? == page;
    process.says(format!("asks a new pipe for {wanted} bytes; given one page: {one}"));
    stage::ensure!(one, "the smallest pipe is not one page");
    Ok(())
}

/// Writes until nothing more goes in: how much went in, and what then stopped it.
fn fill(writer: &OwnedFd) -> Result<(usize, Errno)> {
    let mut written = 0;
    loop {
        match write(writer, &[b'x'; 65536]) {
            Ok(length) => written += length,
            Err(errno) => return Ok((written, errno)),
        }
    }
}

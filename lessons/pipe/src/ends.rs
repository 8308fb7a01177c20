//! Each end goes one way, and neither has a position.

use std::os::fd::{FromRawFd, OwnedFd};

use nix::errno::Errno;
use nix::unistd::{Whence, lseek, read, write};
use stage::{Actor, Result, Scene};

use crate::facts::{access_mode, refusal};

pub const SCENE: Scene =
    Scene::new("ends", "one end is for reading, the other for writing", &[("process", process)]);

fn process(process: &Actor) -> Result {
    // ANCHOR: make
    let mut fd = [0; 2];
    // SAFETY: `fd` has room for the two numbers that pipe(2) fills in.
    Errno::result(unsafe { libc::pipe(fd.as_mut_ptr()) })?;
    // SAFETY: the call has just made both descriptors, and nobody else knows them.
    let [reader, writer] = fd.map(|fd| unsafe { OwnedFd::from_raw_fd(fd) });
    // ANCHOR_END: make

    let modes = [access_mode(&reader)?, access_mode(&writer)?];
    for (index, mode) in modes.iter().enumerate() {
        process.says(format!("fd[{index}] is open {mode}"));
    }
    stage::ensure!(modes == ["O_RDONLY", "O_WRONLY"], "the ends are open {modes:?}");

    // ANCHOR: wrong
    let errno = refusal(write(&reader, b"x"))?;
    process.says(format!("writes into the read end: {errno:?}"));
    stage::ensure!(errno == Errno::EBADF, "writing into the read end gave {errno}");

    let errno = refusal(read(&writer, &mut [0; 1]))?;
    process.says(format!("reads from the write end: {errno:?}"));
    stage::ensure!(errno == Errno::EBADF, "reading from the write end gave {errno}");

    let errno = refusal(lseek(&reader, 0, Whence::SeekSet))?;
    process.says(format!("seeks back to the beginning: {errno:?}"));
    stage::ensure!(errno == Errno::ESPIPE, "seeking gave {errno}");
    // ANCHOR_END: wrong
    Ok(())
}

//! It is the descriptor that has a direction, not the process.

use std::os::fd::AsRawFd;

use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::{pipe, read, write};
use stage::{Actor, Result, Scene};

use crate::facts::access_mode;

pub const SCENE: Scene = Scene::new(
    "reopen",
    "a descriptor goes one way; a process may hold both ways",
    &[("process", process)],
);

fn process(process: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let mut buffer = [0; 64];

    process.sends("pipe", "a note to myself");
    write(&writer, b"a note to myself")?;
    let length = read(&reader, &mut buffer)?;
    process.gets("pipe", str::from_utf8(&buffer[..length])?);

    // ANCHOR: reopen
    let path = format!("/proc/self/fd/{}", reader.as_raw_fd());
    let again = open(path.as_str(), OFlag::O_WRONLY, Mode::empty())?;
    // ANCHOR_END: reopen
    let (was, is) = (access_mode(&reader)?, access_mode(&again)?);
    process.says(format!("opens its {was} end a second time, {is}"));
    drop(writer);

    process.sends("pipe", "in through the read end");
    write(&again, b"in through the read end")?;
    let length = read(&reader, &mut buffer)?;
    let text = str::from_utf8(&buffer[..length])?;
    process.gets("pipe", text);
    stage::ensure!(text == "in through the read end", "read `{text}`");
    Ok(())
}

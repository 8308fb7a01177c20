//! Without waiting, a small write goes in whole or not at all; a larger one goes in by parts.

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::unistd::{read, write};
use stage::{Actor, Result, Scene};

use crate::facts::{pipe_with_room, refusal};

pub const SCENE: Scene = Scene::new(
    "whole-or-none",
    "up to PIPE_BUF bytes go in whole or not at all",
    &[("process", process)],
);

const ROOM: usize = 65536;

fn process(process: &Actor) -> Result {
    let (reader, writer) = pipe_with_room(ROOM)?;
    fcntl(&writer, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    let limit = libc::PIPE_BUF;
    process.says(format!("has a pipe with room for {ROOM} bytes; PIPE_BUF is {limit}"));

    // ANCHOR: large
    let large = vec![b'l'; ROOM + limit];
    let written = write(&writer, &large)?;
    process.says(format!("writes {} bytes: {written} of them are in", large.len()));
    // ANCHOR_END: large
    stage::ensure!(written == ROOM, "{written} bytes are in");

    let mut all = vec![0; ROOM];
    let taken = read(&reader, &mut all[..limit - 1])?;
    process.says(format!("reads {taken} bytes, so that there is some room again"));

    // ANCHOR: small
    let small = vec![b's'; limit];
    let errno = refusal(write(&writer, &small))?;
    process.says(format!("writes {} bytes: {errno:?}", small.len()));
    // ANCHOR_END: small
    stage::ensure!(errno == Errno::EAGAIN, "writing {limit} bytes gave {errno}");

    let length = read(&reader, &mut all)?;
    let parts = all[..length].iter().filter(|&&byte| byte == b's').count();
    process.says(format!("empties the pipe: {parts} bytes of the small write are in it"));
    stage::ensure!(parts == 0 && taken + length == ROOM, "{parts} bytes of the small write are in");
    let written = write(&writer, &small)?;
    process.says(format!("writes {} bytes again: {written} of them are in", small.len()));
    stage::ensure!(written == limit, "{written} bytes are in");
    Ok(())
}

//! `write` copies into the kernel; `vmsplice` lends the page instead.

use std::io::IoSlice;

use nix::errno::Errno;
use nix::fcntl::{SpliceFFlags, vmsplice};
use nix::unistd::{pipe, read, write};
use stage::{Actor, Result, Scene, missing};

pub const SCENE: Scene =
    Scene::new("copy", "what write has taken is a copy", &[("process", process)]);

fn process(process: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let mut memory = *b"before";
    let mut buffer = [0; 64];

    // ANCHOR: write
    process.sends("pipe", str::from_utf8(&memory)?);
    write(&writer, &memory)?;
    process.says("changes its memory while the bytes are in the pipe");
    overwrite(&mut memory);
    let length = read(&reader, &mut buffer)?;
    // ANCHOR_END: write
    let text = str::from_utf8(&buffer[..length])?;
    process.gets("pipe", text);
    stage::ensure!(text == "before", "read `{text}`");

    let mut memory = *b"before";
    // ANCHOR: lend
    let lent = vmsplice(&writer, &[IoSlice::new(&memory)], SpliceFFlags::empty());
    process.says("lends its memory to the pipe, and changes it meanwhile");
    overwrite(&mut memory);
    // ANCHOR_END: lend
    match lent {
        Ok(length) => stage::ensure!(length == memory.len(), "lent {length} bytes"),
        Err(Errno::ENOSYS | Errno::EPERM) => {
            return Err(missing("vmsplice is not to be had here", "run outside this sandbox"));
        }
        Err(errno) => return Err(errno.into()),
    }
    let length = read(&reader, &mut buffer)?;
    let text = str::from_utf8(&buffer[..length])?;
    process.says(format!("reads `{text}`"));
    stage::ensure!(text == "after!", "read `{text}`");
    Ok(())
}

fn overwrite(memory: &mut [u8; 6]) {
    // SAFETY: the reference is valid. The store is volatile, since nobody in this program reads
    // the memory again: an optimiser would leave an ordinary store out.
    unsafe { std::ptr::from_mut(memory).write_volatile(*b"after!") }
}

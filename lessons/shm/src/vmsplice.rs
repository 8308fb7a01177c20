//! A pipe need not copy: vmsplice puts the page itself into it. Then the snapshot is gone, too.

use std::io::IoSlice;
use std::ptr::NonNull;

use nix::fcntl::{SpliceFFlags, vmsplice};
use nix::unistd::{pipe, read, write};
use stage::{Actor, Result, Scene, memory};

use crate::lacking;
use crate::memory::{Text, shared};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "vmsplice",
    "a pipe can carry a page instead of a copy of it",
    &[("writer", writer)],
);

const ONE: &str = "version one";
const TWO: &str = "version two";

// ANCHOR: writer
fn writer(writer: &Actor) -> Result {
    let text = shared(Text::new())?;
    // SAFETY: these bytes are the text's. The kernel reads them; nobody uses this slice otherwise.
    let bytes =
        unsafe { NonNull::slice_from_raw_parts(NonNull::from(text).cast(), ONE.len()).as_ref() };
    let (copied, into_copied) = pipe()?;
    let (spliced, into_spliced) = pipe()?;
    writer.sends(memory("page"), ONE);
    text.store(ONE);

    writer.sends("pipe", ONE);
    write(&into_copied, bytes)?;
    writer.says("puts the page itself into another pipe");
    vmsplice(&into_spliced, &[IoSlice::new(bytes)], SpliceFFlags::empty())
        .map_err(lacking::facility("vmsplice"))?;
    writer.sends(memory("page"), TWO);
    text.store(TWO);

    let reader = fork(writer, "reader", |me| {
        let mut buffer = [0; 64];
        let length = read(&copied, &mut buffer)?;
        me.gets("pipe", str::from_utf8(&buffer[..length])?);

        let length = read(&spliced, &mut buffer)?;
        let found = str::from_utf8(&buffer[..length])?;
        me.says("reads the other pipe, and finds what the page holds now");
        me.gets(memory("page"), found);
        stage::ensure!(found == TWO, "the pipe had a copy: `{found}`");
        Ok(())
    })?;
    writer.waits(reader)
}
// ANCHOR_END: writer

//! `write` copies in and `read` copies out. What vmsplice and splice move is not copied at all.

use std::fs::File;
use std::io::IoSlice;

use nix::fcntl::{SpliceFFlags, splice, vmsplice};
use nix::unistd::{pipe, read, write};
use stage::{Actor, Result, Scene, missing};

use crate::counters::{Counters, counters};

pub const SCENE: Scene = Scene::new(
    "two-copies",
    "how many bytes the kernel copies for one message through a pipe",
    &[("process", process)],
)
.races(&["*"]);

const SIZE: usize = 4096;

fn process(process: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let sink = File::options().write(true).open("/dev/null")?;
    let message = vec![b'x'; SIZE];
    let mut room = vec![0; SIZE];
    let gift = [IoSlice::new(&message)];
    let flags = SpliceFFlags::empty();

    // ANCHOR: ways
    let copied = count(|| {
        write(&writer, &message)?;
        read(&reader, &mut room)
    })?;
    tell(process, "write, read", copied);
    let given = count(|| {
        vmsplice(&writer, &gift, flags)?;
        read(&reader, &mut room)
    })?;
    tell(process, "vmsplice, read", given);
    let moved = count(|| {
        vmsplice(&writer, &gift, flags)?;
        splice(&reader, None, &sink, None, SIZE, flags)
    })?;
    tell(process, "vmsplice, splice to nowhere", moved);
    // ANCHOR_END: ways
    let bytes = [copied, given, moved].map(|used| (used.bytes_written, used.bytes_read));
    let size = SIZE as u64;
    stage::ensure!(bytes == [(size, size), (0, size), (0, 0)], "it copied {bytes:?}");
    Ok(())
}

fn tell(process: &Actor, how: &str, used: Counters) {
    let (into, out) = (used.bytes_written, used.bytes_read);
    process.says(format!("{how}: copies {into} bytes in, {out} bytes out"));
}

// ANCHOR: count
fn count(pass: impl FnOnce() -> nix::Result<usize>) -> Result<Counters> {
    // To look is a read of some bytes itself. Measure that first.
    let (first, second) = (counters()?, counters()?);
    let before = counters()?;
    pass().map_err(|error| match error {
        nix::errno::Errno::ENOSYS | nix::errno::Errno::EPERM => {
            missing(format!("splicing is refused: {error}"), "allow vmsplice(2) and splice(2)")
        }
        error => error.into(),
    })?;
    let mut used = counters()?.since(before);
    // The text of the counters itself grows by a digit now and then: only whole messages count.
    let price = second.since(first).bytes_read;
    used.bytes_read = used.bytes_read.saturating_sub(price) / SIZE as u64 * SIZE as u64;
    Ok(used)
}
// ANCHOR_END: count

//! A writer that ignores SIGPIPE gets an error instead.

use nix::errno::Errno;
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::unistd::{pipe, write};
use stage::{Actor, Result, Scene};

use crate::facts::refusal;

pub const SCENE: Scene = Scene::new(
    "epipe",
    "a writer that ignores the signal gets an error instead",
    &[("writer", writer)],
);

fn writer(me: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    // ANCHOR: ignore
    // SAFETY: ignoring a signal runs no code of ours.
    unsafe { signal(Signal::SIGPIPE, SigHandler::SigIgn) }?;
    me.says(format!("ignores {}, and closes the only read end", Signal::SIGPIPE));
    drop(reader);
    let errno = refusal(write(&writer, b"anybody?"))?;
    me.says(format!("writes: {errno:?}"));
    // ANCHOR_END: ignore
    stage::ensure!(errno == Errno::EPIPE, "writing gave {errno}");
    Ok(())
}

//! What an exec does with handlers, with ignored signals and with the mask.

use std::fs::File;
use std::io::read_to_string;

use nix::sys::signal::{SaFlags, SigHandler, SigSet, Signal, signal};
use nix::unistd::{dup2_stdout, pipe};
use stage::{Actor, Result, Scene};

use crate::hello::handle;
use crate::outside::{exec, set_in};
use crate::signals::{fork, note};

pub const SCENE: Scene = Scene::new(
    "exec",
    "exec forgets handlers, and keeps what is ignored and what is blocked",
    &[("parent", parent)],
);

const TERM: Signal = Signal::SIGTERM;
const HUP: Signal = Signal::SIGHUP;
const USR1: Signal = Signal::SIGUSR1;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let child = fork(parent, "child", move |me| {
        handle(TERM, note, SaFlags::empty())?;
        // SAFETY: to ignore a signal runs no code of ours.
        unsafe { signal(HUP, SigHandler::SigIgn) }?;
        SigSet::from(USR1).thread_block()?;
        me.says(format!("handles {TERM}, ignores {HUP}, blocks {USR1}, and execs"));
        dup2_stdout(writer)?;
        exec(&[c"grep", c"^Sig[BIC]", c"/proc/self/status"])
    })?;
    let text = read_to_string(File::from(reader))?;
    parent.waits(child)?;

    let [caught, ignored, blocked] = [("SigCgt", TERM), ("SigIgn", HUP), ("SigBlk", USR1)]
        .map(|(field, signal)| set_in(&text, field, signal));
    let (caught, ignored, blocked) = (caught?, ignored?, blocked?);
    let word = |is: bool| if is { "yes" } else { "no" };
    parent.says(format!("the new program handles {TERM}: {}", word(caught)));
    parent.says(format!("the new program ignores {HUP}: {}", word(ignored)));
    parent.says(format!("the new program blocks {USR1}: {}", word(blocked)));
    stage::ensure!(!caught && ignored && blocked, "{caught}, {ignored}, {blocked}");
    Ok(())
}
// ANCHOR_END: parent

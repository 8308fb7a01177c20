//! A shell lets its background jobs ignore Ctrl-C.

use std::fs::File;
use std::io::read_to_string;

use nix::sys::signal::Signal;
use nix::unistd::{dup2_stdout, pipe};
use stage::{Actor, Result, Scene};

use crate::outside::{exec, set_in};
use crate::signals::fork;

pub const SCENE: Scene = Scene::new(
    "background",
    "a program that a script starts with & ignores Ctrl-C from birth",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    for (name, how, script) in [
        ("front", "in front", c"grep ^SigI /proc/self/status; exit"),
        ("back", "in the background", c"grep ^SigI /proc/self/status & wait"),
    ] {
        let (reader, writer) = pipe()?;
        let shell = fork(parent, name, move |me| {
            me.says(format!("becomes a script that starts a program {how}"));
            dup2_stdout(writer)?;
            exec(&[c"sh", c"-c", script])
        })?;
        let text = read_to_string(File::from(reader))?;
        parent.waits(shell)?;
        let ignored = set_in(&text, "SigIgn", Signal::SIGINT)?;
        parent.says(format!("the program ignores {}: {ignored}", Signal::SIGINT));
        stage::ensure!(ignored == (name == "back"), "{how}: {ignored}");
    }
    Ok(())
}
// ANCHOR_END: parent

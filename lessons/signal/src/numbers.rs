//! The signals of the notes: their numbers, and what they do to who has prepared nothing.

use nix::sys::signal::{Signal, raise};
use nix::sys::wait::WaitStatus;
use stage::{Actor, Result, Scene, varies};

use crate::signals::fork;

pub const SCENE: Scene = Scene::new(
    "numbers",
    "what each signal does by default, and which numbers are the same everywhere",
    &[("parent", parent)],
);

// ANCHOR: parent
const THREE: [(&str, Signal); 3] =
    [("int", Signal::SIGINT), ("kill", Signal::SIGKILL), ("term", Signal::SIGTERM)];
const OTHERS: [(&str, Signal); 3] =
    [("usr1", Signal::SIGUSR1), ("usr2", Signal::SIGUSR2), ("chld", Signal::SIGCHLD)];

fn parent(parent: &Actor) -> Result {
    for (name, signal) in THREE.into_iter().chain(OTHERS) {
        let child = fork(parent, name, |_| Ok(raise(signal)?))?;
        let killed = match parent.reaps(child)? {
            WaitStatus::Signaled(_, by, _) => by == signal,
            WaitStatus::Exited(_, 0) => false,
            other => return Err(stage::Error::new(format!("{signal} led to {other:?}"))),
        };
        stage::ensure!(killed == (signal != Signal::SIGCHLD), "{signal} killed: {killed}");
    }
    let list = |of: [(&str, Signal); 3], number: fn(Signal) -> String| {
        of.map(|(_, signal)| format!("{signal} {}", number(signal))).join(", ")
    };
    let fixed = list(THREE, |signal| (signal as i32).to_string());
    let by_machine = list(OTHERS, |signal| varies("nr", signal as i32));
    parent.says(format!("the same on every machine: {fixed}"));
    parent.says(format!("as it is here: {by_machine}"));
    stage::ensure!(THREE.map(|(_, signal)| signal as i32) == [2, 9, 15], "{fixed}");
    if cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
        stage::ensure!(OTHERS.map(|(_, signal)| signal as i32) == [10, 12, 17], "{by_machine}");
    }
    Ok(())
}
// ANCHOR_END: parent

//! Three children end, and one SIGCHLD tells of all of them.

use nix::sys::signal::{SigSet, Signal};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid, waitpid};
use nix::unistd::Pid;
use stage::{Actor, Result, Scene};

use crate::process::{fork, status};

pub const SCENE: Scene = Scene::new(
    "sigchld",
    "one signal can tell of many children: wait in a loop",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let mut set = SigSet::empty();
    set.add(Signal::SIGCHLD);
    set.thread_block()?; // it stays pending until we take it
    let mut children = Vec::new();
    for name in ["one", "two", "three"] {
        let pid = fork(parent, name, |_| Ok(()))?.pid();
        waitid(Id::Pid(pid), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT)?;
        children.push(pid);
    }

    let mut signals = 0;
    while pending()? {
        let signal = set.wait()?;
        signals += 1;
        parent.says(format!("takes {signal}, waits for one child"));
        waitpid(Pid::from_raw(-1), Some(WaitPidFlag::WNOHANG))?;
    }
    let left = zombies(&children);
    parent.says(format!("has had {signals} signal for {} children", children.len()));
    parent.says(format!("has left {left} zombies"));
    stage::ensure!((signals, left) == (1, 2), "{signals} signals, {left} zombies");

    let mut more = 0;
    while let Ok(WaitStatus::Exited(..)) = waitpid(Pid::from_raw(-1), Some(WaitPidFlag::WNOHANG)) {
        more += 1;
    }
    parent.says(format!("waits until nobody is left: {more} more"));
    stage::ensure!((more, zombies(&children)) == (2, 0), "{more} more");
    Ok(())
}
// ANCHOR_END: parent

fn pending() -> Result<bool> {
    let mask = u64::from_str_radix(&status(Pid::this(), "ShdPnd")?, 16)?;
    Ok(mask >> (Signal::SIGCHLD as u32 - 1) & 1 == 1)
}

fn zombies(of: &[Pid]) -> usize {
    let is_zombie = |&&pid: &&Pid| status(pid, "State").is_ok_and(|state| state.starts_with('Z'));
    of.iter().filter(is_zombie).count()
}

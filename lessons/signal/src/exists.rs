//! Signal zero asks whether a process exists.

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::{pipe, write};
use stage::{Actor, Result, Scene};

use crate::signals::{fork, one_byte, told};

pub const SCENE: Scene = Scene::new(
    "exists",
    "kill with signal zero asks whether a process exists, and a zombie does",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (go, start) = pipe()?;
    let child = fork(parent, "child", |_| Ok(one_byte(&go).map(drop)?))?;
    let pid = child.pid();
    let alive = kill(pid, None);
    parent.says(format!("the child waits: {}", told(alive)));

    write(&start, b"!")?;
    waitid(Id::Pid(pid), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT)?;
    let zombie = kill(pid, None);
    parent.says(format!("the child has ended, and is a zombie: {}", told(zombie)));

    parent.waits(child)?;
    let gone = kill(pid, None);
    parent.says(format!("the child has been waited for: {}", told(gone)));
    stage::ensure!(alive.is_ok() && zombie.is_ok(), "{alive:?}, {zombie:?}");
    stage::ensure!(gone == Err(Errno::ESRCH), "{gone:?}");
    Ok(())
}
// ANCHOR_END: parent

//! Not everybody may signal everybody.

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::{Pid, getppid};
use stage::{Actor, Result, Scene, missing};

use crate::signals::{fork, told};

pub const SCENE: Scene = Scene::new(
    "permission",
    "one may signal one's own processes, and not another user's",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    // As root everything is permitted, so root becomes somebody else first.
    parent.obeys_permissions()?;
    let child = fork(parent, "child", |me| {
        // No signal at all: the kernel only looks whether it would be permitted.
        let mine = kill(getppid(), None);
        me.says(format!("may signal its parent, of the same user: {}", told(mine)));
        stage::ensure!(mine.is_ok(), "kill: {mine:?}");
        Ok(())
    })?;
    parent.waits(child)?;

    let first = kill(Pid::from_raw(1), None);
    if first.is_ok() {
        return Err(missing("process 1 is your own here", "run outside of this container"));
    }
    parent.says(format!("may signal process {}: {}", Pid::from_raw(1), told(first)));
    stage::ensure!(first == Err(Errno::EPERM), "kill: {first:?}");
    Ok(())
}
// ANCHOR_END: parent

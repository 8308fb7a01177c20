//! A process that has ended stays as a zombie until its parent has waited for it.

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use stage::{Actor, Error, Result, Scene, memory};

use crate::process::{fork, status, told};

pub const SCENE: Scene =
    Scene::new("zombie", "what has ended stays until it is waited for", &[("parent", parent)]);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let child = fork(parent, "child", child)?;
    let pid = child.pid();
    // Returns when the child has ended, and leaves it there to be waited for.
    let peeked = waitid(Id::Pid(pid), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT)?;
    let WaitStatus::Exited(_, code) = peeked else {
        return Err(Error::new(format!("it ended with {peeked:?}")));
    };
    parent.gets(memory("status"), code);
    parent.says(format!("sees State: {}", status(pid, "State")?));
    stage::ensure!(status(pid, "State")?.starts_with('Z'), "the child is no zombie");

    kill(pid, Signal::SIGKILL)?;
    parent.says(format!("kills it, which changes nothing: {}", status(pid, "State")?));
    stage::ensure!(status(pid, "State")?.starts_with('Z'), "it has been killed away");
    let (open, memory) = (status(pid, "FDSize")?, status(pid, "VmSize"));
    let memory = if memory.is_ok() { "has memory" } else { "has no memory" };
    parent.says(format!("sees room for {open} descriptors, and it {memory}"));
    stage::ensure!((open.as_str(), memory) == ("0", "has no memory"), "{open}, {memory}");

    parent.reaps(child)?;
    let again = kill(pid, None);
    parent.says(format!("asks for it again: {}", told(again)));
    stage::ensure!(again == Err(Errno::ESRCH), "it is there still: {again:?}");
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor) -> Result {
    child.sends(memory("status"), 3);
    // SAFETY: ends this process at once.
    unsafe { libc::_exit(3) }
}
// ANCHOR_END: child

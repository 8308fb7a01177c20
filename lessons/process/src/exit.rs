//! What the one who waits is told: an exit status of eight bits, or a signal.

use std::ffi::CString;

use nix::sys::signal::{Signal, raise};
use nix::sys::wait::WaitStatus;
use nix::unistd::execv;
use stage::{Actor, Result, Scene, missing};

use crate::process::{SHELL, fork};

pub const SCENE: Scene = Scene::new(
    "exit",
    "how a process ended is eight bits of status, or a signal",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let exits = fork(parent, "exits", |me| ends(me, 3))?;
    let status = parent.reaps(exits)?;
    stage::ensure!(matches!(status, WaitStatus::Exited(_, 3)), "it ended with {status:?}");

    let wraps = fork(parent, "wraps", |me| ends(me, 256))?;
    let status = parent.reaps(wraps)?;
    stage::ensure!(matches!(status, WaitStatus::Exited(_, 0)), "it ended with {status:?}");

    let killed = fork(parent, "killed", |_| Ok(raise(Signal::SIGKILL)?))?;
    let status = parent.reaps(killed)?;
    let signal = Signal::SIGKILL;
    stage::ensure!(
        matches!(status, WaitStatus::Signaled(_, by, _) if by == signal),
        "it ended with {status:?}"
    );

    let shell = fork(parent, "shell", runs_shell)?;
    let status = parent.reaps(shell)?;
    let told = 128 + signal as i32;
    parent.says(format!("a shell writes {signal} as {told}, which anybody could exit with"));
    stage::ensure!(matches!(status, WaitStatus::Exited(_, s) if s == told), "{status:?}");
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: child
fn ends(child: &Actor, status: i32) -> Result {
    child.says(format!("calls _exit({status})"));
    // SAFETY: ends this process at once.
    unsafe { libc::_exit(status) }
}

fn runs_shell(shell: &Actor) -> Result {
    shell.says("becomes a shell, whose command kills itself");
    let words = [SHELL, "-c", "exec 2>/dev/null; sh -c 'kill -KILL $$'; exit $?"];
    let words = words.map(CString::new).into_iter().collect::<std::result::Result<Vec<_>, _>>()?;
    let refused = execv(&words[0], &words).err();
    Err(missing(format!("`{SHELL}` cannot be executed ({refused:?})"), "install a POSIX shell"))
}
// ANCHOR_END: child

//! Two signals are obeyed, whatever a process has arranged.

use std::os::fd::OwnedFd;

use nix::errno::Errno;
use nix::sys::signal::{SaFlags, SigHandler, SigSet, Signal, kill, signal};
use nix::sys::wait::WaitStatus;
use nix::unistd::{pipe, write};
use stage::{Actor, Result, Scene, token};

use crate::hello::handle;
use crate::signals::{fork, note, one_byte, text, told};

pub const SCENE: Scene = Scene::new(
    "uncatchable",
    "SIGKILL and SIGSTOP can be neither handled, nor ignored, nor blocked",
    &[("parent", parent)],
);

const KILL: Signal = Signal::SIGKILL;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (go, start) = pipe()?;
    let (reports, report) = pipe()?;
    let child = fork(parent, "stubborn", |me| stubborn(me, &go, &report))?;
    parent.until_waiting("stubborn", "read")?;
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        parent.sends(token("signal"), signal);
        kill(child.pid(), signal)?;
    }
    write(&start, b"!")?;
    parent.gets("report", text(&reports)?);
    parent.until_waiting("stubborn", "read")?;
    parent.sends(token("signal"), KILL);
    kill(child.pid(), KILL)?;
    let status = parent.reaps(child)?;
    stage::ensure!(matches!(status, WaitStatus::Signaled(_, KILL, _)), "it ended with {status:?}");
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: stubborn
fn stubborn(me: &Actor, go: &OwnedFd, report: &OwnedFd) -> Result {
    for wanted in [KILL, Signal::SIGSTOP] {
        let handled = handle(wanted, note, SaFlags::empty());
        me.says(format!("wants to handle {wanted}: {}", told(handled)));
        // SAFETY: to ignore a signal runs no code of ours.
        let ignored = unsafe { signal(wanted, SigHandler::SigIgn) }.map(drop);
        me.says(format!("wants to ignore {wanted}: {}", told(ignored)));
        let refused = handled == Err(Errno::EINVAL) && ignored == Err(Errno::EINVAL);
        stage::ensure!(refused, "{handled:?}, {ignored:?}");
    }
    SigSet::all().thread_block()?;
    let blocked = SigSet::thread_get_mask()?.contains(KILL);
    let not = if blocked { "" } else { "not " };
    me.says(format!("blocks all signals, and {KILL} is {not}among them"));
    stage::ensure!(!blocked, "{KILL} is blocked");

    one_byte(go)?;
    me.sends("report", "still here");
    write(report, b"still here")?;
    one_byte(go)?;
    Ok(())
}
// ANCHOR_END: stubborn

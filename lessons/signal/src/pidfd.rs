//! A descriptor of a process: it can be signalled and polled, and never means another process.

use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::ptr::null_mut;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use nix::unistd::{Pid, pipe};
use stage::{Actor, Result, Scene, missing, token};

use crate::signals::{fork, one_byte, told};

pub const SCENE: Scene = Scene::new(
    "pidfd",
    "a pidfd names one process for good: poll tells its end, a signal finds no other",
    &[("parent", parent)],
);

const TERM: Signal = Signal::SIGTERM;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (go, _start) = pipe()?;
    let child = fork(parent, "child", |_| Ok(one_byte(&go).map(drop)?))?;
    // While the child has not been waited for, its number cannot belong to anybody else.
    let pidfd = pidfd_open(child.pid())?;
    parent.until_waiting("child", "read")?;
    let ready = |timeout| {
        let mut wanted = [PollFd::new(pidfd.as_fd(), PollFlags::POLLIN)];
        poll(&mut wanted, timeout)
    };
    let before = ready(PollTimeout::ZERO)?;
    parent.says(format!("polls: the child has ended: {}", before > 0));

    parent.sends(token("signal"), TERM);
    pidfd_send_signal(&pidfd, TERM)?;
    let after = ready(PollTimeout::NONE)?;
    parent.says(format!("polls: the child has ended: {}", after > 0));
    stage::ensure!((before, after) == (0, 1), "{before}, {after}");
    let status = parent.reaps(child)?;
    stage::ensure!(matches!(status, WaitStatus::Signaled(_, TERM, _)), "it ended with {status:?}");

    let again = pidfd_send_signal(&pidfd, TERM);
    parent.says(format!("signals it once more: {}", told(again)));
    stage::ensure!(again == Err(Errno::ESRCH), "pidfd_send_signal: {again:?}");
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: calls
pub fn pidfd_open(pid: Pid) -> Result<OwnedFd> {
    // SAFETY: the call takes two numbers.
    let fd = Errno::result(unsafe { libc::syscall(libc::SYS_pidfd_open, pid.as_raw(), 0) })
        .map_err(|errno| missing(format!("no pidfd_open ({errno})"), "use Linux 5.3 or newer"))?;
    // SAFETY: the call has just made this descriptor.
    Ok(unsafe { OwnedFd::from_raw_fd(i32::try_from(fd)?) })
}

fn pidfd_send_signal(pidfd: &OwnedFd, signal: Signal) -> nix::Result<()> {
    let (fd, number) = (pidfd.as_raw_fd(), signal as i32);
    let nothing = null_mut::<libc::siginfo_t>();
    // SAFETY: no information goes along, so no pointer is followed.
    let sent = unsafe { libc::syscall(libc::SYS_pidfd_send_signal, fd, number, nothing, 0) };
    Errno::result(sent).map(drop)
}
// ANCHOR_END: calls

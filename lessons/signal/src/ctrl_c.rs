//! Ctrl-C is a byte that the terminal turns into a signal for a whole group.

use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::pty::openpty;
use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::wait::WaitStatus;
use nix::unistd::{Pid, pipe, setpgid, setsid, write};
use stage::{Actor, Result, Scene, missing, token};

use crate::signals::{fork, one_byte};

pub const SCENE: Scene = Scene::new(
    "ctrl-c",
    "Ctrl-C goes to the whole foreground group of the terminal, and to nobody else",
    &[("user", user)],
);

const INT: Signal = Signal::SIGINT;

// ANCHOR: user
/// The character that Ctrl and C make together, see `ascii(7)`.
const CTRL_C: u8 = 0x03;

fn user(user: &Actor) -> Result {
    let terminal = openpty(None, None).map_err(|errno| {
        missing(format!("there is no pseudo-terminal ({errno})"), "mount devpts on /dev/pts")
    })?;
    let leader = fork(user, "leader", |me| leader(me, &terminal.slave))?;
    user.until_waiting("leader", "sigwait")?;
    user.sends(token("terminal"), format!("{CTRL_C:#04x}"));
    write(&terminal.master, &[CTRL_C])?;
    user.waits(leader)
}
// ANCHOR_END: user

// ANCHOR: leader
fn leader(leader: &Actor, terminal: &OwnedFd) -> Result {
    SigSet::from(INT).thread_block()?;
    setsid()?;
    use_terminal(terminal)?;
    let (go, start) = pipe()?;
    let part = |_: &Actor| Ok(one_byte(&go).map(drop)?);
    let one = fork(leader, "one", part)?;
    let two = fork(leader, "two", part)?;
    let other = fork(leader, "other", |me| {
        setpgid(Pid::from_raw(0), Pid::from_raw(0))?;
        me.says("leaves the group for one of its own");
        part(me)?;
        me.says("has noticed nothing");
        Ok(())
    })?;
    for name in ["one", "two", "other"] {
        leader.until_waiting(name, "read")?;
    }
    let signal = SigSet::from(INT).wait()?;
    leader.gets(token("terminal"), format!("{CTRL_C:#04x}"));
    leader.says(format!("has got it as {signal}, like everybody in its group"));
    for child in [one, two] {
        let status = leader.reaps(child)?;
        stage::ensure!(matches!(status, WaitStatus::Signaled(_, INT, _)), "{status:?}");
    }
    stage::ensure!(kill(other.pid(), None).is_ok(), "`other` is gone, too");
    write(&start, b"!")?;
    leader.waits(other)
}

/// Makes it the terminal of this session: its foreground group is the caller's.
pub fn use_terminal(terminal: &OwnedFd) -> nix::Result<()> {
    // SAFETY: this request takes a number, and no pointer.
    Errno::result(unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCSCTTY, 0) }).map(drop)
}
// ANCHOR_END: leader

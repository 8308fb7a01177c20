//! Whether the signal that `mq_notify(3)` was asked for has come, without waiting for it.

use std::mem::zeroed;

use nix::errno::Errno;
use nix::sys::signal::{SigSet, Signal};
use nix::unistd::Pid;

/// The signal asked for. It has to be blocked, so that it stays pending until it is taken.
pub const SIGNAL: Signal = Signal::SIGUSR1;

/// Takes the signal if it is pending: the process whose message caused it.
pub fn arrived() -> nix::Result<Pid> {
    let no_time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: all zeros is a valid `siginfo_t`; the set, the time and it outlive the call. A
    // signal of this kind has a process id.
    unsafe {
        let mut info: libc::siginfo_t = zeroed();
        let set = SigSet::from(SIGNAL);
        Errno::result(libc::sigtimedwait(set.as_ref(), &raw mut info, &raw const no_time))?;
        if info.si_code != libc::SI_MESGQ {
            return Err(Errno::EPROTO);
        }
        Ok(Pid::from_raw(info.si_pid()))
    }
}

/// Its name, or that it has not come.
pub fn signal(told: &nix::Result<Pid>) -> String {
    told.map_or_else(|error| format!("no signal ({error:?})"), |_| format!("{SIGNAL}"))
}

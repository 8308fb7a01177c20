//! Real-time priority: asking for it, and seeing which one the scheduler goes by.

use libc::{SCHED_FIFO, c_int};
use nix::errno::Errno;
use stage::{Result, missing};

/// Gives this process a real-time priority.
pub fn becomes_real_time(priority: c_int) -> Result {
    // SAFETY: the parameters are plain numbers.
    let mut parameters: libc::sched_param = unsafe { std::mem::zeroed() };
    parameters.sched_priority = priority;
    // SAFETY: the kernel reads the parameters.
    let set = unsafe { libc::sched_setscheduler(0, SCHED_FIFO, &raw const parameters) };
    match Errno::result(set) {
        Err(Errno::EPERM) => Err(missing(
            "this process may not have a real-time priority",
            "run it as root, or raise the limit with `ulimit -r`",
        )),
        other => Ok(other.map(drop)?),
    }
}

/// The priority that the scheduler goes by now: it shows real-time priority `n` as `-1 - n`, see
/// `proc_pid_stat(5)`.
pub fn priority() -> Result<c_int> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let field = stat.rsplit_once(") ").and_then(|(_, fields)| fields.split(' ').nth(15));
    let shown: c_int = field.unwrap_or_default().parse()?;
    Ok(-1 - shown)
}

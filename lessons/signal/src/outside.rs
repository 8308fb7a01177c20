//! What scenes take from outside: `/proc`, and other programs.

use std::ffi::CStr;

use nix::sys::signal::Signal;
use nix::unistd::execvp;
use stage::{Result, missing};

/// One field of `/proc/PID/status` that is a set of signals, see `proc_pid_status(5)`.
pub fn set_in(status: &str, field: &str, signal: Signal) -> Result<bool> {
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let set = line.ok_or_else(|| missing(format!("no `{field}` in /proc"), "mount /proc"))?;
    Ok(u64::from_str_radix(set.trim(), 16)? >> (signal as u32 - 1) & 1 == 1)
}

/// What `/proc` tells of this process.
pub fn status() -> Result<String> {
    std::fs::read_to_string("/proc/self/status")
        .map_err(|error| missing(format!("/proc cannot be read ({error})"), "mount /proc"))
}

/// Turns this process into another program. It returns only if that fails.
pub fn exec(command: &[&CStr]) -> Result {
    let errno = execvp(command[0], command).err();
    let name = command[0].to_string_lossy();
    Err(missing(format!("`{name}` cannot be executed ({errno:?})"), "install it"))
}

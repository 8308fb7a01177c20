//! What the processes of these scenes do alike.

use nix::errno::Errno;
use nix::sys::mman::{MapFlags, ProtFlags, mprotect};
use nix::unistd::Pid;
use stage::{Actor, Child, Fork, Result, missing};

use crate::shared::map;

/// The program that scenes execute: every system has it.
pub const SHELL: &str = "/bin/sh";

/// Forks a child that plays a part. What the part takes along, the parent has no longer.
#[track_caller]
pub fn fork(parent: &Actor, name: &str, part: impl FnOnce(&Actor) -> Result) -> Result<Child> {
    match parent.forks(name)? {
        Fork::Child(me) => me.plays(part),
        Fork::Parent(child) => Ok(child),
    }
}

/// One field of `/proc/PID/status`, see `proc_pid_status(5)`.
pub fn status(pid: Pid, field: &str) -> Result<String> {
    let path = format!("/proc/{pid}/status");
    let text = std::fs::read_to_string(&path)
        .map_err(|error| missing(format!("`{path}` cannot be read ({error})"), "mount /proc"))?;
    let value = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    value
        .map(|value| value.trim().to_owned())
        .ok_or_else(|| missing(format!("`{path}` has no line `{field}`"), "run on a Linux kernel"))
}

/// How a call failed, for a line: `ENOENT, No such file or directory`.
pub fn told<T>(result: nix::Result<T>) -> String {
    let text = |errno: Errno| format!("{errno:?}, {}", errno.desc());
    result.err().map_or_else(|| "no error".to_owned(), text)
}

/// Stores where nobody may: the kernel answers with SIGSEGV. (That signal sent by `raise` would
/// first go to the handler of Rust's runtime, which looks for an address.)
pub fn crash() -> nix::Result<()> {
    no_core()?;
    let page = map(1, MapFlags::MAP_PRIVATE)?;
    // SAFETY: nobody else knows this page.
    unsafe { mprotect(page.cast(), 1, ProtFlags::PROT_NONE) }?;
    // SAFETY: it is not safe, that is the point.
    unsafe { page.write_volatile(1) };
    Ok(())
}

/// For a process that is about to crash on purpose: it leaves no core file behind.
pub fn no_core() -> nix::Result<()> {
    nix::sys::prctl::set_dumpable(false)
}

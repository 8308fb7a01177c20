//! What a machine may lack or forbid, told apart from a scene that went wrong.

use std::fs::read_to_string;

use nix::errno::Errno;
use stage::{Error, Result, missing};

/// Why there is no POSIX queue.
pub fn posix(error: Errno) -> Error {
    match error {
        Errno::ENOSYS | Errno::EACCES | Errno::EPERM => missing(
            format!("POSIX message queues are not to be had here ({error})"),
            "use a kernel with CONFIG_POSIX_MQUEUE, outside a sandbox that forbids `mq_open`",
        ),
        Errno::EMFILE | Errno::ENFILE | Errno::ENOSPC | Errno::ENOMEM | Errno::EINVAL => missing(
            format!("there is no room for another POSIX queue ({error})"),
            "raise `ulimit -q` and the values in /proc/sys/fs/mqueue, or remove forgotten queues",
        ),
        other => other.into(),
    }
}

/// Why there is no System V queue.
pub fn system_v(error: Errno) -> Error {
    match error {
        Errno::ENOSYS | Errno::EACCES | Errno::EPERM => missing(
            format!("System V message queues are not to be had here ({error})"),
            "use a kernel with CONFIG_SYSVIPC, outside a sandbox that forbids `msgget`",
        ),
        Errno::ENOSPC | Errno::ENOMEM => missing(
            format!("there is no room for another System V queue ({error})"),
            "remove forgotten queues (`ipcs -q`, `ipcrm -q ID`), or raise kernel.msgmni",
        ),
        other => other.into(),
    }
}

/// Why another facility of Linux, which a scene needs besides its queue, is not to be had.
pub fn facility(name: &'static str) -> impl Fn(Errno) -> Error {
    move |error| match error {
        Errno::ENOSYS
        | Errno::EPERM
        | Errno::EACCES
        | Errno::EINVAL
        | Errno::ENOENT
        | Errno::EROFS
        | Errno::ENOSPC => missing(
            format!("`{name}` is not to be had here ({error})"),
            "run on a Linux kernel that has it, outside a sandbox that forbids it",
        ),
        other => other.into(),
    }
}

/// A limit of the machine, as a file in /proc/sys tells it.
pub fn limit(file: &str) -> Result<i64> {
    let text = read_to_string(format!("/proc/sys/{file}")).map_err(|error| {
        missing(format!("/proc/sys/{file} cannot be read ({error})"), "mount /proc")
    })?;
    Ok(text.trim().parse()?)
}

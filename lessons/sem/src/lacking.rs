//! What a machine may lack or forbid, told apart from a scene that went wrong.

use nix::errno::Errno;
use stage::{Error, missing};

/// Why there is no POSIX semaphore with a name.
pub fn named(error: Errno) -> Error {
    match error {
        Errno::ENOSYS | Errno::ENOENT | Errno::EACCES | Errno::EPERM | Errno::EROFS => missing(
            format!("`sem_open` does not work here ({error})"),
            "mount a tmpfs on /dev/shm that you may write to",
        ),
        Errno::ENOSPC | Errno::ENOMEM | Errno::EMFILE | Errno::ENFILE => {
            missing(format!("`sem_open` is refused ({error})"), "free some memory or descriptors")
        }
        other => other.into(),
    }
}

/// Why there is no System V semaphore.
pub fn system_v(error: Errno) -> Error {
    match error {
        Errno::ENOSYS | Errno::EACCES | Errno::EPERM => missing(
            format!("System V semaphores are not to be had here ({error})"),
            "use a kernel with CONFIG_SYSVIPC, outside a sandbox that forbids `semget`",
        ),
        Errno::ENOSPC | Errno::ENOMEM | Errno::EINVAL => missing(
            format!("there is no room for another set of System V semaphores ({error})"),
            "raise /proc/sys/kernel/sem, or remove forgotten sets with `ipcrm`",
        ),
        other => other.into(),
    }
}

/// Why a process may not limit its own system calls.
pub fn seccomp(error: Errno) -> Error {
    missing(
        format!("a process may not limit its own system calls here ({error})"),
        "run on a kernel with CONFIG_SECCOMP_FILTER",
    )
}

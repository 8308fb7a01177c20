//! What a machine may lack or forbid, told apart from a scene that went wrong.

use nix::errno::Errno;
use stage::{Error, missing};

/// Why there is no POSIX shared memory.
pub fn posix(error: Errno) -> Error {
    match error {
        Errno::ENOSYS | Errno::ENOENT | Errno::EACCES | Errno::EPERM | Errno::EROFS => missing(
            format!("`shm_open` does not work here ({error})"),
            "mount a tmpfs on /dev/shm that you may write to",
        ),
        Errno::ENOSPC | Errno::EMFILE | Errno::ENFILE => {
            missing(format!("`shm_open` is refused ({error})"), "free some memory or descriptors")
        }
        other => other.into(),
    }
}

/// Why there is no System V shared memory or semaphore.
pub fn system_v(error: Errno) -> Error {
    match error {
        Errno::ENOSYS | Errno::EPERM | Errno::ENOSPC | Errno::ENOMEM => missing(
            format!("System V IPC is not to be had here ({error})"),
            "use a kernel with CONFIG_SYSVIPC, and see `ipcs -l` for its limits",
        ),
        other => other.into(),
    }
}

/// Why a facility of Linux is not to be had.
pub fn facility(name: &'static str) -> impl Fn(Errno) -> Error {
    move |error| match error {
        Errno::ENOSYS | Errno::EPERM | Errno::EACCES | Errno::EINVAL | Errno::ENOENT => missing(
            format!("`{name}` is not to be had here ({error})"),
            "run on a Linux kernel that has it, outside a sandbox that forbids it",
        ),
        other => other.into(),
    }
}

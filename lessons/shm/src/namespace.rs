//! A small tmpfs that only this process and its children see, as in a container.

use std::ffi::CString;
use std::path::Path;
use std::{fs, io};

use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::unistd::{getgid, getuid};
use stage::{Error, Result, missing};

/// Mounts a tmpfs of so many bytes on a new folder. It goes when the process does.
pub fn mount_small_tmpfs(folder: &Path, bytes: usize) -> Result {
    fs::create_dir(folder)?;
    let (user, group) = (getuid(), getgid());
    unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNS).map_err(refused)?;
    // The new user namespace makes this process hide from its own /proc, and outlive its parent.
    prctl::set_dumpable(true)?;
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    fs::write("/proc/self/setgroups", "deny").map_err(refused)?;
    fs::write("/proc/self/uid_map", format!("0 {user} 1")).map_err(refused)?;
    fs::write("/proc/self/gid_map", format!("0 {group} 1")).map_err(refused)?;

    let target = CString::new(folder.as_os_str().as_encoded_bytes())?;
    let options = CString::new(format!("size={bytes},huge=never"))?;
    let plain = CString::new(format!("size={bytes}"))?;
    let mount = |options: &CString| {
        let (tmpfs, data) = (c"tmpfs".as_ptr(), options.as_ptr().cast());
        // SAFETY: all of these are strings that end with a zero byte.
        Errno::result(unsafe { libc::mount(tmpfs, target.as_ptr(), tmpfs, 0, data) })
    };
    // A kernel without huge pages does not know the first form.
    mount(&options).or_else(|_| mount(&plain)).map_err(refused)?;
    Ok(())
}

fn refused(error: impl Into<io::Error>) -> Error {
    missing(
        format!("a file system of one's own is not to be had here ({})", error.into()),
        "allow user namespaces (`sysctl user.max_user_namespaces`, AppArmor, container options)",
    )
}

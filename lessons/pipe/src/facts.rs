//! What the kernel says about a descriptor: shared by several scenes.

use std::fs;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::stat::fstat;
use nix::unistd::pipe;
use stage::Result;

/// The error of a call that must fail.
#[track_caller]
pub fn refusal<T>(result: nix::Result<T>) -> Result<Errno> {
    match result {
        Err(errno) => Ok(errno),
        Ok(_) => Err(stage::Error::new("the call succeeded, although it must be refused")),
    }
}

/// The name of the access mode that a descriptor was opened with.
pub fn access_mode(fd: impl AsFd) -> Result<&'static str> {
    let flags = OFlag::from_bits_retain(fcntl(fd, FcntlArg::F_GETFL)?);
    Ok(match flags & OFlag::O_ACCMODE {
        OFlag::O_RDONLY => "O_RDONLY",
        OFlag::O_WRONLY => "O_WRONLY",
        _ => "O_RDWR",
    })
}

/// The number of the object behind a descriptor: the same for both ends of a pipe.
pub fn inode(fd: impl AsFd) -> Result<u64> {
    Ok(fstat(fd)?.st_ino)
}

/// What the kernel calls the object behind a descriptor, such as `pipe:[4711]`.
pub fn object(fd: impl AsFd) -> Result<String> {
    let link = fs::read_link(format!("/proc/self/fd/{}", fd.as_fd().as_raw_fd()))?;
    Ok(link.to_string_lossy().into_owned())
}

/// Which ends of a pipe this process holds, in the order of its descriptors.
pub fn ends_held(pipe: &str) -> Result<String> {
    let mut held = Vec::new();
    for entry in fs::read_dir("/proc/self/fd")? {
        let entry = entry?;
        // The descriptor that reads this folder is listed, too, and may be gone already.
        if !fs::read_link(entry.path()).is_ok_and(|link| link.to_str() == Some(pipe)) {
            continue;
        }
        let fd: i32 = entry.file_name().to_string_lossy().parse()?;
        let info = fs::read_to_string(format!("/proc/self/fdinfo/{fd}"))?;
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:")).unwrap_or("0");
        let writes = i32::from_str_radix(flags.trim(), 8)? & libc::O_ACCMODE == libc::O_WRONLY;
        held.push((fd, if writes { "write end" } else { "read end" }));
    }
    held.sort_unstable();
    let names: Vec<&str> = held.into_iter().map(|(_, name)| name).collect();
    Ok(if names.is_empty() { "neither end".to_owned() } else { names.join(" and ") })
}

/// A pipe with room for that many bytes, whatever the size of a page is.
pub fn pipe_with_room(bytes: usize) -> Result<(OwnedFd, OwnedFd)> {
    let (reader, writer) = pipe()?;
    let given = set_room(&writer, bytes)?;
    stage::ensure!(given == bytes, "asked for room for {bytes} bytes, given {given}");
    Ok((reader, writer))
}

/// Changes a pipe's capacity and returns the one that the kernel chose.
pub fn set_room(pipe: impl AsFd, bytes: usize) -> Result<usize> {
    match fcntl(pipe, FcntlArg::F_SETPIPE_SZ(i32::try_from(bytes)?)) {
        Ok(given) => Ok(usize::try_from(given)?),
        Err(errno @ (Errno::EPERM | Errno::ENOMEM)) => Err(quota(errno)),
        Err(errno) => Err(errno.into()),
    }
}

/// The user's pipes use up what this machine allows them.
pub fn quota(why: impl std::fmt::Display) -> stage::Error {
    stage::missing(
        format!("there is no room for a pipe of the usual size ({why})"),
        "close other programs' pipes, or raise fs.pipe-user-pages-soft and fs.pipe-max-size",
    )
}

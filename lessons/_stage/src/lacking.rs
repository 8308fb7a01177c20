//! What a machine may lack, where scenes of several lessons need it: the check, or the words.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, UdpSocket};

use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork, pipe, read};

use crate::error::{Error, Result, missing};

/// A network of this machine's own, for [`Scene::needs`](crate::Scene::needs): programs reach each
/// other at 127.0.0.1.
///
/// # Errors
///
/// The scene is missing where there is none, as in a network namespace whose `lo` is down.
pub fn loopback() -> Result {
    // A fresh namespace lets anybody bind, and knows no way there: only `connect` asks for one.
    // For a datagram socket it sends nothing.
    let reached = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|socket| socket.connect(socket.local_addr()?));
    reached.map_err(|error| {
        missing(
            format!("there is no loopback network ({error})"),
            "bring its interface up (`ip link set lo up`), or leave the sandbox that forbids it",
        )
    })
}

/// Room for queued signals, for [`Scene::needs`](crate::Scene::needs). How many may wait is a quota
/// that all processes of a user share: without room a real-time signal is refused, and a standard
/// one comes without what belongs to it.
///
/// # Errors
///
/// The scene is missing where there is no room.
pub fn queued_signals() -> Result {
    let lacks = |why: String| missing(why, "mount /proc");
    let status = fs::read_to_string("/proc/self/status")
        .map_err(|error| lacks(format!("`/proc/self/status` cannot be read ({error})")))?;
    let numbers = status.lines().find_map(|line| line.strip_prefix("SigQ:")?.split_once('/'));
    let (queued, limit) =
        numbers.ok_or_else(|| lacks("`/proc/self/status` has no line `SigQ`".to_owned()))?;
    let (queued, limit): (u64, u64) = (queued.trim().parse()?, limit.trim().parse()?);
    // More than any scene queues.
    if limit < queued + 100 {
        let full = format!("no more signals can be queued ({queued} of {limit})");
        return Err(missing(full, "raise the limit: `ulimit -i`"));
    }
    Ok(())
}

/// Why there is no new process or thread: `thread::Builder::new().spawn(part).map_err(no_room)?`.
/// How many of both a user or a container may have is a quota that others use up, too. Any other
/// reason fails the scene.
#[track_caller]
pub fn no_room(error: impl Into<io::Error>) -> Error {
    let error = error.into();
    match error.raw_os_error().map(Errno::from_raw) {
        Some(errno @ Errno::EAGAIN) => missing(
            format!("no further process or thread may be made here ({errno})"),
            "raise the limit (`ulimit -u`, or the container's), or end other processes",
        ),
        _ => error.into(),
    }
}

/// Room for a handful of processes. The first process looks when a scene has failed: a program of
/// somebody else's, such as a shell, that may make no further process can only fail.
pub(crate) fn processes() -> Result {
    let (wait, go) = pipe()?;
    let mut made = Vec::new();
    let room = loop {
        // More than the programs of any scene make.
        if made.len() == 8 {
            break Ok(());
        }
        // SAFETY: the first process has one thread, so nothing is locked or half done in the copy.
        match unsafe { fork() } {
            Ok(ForkResult::Parent { child }) => made.push(child),
            Ok(ForkResult::Child) => {
                drop(go);
                let _ = read(&wait, &mut [0]);
                // SAFETY: ends this process at once.
                unsafe { libc::_exit(0) }
            }
            Err(errno) => break Err(no_room(errno)),
        }
    };
    drop(go);
    for child in made {
        waitpid(child, None)?;
    }
    room
}

/// Why the kernel ended a process with SIGXFSZ: no scene provokes that.
pub(crate) fn no_larger_file(name: &str) -> Error {
    missing(
        format!("`{name}` may not make a file as large as it needs ({})", Signal::SIGXFSZ),
        "raise the limit: `ulimit -f unlimited`",
    )
}

//! What several scenes need, and what the kernel says about a socket.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd};

use nix::errno::Errno;
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;
use stage::{Error, Result, missing};

/// The error of a call that must fail.
#[track_caller]
pub fn refusal<T>(result: nix::Result<T>) -> Result<Errno> {
    match result {
        Err(errno) => Ok(errno),
        Ok(_) => Err(Error::new("the call succeeded, although it must be refused")),
    }
}

/// The same of a call of the standard library.
#[track_caller]
pub fn io_refusal<T>(result: io::Result<T>) -> Result<Errno> {
    refusal(
        result.map_err(|error| error.raw_os_error().map_or(Errno::UnknownErrno, Errno::from_raw)),
    )
}

/// A TCP socket that listens at a free port of the loopback address.
pub fn listener() -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
}

/// Both ends of a TCP connection: the one that connected and the one that was accepted.
pub fn connection() -> io::Result<(TcpStream, TcpStream)> {
    let listener = listener()?;
    let client = TcpStream::connect(listener.local_addr()?)?;
    Ok((client, listener.accept()?.0))
}

/// A UDP socket at a free port of the loopback address.
pub fn udp() -> io::Result<UdpSocket> {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))
}

/// Keeps this process, and its children, on one processor. Each processor has its own queue of
/// loopback packets: whoever is moved between two datagrams may overtake themselves.
pub fn on_one_cpu() -> Result {
    let refused = |errno| missing(format!("no processor can be chosen ({errno})"), "allow it");
    let this = Pid::from_raw(0);
    let allowed = sched_getaffinity(this).map_err(refused)?;
    let first = (0..CpuSet::count()).find(|&cpu| allowed.is_set(cpu).unwrap_or(false));
    let mut one = CpuSet::new();
    one.set(first.unwrap_or(0))?;
    sched_setaffinity(this, &one).map_err(refused)
}

/// The value of a socket option that is one number, see `getsockopt(2)`.
pub fn option(socket: impl AsFd, level: i32, name: i32) -> nix::Result<i32> {
    let mut value = 0;
    let mut size = libc::socklen_t::try_from(size_of::<i32>()).map_err(|_| Errno::EINVAL)?;
    let fd = socket.as_fd().as_raw_fd();
    // SAFETY: the kernel writes at most `size` bytes to `value`, and that many it has.
    let result =
        unsafe { libc::getsockopt(fd, level, name, (&raw mut value).cast(), &raw mut size) };
    Errno::result(result).map(|_| value)
}

//! Both ends must be of one family and one type.

use std::os::fd::AsRawFd;
use std::os::unix::net::UnixListener;

use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, SockaddrIn, UnixAddr, connect, socket};
use stage::{Actor, Result, Scene};

use crate::facts::refusal;

pub const SCENE: Scene = Scene::new(
    "domain",
    "another family's address, or another type's socket, is refused",
    &[("client", client)],
);

fn client(client: &Actor) -> Result {
    // ANCHOR: domain
    let path = client.socket_path("door")?;
    let _listener = UnixListener::bind(&path)?;
    let path = UnixAddr::new(&path)?;
    let address = SockaddrIn::new(127, 0, 0, 1, 9);

    let inet = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
    let errno = refusal(connect(inet.as_raw_fd(), &path))?;
    client.says(format!("an AF_INET socket to a path: {errno:?}"));
    stage::ensure!(errno == Errno::EAFNOSUPPORT, "connect gave {errno}");

    let unix = socket(AddressFamily::Unix, SockType::Stream, SockFlag::empty(), None)?;
    let errno = refusal(connect(unix.as_raw_fd(), &address))?;
    client.says(format!("an AF_UNIX socket to an internet address: {errno:?}"));
    stage::ensure!(errno == Errno::EINVAL, "connect gave {errno}");

    let datagram = socket(AddressFamily::Unix, SockType::Datagram, SockFlag::empty(), None)?;
    let errno = refusal(connect(datagram.as_raw_fd(), &path))?;
    client.says(format!("a datagram socket to a stream's path: {errno:?}"));
    stage::ensure!(errno == Errno::EPROTOTYPE, "connect gave {errno}");

    connect(unix.as_raw_fd(), &path)?;
    client.says("a stream socket of the same family: connected");
    // ANCHOR_END: domain
    Ok(())
}

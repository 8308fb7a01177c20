//! Nobody listens: what a client is told, and by which kind of socket it is told at all.

use std::net::{Ipv4Addr, TcpStream};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;

use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, SockaddrIn, bind, getsockname, socket};
use stage::lacking::loopback;
use stage::{Actor, Result, Scene};

use crate::facts::{io_refusal, udp};

pub const SCENE: Scene = Scene::new(
    "refused",
    "nobody listens: TCP says so, connected UDP too, unconnected UDP does not",
    &[("client", client)],
)
.needs(&[loopback]);

fn client(client: &Actor) -> Result {
    // ANCHOR: tcp
    // Bound, so that nobody else can have the port; but it does not listen.
    let silent = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
    bind(silent.as_raw_fd(), &SockaddrIn::new(127, 0, 0, 1, 0))?;
    let port = getsockname::<SockaddrIn>(silent.as_raw_fd())?.port();
    let errno = io_refusal(TcpStream::connect((Ipv4Addr::LOCALHOST, port)))?;
    client.says(format!("TCP, a port where nobody listens: {errno:?}"));
    stage::ensure!(errno == Errno::ECONNREFUSED, "connect gave {errno}");

    let errno = io_refusal(UnixStream::connect(client.socket_path("nobody")?))?;
    client.says(format!("Unix, a path that does not exist: {errno:?}"));
    stage::ensure!(errno == Errno::ENOENT, "connect gave {errno}");
    // ANCHOR_END: tcp

    // ANCHOR: udp
    // Its owner hears only itself, so for everybody else nobody is there.
    let deaf = udp()?;
    let there = deaf.local_addr()?;
    deaf.connect(there)?;

    let plain = udp()?;
    let sent = plain.send_to(b"hello?", there)?;
    client.says(format!("UDP, unconnected: sending {sent} bytes succeeds, and that is all"));

    let connected = udp()?;
    connected.connect(there)?;
    let sent = connected.send(b"hello?")?;
    client.says(format!("UDP, connected: sending {sent} bytes succeeds"));
    let errno = io_refusal(connected.recv(&mut [0; 8]))?;
    client.says(format!("and the next call tells the answer: {errno:?}"));
    stage::ensure!(errno == Errno::ECONNREFUSED, "recv gave {errno}");
    // ANCHOR_END: udp
    Ok(())
}

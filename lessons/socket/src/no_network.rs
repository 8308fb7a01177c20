//! A socket need not be a network: without one, Unix sockets work as before.

use std::net::{Ipv4Addr, TcpStream};
use std::os::fd::AsRawFd;

use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::sys::socket::{
    AddressFamily, Backlog, SockFlag, SockType, UnixAddr, bind, connect, listen, socket, socketpair,
};
use nix::unistd::{read, write};
use stage::{Actor, Result, Scene};

use crate::facts::io_refusal;
use crate::lacking;

pub const SCENE: Scene = Scene::new(
    "no-network",
    "in a namespace without any network, Unix sockets still work",
    &[("loner", loner)],
);

// ANCHOR: loner
fn loner(loner: &Actor) -> Result {
    // The user namespace is what gives an ordinary user the right to the other one.
    unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET).map_err(lacking::namespaces)?;
    // Whoever changes namespaces forgets the wish to end with the parent.
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    loner.says("is in a network namespace of its own, with every interface down");

    let errno = io_refusal(TcpStream::connect((Ipv4Addr::LOCALHOST, 80)))?;
    loner.says(format!("TCP to the loopback address: {errno:?}"));
    stage::ensure!(errno == Errno::ENETUNREACH, "connect gave {errno}");

    let (one, other) = socketpair(AddressFamily::Unix, SockType::Stream, None, SockFlag::empty())?;
    write(&one, b"!")?;
    let length = read(&other, &mut [0; 8])?;
    loner.says(format!("through a socket pair: {length} byte has come"));

    let name = UnixAddr::new_abstract(b"somebody")?;
    let listener = socket(AddressFamily::Unix, SockType::Stream, SockFlag::empty(), None)?;
    bind(listener.as_raw_fd(), &name)?;
    listen(&listener, Backlog::new(1)?)?;
    let client = socket(AddressFamily::Unix, SockType::Stream, SockFlag::empty(), None)?;
    connect(client.as_raw_fd(), &name)?;
    loner.says("to an abstract Unix name: connected");
    Ok(())
}
// ANCHOR_END: loner

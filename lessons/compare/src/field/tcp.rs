//! TCP over the loopback device.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;

use stage::{Result, lacking};

use super::unix::Stream;
use super::{CARRIED, Ends, Mechanism, Setup, TOUCHED, USUAL, ends};
use crate::run::Group;

pub const TCP: Mechanism = Mechanism {
    id: "tcp",
    title: "TCP, no delay",
    group: Group::Socket,
    kinds: TOUCHED,
    make: |setup| make(setup, true),
    ..USUAL
};

pub const NAGLE: Mechanism = Mechanism {
    id: "tcp-nagle",
    title: "TCP, as it comes",
    kinds: CARRIED,
    headline: false,
    make: |setup| make(setup, false),
    ..TCP
};

fn make(_: &Setup, at_once: bool) -> Result<Ends> {
    lacking::loopback()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let near = TcpStream::connect(listener.local_addr()?)?;
    let (far, _) = listener.accept()?;
    // Small messages must not wait for the acknowledgement of the one before.
    near.set_nodelay(at_once)?;
    far.set_nodelay(at_once)?;
    ends(Stream(OwnedFd::from(near)), Stream(OwnedFd::from(far)))
}

//! A datagram that finds no room is dropped, and nobody is told.

use std::os::fd::AsRawFd;

use nix::sys::socket::{MsgFlags, recv, setsockopt, sockopt};
use stage::lacking::loopback;
use stage::{Actor, Result, Scene, varies};

use crate::facts::{on_one_cpu, udp};

pub const SCENE: Scene = Scene::new(
    "lost",
    "every UDP send succeeds, and most of the datagrams are gone",
    &[("both", both)],
)
.races(&["recv"])
.needs(&[loopback]);

const SENDS: usize = 1000;

// ANCHOR: flood
fn both(both: &Actor) -> Result {
    on_one_cpu()?;
    let (from, to) = (udp()?, udp()?);
    setsockopt(&to, sockopt::RcvBuf, &1)?;
    both.says("makes the receive buffer as small as the kernel allows");
    from.connect(to.local_addr()?)?;
    let datagram = [b'x'; 500];
    let mut sent = 0;
    for _ in 0..SENDS {
        // An error would end the scene here.
        sent += usize::from(from.send(&datagram)? == datagram.len());
    }
    both.says(format!("{sent} sends of {} bytes, all successful", datagram.len()));

    let mut received = 0;
    let mut buffer = [0; 1000];
    let mut flags = MsgFlags::empty();
    while recv(to.as_raw_fd(), &mut buffer, flags).is_ok() {
        received += 1;
        flags = MsgFlags::MSG_DONTWAIT;
    }
    let fewer = received > 0 && received < sent;
    both.says(format!("{} received: fewer, but some: {fewer}", varies("how many", received)));
    stage::ensure!(sent == SENDS && fewer, "{received} of {sent} have come");
    Ok(())
}
// ANCHOR_END: flood

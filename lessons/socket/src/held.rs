//! A full Unix datagram socket makes its sender wait: nothing is dropped.

use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, recv, send, socketpair};
use stage::{Actor, Fork, Result, Scene, token, varies};

pub const SCENE: Scene = Scene::new(
    "held",
    "a Unix datagram socket that is full makes the sender wait",
    &[("receiver", receiver)],
)
.races(&["send", "recv"]);

// ANCHOR: sender
fn sender(sender: &Actor, to: OwnedFd) -> Result {
    let mut sent = 0_u32;
    let errno = loop {
        match send(to.as_raw_fd(), &sent.to_ne_bytes(), MsgFlags::MSG_DONTWAIT) {
            Ok(_) => sent += 1,
            Err(errno) => break errno,
        }
    };
    sender.says(format!("after {} datagrams: {errno:?}", varies("how many", sent)));
    stage::ensure!(errno == Errno::EAGAIN, "sending gave {errno}");
    sender.sends("dgram", "an empty datagram");
    sender.sends(token("sleep"), "in send");
    send(to.as_raw_fd(), &[], MsgFlags::empty())?;
    Ok(())
}
// ANCHOR_END: sender

// ANCHOR: receiver
fn receiver(receiver: &Actor) -> Result {
    let (mine, theirs) =
        socketpair(AddressFamily::Unix, SockType::Datagram, None, SockFlag::empty())?;
    let sender = match receiver.forks("sender")? {
        Fork::Child(me) => {
            drop(mine);
            me.plays(|me| sender(me, theirs))
        }
        Fork::Parent(sender) => sender,
    };
    drop(theirs);
    receiver.until_waiting("sender", "send")?;
    receiver.gets(token("sleep"), "in send");
    let mut next = 0_u32;
    let mut number = [0; 4];
    // Datagrams have no end of file: the two have agreed that an empty one means the end.
    while recv(mine.as_raw_fd(), &mut number, MsgFlags::empty())? > 0 {
        stage::ensure!(u32::from_ne_bytes(number) == next, "number {next} is missing");
        next += 1;
    }
    receiver.gets("dgram", "an empty datagram");
    receiver.says(format!("has received {} before it, in order", varies("how many", next)));
    receiver.waits(sender)
}
// ANCHOR_END: receiver

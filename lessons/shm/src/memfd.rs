//! Memory without a name: whoever gets the descriptor can map it, and nobody else.

use std::fs::read_link;
use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use nix::cmsg_space;
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType, recvmsg,
    sendmsg, socketpair,
};
use nix::unistd::ftruncate;
use stage::{Actor, Error, Result, Scene, memory, token};

use crate::lacking;
use crate::memory::{Text, map_text};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "memfd",
    "memory without a name is handed over through a socket",
    &[("maker", maker)],
);

const NOTE: &str = "for you alone";

// ANCHOR: maker
fn maker(maker: &Actor) -> Result {
    let kind = (AddressFamily::Unix, SockType::Stream, SockFlag::empty());
    let (ours, theirs) = socketpair(kind.0, kind.1, None, kind.2)?;
    // The child is there before the memory: it inherits nothing but the socket.
    let taker = fork(maker, "taker", |me| taker(me, theirs))?;

    let object = memfd_create("note", MFdFlags::MFD_CLOEXEC).map_err(lacking::facility("memfd"))?;
    ftruncate(&object, Text::SIZE as libc::off_t)?;
    maker.sends(memory("memory"), NOTE);
    map_text(&object)?.store(NOTE);

    maker.sends(token("socket"), "the descriptor");
    let descriptors = [object.as_raw_fd()];
    let rights = [ControlMessage::ScmRights(&descriptors)];
    sendmsg::<()>(ours.as_raw_fd(), &[IoSlice::new(b"!")], &rights, MsgFlags::empty(), None)?;
    maker.waits(taker)
}
// ANCHOR_END: maker

// ANCHOR: taker
fn taker(taker: &Actor, socket: OwnedFd) -> Result {
    let mut byte = [0];
    let mut parts = [IoSliceMut::new(&mut byte)];
    let mut space = cmsg_space!([i32; 1]);
    let flags = MsgFlags::MSG_CMSG_CLOEXEC;
    let message = recvmsg::<()>(socket.as_raw_fd(), &mut parts, Some(&mut space), flags)?;
    let Some(ControlMessageOwned::ScmRights(received)) = message.cmsgs()?.next() else {
        return Err(Error::new("no descriptor came along"));
    };
    // SAFETY: the kernel has just installed it in this process, for us.
    let object = unsafe { OwnedFd::from_raw_fd(received[0]) };
    taker.gets(token("socket"), "the descriptor");

    let link = read_link(format!("/proc/self/fd/{}", object.as_raw_fd()))?;
    taker.says(format_args!("sees that it is {}", link.display()));
    let text = map_text(&object)?.load();
    taker.gets(memory("memory"), &text);
    stage::ensure!(text == NOTE, "loaded `{text}`");
    Ok(())
}
// ANCHOR_END: taker

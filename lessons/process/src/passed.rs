//! Resource sharing: an open file is passed to one who may not open it.

use std::fs::{File, Permissions, set_permissions};
use std::io::{IoSlice, IoSliceMut, Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType, recvmsg,
    sendmsg, socketpair,
};
use nix::sys::stat::Mode;
use stage::{Actor, Error, Result, Scene, token};

use crate::process::{fork, told};

pub const SCENE: Scene = Scene::new(
    "passed",
    "a descriptor can be passed to one who may not open the file",
    &[("owner", owner)],
);

// ANCHOR: owner
fn owner(owner: &Actor) -> Result {
    let path = owner.path("ledger")?;
    File::create(&path)?.write_all(b"not for everybody")?;
    let file = File::open(&path)?;
    set_permissions(&path, Permissions::from_mode(0o000))?;
    owner.says("has the file open, which now nobody may open");

    let flags = SockFlag::SOCK_CLOEXEC;
    let (ours, theirs) = socketpair(AddressFamily::Unix, SockType::Stream, None, flags)?;
    let guest = fork(owner, "guest", |me| guest(me, &path, &theirs))?;
    owner.sends(token("socket"), "the open file");
    let fds = [file.as_raw_fd()];
    let byte = [IoSlice::new(b"!")]; // a descriptor travels beside data, never alone
    let beside = [ControlMessage::ScmRights(&fds)];
    sendmsg::<()>(ours.as_raw_fd(), &byte, &beside, MsgFlags::empty(), None)?;
    owner.waits(guest)
}
// ANCHOR_END: owner

// ANCHOR: guest
fn guest(guest: &Actor, path: &Path, socket: &OwnedFd) -> Result {
    guest.obeys_permissions()?;
    let opened = open(path, OFlag::O_RDONLY, Mode::empty());
    guest.says(format!("opens it by name: {}", told(opened.as_ref().map_err(|errno| *errno))));
    stage::ensure!(opened.err() == Some(Errno::EACCES), "the file could be opened");

    let mut file = receive(socket)?;
    guest.gets(token("socket"), "the open file");
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    guest.says(format!("reads through it: {text}"));
    stage::ensure!(text == "not for everybody", "the file holds `{text}`");
    Ok(())
}

fn receive(socket: &OwnedFd) -> Result<File> {
    let mut byte = [0];
    let mut data = [IoSliceMut::new(&mut byte)];
    let mut room = nix::cmsg_space!(RawFd);
    let flags = MsgFlags::MSG_CMSG_CLOEXEC;
    let message = recvmsg::<()>(socket.as_raw_fd(), &mut data, Some(&mut room), flags)?;
    for beside in message.cmsgs()? {
        if let ControlMessageOwned::ScmRights(fds) = beside {
            // SAFETY: the kernel has just made this descriptor for us.
            return Ok(unsafe { File::from_raw_fd(fds[0]) });
        }
    }
    Err(Error::new("no descriptor came along"))
}
// ANCHOR_END: guest

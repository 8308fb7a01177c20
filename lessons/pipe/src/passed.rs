//! A pipe's end is handed to a process that is nobody's relative.

use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;

use nix::cmsg_space;
use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, recvmsg, sendmsg};
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, pipe, read, write};
use stage::{Actor, EOF, Result, Scene, token, varies};

use crate::facts::{inode, object};

pub const SCENE: Scene = Scene::of_roles(
    "passed",
    "a Unix socket hands a pipe to an unrelated process",
    &[("owner", owner), ("guest", guest)],
)
.races(&["mkfifo"]);

// ANCHOR: owner
fn owner(owner: &Actor) -> Result {
    let listener = UnixListener::bind(owner.socket_path("door")?)?;
    // Opens when the guest has opened it, too: from now on the guest finds the door.
    let _bell = open(&bell(owner)?, OFlag::O_WRONLY, Mode::empty())?;
    let (guest, _) = listener.accept()?;

    let (reader, writer) = pipe()?;
    owner.sends(token("socket"), "the write end");
    let rights = [writer.as_raw_fd()];
    let rights = [ControlMessage::ScmRights(&rights)];
    sendmsg::<()>(guest.as_raw_fd(), &[IoSlice::new(b"!")], &rights, MsgFlags::empty(), None)?;
    drop(writer);

    let mut buffer = [0; 64];
    let length = read(&reader, &mut buffer)?;
    let seen = str::from_utf8(&buffer[..length])?;
    owner.gets("pipe", varies("pipe:[inode]", seen));
    let is_mine = seen == format!("pipe:[{}]", inode(&reader)?);
    owner.says(format!("asks whether that is the pipe it made: {is_mine}"));
    stage::ensure!(is_mine, "the guest wrote to {seen}");
    stage::ensure!(read(&reader, &mut buffer)? == 0, "more than one message has come");
    owner.gets("pipe", EOF);
    Ok(())
}
// ANCHOR_END: owner

// ANCHOR: guest
fn guest(guest: &Actor) -> Result {
    let _bell = open(&bell(guest)?, OFlag::O_RDONLY, Mode::empty())?;
    let socket = UnixStream::connect(guest.socket_path("door")?)?;
    let writer = received(&socket)?;
    guest.gets(token("socket"), "the write end");

    let seen = object(&writer)?;
    guest.sends("pipe", varies("pipe:[inode]", &seen));
    write(&writer, seen.as_bytes())?;
    Ok(())
}

fn received(socket: &UnixStream) -> Result<OwnedFd> {
    let mut space = cmsg_space!(i32);
    let mut byte = [0];
    let mut parts = [IoSliceMut::new(&mut byte)];
    let flags = MsgFlags::MSG_CMSG_CLOEXEC;
    let message = recvmsg::<()>(socket.as_raw_fd(), &mut parts, Some(&mut space), flags)?;
    let fd = message.cmsgs()?.find_map(|control| match control {
        ControlMessageOwned::ScmRights(fds) => fds.first().copied(),
        _ => None,
    });
    let fd = fd.ok_or_else(|| stage::Error::new("no descriptor has come over the socket"))?;
    // SAFETY: the kernel has just installed it in this process for us.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
// ANCHOR_END: guest

/// A FIFO at which the two wait for each other, whoever comes first.
fn bell(me: &Actor) -> Result<PathBuf> {
    let path = me.path("bell")?;
    match mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR) {
        Ok(()) | Err(Errno::EEXIST) => Ok(path),
        Err(errno) => Err(errno.into()),
    }
}

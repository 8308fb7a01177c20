//! What the processes of a run say to the first process, and what it answers.
//!
//! Actors send over one socket that keeps messages apart; the kernel adds who sent each. At its
//! birth an actor hands over the other end of a socket of its own, on which the first process
//! answers when an answer is due.

use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use nix::cmsg_space;
use nix::fcntl::{FcntlArg, fcntl};
use nix::sys::resource::{Resource, getrlimit};
use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType,
    UnixCredentials, recv, recvmsg, send, sendmsg, setsockopt, socketpair, sockopt,
};

/// Descriptors that are the stage's own get high numbers, so that a scene's begin at 3.
fn high() -> RawFd {
    let limit = getrlimit(Resource::RLIMIT_NOFILE).map_or(256, |(soft, _)| soft);
    RawFd::try_from(limit.saturating_sub(100).min(900)).unwrap_or(100)
}

/// Moves a descriptor of the stage's own out of the way of the scene's.
pub(crate) fn out_of_the_way(fd: OwnedFd) -> io::Result<OwnedFd> {
    let moved = fcntl(&fd, FcntlArg::F_DUPFD_CLOEXEC(high()))?;
    // SAFETY: F_DUPFD_CLOEXEC has just made `moved`; nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(moved) })
}

/// Two ends of a socket that keeps messages apart.
pub(crate) fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let (one, other) =
        socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC)?;
    Ok((out_of_the_way(one)?, out_of_the_way(other)?))
}

/// Sends one message, with a descriptor if one goes along.
pub(crate) fn tell(socket: RawFd, message: &str, along: Option<RawFd>) -> io::Result<()> {
    let fds: Vec<RawFd> = along.into_iter().collect();
    let rights = [ControlMessage::ScmRights(&fds)];
    let control: &[_] = if fds.is_empty() { &[] } else { &rights };
    let parts = [IoSlice::new(message.as_bytes())];
    loop {
        match sendmsg::<()>(socket, &parts, control, MsgFlags::MSG_NOSIGNAL, None) {
            Err(nix::Error::EINTR) => {}
            other => return other.map(drop).map_err(io::Error::from),
        }
    }
}

/// Waits for the first process to answer.
pub(crate) fn await_answer(socket: RawFd) -> io::Result<()> {
    let mut answer = [0];
    loop {
        match recv(socket, &mut answer, MsgFlags::empty()) {
            Ok(0) => return Err(io::Error::other("the first process has gone")),
            Ok(_) => return Ok(()),
            Err(nix::Error::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Answers an actor. One that has gone meanwhile needs no answer.
pub(crate) fn answer(socket: &OwnedFd) {
    let _ = send(socket.as_raw_fd(), &[1], MsgFlags::MSG_NOSIGNAL);
}

/// A message as it arrived.
pub(crate) struct Message {
    pub(crate) body: String,
    pub(crate) pid: i32,
    pub(crate) along: Option<OwnedFd>,
}

/// Makes the receiving end learn from the kernel who sends.
pub(crate) fn name_senders(socket: &OwnedFd) -> io::Result<()> {
    Ok(setsockopt(socket, sockopt::PassCred, &true)?)
}

/// The next message that has arrived, if any.
pub(crate) fn next(socket: &OwnedFd) -> io::Result<Option<Message>> {
    let mut buffer = vec![0; 1 << 18];
    let mut space = cmsg_space!([RawFd; 1], UnixCredentials);
    let mut parts = [IoSliceMut::new(&mut buffer)];
    let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_CMSG_CLOEXEC;
    let (length, pid, along) =
        match recvmsg::<()>(socket.as_raw_fd(), &mut parts, Some(&mut space), flags) {
            Err(nix::Error::EAGAIN | nix::Error::EINTR) => return Ok(None),
            Err(error) => return Err(error.into()),
            Ok(received) => {
                let mut pid = 0;
                let mut along = None;
                for control in received.cmsgs()? {
                    match control {
                        ControlMessageOwned::ScmCredentials(who) => pid = who.pid(),
                        ControlMessageOwned::ScmRights(fds) => {
                            // SAFETY: the kernel has just installed it in this process for us.
                            along = fds.first().map(|&fd| unsafe { OwnedFd::from_raw_fd(fd) });
                        }
                        _ => {}
                    }
                }
                (received.bytes, pid, along)
            }
        };
    if length == 0 {
        return Ok(None);
    }
    let body = String::from_utf8_lossy(&buffer[..length]).into_owned();
    let along = along.map(out_of_the_way).transpose()?;
    Ok(Some(Message { body, pid, along }))
}

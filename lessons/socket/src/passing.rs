//! A connection is handed to another process, which goes on with it.

use std::io::{IoSlice, IoSliceMut};
use std::net::TcpStream;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use nix::cmsg_space;
use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType, recvmsg,
    sendmsg, socketpair,
};
use stage::lacking::loopback;
use stage::{Actor, Fork, Result, Scene, token};

use crate::dialogue::{answer, ask};
use crate::facts::listener;

pub const SCENE: Scene = Scene::new(
    "passing",
    "a dispatcher hands an accepted connection to a worker",
    &[("boss", boss)],
)
.needs(&[loopback]);

// ANCHOR: boss
fn boss(boss: &Actor) -> Result {
    let kind = SockType::SeqPacket;
    let (mine, theirs) = socketpair(AddressFamily::Unix, kind, None, SockFlag::empty())?;
    let worker = match boss.forks("worker")? {
        Fork::Child(me) => {
            drop(mine);
            me.plays(|me| worker(me, theirs))
        }
        Fork::Parent(worker) => worker,
    };
    drop(theirs);
    // Made after the fork: the worker has inherited nothing of it.
    let listener = listener()?;
    let address = listener.local_addr()?;
    let client = match boss.forks("client")? {
        Fork::Child(me) => {
            drop((mine, listener));
            me.plays(|me| ask(me, "tcp", TcpStream::connect(address)?))
        }
        Fork::Parent(client) => client,
    };
    let (accepted, _) = listener.accept()?;
    boss.sends(token("unix"), "a connection");
    let rights = [accepted.as_raw_fd()];
    let rights = [ControlMessage::ScmRights(&rights)];
    sendmsg::<()>(mine.as_raw_fd(), &[IoSlice::new(b"!")], &rights, MsgFlags::empty(), None)?;
    // Only this copy closes; the worker's is as good.
    drop(accepted);
    boss.waits(client)?;
    boss.waits(worker)
}
// ANCHOR_END: boss

// ANCHOR: worker
fn worker(worker: &Actor, boss: OwnedFd) -> Result {
    let mut space = cmsg_space!(i32);
    let mut byte = [0];
    let mut parts = [IoSliceMut::new(&mut byte)];
    let flags = MsgFlags::MSG_CMSG_CLOEXEC;
    let message = recvmsg::<()>(boss.as_raw_fd(), &mut parts, Some(&mut space), flags)?;
    let passed = message.cmsgs()?.find_map(|control| match control {
        ControlMessageOwned::ScmRights(fds) => fds.first().copied(),
        _ => None,
    });
    let passed = passed.ok_or_else(|| stage::Error::new("no descriptor has come"))?;
    // SAFETY: the kernel has just installed it in this process for us.
    let connection = unsafe { OwnedFd::from_raw_fd(passed) };
    worker.gets(token("unix"), "a connection");
    answer(worker, "tcp", TcpStream::from(connection))
}
// ANCHOR_END: worker

//! Two POSIX message queues, one for each direction.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd};
use std::ptr;

use nix::errno::Errno;
use nix::mqueue::{MQ_OFlag, MqAttr, mq_open, mq_unlink};
use nix::sys::stat::Mode;
use stage::{Error, Result, missing};

use super::{Ends, Link, Mechanism, Setup, USUAL, ends};
use crate::machine::sysctl;
use crate::run::Group;

pub const QUEUE: Mechanism =
    Mechanism { id: "posix-queue", title: "POSIX queue", group: Group::Queue, make, ..USUAL };

struct Queues {
    to: OwnedFd,
    from: OwnedFd,
}

fn make(setup: &Setup) -> Result<Ends> {
    let (requests, replies) = (open(setup, "requests")?, open(setup, "replies")?);
    ends(
        Queues { to: requests.try_clone()?, from: replies.try_clone()? },
        Queues { to: replies, from: requests },
    )
}

/// A queue, whose name is gone when it returns.
fn open(setup: &Setup, label: &str) -> Result<OwnedFd> {
    let name = setup.register.posix("mq", label)?;
    let size = i64::try_from(setup.size)?;
    // Ten messages are what an ordinary user may have under way; of large ones, fewer fit into
    // what all queues of a user may hold together.
    let attributes = MqAttr::new(0, if setup.size > 8192 { 4 } else { 10 }, size, 0);
    let flags = MQ_OFlag::O_CREAT | MQ_OFlag::O_EXCL | MQ_OFlag::O_RDWR;
    let mode = Mode::S_IRUSR | Mode::S_IWUSR;
    let queue = mq_open(name.as_c_str(), flags, mode, Some(&attributes))
        .map_err(|error| lacking(error, setup.size))?;
    // SAFETY: on Linux a queue's descriptor is a file descriptor, and nobody else has this one.
    let queue = unsafe { OwnedFd::from_raw_fd(queue.into_raw_fd()) };
    mq_unlink(name.as_c_str())?;
    Ok(queue)
}

fn lacking(error: Errno, size: usize) -> Error {
    let limit = sysctl("fs.mqueue.msgsize_max").unwrap_or_default();
    match error {
        Errno::EINVAL => missing(
            format!("a message may have {limit} bytes at the most here, not {size}"),
            "raise `fs.mqueue.msgsize_max` (mq_overview(7)), or choose a smaller size",
        ),
        Errno::EMFILE => missing(
            "the queues of a user may not hold that much together",
            "raise RLIMIT_MSGQUEUE with `ulimit -q` (getrlimit(2))",
        ),
        Errno::ENOSYS => missing("this kernel has no POSIX queues", "use one that has"),
        error => error.into(),
    }
}

impl Link for Queues {
    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        // SAFETY: the message is as long as it says.
        let done = unsafe {
            libc::mq_send(self.to.as_raw_fd(), message.as_ptr().cast(), message.len(), 0)
        };
        Errno::result(done)?;
        Ok(())
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        let (room, length) = (message.as_mut_ptr().cast(), message.len());
        // SAFETY: there is as much room as it says.
        let got = unsafe { libc::mq_receive(self.from.as_raw_fd(), room, length, ptr::null_mut()) };
        match Errno::result(got)? {
            got if got as usize == length => Ok(()),
            got => Err(io::Error::other(format!("{got} of {length} bytes arrived"))),
        }
    }
}

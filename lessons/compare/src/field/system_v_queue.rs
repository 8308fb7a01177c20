//! Two System V message queues, one for each direction.

use std::io;
use std::rc::Rc;

use nix::errno::Errno;
use stage::{Result, missing};

use super::{Ends, Link, Mechanism, Setup, USUAL, ends};
use crate::machine::sysctl;
use crate::run::Group;

pub const QUEUE: Mechanism =
    Mechanism { id: "sysv-queue", title: "SysV queue", group: Group::Queue, make, ..USUAL };

/// A message as msgsnd(2) wants it: its type, then its bytes.
const TYPE: usize = size_of::<libc::c_long>();

/// A queue lives until somebody removes it.
struct Queue(libc::c_int);

struct Queues {
    to: Rc<Queue>,
    from: Rc<Queue>,
    /// Room for a type and a message.
    parcel: Vec<libc::c_long>,
}

fn make(setup: &Setup) -> Result<Ends> {
    for (name, what) in
        [("kernel.msgmax", "a message may have"), ("kernel.msgmnb", "a queue holds")]
    {
        let limit = sysctl(name).and_then(|text| text.parse::<usize>().ok());
        if let Some(limit) = limit.filter(|limit| setup.size > *limit) {
            return Err(missing(
                format!("{what} {limit} bytes at the most here, not {}", setup.size),
                format!("raise `{name}` (msgget(2)), or choose a smaller size"),
            ));
        }
    }
    let (requests, replies) = (open(setup, "requests")?, open(setup, "replies")?);
    let parcel = vec![1; 1 + setup.size.div_ceil(TYPE)];
    ends(
        Queues { to: requests.clone(), from: replies.clone(), parcel: parcel.clone() },
        Queues { to: replies, from: requests, parcel },
    )
}

fn open(setup: &Setup, label: &str) -> Result<Rc<Queue>> {
    let key = setup.register.key("sysv-msg", label)?;
    // SAFETY: the call takes numbers.
    let id = unsafe { libc::msgget(key, libc::IPC_CREAT | libc::IPC_EXCL | 0o600) };
    let id = Errno::result(id).map_err(|error| {
        missing(
            format!("a System V queue cannot be made: {error}"),
            "use a kernel with System V IPC, and see `ipcs -q` for what fills `kernel.msgmni`",
        )
    })?;
    Ok(Rc::new(Queue(id)))
}

impl Link for Queues {
    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        let parcel = self.parcel.as_mut_ptr();
        // SAFETY: the parcel has room for a message after its type.
        unsafe { parcel.add(1).cast::<u8>().copy_from(message.as_ptr(), message.len()) };
        // SAFETY: the parcel is a type and as many bytes as it says.
        Errno::result(unsafe { libc::msgsnd(self.to.0, parcel.cast(), message.len(), 0) })?;
        Ok(())
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        let parcel = self.parcel.as_mut_ptr();
        // SAFETY: the parcel has room for a type and as many bytes as it says.
        let got = unsafe { libc::msgrcv(self.from.0, parcel.cast(), message.len(), 0, 0) };
        let got = Errno::result(got)? as usize;
        if got != message.len() {
            return Err(io::Error::other(format!("{got} of {} bytes arrived", message.len())));
        }
        // SAFETY: so many bytes have come after the type.
        unsafe { parcel.add(1).cast::<u8>().copy_to(message.as_mut_ptr(), got) };
        Ok(())
    }
}

//! A signal there, a signal back: taken by a handler, by waiting for it, or as a descriptor.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use nix::sys::signal::{SigHandler, SigSet, SigmaskHow, Signal, kill, signal, sigprocmask};
use nix::sys::signalfd::SignalFd;
use nix::unistd::Pid;
use stage::Result;

use super::{CARRIES_NOTHING, Link, Mechanism, NOTICED, USUAL, ends};
use crate::run::Group;

pub const HANDLER: Mechanism = Mechanism {
    id: "signal-handler",
    title: "signal, handler",
    group: Group::Notice,
    copies: None,
    carries: false,
    kinds: NOTICED,
    lacks: CARRIES_NOTHING,
    make: |_| ends(Handled(Peer::nobody()), Handled(Peer::nobody())),
    ..USUAL
};

pub const WAIT: Mechanism = Mechanism {
    id: "signal-wait",
    title: "signal, sigwaitinfo",
    make: |_| ends(Awaited(Peer::nobody()), Awaited(Peer::nobody())),
    ..HANDLER
};

pub const DESCRIPTOR: Mechanism = Mechanism {
    id: "signal-fd",
    title: "signal, signalfd",
    make: |_| {
        ends(Read { peer: Peer::nobody(), fd: None }, Read { peer: Peer::nobody(), fd: None })
    },
    ..HANDLER
};

const SIGNAL: Signal = Signal::SIGUSR1;

static CAME: AtomicBool = AtomicBool::new(false);

/// Whom to send it to, once that is known.
struct Peer(Option<Pid>);

impl Peer {
    const fn nobody() -> Self {
        Self(None)
    }

    fn signal(&self) -> io::Result<()> {
        // Process 0 would be the whole group.
        let peer = self.0.ok_or_else(|| io::Error::other("there is no peer yet"))?;
        Ok(kill(peer, SIGNAL)?)
    }
}

/// Blocks the signal before the peer may send it: a signal that comes too early would end us.
fn block() -> nix::Result<SigSet> {
    let set = SigSet::from(SIGNAL);
    sigprocmask(SigmaskHow::SIG_BLOCK, Some(&set), None)?;
    Ok(set)
}

struct Handled(Peer);

extern "C" fn note(_: libc::c_int) {
    CAME.store(true, Ordering::Relaxed);
}

impl Link for Handled {
    fn begin(&mut self, peer: Pid) -> Result {
        block()?;
        // SAFETY: the handler stores into an atomic, which is async-signal-safe.
        unsafe { signal(SIGNAL, SigHandler::Handler(note)) }?;
        self.0 = Peer(Some(peer));
        Ok(())
    }

    fn send(&mut self, _: &[u8]) -> io::Result<()> {
        self.0.signal()
    }

    fn receive(&mut self, _: &mut [u8]) -> io::Result<()> {
        // The signal can come while this waits, and only then: it cannot be missed.
        while !CAME.load(Ordering::Relaxed) {
            SigSet::empty().suspend()?;
        }
        CAME.store(false, Ordering::Relaxed);
        Ok(())
    }
}

struct Awaited(Peer);

impl Link for Awaited {
    fn begin(&mut self, peer: Pid) -> Result {
        block()?;
        self.0 = Peer(Some(peer));
        Ok(())
    }

    fn send(&mut self, _: &[u8]) -> io::Result<()> {
        self.0.signal()
    }

    fn receive(&mut self, _: &mut [u8]) -> io::Result<()> {
        SigSet::from(SIGNAL).wait()?;
        Ok(())
    }
}

struct Read {
    peer: Peer,
    fd: Option<SignalFd>,
}

impl Link for Read {
    fn begin(&mut self, peer: Pid) -> Result {
        self.fd = Some(SignalFd::new(&block()?)?);
        self.peer = Peer(Some(peer));
        Ok(())
    }

    fn send(&mut self, _: &[u8]) -> io::Result<()> {
        self.peer.signal()
    }

    fn receive(&mut self, _: &mut [u8]) -> io::Result<()> {
        let fd = self.fd.as_ref().ok_or_else(|| io::Error::other("it has not begun"))?;
        fd.read_signal()?;
        Ok(())
    }
}

//! A gate between two processes: one waits in front of it until the other one opens it.

use std::os::fd::OwnedFd;

use nix::unistd::{pipe, read, write};
use stage::{Actor, Result, token};

const OPEN: &str = "open";

/// Made before the fork, so that both have it. It is a pipe.
pub struct Gate {
    name: &'static str,
    source: OwnedFd,
    sink: OwnedFd,
}

impl Gate {
    /// A closed gate.
    pub fn new(name: &'static str) -> nix::Result<Self> {
        let (source, sink) = pipe()?;
        Ok(Self { name, source, sink })
    }

    /// Lets one process through that waits, or that will.
    pub fn open(&self, actor: &Actor) -> Result {
        actor.sends(token(self.name), OPEN);
        stage::ensure!(write(&self.sink, b"!")? == 1, "the gate did not open");
        Ok(())
    }

    /// Waits until it is open, and closes it again.
    pub fn pass(&self, actor: &Actor) -> Result {
        stage::ensure!(read(&self.source, &mut [0])? == 1, "the gate has gone");
        actor.gets(token(self.name), OPEN);
        Ok(())
    }
}

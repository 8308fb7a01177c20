//! Two FIFOs: pipes with a name in the file system.

use std::fs::{self, File};
use std::os::fd::OwnedFd;

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use stage::{Register, Result};

use super::pipe::Pipes;
use super::{Ends, Mechanism, Setup, USUAL, ends};

pub const FIFO: Mechanism = Mechanism { id: "fifo", title: "FIFO", make, ..USUAL };

fn make(setup: &Setup) -> Result<Ends> {
    let (requests, to_far) = open(setup.register, "requests")?;
    let (replies, to_near) = open(setup.register, "replies")?;
    ends(Pipes { reader: replies, writer: to_far }, Pipes { reader: requests, writer: to_near })
}

/// Both ends of a FIFO, whose name is gone when it returns.
fn open(register: &Register, label: &str) -> Result<(OwnedFd, OwnedFd)> {
    let path = register.path(label)?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    // Opening one end waits for the other, unless somebody has both: hold it open meanwhile.
    let both = File::options().read(true).write(true).open(&path)?;
    let reader = File::open(&path)?;
    let writer = File::options().write(true).open(&path)?;
    drop(both);
    fs::remove_file(&path)?;
    Ok((reader.into(), writer.into()))
}

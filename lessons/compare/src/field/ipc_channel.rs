//! The crate `ipc-channel`: channels as in Rust's library, for processes.

use std::io;

use ipc_channel::ipc::{IpcBytesReceiver, IpcBytesSender, bytes_channel};
use stage::Result;

use super::{Ends, Link, Mechanism, Setup, USUAL, ends};
use crate::run::Group;

pub const CHANNEL: Mechanism = Mechanism {
    id: "ipc-channel",
    title: "ipc-channel (crate)",
    group: Group::Call,
    copies: None,
    make,
    ..USUAL
};

struct Channels {
    to: IpcBytesSender,
    from: IpcBytesReceiver,
}

fn make(_: &Setup) -> Result<Ends> {
    let (to_far, from_near) = bytes_channel()?;
    let (to_near, from_far) = bytes_channel()?;
    ends(Channels { to: to_far, from: from_far }, Channels { to: to_near, from: from_near })
}

impl Link for Channels {
    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        self.to.send(message)
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        let got = self.from.recv().map_err(io::Error::other)?;
        if got.len() != message.len() {
            return Err(io::Error::other(format!("{} bytes arrived", got.len())));
        }
        message.copy_from_slice(&got);
        Ok(())
    }
}

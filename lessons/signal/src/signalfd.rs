//! Signals come out of a descriptor, and no handler runs.

use std::os::fd::{AsFd, OwnedFd};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::signalfd::SignalFd;
use nix::unistd::{getppid, pipe, read, write};
use stage::{Actor, Error, Result, Scene, token};

use crate::signals::fork;

pub const SCENE: Scene = Scene::new(
    "signalfd",
    "signalfd turns signals into something to read, without a handler",
    &[("client", client)],
)
.races(&["server read"]);

fn client(client: &Actor) -> Result {
    let (requests, request) = pipe()?;
    let server = fork(client, "server", |me| server(me, &requests))?;
    client.until_waiting("server", "poll")?;
    client.sends("pipe", "request");
    write(&request, b"request")?;
    client.until_waiting("server", "poll")?;
    client.sends(token("signal"), Signal::SIGTERM);
    kill(server.pid(), Signal::SIGTERM)?;
    client.waits(server)
}

// ANCHOR: server
fn server(server: &Actor, requests: &OwnedFd) -> Result {
    let term = SigSet::from(Signal::SIGTERM);
    // Not blocked, the signal would do what it does by default, and not come here.
    term.thread_block()?;
    let signals = SignalFd::new(&term)?;
    loop {
        let wanted = |fd| PollFd::new(fd, PollFlags::POLLIN);
        let mut both = [wanted(requests.as_fd()), wanted(signals.as_fd())];
        poll(&mut both, PollTimeout::NONE)?;
        if both[0].any().unwrap_or(false) {
            let mut buffer = [0; 16];
            let length = read(requests, &mut buffer)?;
            server.gets("pipe", str::from_utf8(&buffer[..length])?);
        }
        if both[1].any().unwrap_or(false) {
            let info = signals.read_signal()?.ok_or_else(|| Error::new("no signal to read"))?;
            server.gets(token("signal"), Signal::try_from(info.ssi_signo as i32)?);
            server.says("reads who sent it, too: the client");
            stage::ensure!(info.ssi_pid as i32 == getppid().as_raw(), "sent by {}", info.ssi_pid);
            return Ok(());
        }
    }
}
// ANCHOR_END: server

//! Whoever sends to a peer that has closed learns it at the second send.

use std::net::TcpStream;
use std::os::fd::{AsFd, AsRawFd};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::Signal;
use nix::sys::socket::{MsgFlags, send};
use nix::sys::wait::WaitStatus;
use nix::unistd::{read, write};
use stage::lacking::loopback;
use stage::{Actor, CLOSE, EOF, Fork, Result, Scene};

use crate::facts::{connection, refusal};

pub const SCENE: Scene = Scene::new(
    "hung-up",
    "the peer has closed: the first send succeeds, the second ends the sender",
    &[("server", server)],
)
.needs(&[loopback]);

fn server(server: &Actor) -> Result {
    let (theirs, mine) = connection()?;
    let client = match server.forks("client")? {
        Fork::Child(me) => {
            drop(mine);
            me.plays(|me| client(me, theirs))
        }
        Fork::Parent(client) => client,
    };
    drop(theirs);
    server.sends("tcp", CLOSE);
    drop(mine);
    let status = server.reaps(client)?;
    let by_signal = matches!(status, WaitStatus::Signaled(_, Signal::SIGPIPE, _));
    stage::ensure!(by_signal, "the client ended with {status:?}");
    Ok(())
}

// ANCHOR: client
fn client(client: &Actor, socket: TcpStream) -> Result {
    let length = read(&socket, &mut [0; 8])?;
    stage::ensure!(length == 0, "read {length} bytes");
    client.gets("tcp", EOF);

    let sent = write(&socket, b"hello?")?;
    client.says(format!("writes all the same: {sent} bytes, without an error"));
    // Nothing is asked for: returns when the peer's reset has come.
    poll(&mut [PollFd::new(socket.as_fd(), PollFlags::empty())], PollTimeout::NONE)?;

    let errno = refusal(send(socket.as_raw_fd(), b"hello?", MsgFlags::MSG_NOSIGNAL))?;
    client.says(format!("sends again, with MSG_NOSIGNAL: {errno:?}"));
    stage::ensure!(errno == Errno::EPIPE, "send gave {errno}");
    client.says("writes once more, without it");
    write(&socket, b"hello?")?;
    client.says("is never heard to say this");
    Ok(())
}
// ANCHOR_END: client

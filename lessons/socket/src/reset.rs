//! A send that succeeded says nothing about the other program.

use std::net::TcpStream;
use std::os::fd::AsRawFd;

use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv, send, setsockopt, sockopt};
use stage::lacking::loopback;
use stage::{Actor, Fork, Result, Scene, token};

use crate::facts::{connection, refusal};

pub const SCENE: Scene = Scene::new(
    "reset",
    "the send succeeded, the program never read it, the connection is reset",
    &[("client", client)],
)
.needs(&[loopback]);

// ANCHOR: client
fn client(client: &Actor) -> Result {
    let (mine, theirs) = connection()?;
    let server = match client.forks("server")? {
        Fork::Child(me) => {
            drop(mine);
            me.plays(|me| server(me, theirs))
        }
        Fork::Parent(server) => server,
    };
    drop(theirs);
    client.sends("tcp", "order");
    let sent = send(mine.as_raw_fd(), b"order", MsgFlags::empty())?;
    client.says(format!("send says {sent}: the kernel has taken them"));

    let errno = refusal(recv(mine.as_raw_fd(), &mut [0; 8], MsgFlags::empty()))?;
    client.gets(token("close"), "a reset");
    client.says(format!("to receive: {errno:?}"));
    stage::ensure!(errno == Errno::ECONNRESET, "recv gave {errno}");
    let errno = refusal(send(mine.as_raw_fd(), b"order", MsgFlags::MSG_NOSIGNAL))?;
    client.says(format!("to send again: {errno:?}"));
    stage::ensure!(errno == Errno::EPIPE, "send gave {errno}");
    client.waits(server)
}
// ANCHOR_END: client

// ANCHOR: server
fn server(server: &Actor, connection: TcpStream) -> Result {
    let mut buffer = [0; 8];
    let length = recv(connection.as_raw_fd(), &mut buffer, MsgFlags::MSG_PEEK)?;
    server.says(format!("has {length} bytes waiting, and does not take them"));
    // Not to linger, for zero seconds: close throws away what is left, and resets.
    setsockopt(&connection, sockopt::Linger, &libc::linger { l_onoff: 1, l_linger: 0 })?;
    server.sends(token("close"), "a reset");
    drop(connection);
    Ok(())
}
// ANCHOR_END: server

//! Two ways not to wait for ever.

use std::os::fd::AsRawFd;

use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, getsockopt, recv, setsockopt, sockopt};
use nix::sys::time::{TimeVal, TimeValLike};
use stage::lacking::loopback;
use stage::{Actor, Result, Scene};

use crate::facts::{connection, refusal};

pub const SCENE: Scene = Scene::new(
    "timeout",
    "a receive that gives up: at once, or after a time",
    &[("client", client)],
)
.needs(&[loopback]);

// ANCHOR: client
fn client(client: &Actor) -> Result {
    let (mine, _silent) = connection()?;
    let none = getsockopt(&mine, sockopt::ReceiveTimeout)?;
    client.says(format!("time limit at first: {} ms, which means none", none.num_milliseconds()));

    let errno = refusal(recv(mine.as_raw_fd(), &mut [0; 8], MsgFlags::MSG_DONTWAIT))?;
    client.says(format!("receives without waiting: {errno:?}"));
    stage::ensure!(errno == Errno::EAGAIN, "recv gave {errno}");

    setsockopt(&mine, sockopt::ReceiveTimeout, &TimeVal::milliseconds(20))?;
    let limit = getsockopt(&mine, sockopt::ReceiveTimeout)?;
    client.says(format!("sets a time limit of {} ms", limit.num_milliseconds()));
    let errno = refusal(recv(mine.as_raw_fd(), &mut [0; 8], MsgFlags::empty()))?;
    client.says(format!("receives, and the peer is silent: {errno:?}"));
    stage::ensure!(errno == Errno::EAGAIN, "recv gave {errno}");
    client.says("the connection is as good as before; is the peer? nobody knows");
    Ok(())
}
// ANCHOR_END: client

//! Whether small segments may wait for company.

use std::net::TcpStream;

use nix::sys::socket::{getsockopt, setsockopt, sockopt};
use stage::lacking::loopback;
use stage::{Actor, Result, Scene};

use crate::facts::listener;

pub const SCENE: Scene = Scene::new(
    "nodelay",
    "Nagle's algorithm is on unless somebody turns it off",
    &[("both", both)],
)
.needs(&[loopback]);

// ANCHOR: nodelay
fn both(both: &Actor) -> Result {
    let listener = listener()?;
    let client = TcpStream::connect(listener.local_addr()?)?;
    let (server, _) = listener.accept()?;
    let (one, other) = (client.nodelay()?, getsockopt(&server, sockopt::TcpNoDelay)?);
    both.says(format!("TCP_NODELAY at first: client {one}, server {other}"));
    stage::ensure!(!one && !other, "it is on");

    client.set_nodelay(true)?;
    let (one, other) = (client.nodelay()?, getsockopt(&server, sockopt::TcpNoDelay)?);
    both.says(format!("turned on by the client: client {one}, server {other}"));
    stage::ensure!(one && !other, "client {one}, server {other}");

    setsockopt(&listener, sockopt::TcpNoDelay, &true)?;
    let _next = TcpStream::connect(listener.local_addr()?)?;
    let accepted = listener.accept()?.0.nodelay()?;
    both.says(format!("turned on for the listener: accepted ones {accepted}"));
    stage::ensure!(accepted, "it is off");
    Ok(())
}
// ANCHOR_END: nodelay

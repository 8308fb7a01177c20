//! Who is at the other end? The kernel knows it of a Unix socket.

use std::os::unix::net::{UnixListener, UnixStream};

use nix::sys::socket::{getsockopt, sockopt};
use nix::unistd::{Pid, geteuid};
use stage::lacking::loopback;
use stage::{Actor, Fork, Result, Scene, varies};

use crate::facts::connection;

pub const SCENE: Scene = Scene::new(
    "credentials",
    "a Unix socket tells the peer's process and user, TCP only an address",
    &[("server", server)],
)
.needs(&[loopback]);

// ANCHOR: server
fn server(server: &Actor) -> Result {
    let path = server.socket_path("door")?;
    let listener = UnixListener::bind(&path)?;
    let client = match server.forks("client")? {
        Fork::Child(me) => {
            drop(listener);
            me.plays(|me| {
                me.says("connects, and says nothing about itself");
                let _socket = UnixStream::connect(&path)?;
                Ok(())
            })
        }
        Fork::Parent(client) => client,
    };
    let (connection_to_client, _) = listener.accept()?;
    let peer = getsockopt(&connection_to_client, sockopt::PeerCredentials)?;
    let is_client = Pid::from_raw(peer.pid()) == client.pid();
    let pid = varies("pid", peer.pid());
    server.says(format!("Unix: the peer is process {pid}, the client: {is_client}"));
    let is_me = peer.uid() == geteuid().as_raw();
    server.says(format!("Unix: its user is {}, mine: {is_me}", varies("uid", peer.uid())));
    stage::ensure!(is_client && is_me, "the peer is {peer:?}");
    server.waits(client)?;

    let (_mine, accepted) = connection()?;
    let address = accepted.peer_addr()?;
    let port = varies("port", address.port());
    server.says(format!("TCP: the peer is {} port {port}", address.ip()));
    let peer = getsockopt(&accepted, sockopt::PeerCredentials)?;
    server.says(format!("TCP: and process {}, which means that nobody knows", peer.pid()));
    stage::ensure!(peer.pid() == 0, "the peer is {peer:?}");
    Ok(())
}
// ANCHOR_END: server

//! The same client talks to the same server, over a path and over the loopback network.

use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use stage::lacking::loopback;
use stage::{Actor, Fork, Result, Scene};

use crate::dialogue::{answer, ask};
use crate::facts::listener;

pub const SCENE: Scene = Scene::new(
    "same",
    "only the address differs: the same dialogue over a path and over TCP",
    &[("server", server)],
)
.needs(&[loopback]);

// ANCHOR: both
fn server(server: &Actor) -> Result {
    let path = server.socket_path("door")?;
    let near = UnixListener::bind(&path)?;
    let far = listener()?;
    let address = far.local_addr()?;
    let client = match server.forks("client")? {
        Fork::Child(me) => {
            drop((near, far));
            me.plays(|me| client(me, &path, address))
        }
        Fork::Parent(client) => client,
    };
    answer(server, "path", near.accept()?.0)?;
    answer(server, "loopback", far.accept()?.0)?;
    server.waits(client)
}

fn client(client: &Actor, path: &Path, address: SocketAddr) -> Result {
    ask(client, "path", UnixStream::connect(path)?)?;
    ask(client, "loopback", TcpStream::connect(address)?)
}
// ANCHOR_END: both

//! A request and its answer: the client-server model, with two clients at once.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};

use stage::lacking::loopback;
use stage::{Actor, Fork, Result, Scene, token};

use crate::dialogue::{answer, ask};
use crate::facts::listener;

pub const SCENE: Scene = Scene::new(
    "requests",
    "two clients are connected, and each gets its own answer",
    &[("server", server)],
)
.needs(&[loopback]);

// ANCHOR: server
fn server(server: &Actor) -> Result {
    let listener = listener()?;
    let address = listener.local_addr()?;
    let mut clients = Vec::new();
    let mut connections = Vec::new();
    for name in ["first", "second"] {
        match server.forks(name)? {
            Fork::Child(me) => {
                drop((listener, connections));
                me.plays(|me| client(me, if name == "first" { "one" } else { "two" }, address))
            }
            Fork::Parent(client) => clients.push(client),
        }
        connections.push(listener.accept()?.0);
        server.gets(token("connect"), name);
    }
    // The one who came first is answered last: nothing but the server decides that.
    for (channel, mut connection) in ["one", "two"].into_iter().zip(connections).rev() {
        connection.write_all(b"!")?;
        answer(server, channel, connection)?;
    }
    clients.into_iter().try_for_each(|client| server.waits(client))
}
// ANCHOR_END: server

fn client(client: &Actor, channel: &str, address: SocketAddr) -> Result {
    let name = if channel == "one" { "first" } else { "second" };
    client.sends(token("connect"), name);
    let mut connection = TcpStream::connect(address)?;
    std::io::Read::read_exact(&mut connection, &mut [0])?;
    ask(client, channel, connection)
}

//! A connection is two streams, and each can be ended by itself.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use stage::lacking::loopback;
use stage::{Actor, CLOSE, EOF, Fork, Result, Scene};

use crate::facts::connection;

pub const SCENE: Scene =
    Scene::new("half-close", "one direction is shut, the other goes on", &[("server", server)])
        .needs(&[loopback]);

// ANCHOR: server
fn server(server: &Actor) -> Result {
    let (theirs, mut mine) = connection()?;
    let client = match server.forks("client")? {
        Fork::Child(me) => {
            drop(mine);
            me.plays(|me| client(me, theirs))
        }
        Fork::Parent(client) => client,
    };
    drop(theirs);
    let mut question = String::new();
    mine.read_to_string(&mut question)?;
    server.gets("tcp", &question);
    server.gets("tcp", EOF);
    server.sends("tcp", "that is all of it");
    mine.write_all(b"that is all of it")?;
    server.waits(client)
}
// ANCHOR_END: server

// ANCHOR: client
fn client(client: &Actor, mut socket: TcpStream) -> Result {
    client.sends("tcp", "my last words");
    socket.write_all(b"my last words")?;
    client.sends("tcp", CLOSE);
    socket.shutdown(Shutdown::Write)?;
    let mut buffer = [0; 64];
    let length = socket.read(&mut buffer)?;
    let answer = str::from_utf8(&buffer[..length])?;
    client.gets("tcp", answer);
    client.says("has shut its own direction, and can still read");
    stage::ensure!(answer == "that is all of it", "the answer was `{answer}`");
    Ok(())
}
// ANCHOR_END: client

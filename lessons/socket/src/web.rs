//! What a browser and a Redis client say: text over a TCP connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use stage::lacking::loopback;
use stage::{Actor, CLOSE, EOF, Fork, Result, Scene};

use crate::facts::listener;

pub const SCENE: Scene = Scene::new(
    "web",
    "HTTP and the protocol of Redis are text over a socket",
    &[("server", server)],
)
.needs(&[loopback]);

const GET: &str = "GET / HTTP/1.1\r\nHost: here\r\n\r\n";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const PING: &str = "*1\r\n$4\r\nPING\r\n";
const PONG: &str = "+PONG\r\n";

// ANCHOR: server
fn server(server: &Actor) -> Result {
    let listener = listener()?;
    let address = listener.local_addr()?;
    let client = match server.forks("client")? {
        Fork::Child(me) => {
            drop(listener);
            me.plays(|me| client(me, address))
        }
        Fork::Parent(client) => client,
    };
    for (channel, last, answer) in [("http", "\r\n", OK), ("redis", "PING\r\n", PONG)] {
        let (mut connection, _) = listener.accept()?;
        let mut request = String::new();
        let mut reader = BufReader::new(&mut connection);
        // The protocol says where the request ends: the socket does not.
        while !request.ends_with(&format!("\n{last}")) {
            stage::ensure!(reader.read_line(&mut request)? > 0, "the request is cut short");
        }
        lines(&request).for_each(|line| server.gets(channel, line));
        lines(answer).for_each(|line| server.sends(channel, line));
        connection.write_all(answer.as_bytes())?;
        server.sends(channel, CLOSE);
        drop(connection);
    }
    server.waits(client)
}
// ANCHOR_END: server

fn client(client: &Actor, address: SocketAddr) -> Result {
    for (channel, request, expected) in [("http", GET, OK), ("redis", PING, PONG)] {
        let mut connection = TcpStream::connect(address)?;
        lines(request).for_each(|line| client.sends(channel, line));
        connection.write_all(request.as_bytes())?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        lines(&answer).for_each(|line| client.gets(channel, line));
        client.gets(channel, EOF);
        stage::ensure!(answer == expected, "the answer was `{answer}`");
    }
    Ok(())
}

/// The lines of a text of a protocol, without the empty ones.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split("\r\n").filter(|line| !line.is_empty())
}

//! A client, a web server and a database: three processes, two kinds of socket.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use stage::lacking::loopback;
use stage::{Actor, Result, Scene};

use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "web",
    "a web server asks a database, and answers: all of it is IPC",
    &[("client", client)],
)
.needs(&[loopback])
.races(&["recv"]);

const WISH: &str = "user 7";
const GOOD: u16 = 200;

// ANCHOR: client
fn client(client: &Actor) -> Result {
    let path = client.socket_path("database")?;
    // Both listen before anybody connects: a connection waits in the queue of the listener.
    let rows = UnixListener::bind(&path)?;
    let pages = TcpListener::bind(("127.0.0.1", 0))?;
    let address = pages.local_addr()?;
    let database = fork(client, "database", |me| database(me, rows))?;
    let web = fork(client, "web", |me| web(me, pages, &path))?;

    let mut server = TcpStream::connect(address)?;
    client.sends("tcp", WISH);
    server.write_all(WISH.as_bytes())?;
    server.shutdown(Shutdown::Write)?;
    let answer = all(&mut server)?;
    client.gets("tcp", &answer);
    stage::ensure!(answer == "200 Ada", "the answer is `{answer}`");
    client.waits(web)?;
    client.waits(database)
}
// ANCHOR_END: client

// ANCHOR: web
fn web(web: &Actor, pages: TcpListener, path: &Path) -> Result {
    let (mut client, _) = pages.accept()?;
    let wish = all(&mut client)?;
    web.gets("tcp", &wish);

    let mut database = UnixStream::connect(path)?;
    web.sends("unix", &wish);
    database.write_all(wish.as_bytes())?;
    database.shutdown(Shutdown::Write)?;
    let row = all(&mut database)?;
    web.gets("unix", &row);

    web.sends("tcp", format!("{GOOD} {row}"));
    write!(client, "{GOOD} {row}")?;
    Ok(())
}
// ANCHOR_END: web

// ANCHOR: database
fn database(database: &Actor, rows: UnixListener) -> Result {
    let (mut asker, _) = rows.accept()?;
    let wish = all(&mut asker)?;
    database.gets("unix", &wish);
    let row = if wish == WISH { "Ada" } else { "nobody" };
    database.sends("unix", row);
    asker.write_all(row.as_bytes())?;
    Ok(())
}
// ANCHOR_END: database

/// Everything that the peer says until it closes its direction.
fn all(peer: &mut impl Read) -> Result<String> {
    let mut text = String::new();
    peer.read_to_string(&mut text)?;
    Ok(text)
}

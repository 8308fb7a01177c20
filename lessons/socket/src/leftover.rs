//! The file of a Unix socket outlives the socket.

use std::fs;
use std::os::unix::net::{UnixListener, UnixStream};

use nix::errno::Errno;
use stage::{Actor, Result, Scene};

use crate::facts::io_refusal;

pub const SCENE: Scene = Scene::new(
    "leftover",
    "the socket is closed, its file stays, and is in the way",
    &[("server", server)],
);

// ANCHOR: leftover
fn server(server: &Actor) -> Result {
    let path = server.socket_path("door")?;
    drop(UnixListener::bind(&path)?);
    server.says(format!("has closed its socket; the file is there: {}", path.exists()));
    let errno = io_refusal(UnixStream::connect(&path))?;
    server.says(format!("a client gets: {errno:?}"));
    stage::ensure!(errno == Errno::ECONNREFUSED, "connect gave {errno}");
    let errno = io_refusal(UnixListener::bind(&path))?;
    server.says(format!("a new server gets: {errno:?}"));
    stage::ensure!(errno == Errno::EADDRINUSE, "bind gave {errno}");

    fs::remove_file(&path)?;
    let again = UnixListener::bind(&path)?;
    server.says("unlinks the file, and can bind");
    UnixStream::connect(&path)?;
    server.says("a client is connected");

    // The other side of it: whoever may write the folder takes the name from a running server.
    fs::remove_file(&path)?;
    let errno = io_refusal(UnixStream::connect(&path))?;
    server.says(format!("unlinks it while the server listens; a client gets: {errno:?}"));
    stage::ensure!(errno == Errno::ENOENT, "connect gave {errno}");
    drop(again);
    Ok(())
}
// ANCHOR_END: leftover

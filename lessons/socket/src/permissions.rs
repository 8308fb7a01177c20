//! The mode of a Unix socket's file decides who may connect.

use std::fs::{self, Permissions};
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, Backlog, SockFlag, SockType, UnixAddr, bind, connect, listen, socket,
};
use nix::sys::stat::stat;
use stage::{Actor, Fork, Result, Scene, missing};

use crate::facts::io_refusal;

pub const SCENE: Scene = Scene::new(
    "permissions",
    "to connect needs write permission; an abstract name has none to ask for",
    &[("server", server)],
);

// ANCHOR: server
fn server(server: &Actor) -> Result {
    let path = server.socket_path("door")?;
    let _door = UnixListener::bind(&path)?;
    let hidden = socket(AddressFamily::Unix, SockType::Stream, SockFlag::empty(), None)?;
    bind(hidden.as_raw_fd(), &UnixAddr::new_abstract(path.as_os_str().as_bytes())?)?;
    listen(&hidden, Backlog::new(1)?)?;

    for mode in [0o000, 0o555, 0o222] {
        fs::set_permissions(&path, Permissions::from_mode(mode))?;
        let child = match server.forks("client")? {
            Fork::Child(me) => me.plays(|me| client(me, &path, mode)),
            Fork::Parent(child) => child,
        };
        server.waits(child)?;
    }
    Ok(())
}
// ANCHOR_END: server

// ANCHOR: client
fn client(client: &Actor, path: &Path, mode: u32) -> Result {
    // Root is refused nothing. An ordinary user owns this file, and is refused all the same.
    client.obeys_permissions()?;
    if stat(path) == Err(Errno::EACCES) {
        return Err(missing(
            "others may not enter the folder of this run's names",
            "let TMPDIR be a folder that everybody may enter, such as /tmp",
        ));
    }
    if mode & 0o222 == 0 {
        let errno = io_refusal(UnixStream::connect(path))?;
        client.says(format!("mode {mode:04o}: {errno:?}"));
        stage::ensure!(errno == Errno::EACCES, "connect gave {errno}");
    } else {
        UnixStream::connect(path)?;
        client.says(format!("mode {mode:04o}: connected"));
        let name = UnixAddr::new_abstract(path.as_os_str().as_bytes())?;
        let socket = socket(AddressFamily::Unix, SockType::Stream, SockFlag::empty(), None)?;
        connect(socket.as_raw_fd(), &name)?;
        client.says("an abstract name: connected, nobody asked");
    }
    Ok(())
}
// ANCHOR_END: client

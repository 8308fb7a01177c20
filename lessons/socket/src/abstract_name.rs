//! A name that is no file: it ends with its socket, and no mode protects it.

use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, Backlog, SockFlag, SockType, UnixAddr, bind, connect, listen, socket,
};
use stage::{Actor, Result, Scene};

use crate::facts::refusal;

pub const SCENE: Scene = Scene::new(
    "abstract-name",
    "an abstract name is in no folder, and gone with its socket",
    &[("server", server)],
);

// ANCHOR: abstract
fn server(server: &Actor) -> Result {
    // A path that nobody else uses, taken as a name: no file is made.
    let path = server.socket_path("door")?;
    let name = UnixAddr::new_abstract(path.as_os_str().as_bytes())?;
    let listener = stream()?;
    bind(listener.as_raw_fd(), &name)?;
    listen(&listener, Backlog::new(1)?)?;
    server.says(format!("listens; is there a file of that name: {}", path.exists()));
    stage::ensure!(!path.exists(), "there is a file");
    connect(stream()?.as_raw_fd(), &name)?;
    server.says("a client is connected");

    let errno = refusal(bind(stream()?.as_raw_fd(), &name))?;
    server.says(format!("a second one wants the name: {errno:?}"));
    stage::ensure!(errno == Errno::EADDRINUSE, "bind gave {errno}");
    drop(listener);
    let errno = refusal(connect(stream()?.as_raw_fd(), &name))?;
    server.says(format!("closes it; a client now gets: {errno:?}"));
    stage::ensure!(errno == Errno::ECONNREFUSED, "connect gave {errno}");
    bind(stream()?.as_raw_fd(), &name)?;
    server.says("and the name is free at once");
    Ok(())
}
// ANCHOR_END: abstract

fn stream() -> nix::Result<OwnedFd> {
    socket(AddressFamily::Unix, SockType::Stream, SockFlag::empty(), None)
}

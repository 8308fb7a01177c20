//! A server and a client, each with its steps.

use std::fs;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::path::PathBuf;

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, Backlog, SockFlag, SockType, SockaddrIn, accept, bind, connect, getsockname,
    listen, socket,
};
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, read, write};
use stage::lacking::loopback;
use stage::{Actor, CLOSE, EOF, Result, Scene, token, varies};

pub const SCENE: Scene = Scene::of_roles(
    "hello",
    "a server listens, a client connects, and they talk",
    &[("server", server), ("client", client)],
)
.races(&["mkfifo"])
.needs(&[loopback]);

// ANCHOR: server
fn server(server: &Actor) -> Result {
    let listener = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
    server.says("socket: an endpoint that has no address yet");
    // Port zero: the kernel chooses a free one.
    bind(listener.as_raw_fd(), &SockaddrIn::new(127, 0, 0, 1, 0))?;
    let port = getsockname::<SockaddrIn>(listener.as_raw_fd())?.port();
    server.says("bind: it has an address");
    listen(&listener, Backlog::new(8)?)?;
    server.says("listen: clients may queue");
    server.sends("note", varies("port", port));
    fs::write(note(server)?, port.to_string())?;

    let accepted = accept(listener.as_raw_fd())?;
    // SAFETY: the kernel has just made this descriptor for us; nobody else owns it.
    let conversation = unsafe { OwnedFd::from_raw_fd(accepted) };
    server.gets(token("connect"), "a client");
    server.says("accept: another descriptor, for this client alone");

    let mut buffer = [0; 64];
    let length = read(&conversation, &mut buffer)?;
    server.gets("tcp", str::from_utf8(&buffer[..length])?);
    server.sends("tcp", "hello, client");
    write(&conversation, b"hello, client")?;
    let length = read(&conversation, &mut buffer)?;
    stage::ensure!(length == 0, "read {length} bytes instead of the end");
    server.gets("tcp", EOF);
    Ok(())
}
// ANCHOR_END: server

// ANCHOR: client
fn client(client: &Actor) -> Result {
    let text = fs::read_to_string(note(client)?)?;
    client.gets("note", varies("port", &text));

    let socket = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
    client.sends(token("connect"), "a client");
    connect(socket.as_raw_fd(), &SockaddrIn::new(127, 0, 0, 1, text.parse()?))?;
    client.sends("tcp", "hello, server");
    write(&socket, b"hello, server")?;
    let mut buffer = [0; 64];
    let length = read(&socket, &mut buffer)?;
    let answer = str::from_utf8(&buffer[..length])?;
    client.gets("tcp", answer);
    stage::ensure!(answer == "hello, client", "the answer was `{answer}`");
    client.sends("tcp", CLOSE);
    drop(socket);
    Ok(())
}
// ANCHOR_END: client

/// A FIFO through which the port number goes, whoever comes first.
fn note(me: &Actor) -> Result<PathBuf> {
    let path = me.path("port")?;
    match mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR) {
        Ok(()) | Err(Errno::EEXIST) => Ok(path),
        Err(errno) => Err(errno.into()),
    }
}

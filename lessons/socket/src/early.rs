//! The client is done before the server accepts: the kernel has queued it.

use std::io::Write;
use std::net::TcpStream;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockType, SockaddrIn, accept, bind, recv, socket,
};
use nix::unistd::read;
use stage::lacking::loopback;
use stage::{Actor, CLOSE, EOF, Fork, Result, Scene};

use crate::facts::{listener, refusal};

pub const SCENE: Scene = Scene::new(
    "early",
    "a connection is complete before accept, and accept gives another socket",
    &[("server", server)],
)
.needs(&[loopback]);

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
    server.waits(client)?;

    // ANCHOR: accept
    server.says("only now calls accept");
    // SAFETY: the kernel makes this descriptor for us; nobody else owns it.
    let accepted = unsafe { OwnedFd::from_raw_fd(accept(listener.as_raw_fd())?) };
    let mut buffer = [0; 64];
    let length = read(&accepted, &mut buffer)?;
    server.gets("tcp", str::from_utf8(&buffer[..length])?);
    stage::ensure!(read(&accepted, &mut buffer)? == 0, "more has come");
    server.gets("tcp", EOF);

    let is_new = accepted.as_raw_fd() != listener.as_raw_fd();
    server.says(format!("the accepted descriptor is a new one: {is_new}"));
    let errno = refusal(recv(listener.as_raw_fd(), &mut buffer, MsgFlags::empty()))?;
    server.says(format!("to receive from the listening one: {errno:?}"));
    stage::ensure!(is_new && errno == Errno::ENOTCONN, "receiving gave {errno}");
    // ANCHOR_END: accept

    let deaf = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
    bind(deaf.as_raw_fd(), &SockaddrIn::new(127, 0, 0, 1, 0))?;
    let errno = refusal(accept(deaf.as_raw_fd()))?;
    server.says(format!("to accept without listen: {errno:?}"));
    stage::ensure!(errno == Errno::EINVAL, "accept gave {errno}");
    Ok(())
}

fn client(client: &Actor, address: std::net::SocketAddr) -> Result {
    let mut socket = TcpStream::connect(address)?;
    client.says("is connected, although nobody has called accept");
    client.sends("tcp", "early");
    socket.write_all(b"early")?;
    client.sends("tcp", CLOSE);
    drop(socket);
    Ok(())
}

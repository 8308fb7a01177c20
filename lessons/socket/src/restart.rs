//! A server that is started again finds its port in use, unless both starts asked to share it.

use std::io::Read;
use std::net::TcpStream;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, Backlog, SockFlag, SockType, SockaddrIn, accept, bind, getsockname, listen,
    setsockopt, socket, sockopt,
};
use stage::lacking::loopback;
use stage::{Actor, Result, Scene};

use crate::facts::refusal;

pub const SCENE: Scene = Scene::new(
    "restart",
    "a restarted server gets its port back only with SO_REUSEADDR, both times",
    &[("server", server)],
)
.needs(&[loopback]);

// ANCHOR: restart
fn server(server: &Actor) -> Result {
    for (first, second) in [(false, false), (false, true), (true, false), (true, true)] {
        let (old, port) = bound(first, 0)?;
        listen(&old, Backlog::new(8)?)?;
        let mut client = TcpStream::connect(("127.0.0.1", port))?;
        // SAFETY: the kernel makes this descriptor for us; nobody else owns it.
        let accepted = unsafe { OwnedFd::from_raw_fd(accept(old.as_raw_fd())?) };
        // The server closes first: its side of the connection has to remember that for a while.
        drop((accepted, old));
        client.read_to_end(&mut Vec::new())?;
        drop(client);

        let again = bound(second, port).map(|_| ());
        let answer = again.map_or_else(|errno| format!("{errno:?}"), |()| "ok".to_owned());
        let (first, second) = (word(first), word(second));
        server.says(format!("SO_REUSEADDR {first}, then {second}: {answer}"));
        let expected =
            if (first, second) == ("on", "on") { Ok(()) } else { Err(Errno::EADDRINUSE) };
        stage::ensure!(again == expected, "bind gave {again:?}");
    }
    let (running, port) = bound(true, 0)?;
    listen(&running, Backlog::new(8)?)?;
    let errno = refusal(bound(true, port))?;
    server.says(format!("on, then on, while the first still listens: {errno:?}"));
    stage::ensure!(errno == Errno::EADDRINUSE, "bind gave {errno}");
    Ok(())
}

fn bound(shares: bool, port: u16) -> nix::Result<(OwnedFd, u16)> {
    let socket = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
    setsockopt(&socket, sockopt::ReuseAddr, &shares)?;
    bind(socket.as_raw_fd(), &SockaddrIn::new(127, 0, 0, 1, port))?;
    let port = getsockname::<SockaddrIn>(socket.as_raw_fd())?.port();
    Ok((socket, port))
}
// ANCHOR_END: restart

fn word(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

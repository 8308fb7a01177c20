//! The queue of connections that wait for accept has an end.

use std::path::Path;

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, Backlog, SockFlag, SockType, UnixAddr, accept, bind, connect, listen, socket,
};
use stage::{Actor, Fork, Result, Scene, token};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

pub const SCENE: Scene = Scene::new(
    "backlog",
    "when the backlog is full, the next client waits in connect",
    &[("server", server)],
);

// ANCHOR: server
fn server(server: &Actor) -> Result {
    let path = server.socket_path("door")?;
    let listener = stream(SockFlag::empty())?;
    bind(listener.as_raw_fd(), &UnixAddr::new(&path)?)?;
    let length = 1;
    listen(&listener, Backlog::new(length)?)?;
    server.says(format!("listens with a backlog of {length}, and accepts nobody"));

    let mut queued = Vec::new();
    let errno = loop {
        let client = stream(SockFlag::SOCK_NONBLOCK)?;
        match connect(client.as_raw_fd(), &UnixAddr::new(&path)?) {
            Ok(()) => queued.push(client),
            Err(errno) => break errno,
        }
    };
    server.says(format!("{} clients are connected, the next gets {errno:?}", queued.len()));
    stage::ensure!(errno == Errno::EAGAIN && queued.len() < 4, "connect gave {errno}");

    let late = match server.forks("late")? {
        Fork::Child(me) => {
            drop((listener, queued));
            me.plays(|me| late(me, &path))
        }
        Fork::Parent(late) => late,
    };
    server.until_waiting("late", "connect")?;
    server.gets(token("sleep"), "in connect");
    server.says("accepts the first of those who wait");
    server.sends(token("backlog"), "a free place");
    // SAFETY: the kernel makes this descriptor for us; nobody else owns it.
    let _first = unsafe { OwnedFd::from_raw_fd(accept(listener.as_raw_fd())?) };
    server.waits(late)
}
// ANCHOR_END: server

// ANCHOR: late
fn late(late: &Actor, path: &Path) -> Result {
    let socket = stream(SockFlag::empty())?;
    late.sends(token("sleep"), "in connect");
    connect(socket.as_raw_fd(), &UnixAddr::new(path)?)?;
    late.gets(token("backlog"), "a free place");
    late.says("is connected");
    Ok(())
}
// ANCHOR_END: late

fn stream(flags: SockFlag) -> nix::Result<OwnedFd> {
    socket(AddressFamily::Unix, SockType::Stream, flags, None)
}

//! One thread serves a thousand clients: it asks the kernel who is ready, and never waits for one.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd;

use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::socket::{Backlog, listen};
use stage::lacking::loopback;
use stage::{Actor, Fork, Result, Scene};

use crate::crowd::{CLIENTS, allow_descriptors, clients};
use crate::facts::listener;

pub const SCENE: Scene = Scene::new(
    "thousand",
    "one thread with epoll serves a thousand clients at once",
    &[("server", server)],
)
.races(&["*"])
.needs(&[loopback]);

// ANCHOR: server
fn server(server: &Actor) -> Result {
    allow_descriptors()?;
    let listener = listener()?;
    listen(&listener, Backlog::MAXCONN)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let clients = match server.forks("clients")? {
        Fork::Child(me) => {
            drop(listener);
            me.plays(|me| clients(me, address))
        }
        Fork::Parent(clients) => clients,
    };
    let (most, answers) = serve(&listener)?;
    server.says(format!("one thread: {most} connections at once, {answers} answers"));
    stage::ensure!((most, answers) == (CLIENTS, CLIENTS), "{most} and {answers}");
    server.waits(clients)
}

/// Serves until everybody has gone: how many were there at once, and how many bytes came back.
fn serve(listener: &TcpListener) -> Result<(usize, usize)> {
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
    let readable = |fd| EpollEvent::new(EpollFlags::EPOLLIN, fd);
    let door = u64::try_from(listener.as_raw_fd())?;
    epoll.add(listener, readable(door))?;
    let (mut open, mut gone, mut most, mut answers) = (HashMap::new(), 0, 0, 0);
    while gone < CLIENTS {
        let mut ready = [EpollEvent::empty(); 64];
        let count = epoll.wait(&mut ready, EpollTimeout::NONE)?;
        for fd in ready[..count].iter().map(EpollEvent::data) {
            if fd == door {
                // Somebody was there; whoever came meanwhile is told by the next round.
                let client = match listener.accept() {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                    accepted => accepted?.0,
                };
                client.set_nonblocking(true)?;
                let fd = u64::try_from(client.as_raw_fd())?;
                epoll.add(&client, readable(fd))?;
                open.insert(fd, client);
                most = most.max(open.len());
            } else if echo(open.get_mut(&fd))? {
                answers += 1;
            } else {
                // The last descriptor closes: epoll forgets it by itself.
                open.remove(&fd);
                gone += 1;
            }
        }
    }
    Ok((most, answers))
}

fn echo(client: Option<&mut TcpStream>) -> Result<bool> {
    let mut buffer = [0; 1];
    let Some(client) = client else { return Ok(false) };
    match client.read(&mut buffer) {
        Ok(0) => Ok(false),
        Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(false),
        length => Ok(client.write(&buffer[..length?])? > 0),
    }
}
// ANCHOR_END: server

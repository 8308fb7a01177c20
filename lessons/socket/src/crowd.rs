//! A process that is a thousand clients.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::socket::{setsockopt, sockopt};
use stage::{Actor, Result, missing};

pub const CLIENTS: usize = 1000;

pub fn clients(clients: &Actor, address: SocketAddr) -> Result {
    let mut sockets = Vec::new();
    for _ in 0..CLIENTS {
        let socket = TcpStream::connect(address)?;
        // Closed by a reset, so that the kernel need not remember a thousand closed connections.
        setsockopt(&socket, sockopt::Linger, &libc::linger { l_onoff: 1, l_linger: 0 })?;
        sockets.push(socket);
    }
    clients.says(format!("holds {} connections, and now speaks on each", sockets.len()));
    for (number, socket) in sockets.iter_mut().enumerate() {
        socket.write_all(&number.to_le_bytes()[..1])?;
    }
    let mut right = 0;
    for (number, socket) in sockets.iter_mut().enumerate() {
        let mut answer = [0; 1];
        socket.read_exact(&mut answer)?;
        right += usize::from(answer == number.to_le_bytes()[..1]);
    }
    clients.says(format!("has {right} answers, each on the connection of its question"));
    stage::ensure!(right == CLIENTS, "{right} answers are right");
    Ok(())
}

/// A descriptor for each connection, and some more: as many as the hard limit lets us have.
pub fn allow_descriptors() -> Result {
    let wanted = u64::try_from(CLIENTS)? + 64;
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    if hard < wanted {
        return Err(missing(
            format!("only {hard} descriptors are allowed, of {wanted} that are needed"),
            "raise the hard limit (ulimit -Hn)",
        ));
    }
    Ok(setrlimit(Resource::RLIMIT_NOFILE, soft.max(wanted), hard)?)
}

//! The same client and the same server, in two network namespaces: as far apart as two machines.

use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::unistd::{getegid, geteuid, pipe, read, write};
use stage::lacking::no_room;
use stage::{Actor, Fork, Result, Scene, missing};

use crate::dialogue::{answer, ask};
use crate::lacking;

pub const SCENE: Scene = Scene::new(
    "namespaces",
    "the same client and server, across a cable between two networks",
    &[("server", server)],
);

const SERVER: Ipv4Addr = Ipv4Addr::new(10, 9, 8, 1);
/// In a network of its own, every port is free.
const PORT: u16 = 7000;

// ANCHOR: server
fn server(server: &Actor) -> Result {
    let (uid, gid) = (geteuid(), getegid());
    unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET).map_err(lacking::namespaces)?;
    prctl::set_dumpable(true)?;
    // Root in here, and nowhere else: a program that is executed keeps the rights.
    fs::write("/proc/self/setgroups", "deny").map_err(lacking::namespaces)?;
    fs::write("/proc/self/uid_map", format!("0 {uid} 1")).map_err(lacking::namespaces)?;
    fs::write("/proc/self/gid_map", format!("0 {gid} 1")).map_err(lacking::namespaces)?;
    prctl::set_pdeathsig(Signal::SIGKILL)?;

    let (ready, tell_ready) = pipe()?;
    let (go, tell_go) = pipe()?;
    let client = match server.forks("client")? {
        Fork::Child(me) => {
            drop((ready, tell_go));
            me.plays(|me| client(me, tell_ready, go))
        }
        Fork::Parent(client) => client,
    };
    drop(tell_ready);
    if read(&ready, &mut [0])? == 0 {
        return server.waits(client);
    }
    ip(&format!("link add near type veth peer name far netns {}", client.pid()))?;
    ip(&format!("addr add {SERVER}/24 dev near"))?;
    ip("link set near up")?;
    let listener = TcpListener::bind((SERVER, PORT))?;
    server.says("has a network of its own, and one end of a virtual cable");
    write(&tell_go, b"!")?;
    answer(server, "cable", listener.accept()?.0)?;
    server.waits(client)
}
// ANCHOR_END: server

// ANCHOR: client
fn client(client: &Actor, ready: OwnedFd, go: OwnedFd) -> Result {
    unshare(CloneFlags::CLONE_NEWNET).map_err(lacking::namespaces)?;
    write(&ready, b"!")?;
    stage::ensure!(read(&go, &mut [0])? == 1, "the server has gone");
    ip("addr add 10.9.8.2/24 dev far")?;
    ip("link set far up")?;
    client.says("has another network, and the cable's other end");
    ask(client, "cable", TcpStream::connect((SERVER, PORT))?)
}
// ANCHOR_END: client

fn ip(arguments: &str) -> Result {
    let lacks = |why: String| missing(why, "install iproute2, on a kernel with CONFIG_VETH");
    // An ordinary user's PATH may leave out where it is.
    let path = "/usr/sbin:/sbin:/usr/bin:/bin";
    let mut program = Command::new("ip");
    program.args(arguments.split(' ')).env("PATH", path).stderr(Stdio::null());
    match program.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(lacks(format!("`ip {arguments}` failed ({status})"))),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Err(no_room(error)),
        Err(error) => Err(lacks(format!("there is no program `ip` ({error})"))),
    }
}

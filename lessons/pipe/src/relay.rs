//! A pipe ends at its kernel; a relay copies its bytes into a socket, which does not.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;

use nix::unistd::pipe;
use stage::lacking::loopback;
use stage::{Actor, CLOSE, EOF, Fork, Result, Scene};

pub const SCENE: Scene =
    Scene::new("relay", "over a network, a socket must carry the bytes", &[("user", user)])
        .needs(&[loopback]);

fn user(user: &Actor) -> Result {
    // Port zero: the kernel chooses a free one.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let (near_in, mut writer) = pipe().map(|(one, other)| (one, File::from(other)))?;
    let (mut reader, far_out) = pipe().map(|(one, other)| (File::from(one), other))?;

    let near = match user.forks("near")? {
        Fork::Child(me) => {
            drop((writer, far_out));
            me.plays(|me| near(me, near_in, address))
        }
        Fork::Parent(child) => child,
    };
    let far = match user.forks("far")? {
        Fork::Child(me) => {
            drop((writer, near_in));
            me.plays(|me| far(me, &listener, far_out))
        }
        Fork::Parent(child) => child,
    };
    drop((near_in, far_out));

    user.sends("pipe in", "across the network");
    writer.write_all(b"across the network")?;
    user.sends("pipe in", CLOSE);
    drop(writer);
    let mut text = String::new();
    reader.read_to_string(&mut text)?;
    user.gets("pipe out", &text);
    stage::ensure!(text == "across the network", "read `{text}`");
    user.waits(near)?;
    user.waits(far)
}

// ANCHOR: near
fn near(me: &Actor, input: OwnedFd, address: SocketAddr) -> Result {
    let mut text = String::new();
    File::from(input).read_to_string(&mut text)?;
    me.gets("pipe in", &text);
    me.gets("pipe in", EOF);
    me.sends("TCP", &text);
    TcpStream::connect(address)?.write_all(text.as_bytes())?;
    Ok(())
}
// ANCHOR_END: near

fn far(me: &Actor, listener: &TcpListener, output: OwnedFd) -> Result {
    let text = io::read_to_string(listener.accept()?.0)?;
    me.gets("TCP", &text);
    me.sends("pipe out", &text);
    File::from(output).write_all(text.as_bytes())?;
    Ok(())
}

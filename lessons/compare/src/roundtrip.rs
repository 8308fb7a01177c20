//! A byte goes to another process and comes back: the round trip that is measured.

use std::os::fd::OwnedFd;

use nix::unistd::{pipe, read, write};
use stage::{Actor, Fork, Result, Scene};

pub const SCENE: Scene =
    Scene::new("roundtrip", "a byte goes there and comes back", &[("client", client)]);

const BYTE: &str = "x";

// ANCHOR: client
fn client(client: &Actor) -> Result {
    let (requests, to_echo) = pipe()?;
    let (replies, from_echo) = pipe()?;
    let child = match client.forks("echo")? {
        Fork::Child(me) => {
            drop((replies, to_echo));
            me.plays(|me| echo(me, requests, from_echo))
        }
        Fork::Parent(child) => child,
    };
    drop((requests, from_echo));

    client.sends("there", BYTE);
    write(&to_echo, BYTE.as_bytes())?;
    let mut byte = [0];
    stage::ensure!(read(&replies, &mut byte)? == BYTE.len(), "the byte has not come back");
    client.gets("back", str::from_utf8(&byte)?);
    stage::ensure!(byte == BYTE.as_bytes(), "another byte has come back");
    client.waits(child)
}
// ANCHOR_END: client

// ANCHOR: echo
fn echo(echo: &Actor, requests: OwnedFd, replies: OwnedFd) -> Result {
    let mut byte = [0];
    read(&requests, &mut byte)?;
    let text = str::from_utf8(&byte)?;
    echo.gets("there", text);
    echo.sends("back", text);
    write(&replies, &byte)?;
    Ok(())
}
// ANCHOR_END: echo

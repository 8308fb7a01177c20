//! A descriptor is inherited by children's children, too.

use std::os::fd::OwnedFd;

use nix::unistd::{Pid, getppid, pipe, read, write};
use stage::{Actor, Fork, Result, Scene};

pub const SCENE: Scene =
    Scene::new("grandchild", "a grandchild inherits the pipe, too", &[("grandma", grandma)]);

fn grandma(grandma: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let me = Pid::this();
    let mother = match grandma.forks("mother")? {
        Fork::Child(child) => {
            drop(reader);
            child.plays(|child| mother(child, me, writer))
        }
        Fork::Parent(child) => child,
    };
    drop(writer);
    let mut buffer = [0; 64];
    let length = read(&reader, &mut buffer)?;
    grandma.gets("pipe", str::from_utf8(&buffer[..length])?);
    grandma.waits(mother)
}

fn mother(mother: &Actor, grandma: Pid, writer: OwnedFd) -> Result {
    let child = match mother.forks("child")? {
        Fork::Child(child) => child.plays(|child| grandchild(child, grandma, writer)),
        Fork::Parent(child) => child,
    };
    mother.says("closes her copies: she takes no part");
    drop(writer);
    mother.waits(child)
}

fn grandchild(child: &Actor, grandma: Pid, writer: OwnedFd) -> Result {
    let is_parent = getppid() == grandma;
    child.says(format!("asks whether grandma is its parent: {is_parent}"));
    stage::ensure!(!is_parent, "its parent is grandma");
    child.sends("pipe", "hello, grandma");
    write(&writer, b"hello, grandma")?;
    Ok(())
}

//! Two children use a pipe that their parent only made, as in `left | right`.

use std::os::fd::OwnedFd;

use nix::unistd::{Pid, getppid, pipe, read, write};
use stage::{Actor, Fork, Result, Scene};

use crate::facts::{ends_held, object};

pub const SCENE: Scene =
    Scene::new("siblings", "two children of one parent share a pipe", &[("launcher", launcher)]);

fn launcher(launcher: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let pipe = object(&reader)?;
    let me = Pid::this();
    let left = match launcher.forks("left")? {
        Fork::Child(child) => {
            drop(reader);
            child.plays(|child| left(child, me, writer))
        }
        Fork::Parent(child) => child,
    };
    let right = match launcher.forks("right")? {
        Fork::Child(child) => {
            drop(writer);
            child.plays(|child| right(child, me, reader))
        }
        Fork::Parent(child) => child,
    };
    drop((reader, writer));
    let held = ends_held(&pipe)?;
    launcher.says(format!("holds {held} of the pipe"));
    stage::ensure!(held == "neither end", "the launcher holds the {held}");
    launcher.waits(left)?;
    launcher.waits(right)
}

fn left(left: &Actor, launcher: Pid, writer: OwnedFd) -> Result {
    stage::ensure!(getppid() == launcher, "its parent is process {}", getppid());
    left.sends("pipe", "from one child to the other");
    write(&writer, b"from one child to the other")?;
    Ok(())
}

fn right(right: &Actor, launcher: Pid, reader: OwnedFd) -> Result {
    stage::ensure!(getppid() == launcher, "its parent is process {}", getppid());
    let mut buffer = [0; 64];
    let length = read(&reader, &mut buffer)?;
    right.gets("pipe", str::from_utf8(&buffer[..length])?);
    Ok(())
}

//! A pipe opened with O_DIRECT keeps each write apart.

use std::os::fd::OwnedFd;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::unistd::{pipe2, read, write};
use stage::{Actor, Fork, Result, Scene, missing};

pub const SCENE: Scene =
    Scene::new("packets", "a pipe in packet mode keeps writes apart", &[("parent", parent)]);

fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe2(OFlag::O_DIRECT).map_err(|errno| match errno {
        Errno::EINVAL => missing("this kernel has no packet pipes", "run the lesson on Linux"),
        errno => errno.into(),
    })?;
    let child = match parent.forks("child")? {
        Fork::Child(me) => me.plays(|me| child(me, writer)),
        Fork::Parent(child) => child,
    };
    drop(writer);

    let mut large = [0; 64];
    for expected in ["one", "two"] {
        let length = read(&reader, &mut large)?;
        let packet = str::from_utf8(&large[..length])?;
        parent.gets("pipe", packet);
        stage::ensure!(packet == expected, "read `{packet}` instead of `{expected}`");
    }
    let mut small = [0; 2];
    let length = read(&reader, &mut small)?;
    let begin = str::from_utf8(&small[..length])?;
    parent.gets("pipe", begin);

    let length = read(&reader, &mut large)?;
    parent.says(format!("reads on, for the rest of that packet: {length} bytes, it is lost"));
    stage::ensure!(begin == "th" && length == 0, "read `{begin}`, then {length} bytes");
    parent.waits(child)
}

fn child(child: &Actor, writer: OwnedFd) -> Result {
    for message in ["one", "two", "three"] {
        child.sends("pipe", message);
        write(&writer, message.as_bytes())?;
    }
    Ok(())
}

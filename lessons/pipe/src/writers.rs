//! Three writers share one pipe; the end of file comes once, after the third.

use std::os::fd::OwnedFd;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::unistd::{pipe, pipe2, read, write};
use stage::{Actor, CLOSE, EOF, Fork, Result, Scene};

pub const SCENE: Scene =
    Scene::new("writers", "several writers make one end of file", &[("reader", reader)]);

const NAMES: [&str; 3] = ["first", "second", "third"];

fn reader(me: &Actor) -> Result {
    // Non-blocking, to see the difference between "nothing yet" and "nothing any more".
    let (reader, writer) = pipe2(OFlag::O_NONBLOCK)?;
    let mut writers = Vec::new();
    for name in NAMES {
        let (turn, go) = pipe()?;
        let child = match me.forks(name)? {
            Fork::Child(me) => me.plays(|me| a_writer(me, name, turn, writer)),
            Fork::Parent(child) => child,
        };
        writers.push((name, go, child));
    }
    drop(writer);

    let mut buffer = [0; 64];
    for (name, go, child) in writers {
        me.sends("turn", name);
        write(&go, name.as_bytes())?;
        me.waits(child)?;
        let length = read(&reader, &mut buffer)?;
        me.gets("pipe", str::from_utf8(&buffer[..length])?);

        let next = read(&reader, &mut buffer);
        let expected = if name == "third" { Ok(0) } else { Err(Errno::EAGAIN) };
        stage::ensure!(next == expected, "after the {name} writer a read gave {next:?}");
        match next {
            Err(errno) => me.says(format!("reads again: {errno:?}, so somebody can still write")),
            Ok(_) => me.gets("pipe", EOF),
        }
    }
    Ok(())
}

fn a_writer(me: &Actor, name: &str, turn: OwnedFd, writer: OwnedFd) -> Result {
    let mut buffer = [0; 64];
    let length = read(&turn, &mut buffer)?;
    me.gets("turn", str::from_utf8(&buffer[..length])?);
    me.sends("pipe", format!("from the {name}"));
    write(&writer, format!("from the {name}").as_bytes())?;
    me.sends("pipe", CLOSE);
    drop(writer);
    Ok(())
}

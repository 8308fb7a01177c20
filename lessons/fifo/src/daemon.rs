//! A daemon that keeps both ends open serves writers that come and go, and sees no end of file.

use std::os::fd::OwnedFd;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl, open};
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, read, write};
use stage::{Actor, CLOSE, Fork, Result, Scene};

pub const SCENE: Scene = Scene::new(
    "daemon",
    "who keeps the FIFO open to write, too, never sees its end",
    &[("daemon", daemon)],
);

// ANCHOR: daemon
fn daemon(daemon: &Actor) -> Result {
    let path = daemon.path("commands")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let both = open(&path, OFlag::O_RDWR, Mode::empty())?;
    daemon.says("holds the FIFO open to read and to write");

    let mut commands = Vec::new();
    for name in ["first", "second", "third"] {
        let writer = match daemon.forks(name)? {
            Fork::Child(me) => {
                drop(both);
                me.plays(|me| writer(me, &path))
            }
            Fork::Parent(child) => child,
        };
        let command = next(&both)?;
        daemon.gets("fifo", &command);
        commands.push(command);
        daemon.waits(writer)?;
    }
    stage::ensure!(commands == ["reload"; 3], "got {commands:?}");
    daemon.says(format!("{} commands, all alike: who sent which?", commands.len()));

    // A read would wait for the next writer. Ask instead of waiting.
    fcntl(&both, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    let found = read(&both, &mut [0; 64]);
    stage::ensure!(found == Err(Errno::EAGAIN), "with no writer left it read {found:?}");
    daemon.says(format!("reads on, all writers have left: {:?}", Errno::EAGAIN));
    Ok(())
}
// ANCHOR_END: daemon

fn next(source: &OwnedFd) -> Result<String> {
    let mut buffer = [0; 64];
    let length = read(source, &mut buffer)?;
    Ok(str::from_utf8(&buffer[..length])?.to_owned())
}

// ANCHOR: writer
fn writer(writer: &Actor, path: &Path) -> Result {
    let sink = open(path, OFlag::O_WRONLY, Mode::empty())?;
    writer.sends("fifo", "reload");
    write(&sink, b"reload")?;
    writer.sends("fifo", CLOSE);
    drop(sink);
    Ok(())
}
// ANCHOR_END: writer

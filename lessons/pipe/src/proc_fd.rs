//! A process that was never given the pipe opens it through `/proc`.

use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::{pipe, read, write};
use stage::{Actor, Fork, Result, Scene, missing, varies};

use crate::facts::{ends_held, object};

pub const SCENE: Scene =
    Scene::new("proc-fd", "who may look into a process may open its pipes", &[("owner", owner)]);

fn owner(owner: &Actor) -> Result {
    let (note, notes) = pipe()?;
    // Born before the pipe in question: it inherits no end of that.
    let outsider = match owner.forks("outsider")? {
        Fork::Child(me) => {
            drop(notes);
            me.plays(|me| outsider(me, note))
        }
        Fork::Parent(child) => child,
    };
    owner.says("makes the pipe, and closes its write end at once");
    let (reader, writer) = pipe()?;
    drop(writer);

    let path = format!("/proc/{}/fd/{}", std::process::id(), reader.as_raw_fd());
    owner.sends("note", varies("/proc/pid/fd/number", &path));
    write(&notes, path.as_bytes())?;
    owner.waits(outsider)?;

    let mut buffer = [0; 64];
    let length = read(&reader, &mut buffer)?;
    let text = str::from_utf8(&buffer[..length])?;
    owner.gets("pipe", text);
    stage::ensure!(text == "you left the door open", "read `{text}`");
    Ok(())
}

// ANCHOR: outsider
fn outsider(me: &Actor, note: OwnedFd) -> Result {
    let mut buffer = [0; 64];
    let length = read(&note, &mut buffer)?;
    let path = str::from_utf8(&buffer[..length])?;
    me.gets("note", varies("/proc/pid/fd/number", path));

    let writer = open(path, OFlag::O_WRONLY, Mode::empty()).map_err(|errno| match errno {
        Errno::EACCES | Errno::EPERM => missing(
            format!("a process may not look into its parent here ({errno})"),
            "run outside the sandbox that hides /proc/PID/fd",
        ),
        errno => errno.into(),
    })?;
    me.says(format!("opens it for writing, and has the {}", ends_held(&object(&writer)?)?));
    me.sends("pipe", "you left the door open");
    write(&writer, b"you left the door open")?;
    Ok(())
}
// ANCHOR_END: outsider

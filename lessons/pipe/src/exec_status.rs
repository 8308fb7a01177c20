//! A pipe that closes on exec tells whether the exec succeeded.

use std::ffi::CStr;
use std::os::fd::OwnedFd;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::wait::WaitStatus;
use nix::unistd::{execvp, pipe2, read, write};
use stage::{Actor, Fork, Result, Scene};

pub const SCENE: Scene = Scene::new(
    "exec-status",
    "a pipe that closes on exec reports whether it worked",
    &[("parent", parent)],
);

fn parent(parent: &Actor) -> Result {
    let errno = start(parent, "bad", c"/no/such/program")?;
    stage::ensure!(errno == Some(Errno::ENOENT), "the exec ended with {errno:?}");
    let errno = start(parent, "good", c"true")?;
    stage::ensure!(errno.is_none(), "the exec ended with {errno:?}");
    Ok(())
}

// ANCHOR: start
fn start(parent: &Actor, name: &'static str, program: &CStr) -> Result<Option<Errno>> {
    let (reader, writer) = pipe2(OFlag::O_CLOEXEC)?;
    let child = match parent.forks(name)? {
        Fork::Child(me) => me.plays(|me| becomes(me, program, writer)),
        Fork::Parent(child) => child,
    };
    drop(writer);

    let mut number = [0; 4];
    let length = read(&reader, &mut number)?;
    let errno = (length > 0).then(|| Errno::from_raw(i32::from_ne_bytes(number)));
    match errno {
        Some(errno) => parent.gets("pipe", format!("{errno:?}")),
        None => parent.says(format!("reads {length} bytes: the exec has closed the pipe")),
    }
    let status = parent.reaps(child)?;
    stage::ensure!(matches!(status, WaitStatus::Exited(_, 0)), "it ended with {status:?}");
    Ok(errno)
}
// ANCHOR_END: start

// ANCHOR: becomes
fn becomes(me: &Actor, program: &CStr, writer: OwnedFd) -> Result {
    me.says(format!("becomes `{}`, or else reports why not", program.to_string_lossy()));
    let errno = match execvp(program, &[program]) {
        Err(errno) => errno,
        Ok(never) => match never {},
    };
    me.sends("pipe", format!("{errno:?}"));
    write(&writer, &(errno as i32).to_ne_bytes())?;
    Ok(())
}
// ANCHOR_END: becomes

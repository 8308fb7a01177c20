//! A parent reads what a program prints; what goes to the error output goes another way.

use std::fs::File;
use std::io::read_to_string;
use std::os::fd::OwnedFd;

use nix::fcntl::OFlag;
use nix::unistd::{dup2_stderr, dup2_stdout, pipe2};
use stage::{Actor, Fork, Result, Scene};

use crate::program::exec;

pub const SCENE: Scene =
    Scene::new("capture", "a program writes into a pipe without knowing it", &[("parent", parent)]);

fn parent(parent: &Actor) -> Result {
    let (out, to_out) = pipe2(OFlag::O_CLOEXEC)?;
    let (err, to_err) = pipe2(OFlag::O_CLOEXEC)?;
    let sh = match parent.forks("sh")? {
        Fork::Child(me) => me.plays(|me| program(me, to_out, to_err)),
        Fork::Parent(child) => child,
    };
    drop((to_out, to_err));

    let (out, err) = (read_to_string(File::from(out))?, read_to_string(File::from(err))?);
    parent.gets("stdout", out.trim());
    parent.gets("stderr", err.trim());
    stage::ensure!(out == "hello\n" && err == "oh no\n", "read `{out}` and `{err}`");
    parent.waits(sh)
}

// ANCHOR: program
fn program(me: &Actor, out: OwnedFd, err: OwnedFd) -> Result {
    dup2_stdout(out)?;
    dup2_stderr(err)?;
    // The program cannot speak here, so it is announced what it will print.
    me.sends("stdout", "hello");
    me.sends("stderr", "oh no");
    exec(&[c"sh", c"-c", c"echo hello; echo oh no >&2"])
}
// ANCHOR_END: program

//! The same two lines, typed one after the other into one shell.

use std::io;
use std::os::fd::AsFd;

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use stage::{Actor, Fork, Result, Scene};

use crate::sh;

pub const SCENE: Scene = Scene::new(
    "one-shell",
    "one after the other in one shell, the first line waits for ever",
    &[("user", user)],
)
.hangs();

// ANCHOR: user
fn user(user: &Actor) -> Result {
    let path = user.path("myfifo")?;
    let folder = path.parent().unwrap_or(&path);
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let out = io::stderr().as_fd().try_clone_to_owned()?;

    let line = "echo Hello > myfifo; cat myfifo";
    let shell = match user.forks("shell")? {
        Fork::Child(me) => me.plays(|me| sh::becomes(me, folder, line, out)),
        Fork::Parent(child) => child,
    };
    user.waits(shell)
}
// ANCHOR_END: user

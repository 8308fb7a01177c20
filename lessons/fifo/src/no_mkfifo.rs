//! Without mkfifo the same lines seem to work, and no FIFO was ever there.

use nix::fcntl::OFlag;
use nix::sys::stat::{SFlag, stat};
use nix::unistd::pipe2;
use stage::{Actor, Fork, Result, Scene};

use crate::sh;

pub const SCENE: Scene = Scene::new(
    "no-mkfifo",
    "without mkfifo the shell makes a regular file, and all seems well",
    &[("user", user)],
);

// ANCHOR: user
fn user(user: &Actor) -> Result {
    let path = user.path("myfifo")?;
    let folder = path.parent().unwrap_or(&path);
    let (screen, out) = pipe2(OFlag::O_CLOEXEC)?;

    let line = "echo Hello > myfifo; cat myfifo";
    let shell = match user.forks("shell")? {
        Fork::Child(me) => me.plays(|me| sh::becomes(me, folder, line, out)),
        Fork::Parent(child) => child,
    };
    drop(out);
    user.waits(shell)?;
    let text = sh::printed(screen)?;
    user.says(format!("cat has printed: {text}"));

    let found = stat(&path)?;
    let regular = SFlag::from_bits_truncate(found.st_mode) & SFlag::S_IFMT == SFlag::S_IFREG;
    stage::ensure!(regular && text == "Hello", "it is no regular file, or cat printed `{text}`");
    user.says(format!("myfifo is a regular file of {} bytes", found.st_size));
    Ok(())
}
// ANCHOR_END: user

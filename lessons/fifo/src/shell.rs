//! The two lines of shell, each in a terminal of its own, run by the real programs.

use nix::fcntl::OFlag;
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, pipe2};
use stage::{Actor, Fork, Result, Scene};

use crate::sh;

pub const SCENE: Scene =
    Scene::new("shell", "echo and cat meet in a FIFO they have never heard of", &[("user", user)]);

// ANCHOR: user
fn user(user: &Actor) -> Result {
    let path = user.path("myfifo")?;
    let folder = path.parent().unwrap_or(&path);
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let (screen, out) = pipe2(OFlag::O_CLOEXEC)?;

    let writer = match user.forks("A")? {
        Fork::Child(me) => me.plays(|me| sh::becomes(me, folder, "echo Hello > myfifo", out)),
        Fork::Parent(child) => child,
    };
    let reader = match user.forks("B")? {
        Fork::Child(me) => me.plays(|me| sh::becomes(me, folder, "cat myfifo", out)),
        Fork::Parent(child) => child,
    };
    // Ours of the three descriptors that can write: `printed` reads until all are closed.
    drop(out);
    user.waits(reader)?;
    user.waits(writer)?;
    let text = sh::printed(screen)?;
    user.says(format!("cat has printed: {text}"));
    stage::ensure!(text == "Hello", "cat printed `{text}`");
    Ok(())
}
// ANCHOR_END: user

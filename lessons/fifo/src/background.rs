//! One shell is enough when it does not wait for the first line.

use nix::fcntl::OFlag;
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, pipe2};
use stage::{Actor, Fork, Result, Scene};

use crate::sh;

pub const SCENE: Scene =
    Scene::new("background", "one shell can do both if the writer waits apart", &[("user", user)]);

// ANCHOR: user
fn user(user: &Actor) -> Result {
    let path = user.path("myfifo")?;
    let folder = path.parent().unwrap_or(&path);
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let (screen, out) = pipe2(OFlag::O_CLOEXEC)?;

    let line = "echo Hello > myfifo & cat myfifo; wait";
    let shell = match user.forks("shell")? {
        Fork::Child(me) => me.plays(|me| sh::becomes(me, folder, line, out)),
        Fork::Parent(child) => child,
    };
    drop(out);
    user.waits(shell)?;
    let text = sh::printed(screen)?;
    user.says(format!("cat has printed: {text}"));
    stage::ensure!(text == "Hello", "cat printed `{text}`");
    Ok(())
}
// ANCHOR_END: user

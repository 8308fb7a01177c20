//! The two lines of C that every introduction shows, run alone.

use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, write};
use stage::{Actor, Result, Scene};

pub const SCENE: Scene = Scene::new(
    "fragment",
    "a writer without a reader does not get past open",
    &[("writer", writer)],
)
.hangs();

// ANCHOR: writer
fn writer(writer: &Actor) -> Result {
    let path = writer.path("mypipe")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;

    writer.says("opens mypipe to write, and nobody reads");
    let sink = open(&path, OFlag::O_WRONLY, Mode::empty())?;
    writer.sends("fifo", "data");
    write(&sink, b"data")?;
    Ok(())
}
// ANCHOR_END: writer

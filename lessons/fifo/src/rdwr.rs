//! O_RDWR waits for nobody, and hears itself.

use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, read, write};
use stage::{Actor, Result, Scene};

pub const SCENE: Scene = Scene::new(
    "rdwr",
    "O_RDWR opens at once and reads its own words: it is not two-way",
    &[("loner", loner)],
);

// ANCHOR: loner
fn loner(loner: &Actor) -> Result {
    let path = loner.path("mailbox")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let both = open(&path, OFlag::O_RDWR, Mode::empty())?;
    loner.says("has opened both ends at once, and nobody else is there");

    let question = "anybody there?";
    loner.sends("fifo", question);
    write(&both, question.as_bytes())?;

    let mut buffer = [0; 64];
    let length = read(&both, &mut buffer)?;
    let answer = str::from_utf8(&buffer[..length])?;
    loner.gets("fifo", answer);
    stage::ensure!(answer == question, "read `{answer}` instead of its own words");
    Ok(())
}
// ANCHOR_END: loner

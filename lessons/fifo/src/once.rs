//! What one reader has read, another one does not get.

use std::os::fd::OwnedFd;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, read, write};
use stage::{Actor, Result, Scene};

pub const SCENE: Scene =
    Scene::new("once", "two readers share the bytes, they do not get copies", &[("user", user)]);

// ANCHOR: user
fn user(user: &Actor) -> Result {
    let path = user.path("mailbox")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let opens = || open(&path, OFlag::O_RDONLY | OFlag::O_NONBLOCK, Mode::empty());
    let (one, other) = (opens()?, opens()?);
    let sink = open(&path, OFlag::O_WRONLY, Mode::empty())?;
    user.says("opens the FIFO twice to read, once to write");

    user.sends("fifo", "a single copy");
    write(&sink, b"a single copy")?;

    let text = next(&one)?;
    user.gets("fifo", &text);
    stage::ensure!(text == "a single copy", "the first reader read `{text}`");

    let nothing = next(&other);
    stage::ensure!(nothing == Err(Errno::EAGAIN), "the second reader read {nothing:?}");
    user.says(format!("reads at its second descriptor: {:?}", Errno::EAGAIN));
    Ok(())
}
// ANCHOR_END: user

fn next(source: &OwnedFd) -> nix::Result<String> {
    let mut buffer = [0; 64];
    let length = read(source, &mut buffer)?;
    Ok(String::from_utf8_lossy(&buffer[..length]).into_owned())
}

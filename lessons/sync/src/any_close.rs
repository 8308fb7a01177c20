//! A record lock is lost when its process closes the file, through whichever descriptor.

use std::fs::{self, File};

use libc::{F_SETLK, F_WRLCK};
use nix::errno::Errno;
use stage::{Actor, Result, Scene};

use crate::files::{bytes, fcntl};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "any-close",
    "reading the file with another descriptor loses the fcntl lock",
    &[("owner", owner)],
);

// ANCHOR: owner
fn owner(owner: &Actor) -> Result {
    let path = owner.path("passwd")?;
    let file = File::create(&path)?;
    fcntl(&file, F_SETLK, bytes(F_WRLCK, 0, 0))?;
    owner.says("has locked the file");
    let asks = |me: &Actor| -> Result<nix::Result<()>> {
        let file = File::options().write(true).open(&path)?;
        let asked = fcntl(&file, F_SETLK, bytes(F_WRLCK, 0, 0)).map(drop);
        let answer = asked.err().map_or("granted".to_owned(), |error| format!("{error:?}"));
        me.says(format_args!("asks for the lock: {answer}"));
        Ok(asked)
    };
    let early = fork(owner, "early", |me| {
        let asked = asks(me)?;
        stage::ensure!(asked == Err(Errno::EAGAIN), "asking says {asked:?}");
        Ok(())
    })?;
    owner.waits(early)?;

    owner.says("calls a function that opens, reads and closes the same file");
    fs::read(&path)?;

    let late = fork(owner, "late", |me| {
        let asked = asks(me)?;
        stage::ensure!(asked.is_ok(), "asking says {asked:?}");
        Ok(())
    })?;
    owner.waits(late)?;
    owner.says("has closed nothing of its own, and has no lock any more");
    drop(file);
    Ok(())
}
// ANCHOR_END: owner

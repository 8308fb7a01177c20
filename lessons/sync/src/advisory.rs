//! File locks are advice: `write` does not ask whether there is one.

use std::fs::{self, File};

use libc::{F_SETLK, F_WRLCK, LOCK_EX};
use stage::{Actor, Result, Scene, memory};

use crate::files::{bytes, fcntl, flock};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "advisory",
    "a file is locked in every way, and another process writes to it",
    &[("owner", owner)],
);

// ANCHOR: owner
fn owner(owner: &Actor) -> Result {
    let path = owner.path("ledger")?;
    fs::write(&path, "balance: 500")?;
    let file = File::options().read(true).write(true).open(&path)?;
    flock(&file, LOCK_EX)?;
    let whole_file = 0;
    fcntl(&file, F_SETLK, bytes(F_WRLCK, 0, whole_file))?;
    owner.says("has locked the file with flock, and with fcntl");

    let rogue = fork(owner, "rogue", |me| {
        let text = "balance: 7";
        me.sends(memory("ledger"), format_args!("{} bytes", text.len()));
        Ok(fs::write(&path, text)?)
    })?;
    owner.waits(rogue)?;
    let found = fs::read_to_string(&path)?;
    owner.gets(memory("ledger"), format_args!("{} bytes", found.len()));
    owner.says(format_args!("still has both locks, and finds `{found}`"));
    stage::ensure!(found == "balance: 7", "found `{found}`");
    Ok(())
}
// ANCHOR_END: owner

//! The kernel sees who waits for which record lock, and refuses to close a circle.

use std::fs::File;

use libc::{F_SETLK, F_SETLKW, F_UNLCK, F_WRLCK};
use nix::errno::Errno;
use stage::{Actor, Result, Scene, token};

use crate::files::{bytes, fcntl};
use crate::memory::shared;
use crate::process::fork;
use crate::semaphore::Semaphore;

pub const SCENE: Scene = Scene::new(
    "refused",
    "the same deadlock with record locks: the kernel notices",
    &[("ann", ann)],
);

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let file = File::create(ann.path("bank")?)?;
    let byte = |kind, at| bytes(kind, at, 1);
    let bob_has_one = shared(Semaphore::room())?;
    bob_has_one.init(0)?;
    let bob = fork(ann, "bob", |me| {
        fcntl(&file, F_SETLK, byte(F_WRLCK, 1))?;
        me.says("locks the second byte");
        me.sends(token("event"), "bob has one");
        bob_has_one.post()?;
        me.until_waiting("ann", "fcntl")?;
        let refused = fcntl(&file, F_SETLKW, byte(F_WRLCK, 0)).err();
        let refused = refused.unwrap_or(Errno::UnknownErrno);
        me.says(format_args!("sees ann asleep, wants to wait for the first byte: {refused:?}"));
        stage::ensure!(refused == Errno::EDEADLK, "waiting says {refused:?}");
        me.sends(token("second"), "unlocked");
        fcntl(&file, F_SETLK, byte(F_UNLCK, 1))?;
        Ok(())
    })?;
    fcntl(&file, F_SETLK, byte(F_WRLCK, 0))?;
    ann.says("locks the first byte");
    bob_has_one.wait()?;
    ann.gets(token("event"), "bob has one");
    fcntl(&file, F_SETLKW, byte(F_WRLCK, 1))?;
    ann.gets(token("second"), "unlocked");
    ann.waits(bob)
}
// ANCHOR_END: ann

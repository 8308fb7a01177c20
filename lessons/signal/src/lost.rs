//! A signal that comes between the look and the sleep wakes nobody.

use std::os::fd::OwnedFd;

use nix::poll::{PollTimeout, poll};
use nix::sys::signal::{SaFlags, Signal, kill};
use nix::unistd::{pipe, write};
use stage::{Actor, Result, Scene, token};

use crate::hello::handle;
use crate::signals::{fork, note, one_byte, runs, text};

pub const SCENE: Scene = Scene::new(
    "lost",
    "who looks, and then sleeps, misses the signal in between",
    &[("parent", parent)],
)
.hangs();

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (looks, look) = pipe()?;
    let (go, start) = pipe()?;
    let child = fork(parent, "child", |me| child(me, &look, &go))?;
    parent.gets("pipe", text(&looks)?);
    parent.until_waiting("child", "read")?;
    parent.sends(token("signal"), Signal::SIGUSR1);
    kill(child.pid(), Signal::SIGUSR1)?;
    parent.until_waiting("child", "read")?; // its handler has run
    write(&start, b"!")?;
    parent.waits(child)
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, look: &OwnedFd, go: &OwnedFd) -> Result {
    handle(Signal::SIGUSR1, note, SaFlags::empty())?;
    if runs() == 0 {
        child.says("has looked: no signal so far, so it will sleep");
        child.sends("pipe", "looked");
        write(look, b"looked")?;
        one_byte(go)?; // makes the gap as wide as the signal needs

        child.gets(token("signal"), Signal::SIGUSR1);
        child.says("sleeps until a signal comes");
        poll(&mut [], PollTimeout::NONE)?; // pause(2): some machines have no such call
    }
    child.says("is never heard to say this");
    Ok(())
}
// ANCHOR_END: child

//! Two forks in a row make four processes, not three.

use std::os::fd::OwnedFd;

use nix::unistd::{pipe, read, write};
use stage::{Actor, Fork, Result, Scene};

pub const SCENE: Scene =
    Scene::new("twice", "the second fork is called by two processes", &[("parent", parent)]);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let child = match parent.forks("child")? {
        Fork::Child(me) => me.plays(|me| second(me, "grandson", &writer)),
        Fork::Parent(child) => child,
    };
    second(parent, "son", &writer)?;
    parent.waits(child)?;

    drop(writer); // the last one: now the reads below find an end
    let (mut all, mut buffer) = (0, [0; 8]);
    while let count @ 1.. = read(&reader, &mut buffer)? {
        all += count;
    }
    parent.gets("pipe", format!("{all} bytes"));
    stage::ensure!(all == 4, "{all} processes instead of four");
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: second
/// The second fork of the program text, and what both sides do after it.
fn second(actor: &Actor, name: &str, writer: &OwnedFd) -> Result {
    let after = |actor: &Actor| -> Result {
        actor.sends("pipe", format!("{} byte", b".".len()));
        write(writer, b".")?;
        Ok(())
    };
    match actor.forks(name)? {
        Fork::Child(me) => me.plays(after),
        Fork::Parent(child) => {
            after(actor)?;
            actor.waits(child)
        }
    }
}
// ANCHOR_END: second

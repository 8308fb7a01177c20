//! A parent and its child.

use stage::{Actor, Fork, Result, Scene};

pub const SCENE: Scene =
    Scene::new("hello", "a process and its child both speak", &[("parent", parent)]);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let child = match parent.forks("child")? {
        Fork::Child(me) => me.plays(child),
        Fork::Parent(child) => child,
    };
    parent.waits(child)
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor) -> Result {
    child.says("is here");
    Ok(())
}
// ANCHOR_END: child

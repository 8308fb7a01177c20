//! A mapping of no file at all: whether a child shares it or copies it is up to the flag.

use nix::sys::mman::MapFlags;
use stage::{Actor, Result, Scene, memory};

use crate::mapping::Mapping;
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "anonymous",
    "memory without a file, shared with children or not",
    &[("parent", parent)],
);

const FIRST: &str = "from parent";
const REPLY: &str = "from child!";

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let shared = Mapping::anonymous(FIRST.len(), MapFlags::MAP_SHARED)?;
    let private = Mapping::anonymous(FIRST.len(), MapFlags::MAP_PRIVATE)?;
    for (channel, mapping) in [("shared", shared), ("private", private)] {
        parent.sends(memory(channel), FIRST);
        mapping.store(0, FIRST);
    }
    let child = fork(parent, "child", |me| {
        me.gets(memory("shared"), shared.load(0, FIRST.len()));
        me.gets(memory("private"), private.load(0, FIRST.len()));
        me.sends(memory("shared"), REPLY);
        shared.store(0, REPLY);
        me.says(format_args!("stores {REPLY:?} into the private one, too"));
        private.store(0, REPLY);
        Ok(())
    })?;
    parent.waits(child)?;

    let found = [shared, private].map(|mapping| mapping.load(0, REPLY.len()));
    parent.gets(memory("shared"), &found[0]);
    parent.gets(memory("private"), &found[1]);
    stage::ensure!(found == [REPLY, FIRST], "found {found:?}");
    Ok(())
}
// ANCHOR_END: parent

//! After `munmap` the address leads nowhere, in this process. The file and the others have it.

use nix::sys::mman::{MapFlags, munmap};
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use stage::{Actor, Result, Scene, memory};

use crate::files::with_text;
use crate::mapping::Mapping;
use crate::process::{fork, no_core};

pub const SCENE: Scene =
    Scene::new("unmapped", "a load after munmap ends the process", &[("parent", parent)]);

const TEXT: &str = "still here";

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let file = with_text(parent, "note", TEXT)?;
    parent.sends(memory("file"), TEXT);
    let mapping = Mapping::of(&file, TEXT.len(), MapFlags::MAP_SHARED)?;
    let child = fork(parent, "child", |me| {
        no_core()?;
        me.gets(memory("file"), mapping.load(0, TEXT.len()));
        // SAFETY: none, which is the point: the mapping is used below.
        unsafe { munmap(mapping.start.cast(), mapping.bytes) }?;
        me.says("has unmapped it, and loads once more");
        mapping.load(0, 1);
        Ok(())
    })?;
    let status = parent.reaps(child)?;
    let killed = matches!(status, WaitStatus::Signaled(_, Signal::SIGSEGV, _));
    stage::ensure!(killed, "the child ended with {status:?}");
    parent.gets(memory("file"), mapping.load(0, TEXT.len()));
    Ok(())
}
// ANCHOR_END: parent

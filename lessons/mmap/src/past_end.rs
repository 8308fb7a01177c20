//! Behind the last page of the file there is an address, and nothing at it.

use nix::sys::mman::MapFlags;
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use stage::{Actor, Result, Scene};

use crate::files::with_text;
use crate::mapping::{Mapping, page_size};
use crate::process::{fork, no_core};

pub const SCENE: Scene = Scene::new(
    "past-end",
    "a page beyond the end of the file: the mapping is there, the file is not",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let page = page_size()?;
    let file = with_text(parent, "short", "ten bytes!")?;
    let mapping = Mapping::of(&file, 2 * page, MapFlags::MAP_SHARED)?;
    parent.says("maps two pages of a file that ends in the first: no error");
    loads(parent, &mapping, "first", page - 1, None)?;
    loads(parent, &mapping, "second", page, Some(Signal::SIGBUS))?;

    file.set_len(2 * page as u64)?;
    parent.says("makes the file longer; the mapping is the same");
    loads(parent, &mapping, "again", page, None)
}

fn loads(
    parent: &Actor,
    mapping: &Mapping,
    name: &str,
    at: usize,
    death: Option<Signal>,
) -> Result {
    let child = fork(parent, name, |me| {
        no_core()?;
        me.says("loads one byte");
        mapping.load(at, 1);
        Ok(())
    })?;
    let killed = match parent.reaps(child)? {
        WaitStatus::Signaled(_, signal, _) => Some(signal),
        _ => None,
    };
    stage::ensure!(killed == death, "`{name}` ended with {killed:?} instead of {death:?}");
    Ok(())
}
// ANCHOR_END: parent

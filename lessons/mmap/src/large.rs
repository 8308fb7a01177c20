//! A large file is mapped in one call, and only what is looked at takes memory.

use nix::sys::mman::MapFlags;
use stage::{Actor, Result, Scene, missing};

use crate::files::with_size;
use crate::mapping::Mapping;
use crate::pages::{absent, in_memory, no_read_ahead};

pub const SCENE: Scene =
    Scene::new("large", "three looks into a large file bring three pages", &[("process", process)]);

const BYTES: usize = 1 << 30;
const HOW: &str = "allow large files and address spaces, see `ulimit -f` and `ulimit -v`";

// ANCHOR: process
fn process(process: &Actor) -> Result {
    let lacks = |error| missing(format!("a large file is not to be had here ({error})"), HOW);
    let file = with_size(process, "large", BYTES).map_err(lacks)?;
    let mapping = Mapping::of(&file, BYTES, MapFlags::MAP_SHARED).map_err(lacks)?;
    no_read_ahead(&mapping)?;
    let before = absent(&mapping)?;
    process.says(format_args!("has mapped {BYTES} bytes; pages in memory: {before}"));

    let looks = [0, BYTES / 2, BYTES - 1];
    for at in looks {
        let byte = mapping.load(at, 1);
        process.says(format_args!("loads byte {at}: {byte:?}"));
        stage::ensure!(byte == "\0", "a file with nothing in it has {byte:?}");
    }
    let there = in_memory(&mapping)?;
    process.says(format_args!("pages in memory: {there}"));
    stage::ensure!(there == looks.len(), "{there} pages are in memory");
    Ok(())
}
// ANCHOR_END: process

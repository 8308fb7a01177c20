//! What the kernel tells about the pages of a mapping.

use std::fs;

use nix::errno::Errno;
use nix::sys::mman::{MmapAdvise, madvise};
use nix::sys::resource::{UsageWho, getrusage};
use stage::{Result, missing};

use crate::mapping::{Mapping, page_size};

/// How many of a mapping's pages are what `field` says, from `/proc/self/smaps`, see
/// `proc_pid_smaps(5)`.
pub fn count(mapping: &Mapping, field: &str) -> Result<usize> {
    count_at(&format!("{:08x}-", mapping.start.addr()), field)
}

/// The same for the mapping whose entry begins like this.
pub fn count_at(head: &str, field: &str) -> Result<usize> {
    let how = "it needs a kernel with CONFIG_PROC_PAGE_MONITOR";
    let lacks = |error| missing(format!("`/proc/self/smaps` cannot be read ({error})"), how);
    let smaps = fs::read_to_string("/proc/self/smaps").map_err(lacks)?;
    let mut of_mapping = smaps.lines().skip_while(|line| !line.starts_with(head));
    let value = of_mapping.find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let kilobytes = value.and_then(|value| value.trim().strip_suffix(" kB"));
    let Some(kilobytes) = kilobytes.and_then(|number| number.parse::<usize>().ok()) else {
        return Err(missing(format!("`/proc/self/smaps` has no `{field}`"), how));
    };
    Ok(kilobytes * 1024 / page_size()?)
}

/// How many of a mapping's pages are in memory, whoever has brought them: `mincore(2)`.
pub fn in_memory(mapping: &Mapping) -> Result<usize> {
    let mut pages = vec![0_u8; mapping.bytes.div_ceil(page_size()?)];
    let start = mapping.start.as_ptr().cast();
    // SAFETY: the result has a byte for each page.
    Errno::result(unsafe { libc::mincore(start, mapping.bytes, pages.as_mut_ptr()) })?;
    Ok(pages.iter().filter(|&page| page & 1 == 1).count())
}

/// The same before anything has been touched, when it must be none.
pub fn absent(mapping: &Mapping) -> Result<usize> {
    match in_memory(mapping)? {
        0 => Ok(0),
        pages => Err(missing(
            format!("{pages} pages of a new mapping are said to be in memory"),
            "use a kernel whose `mincore` tells the truth, and a local disk",
        )),
    }
}

/// Asks the kernel to bring what is touched, and nothing on suspicion.
pub fn no_read_ahead(mapping: &Mapping) -> nix::Result<()> {
    // SAFETY: this advice changes no memory.
    unsafe { madvise(mapping.start.cast(), mapping.bytes, MmapAdvise::MADV_RANDOM) }
}

/// How many page faults this process has had.
pub fn faults() -> Result<usize> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    // A fault is called major when the kernel had to ask the file system for the page.
    Ok(usize::try_from(usage.minor_page_faults() + usage.major_page_faults())?)
}

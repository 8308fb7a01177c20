//! A file in memory. What others may change behind the compiler's back is an atomic.

use std::fs::File;
use std::num::NonZeroUsize;
use std::ptr::NonNull;
use std::slice;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use nix::errno::Errno;
use nix::sys::mman::{MapFlags, ProtFlags, mmap, mmap_anonymous};
use nix::unistd::{SysconfVar, sysconf};
use stage::{Error, Result, missing};

/// A mapping for loads and for stores.
pub const READ_WRITE: ProtFlags = ProtFlags::PROT_READ.union(ProtFlags::PROT_WRITE);

/// Some memory that `mmap` has made. It stays until the process ends.
#[derive(Clone, Copy)]
pub struct Mapping {
    /// The address of its first byte.
    pub start: NonNull<u8>,
    /// How many bytes it has.
    pub bytes: usize,
}

impl Mapping {
    /// Maps a file from its beginning, for loads and stores.
    pub fn of(file: &File, bytes: usize, flags: MapFlags) -> Result<Self> {
        // SAFETY: the kernel chooses a free place, so that no other memory is touched.
        let place = unsafe { mmap(None, length(bytes), READ_WRITE, flags, file, 0) };
        Ok(Self { start: place.map_err(refused)?.cast(), bytes })
    }

    /// New memory without a file.
    pub fn anonymous(bytes: usize, flags: MapFlags) -> nix::Result<Self> {
        // SAFETY: the kernel chooses a free place, so that no other memory is touched.
        let place = unsafe { mmap_anonymous(None, length(bytes), READ_WRITE, flags) }?;
        Ok(Self { start: place.cast(), bytes })
    }

    /// Loads so many bytes from a place on.
    pub fn load(&self, at: usize, bytes: usize) -> String {
        let bytes = self.places()[at..at + bytes].iter().map(|place| place.load(Relaxed));
        String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned()
    }

    /// Stores a text from a place on.
    pub fn store(&self, at: usize, text: &str) {
        for (place, byte) in self.places()[at..at + text.len()].iter().zip(text.bytes()) {
            place.store(byte, Relaxed);
        }
    }

    fn places(&self) -> &[AtomicU8] {
        // SAFETY: the memory is there until the process ends. Where the kernel has nothing to put
        // behind it, or where it may not be stored to, the process ends before anything is wrong.
        unsafe { slice::from_raw_parts(self.start.cast().as_ptr(), self.bytes) }
    }
}

/// How many bytes a page has on this machine.
pub fn page_size() -> nix::Result<usize> {
    Ok(sysconf(SysconfVar::PAGE_SIZE)?.and_then(|size| size.try_into().ok()).unwrap_or(4096))
}

/// A length as `mmap` takes it: it refuses zero.
pub fn length(bytes: usize) -> NonZeroUsize {
    NonZeroUsize::new(bytes).unwrap_or(NonZeroUsize::MIN)
}

/// Why a file cannot be mapped.
pub fn refused(error: Errno) -> Error {
    match error {
        Errno::ENODEV => missing(
            "the file system of the temporary folder cannot map files",
            "name a folder on a local disk in TMPDIR",
        ),
        other => other.into(),
    }
}

//! Memory that a process shares with its children.

use std::num::NonZeroUsize;
use std::ptr::NonNull;

use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};

/// Puts a value into new memory, which this process's children share.
pub fn shared<T: Sync>(value: T) -> nix::Result<&'static T> {
    placed(value, MapFlags::MAP_SHARED)
}

/// Puts a value into new memory of the given kind.
pub fn placed<T: Sync>(value: T, kind: MapFlags) -> nix::Result<&'static T> {
    let size = NonZeroUsize::new(size_of::<T>()).unwrap_or(NonZeroUsize::MIN);
    let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // SAFETY: the kernel chooses a free place, so that no other memory is touched.
    let place: NonNull<T> = unsafe { mmap_anonymous(None, size, access, kind) }?.cast();
    // SAFETY: the memory is new, large enough, aligned to a page, and stays until the end.
    unsafe {
        place.write(value);
        Ok(place.as_ref())
    }
}

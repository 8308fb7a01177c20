//! Memory without a name that a process shares with its children: `mmap(2)`.

use std::num::NonZeroUsize;

use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};

/// Puts a value into new memory, which this process's children share.
pub fn shared<T: Sync>(value: T) -> nix::Result<&'static T> {
    let length = NonZeroUsize::new(size_of::<T>()).unwrap_or(NonZeroUsize::MIN);
    let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // SAFETY: the kernel chooses a free place, so that no other memory is touched.
    let place = unsafe { mmap_anonymous(None, length, access, MapFlags::MAP_SHARED) }?.cast();
    // SAFETY: the memory is new, large enough, aligned to a page, and stays until the end.
    unsafe {
        place.write(value);
        Ok(place.as_ref())
    }
}

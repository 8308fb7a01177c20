//! Memory that several processes have mapped, and what may lie in it: numbers and bytes that are
//! changed behind the compiler's back, so atomics.

use std::num::NonZeroUsize;
use std::os::fd::AsFd;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use nix::sys::mman::{MapFlags, ProtFlags, mmap, mmap_anonymous};
use nix::unistd::{SysconfVar, sysconf};

/// A mapping for loads and for stores.
pub const READ_WRITE: ProtFlags = ProtFlags::PROT_READ.union(ProtFlags::PROT_WRITE);

/// A short text that ends with a zero byte. Memory from the kernel begins as zeros: an empty text.
pub struct Text([AtomicU8; Self::SIZE]);

impl Text {
    /// How many bytes it takes, its zero byte included.
    pub const SIZE: usize = 64;

    /// An empty text.
    pub fn new() -> Self {
        Self([const { AtomicU8::new(0) }; Self::SIZE])
    }

    /// Stores a text, byte by byte.
    pub fn store(&self, text: &str) {
        for (place, byte) in self.0.iter().zip(text.bytes().chain([0])) {
            place.store(byte, Relaxed);
        }
    }

    /// Loads the text that is there now.
    pub fn load(&self) -> String {
        let bytes = self.0.iter().map(|place| place.load(Relaxed)).take_while(|&byte| byte != 0);
        String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned()
    }
}

/// Maps so many bytes of a file or an object, to be seen by all who map it.
pub fn map(fd: impl AsFd, bytes: usize, how: ProtFlags) -> nix::Result<NonNull<u8>> {
    // SAFETY: the kernel chooses a free place, so that no other memory is touched.
    unsafe { mmap(None, length(bytes), how, MapFlags::MAP_SHARED, fd, 0) }.map(NonNull::cast)
}

/// Maps an object that holds a [`Text`].
pub fn map_text(fd: impl AsFd) -> nix::Result<&'static Text> {
    // SAFETY: the mapping stays until the process ends, and any bytes are a valid `Text`.
    map(fd, Text::SIZE, READ_WRITE).map(|place| unsafe { place.cast().as_ref() })
}

/// Puts a value into new memory without a name, which this process's children share.
pub fn shared<T: Sync>(value: T) -> nix::Result<&'static T> {
    let place = anonymous(size_of::<T>(), MapFlags::MAP_SHARED)?.cast();
    // SAFETY: the memory is new, large enough, aligned to a page, and stays until the end.
    unsafe {
        place.write(value);
        Ok(place.as_ref())
    }
}

/// New memory without a name: shared with the children, or copied for each of them on writing.
pub fn anonymous(bytes: usize, flags: MapFlags) -> nix::Result<NonNull<u8>> {
    // SAFETY: the kernel chooses a free place, so that no other memory is touched.
    unsafe { mmap_anonymous(None, length(bytes), READ_WRITE, flags) }.map(NonNull::cast)
}

/// How many bytes a page has on this machine.
pub fn page_size() -> nix::Result<usize> {
    Ok(sysconf(SysconfVar::PAGE_SIZE)?.and_then(|size| size.try_into().ok()).unwrap_or(4096))
}

fn length(bytes: usize) -> NonZeroUsize {
    NonZeroUsize::new(bytes).unwrap_or(NonZeroUsize::MIN)
}

//! The memory that messages are made and taken in, used in turn.

use std::os::fd::AsRawFd;
use std::ptr;
use std::slice;

use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::unistd::{SysconfVar, ftruncate, sysconf};

const LINE: usize = 64;
const PAGE: usize = 4096;

/// Buffers for messages, used in turn.
pub struct Buffers {
    memory: Memory,
    first: usize,
    stride: usize,
    size: usize,
    count: usize,
    next: usize,
}

enum Memory {
    Own(Vec<u8>),
    Mapped { start: *mut u8, length: usize },
}

impl Buffers {
    /// So many buffers, each with a page's or a cache line's boundary to itself, all touched.
    pub fn new(size: usize, count: usize) -> Self {
        let stride = size.max(1).next_multiple_of(if size < PAGE { LINE } else { PAGE });
        let memory = vec![1; stride * count + PAGE];
        let first = memory.as_ptr().align_offset(PAGE);
        Self { memory: Memory::Own(memory), first, stride, size, count, next: 0 }
    }

    /// The same for messages that differ at their ends only: each has a first and a last page of
    /// its own, and all have the same memory in between. So a reader who is still at one of them
    /// finds it unchanged while another is made, and together they take hardly more room in a
    /// cache than one, as with mechanisms that need only one.
    pub fn alike(size: usize, count: usize) -> Self {
        Self::mapped(size, count).unwrap_or_else(|| Self::new(size, count))
    }

    /// `None` where there is nothing in between, or no such mapping can be had.
    fn mapped(size: usize, count: usize) -> Option<Self> {
        let page = usize::try_from(sysconf(SysconfVar::PAGE_SIZE).ok()??).ok()?;
        let stride = size.next_multiple_of(page);
        if count < 2 || stride < 3 * page {
            return None;
        }
        let between = stride - 2 * page;
        let file = memfd_create("compare", MFdFlags::MFD_CLOEXEC).ok()?;
        ftruncate(&file, i64::try_from(between + count * 2 * page).ok()?).ok()?;
        let map = |at: *mut u8, length: usize, flags, fd, offset: usize| {
            let access = libc::PROT_READ | libc::PROT_WRITE;
            let offset = libc::off_t::try_from(offset).ok()?;
            // SAFETY: a new mapping where the kernel chooses, or over a part of that very mapping.
            let start = unsafe { libc::mmap(at.cast(), length, access, flags, fd, offset) };
            (start != libc::MAP_FAILED).then_some(start.cast::<u8>())
        };
        let length = count * stride;
        let anonymous = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        let start = map(ptr::null_mut(), length, anonymous, -1, 0)?;
        let buffers = Self {
            memory: Memory::Mapped { start, length },
            first: 0,
            stride,
            size,
            count,
            next: 0,
        };
        let over = libc::MAP_SHARED | libc::MAP_FIXED | libc::MAP_POPULATE;
        for nth in 0..count {
            let buffer = start.wrapping_add(nth * stride);
            let own = between + nth * 2 * page;
            let fd = file.as_raw_fd();
            map(buffer, page, over, fd, own)?;
            map(buffer.wrapping_add(page), between, over, fd, 0)?;
            map(buffer.wrapping_add(page + between), page, over, fd, own + page)?;
        }
        Some(buffers)
    }

    /// The next one.
    #[inline]
    pub fn turn(&mut self) -> &mut [u8] {
        let nth = self.next;
        self.next = if nth + 1 == self.count { 0 } else { nth + 1 };
        self.nth(nth)
    }

    /// The one whose turn it was last.
    #[inline]
    pub fn last(&mut self) -> &mut [u8] {
        self.nth(if self.next == 0 { self.count } else { self.next } - 1)
    }

    #[inline]
    fn nth(&mut self, nth: usize) -> &mut [u8] {
        let at = self.first + nth * self.stride;
        match &mut self.memory {
            Memory::Own(memory) => &mut memory[at..at + self.size],
            // SAFETY: this part of the mapping is ours, is as long as a message, and holds no page
            // twice; whoever had another part has given it back.
            Memory::Mapped { start, .. } => unsafe {
                slice::from_raw_parts_mut(start.add(at), self.size)
            },
        }
    }
}

impl Drop for Buffers {
    fn drop(&mut self) {
        if let Memory::Mapped { start, length } = self.memory {
            // SAFETY: it was mapped so, and the slices of it have ended with the borrow.
            unsafe { libc::munmap(start.cast(), length) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_apart_and_used_in_turn() {
        let mut buffers = Buffers::new(100, 2);
        let first = buffers.turn().as_ptr() as usize;
        assert_eq!(buffers.last().as_ptr() as usize, first);
        let second = buffers.turn().as_ptr() as usize;
        assert_eq!(buffers.last().as_ptr() as usize, second);
        assert_eq!(first % PAGE, 0);
        assert_eq!(second - first, 128);
        assert_eq!(buffers.turn().as_ptr() as usize, first);
    }

    #[test]
    fn those_that_are_alike_have_ends_of_their_own_and_one_middle() {
        let size = 1 << 20;
        let mut buffers = Buffers::mapped(size, 3).expect("there is memory");
        for nth in 1..=3 {
            let buffer = buffers.turn();
            (buffer[0], buffer[size / 2], buffer[size - 1]) = (nth, nth, nth + 10);
        }
        for nth in 1..=3 {
            let buffer = buffers.turn();
            assert_eq!([buffer[0], buffer[size / 2], buffer[size - 1]], [nth, 3, nth + 10]);
        }
    }

    #[test]
    fn small_ones_have_nothing_in_between() {
        assert!(Buffers::mapped(4096, 3).is_none());
        let mut buffers = Buffers::alike(100, 2);
        buffers.turn()[0] = 7;
        assert_eq!(buffers.turn()[0], 1);
    }
}

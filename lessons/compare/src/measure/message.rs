//! What is in a message, and the proof that it has arrived.
//!
//! Each message carries its number at both of its ends, and each number is compared. Some messages
//! are made new in every byte, and compared in every byte, outside what is timed: making and
//! comparing 64 KiB takes longer than some mechanisms need to move them.

/// Marks the number of a message that is made new in every byte.
pub const WHOLE: u64 = 1 << 63;
const WIDTH: usize = size_of::<u64>();
const LINE: usize = 64;
const PAGE: usize = 4096;

/// Buffers for messages, used in turn.
pub struct Buffers {
    memory: Vec<u8>,
    first: usize,
    stride: usize,
    size: usize,
    count: usize,
    next: usize,
}

impl Buffers {
    /// So many buffers, each with a page's or a cache line's boundary to itself, all touched.
    pub fn new(size: usize, count: usize) -> Self {
        let stride = size.max(1).next_multiple_of(if size < PAGE { LINE } else { PAGE });
        let memory = vec![1; stride * count + PAGE];
        let first = memory.as_ptr().align_offset(PAGE);
        Self { memory, first, stride, size, count, next: 0 }
    }

    /// The next one.
    #[inline]
    pub fn turn(&mut self) -> &mut [u8] {
        let at = self.first + self.next * self.stride;
        self.next += 1;
        if self.next == self.count {
            self.next = 0;
        }
        &mut self.memory[at..at + self.size]
    }
}

/// Writes the number at both ends.
#[inline]
pub fn stamp(message: &mut [u8], number: u64) {
    let bytes = number.to_le_bytes();
    let size = message.len();
    if size >= 2 * WIDTH {
        message[size - WIDTH..].copy_from_slice(&bytes);
    }
    if size >= WIDTH {
        message[..WIDTH].copy_from_slice(&bytes);
    } else {
        message.copy_from_slice(&bytes[..size]);
    }
}

/// The number at the beginning of the message; of a message that is too short for it, the
/// expected one if it looks like that.
#[inline]
pub fn number(message: &[u8], expected: u64) -> u64 {
    match message.first_chunk() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None if message == &expected.to_le_bytes()[..message.len()] => expected,
        None => !expected,
    }
}

/// Whether the end of the message has the number, too.
#[inline]
pub fn ends_with(message: &[u8], number: u64) -> bool {
    message.len() < 2 * WIDTH || message.last_chunk() == Some(&number.to_le_bytes())
}

/// Makes every byte new: the number at both ends, and in between what follows from it.
pub fn fill(message: &mut [u8], number: u64) {
    let mut state = number;
    for chunk in message.chunks_mut(WIDTH) {
        state = next(state);
        chunk.copy_from_slice(&state.to_le_bytes()[..chunk.len()]);
    }
    stamp(message, number);
}

/// Whether every byte is as `fill` has made it.
pub fn is_filled(message: &[u8], number: u64) -> bool {
    let mut expected = vec![0; message.len()];
    fill(&mut expected, number);
    message == expected
}

/// A step of a generator whose bytes look random (splitmix64).
fn next(state: u64) -> u64 {
    let mixed = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_can_be_read_back_at_every_size() {
        for size in 0..40 {
            let mut message = vec![0xaa; size];
            stamp(&mut message, 0x1234);
            assert_eq!(number(&message, 0x1234), 0x1234, "{size} bytes");
            assert!(ends_with(&message, 0x1234), "{size} bytes");
        }
    }

    #[test]
    fn one_wrong_byte_is_found() {
        for size in 1..40 {
            let mut message = vec![0; size];
            fill(&mut message, 7 | WHOLE);
            assert!(is_filled(&message, 7 | WHOLE), "{size} bytes");
            message[size / 2] ^= 1;
            assert!(!is_filled(&message, 7 | WHOLE), "{size} bytes");
        }
    }

    #[test]
    fn buffers_are_apart_and_used_in_turn() {
        let mut buffers = Buffers::new(100, 2);
        let first = buffers.turn().as_ptr() as usize;
        let second = buffers.turn().as_ptr() as usize;
        assert_eq!(first % PAGE, 0);
        assert_eq!(second - first, 128);
        assert_eq!(buffers.turn().as_ptr() as usize, first);
    }
}

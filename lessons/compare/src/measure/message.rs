//! What is in a message, and the proof that it has arrived.
//!
//! Each message carries its number at both of its ends, and each number is compared. Some messages
//! are made new in every byte, and compared in every byte, outside what is timed: making and
//! comparing 64 KiB takes longer than some mechanisms need to move them.

use stage::Error;

/// Marks the number of a message that is made new in every byte.
pub const WHOLE: u64 = 1 << 63;
const WIDTH: usize = size_of::<u64>();
/// How many messages are compared in every byte before the measurement, and after it...
pub const WHOLES: u64 = 8;
/// ...unless that takes longer.
pub const WHOLES_NS: u64 = 10_000_000;

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

/// Writes every byte, as fast as it can be done: the number, and a byte of it everywhere else.
#[inline]
pub fn touch(message: &mut [u8], number: u64) {
    message.fill(number as u8);
    match message.first_chunk_mut() {
        Some(bytes) => *bytes = number.to_le_bytes(),
        None => stamp(message, number),
    }
}

/// Reads every byte, as fast as it can be done: whether their sum is that of a message which
/// `touch` has made.
#[inline]
pub fn is_touched(message: &[u8], number: u64) -> bool {
    let (words, rest) = message.as_chunks::<WIDTH>();
    if words.is_empty() {
        return message == &number.to_le_bytes()[..message.len()];
    }
    let sum = words.iter().fold(0_u64, |sum, word| sum.wrapping_add(u64::from_le_bytes(*word)));
    let word = u64::from_le_bytes([number as u8; WIDTH]);
    sum == number.wrapping_add(word.wrapping_mul(words.len() as u64 - 1))
        && rest.iter().all(|byte| *byte == number as u8)
}

/// The number of the message, if it is not what was expected.
#[inline]
pub fn unlike(message: &[u8], expected: u64) -> Option<u64> {
    if message.is_empty() {
        return None;
    }
    let number = number(message, expected);
    let like = number & !WHOLE == expected
        && if number & WHOLE == 0 {
            ends_with(message, number)
        } else {
            is_filled(message, number)
        };
    (!like).then_some(expected)
}

/// What is said of a message that is not right.
pub fn changed(number: u64) -> Error {
    Error::new(format!("message {number} arrived changed, or not at all"))
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
    fn a_byte_that_was_not_touched_is_found() {
        for size in 1..40 {
            let mut message = vec![0; size];
            touch(&mut message, 0x1_0203);
            assert_eq!(number(&message, 0x1_0203), 0x1_0203, "{size} bytes");
            assert!(is_touched(&message, 0x1_0203), "{size} bytes");
            for at in 0..size {
                message[at] ^= 0x10;
                assert!(!is_touched(&message, 0x1_0203), "byte {at} of {size}");
                message[at] ^= 0x10;
            }
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
}

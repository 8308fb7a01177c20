//! The frames of HTTP/2, as far as they carry a call: RFC 9113.

use std::fmt;

/// With this the client begins.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// ANCHOR: frames
/// Takes a stream of bytes apart, in whatever pieces it comes.
#[derive(Default)]
pub struct Frames(Vec<u8>);

impl Frames {
    /// The frames that are whole now and belong to a call.
    pub fn taken_from(&mut self, bytes: &[u8]) -> Vec<Frame> {
        self.0.extend_from_slice(bytes);
        if PREFACE.starts_with(&self.0) && self.0 != PREFACE {
            return Vec::new();
        }
        if self.0.starts_with(PREFACE) {
            self.0.drain(..PREFACE.len());
        }
        let mut frames = Vec::new();
        // Three bytes of length, one each of kind and flags, four of the call's number.
        while let [a, b, c, kind, flags, call @ ..] = &self.0[..]
            && let Some(call) = call.first_chunk()
        {
            let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
            if self.0.len() < 9 + length {
                break;
            }
            let frame = Frame {
                length,
                kind: *kind,
                last: flags & 1 == 1,
                call: u32::from_be_bytes(*call),
            };
            self.0.drain(..9 + length);
            frames.extend(frame.is_told().then_some(frame));
        }
        frames
    }
}
// ANCHOR_END: frames

pub struct Frame {
    length: usize,
    kind: u8,
    last: bool,
    call: u32,
}

impl Frame {
    /// The others are settings, acknowledgements, and room for more bytes: how many of them there
    /// are, differs from run to run.
    fn is_told(&self) -> bool {
        self.kind == 1 || self.kind == 0 && self.length > 0
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, self.last) {
            (1, true) => write!(f, "trailers of call {}", self.call),
            (1, false) => write!(f, "headers of call {}", self.call),
            _ => write!(f, "data of call {}: {} bytes", self.call, self.length),
        }
    }
}

//! What the person who reads a recording should know: what the recorder changes, and what it
//! cannot see.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;

use crate::event::What;
use crate::task::InCall;
use crate::trace::Tracer;

impl Tracer<'_> {
    fn note(&mut self, tid: i32, note: impl Into<String>) {
        self.tell(tid, What::Note(note.into()));
    }

    /// Of the launched program: its filter could not be set.
    pub fn note_no_filter(&mut self, tid: i32) {
        self.note(tid, "the kernel refuses a seccomp filter here: every call stops the program");
    }

    /// Of the program that a process now runs.
    pub fn note_program(&mut self, tid: i32, program: &str) {
        let path = format!("/proc/{tid}/exe");
        let mode = std::fs::metadata(&path).map_or(0, |about| about.mode());
        if mode & (libc::S_ISUID | libc::S_ISGID) != 0 && !nix::unistd::geteuid().is_root() {
            self.note(
                tid,
                format!(
                    "`{program}` is set-user-ID: it runs without that privilege while it is traced"
                ),
            );
        }
        let mut head = [0; 5];
        if File::open(&path).and_then(|mut file| file.read_exact(&mut head)).is_ok()
            && is_32_bit(head)
        {
            self.note(tid, format!("`{program}` is a 32-bit program: its calls are not seen"));
        }
    }

    /// Of a mode that a process has set for itself.
    pub fn note_seccomp(&mut self, tid: i32) {
        self.note(
            tid,
            "the program set a seccomp mode of its own: calls that it refuses are not seen",
        );
    }

    /// Of a call that failed because it was recorded.
    pub fn note_refused(&mut self, tid: i32, call: &InCall) {
        let [first, second, ..] = call.raw;
        let strict = call.entry.syscall == "prctl"
            && first as i32 == libc::PR_SET_SECCOMP
            && second == u64::from(libc::SECCOMP_MODE_STRICT);
        if strict {
            self.note(
                tid,
                "the strict mode of seccomp cannot be set where a filter is: record it with --no-filter",
            );
        }
        if call.entry.syscall == "ptrace" {
            self.note(
                tid,
                "ptrace is refused: a process has one tracer, and here it is the recorder",
            );
        }
    }
}

/// EI_CLASS, after the four bytes of magic (elf(5)).
fn is_32_bit(head: [u8; 5]) -> bool {
    head == *b"\x7fELF\x01"
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_class_of_a_program() {
        assert!(super::is_32_bit(*b"\x7fELF\x01"));
        assert!(!super::is_32_bit(*b"\x7fELF\x02"));
        assert!(!super::is_32_bit(*b"#!/bi"));
    }
}

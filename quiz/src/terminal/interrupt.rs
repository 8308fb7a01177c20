//! Ctrl-C. While an answer is asked for it ends the input, so that what was answered is summed up;
//! while an editor is open it is the editor's. At all other times it ends the program, as ever.

use std::ptr;

/// From here on an interrupt ends standard input, until this is dropped.
pub(super) fn ends_input() -> Before {
    calls(end_input)
}

/// From here on an interrupt does nothing here, until this is dropped. A program that is started is
/// interrupted as ever: a handler, unlike `SIG_IGN`, is not inherited.
pub(super) fn is_for_others() -> Before {
    calls(nothing)
}

fn calls(handler: extern "C" fn(libc::c_int)) -> Before {
    // SAFETY: all zero is a valid `sigaction`: no flags, nothing blocked. Without `SA_RESTART` a call
    // that reads is interrupted; it is made again and finds the end.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler as libc::sighandler_t;
    Before(put(&action))
}

/// What an interrupt did before.
pub(super) struct Before(libc::sigaction);

impl Drop for Before {
    fn drop(&mut self) {
        put(&self.0);
    }
}

fn put(action: &libc::sigaction) -> libc::sigaction {
    // SAFETY: all zero is a valid `sigaction`, and both pointers are to one.
    unsafe {
        let mut before = std::mem::zeroed();
        libc::sigaction(libc::SIGINT, ptr::from_ref(action), &raw mut before);
        before
    }
}

extern "C" fn nothing(_: libc::c_int) {}

extern "C" fn end_input(_: libc::c_int) {
    // SAFETY: a handler may make these calls, and `errno` is given back as it was.
    unsafe {
        let errno = *libc::__errno_location();
        let nothing = libc::open(c"/dev/null".as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC);
        if nothing >= 0 {
            libc::dup2(nothing, libc::STDIN_FILENO);
            libc::close(nothing);
        }
        *libc::__errno_location() = errno;
    }
}

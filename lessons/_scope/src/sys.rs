//! The few ptrace requests that the recorder needs, with numbers that every processor shares.
//!
//! `nix` wraps some of them, but not the seccomp stop of `PTRACE_GET_SYSCALL_INFO`, and each
//! call here is on the path of every recorded system call.

use std::ffi::c_long;
use std::io;
use std::mem::{MaybeUninit, size_of};
use std::os::unix::fs::FileExt;

/// Stop kinds in bits 16.. of a wait status (ptrace(2)).
pub mod event {
    pub const FORK: i32 = 1;
    pub const VFORK: i32 = 2;
    pub const CLONE: i32 = 3;
    pub const EXEC: i32 = 4;
    pub const SECCOMP: i32 = 7;
    pub const STOP: i32 = 128;
}

const CONT: u32 = 7;
const DETACH: u32 = 17;
const SYSCALL: u32 = 24;
const GETEVENTMSG: u32 = 0x4201;
const GETSIGINFO: u32 = 0x4202;
const SEIZE: u32 = 0x4206;
const INTERRUPT: u32 = 0x4207;
const LISTEN: u32 = 0x4208;
const GET_SYSCALL_INFO: u32 = 0x420e;

const TRACE_SYSGOOD: u64 = 1;
const TRACE_FORK: u64 = 1 << 1;
const TRACE_VFORK: u64 = 1 << 2;
const TRACE_CLONE: u64 = 1 << 3;
const TRACE_EXEC: u64 = 1 << 4;
const TRACE_SECCOMP: u64 = 1 << 7;
const EXITKILL: u64 = 1 << 20;

/// `struct ptrace_syscall_info` of linux/ptrace.h, with its union laid out as the entry.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct SyscallInfo {
    pub op: u8,
    _pad: [u8; 3],
    pub arch: u32,
    _ip: u64,
    _sp: u64,
    /// Entry and seccomp: the call's number. Exit: its result.
    first: u64,
    /// Entry and seccomp: the arguments. Exit: the first byte says whether the result is an error.
    rest: [u64; 7],
}

/// Values of [`SyscallInfo::op`].
pub mod op {
    pub const ENTRY: u8 = 1;
    pub const EXIT: u8 = 2;
    pub const SECCOMP: u8 = 3;
}

impl SyscallInfo {
    pub fn nr(&self) -> i64 {
        self.first as i64
    }
    pub fn args(&self) -> [u64; 6] {
        let [a, b, c, d, e, f, _] = self.rest;
        [a, b, c, d, e, f]
    }
    pub fn result(&self) -> i64 {
        self.first as i64
    }
}

fn ptrace(request: u32, tid: i32, addr: usize, data: usize) -> io::Result<c_long> {
    // SAFETY: every caller passes a request of this module whose addr and data are either plain
    // numbers or point to a live value of the type that the request writes.
    let got = unsafe { libc::ptrace(request as _, tid, addr, data) };
    if got == -1 { Err(io::Error::last_os_error()) } else { Ok(got) }
}

/// Makes this thread the tracer of `tid`; a launched program dies with its tracer.
pub fn seize(tid: i32, launched: bool) -> io::Result<()> {
    let mut options =
        TRACE_SYSGOOD | TRACE_FORK | TRACE_VFORK | TRACE_CLONE | TRACE_EXEC | TRACE_SECCOMP;
    if launched {
        options |= EXITKILL;
    }
    ptrace(SEIZE, tid, 0, options as usize).map(drop)
}

/// Lets `tid` run until its next stop, delivering `signal` unless it is 0.
pub fn resume(tid: i32, at_calls: bool, signal: i32) -> io::Result<()> {
    ptrace(if at_calls { SYSCALL } else { CONT }, tid, 0, signal as usize).map(drop)
}

/// Leaves a group-stopped `tid` stopped, but listens for what happens to it.
pub fn listen(tid: i32) -> io::Result<()> {
    ptrace(LISTEN, tid, 0, 0).map(drop)
}

pub fn interrupt(tid: i32) -> io::Result<()> {
    ptrace(INTERRUPT, tid, 0, 0).map(drop)
}

pub fn detach(tid: i32, signal: i32) -> io::Result<()> {
    ptrace(DETACH, tid, 0, signal as usize).map(drop)
}

/// The new process of a fork event, the former thread of an exec event.
pub fn event_message(tid: i32) -> io::Result<u64> {
    let mut message: libc::c_ulong = 0;
    ptrace(GETEVENTMSG, tid, 0, &raw mut message as usize)?;
    Ok(message as u64)
}

pub fn signal_info(tid: i32) -> io::Result<libc::siginfo_t> {
    let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
    ptrace(GETSIGINFO, tid, 0, info.as_mut_ptr() as usize)?;
    // SAFETY: all-zero bytes are a siginfo_t, and the kernel has filled it.
    Ok(unsafe { info.assume_init() })
}

pub fn syscall_info(tid: i32) -> io::Result<SyscallInfo> {
    let mut info = SyscallInfo::default();
    ptrace(GET_SYSCALL_INFO, tid, size_of::<SyscallInfo>(), &raw mut info as usize)?;
    Ok(info)
}

/// Reads up to `buf.len()` bytes at `addr`; how many could be read.
pub fn read_memory(pid: i32, addr: u64, buf: &mut [u8]) -> usize {
    if buf.is_empty() || addr == 0 {
        return 0;
    }
    let once = |addr: u64, buf: &mut [u8]| -> usize {
        let local = libc::iovec { iov_base: buf.as_mut_ptr().cast(), iov_len: buf.len() };
        let remote = libc::iovec { iov_base: addr as usize as *mut _, iov_len: buf.len() };
        // SAFETY: `local` is exactly the buffer we own; a bad remote address is an error value.
        let got =
            unsafe { libc::process_vm_readv(pid, &raw const local, 1, &raw const remote, 1, 0) };
        usize::try_from(got).unwrap_or(0)
    };
    let got = once(addr, buf);
    if got > 0 {
        return got;
    }
    let refused =
        matches!(io::Error::last_os_error().raw_os_error(), Some(libc::EPERM | libc::ENOSYS));
    if refused {
        // Some containers allow ptrace and not process_vm_readv(2).
        let memory = std::fs::File::open(format!("/proc/{pid}/mem"));
        return memory.and_then(|memory| memory.read_at(buf, addr)).unwrap_or(0);
    }
    // An element that reaches into an unmapped page may fail whole: try to the end of the page.
    let page = 4096 - (addr % 4096) as usize;
    if page < buf.len() { once(addr, &mut buf[..page]) } else { 0 }
}

/// What `wait` brings: a thread that stopped or ended, and its status.
pub enum Waited {
    Status(i32, i32),
    Interrupted,
    NoOneLeft,
    Nothing,
}

/// Waits for any tracee of this thread, and no child of another thread.
pub fn wait(block: bool) -> Waited {
    let mut status = 0;
    let flags = libc::__WALL | libc::__WNOTHREAD | if block { 0 } else { libc::WNOHANG };
    // SAFETY: `status` is a live int.
    let tid = unsafe { libc::waitpid(-1, &raw mut status, flags) };
    match tid {
        0 => Waited::Nothing,
        -1 if io::Error::last_os_error().raw_os_error() == Some(libc::EINTR) => Waited::Interrupted,
        -1 => Waited::NoOneLeft,
        tid => Waited::Status(tid, status),
    }
}

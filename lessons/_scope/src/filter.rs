//! Seccomp filters: one stops a program only at the calls of interest, the other answers as if
//! a facility were missing.

use std::io;

use libc::sock_filter;

const LOAD: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
const EQUAL: u16 = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
const AT_LEAST: u16 = (libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K) as u16;
const ANY_BIT: u16 = (libc::BPF_JMP | libc::BPF_JSET | libc::BPF_K) as u16;
const ANSWER: u16 = (libc::BPF_RET | libc::BPF_K) as u16;

const ALLOW: u32 = libc::SECCOMP_RET_ALLOW;
const TRACE: u32 = libc::SECCOMP_RET_TRACE;
const ERRNO: u32 = libc::SECCOMP_RET_ERRNO;

/// Offsets in `struct seccomp_data` (seccomp(2)).
const NR: u32 = 0;
const ARCH: u32 = 4;
fn argument(n: u32) -> u32 {
    16 + 8 * n + if cfg!(target_endian = "big") { 4 } else { 0 }
}

/// The AUDIT_ARCH value of this program's own call table, where the filter knows it.
pub const NATIVE: Option<u32> = if cfg!(target_arch = "x86_64") {
    Some(0xc000_003e)
} else if cfg!(target_arch = "aarch64") {
    Some(0xc000_00b7)
} else if cfg!(target_arch = "riscv64") {
    Some(0xc000_00f3)
} else if cfg!(target_arch = "loongarch64") {
    Some(0xc000_0102)
} else if cfg!(all(target_arch = "powerpc64", target_endian = "little")) {
    Some(0xc000_0015)
} else if cfg!(target_arch = "s390x") {
    Some(0x8000_0016)
} else {
    None
};

/// A program for the kernel's packet filter machine.
#[derive(Clone)]
pub struct Filter(Vec<sock_filter>);

fn op(code: u16, k: u32) -> sock_filter {
    sock_filter { code, jt: 0, jf: 0, k }
}

/// If the test holds, skip `yes` instructions, else go on.
fn test(code: u16, k: u32, yes: usize) -> sock_filter {
    sock_filter { code, jt: u8::try_from(yes).expect("the filter is short"), jf: 0, k }
}

/// Calls of the other tables of this processor (32-bit, x32) pass: we could not name them.
fn head() -> Option<Vec<sock_filter>> {
    let mut code = vec![op(LOAD, ARCH), test(EQUAL, NATIVE?, 1), op(ANSWER, ALLOW), op(LOAD, NR)];
    if cfg!(target_arch = "x86_64") {
        code.push(sock_filter { code: AT_LEAST, jt: 0, jf: 1, k: 0x4000_0000 });
        code.push(op(ANSWER, ALLOW));
    }
    Some(code)
}

impl Filter {
    /// Stops at the calls of `wanted`: of `mmap` only what is shared, of `futex` only what is not
    /// private to a process. The kernel remembers which numbers it always allows, so that
    /// other calls cost nothing.
    pub fn stop_at(wanted: &[i64]) -> Option<Filter> {
        let special = [libc::SYS_mmap, libc::SYS_futex];
        let plain: Vec<_> = wanted.iter().copied().filter(|nr| !special.contains(nr)).collect();
        let mut code = head()?;
        let n = plain.len();
        // Layout: mmap?, futex?, the n plain tests, allow, trace, mmap's test, futex's test.
        code.push(test(EQUAL, special[0] as u32, n + 3));
        code.push(test(EQUAL, special[1] as u32, n + 2 + 4));
        for (i, nr) in plain.iter().enumerate() {
            code.push(test(EQUAL, *nr as u32, n - i));
        }
        code.push(op(ANSWER, ALLOW));
        code.push(op(ANSWER, TRACE));
        code.push(op(LOAD, argument(3)));
        code.push(test(ANY_BIT, libc::MAP_SHARED as u32, 1));
        code.push(op(ANSWER, ALLOW));
        code.push(op(ANSWER, TRACE));
        code.push(op(LOAD, argument(1)));
        code.push(test(ANY_BIT, libc::FUTEX_PRIVATE_FLAG as u32, 1));
        code.push(op(ANSWER, TRACE));
        code.push(op(ANSWER, ALLOW));
        Some(Filter(code))
    }

    /// Stops at every call.
    pub fn stop_always() -> Option<Filter> {
        let mut code = head()?;
        code.push(op(ANSWER, TRACE));
        Some(Filter(code))
    }

    /// Answers the calls of `refused` with `errno`, as a kernel or container without them does.
    pub fn refuse(refused: &[i64], errno: i32) -> Option<Filter> {
        let mut code = head()?;
        for (i, nr) in refused.iter().enumerate() {
            code.push(test(EQUAL, *nr as u32, refused.len() - i));
        }
        code.push(op(ANSWER, ALLOW));
        code.push(op(ANSWER, ERRNO | errno as u32));
        Some(Filter(code))
    }

    /// Answers as if there were no room for another thread: processes can still be made.
    pub fn refuse_threads() -> Option<Filter> {
        // The flags of `clone3` are in memory, where no filter looks: without it, C libraries
        // fall back to `clone`, see clone(2).
        let flags = argument(if cfg!(target_arch = "s390x") { 1 } else { 0 });
        let mut code = head()?;
        code.push(test(EQUAL, libc::SYS_clone3 as u32, 6));
        code.push(test(EQUAL, libc::SYS_clone as u32, 1));
        code.push(op(ANSWER, ALLOW));
        code.push(op(LOAD, flags));
        code.push(test(ANY_BIT, libc::CLONE_THREAD as u32, 1));
        code.push(op(ANSWER, ALLOW));
        code.push(op(ANSWER, ERRNO | libc::EAGAIN as u32));
        code.push(op(ANSWER, ERRNO | libc::ENOSYS as u32));
        Some(Filter(code))
    }

    /// Puts the filter on this thread and all that it makes from now on, for good. Without
    /// CAP_SYS_ADMIN that needs `no_new_privs`, which also turns set-uid off for them.
    ///
    /// Makes system calls only, so that it may be used between fork and exec.
    ///
    /// # Errors
    /// Where the kernel has no seccomp or forbids it.
    pub fn install(&self) -> io::Result<()> {
        let program =
            libc::sock_fprog { len: self.0.len() as u16, filter: self.0.as_ptr().cast_mut() };
        let attempt = || {
            // SAFETY: the kernel copies the program, which is alive, before the call returns.
            unsafe {
                libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program)
            }
        };
        if attempt() == 0 {
            return Ok(());
        }
        // SAFETY: takes numbers only.
        let promised = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
        if promised == 0 && attempt() == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }
}

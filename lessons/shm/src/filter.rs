//! A filter on system calls, after which a process can do nothing but end: `seccomp(2)`.

use libc::{
    BPF_ABS, BPF_JEQ, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W, SECCOMP_MODE_FILTER,
    SECCOMP_RET_ALLOW, SECCOMP_RET_KILL_PROCESS, SYS_exit, SYS_exit_group, sock_filter, sock_fprog,
};
use nix::errno::Errno;
use nix::sys::prctl::set_no_new_privs;
use stage::Result;

use crate::lacking;
use crate::process::no_core;

// ANCHOR: filter
/// From here on, any system call but those two ends this process with SIGSYS.
pub fn only_exit() -> Result {
    no_core()?;
    let mut program = [
        // The number of the call is the first field of what a filter gets to see.
        step(BPF_LD | BPF_W | BPF_ABS, 0, 0),
        step(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group as u32, 2),
        step(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit as u32, 1),
        step(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0),
        step(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0),
    ];
    let program = sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    set_no_new_privs()?;
    // SAFETY: the kernel copies the program, which is whole and in memory during the call.
    let set = unsafe { libc::prctl(libc::PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &raw const program) };
    Errno::result(set).map_err(lacking::facility("seccomp"))?;
    Ok(())
}

fn step(code: u32, k: u32, skip_if_equal: u8) -> sock_filter {
    sock_filter { code: code as u16, jt: skip_if_equal, jf: 0, k }
}
// ANCHOR_END: filter

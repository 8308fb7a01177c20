//! A filter after which a process can do nothing but end: `seccomp(2)`.

use libc::{
    BPF_ABS, BPF_JEQ, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W, SECCOMP_MODE_FILTER,
    SECCOMP_RET_ALLOW, SECCOMP_RET_KILL_PROCESS, SYS_exit_group, sock_filter, sock_fprog,
};
use nix::errno::Errno;
use nix::sys::prctl::{set_dumpable, set_no_new_privs};
use stage::{Result, missing};

/// From here on, any system call but `exit_group` ends this process with SIGSYS.
pub fn only_exit() -> Result {
    // Who is killed by the filter leaves no core file.
    set_dumpable(false)?;
    let step = |code: u32, k: u32, skip: u8| sock_filter { code: code as u16, jt: skip, jf: 0, k };
    let mut program = [
        // What a filter looks at begins with the number of the call.
        step(BPF_LD | BPF_W | BPF_ABS, 0, 0),
        step(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group as u32, 1),
        step(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0),
        step(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0),
    ];
    let program = sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    set_no_new_privs()?;
    // SAFETY: the kernel copies the program, which is whole and in memory during the call.
    let set = unsafe { libc::prctl(libc::PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &raw const program) };
    Errno::result(set).map(drop).map_err(|errno| {
        missing(format!("no filter can be set here ({errno})"), "allow seccomp filters")
    })
}

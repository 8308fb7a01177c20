//! A semaphore that is free is taken without the kernel. Sleeping and waking needs it, and a
//! System V semaphore always does.

use libc::IPC_CREAT;
use nix::errno::Errno;
use nix::sys::prctl::{set_dumpable, set_no_new_privs};
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::posix::{sem_getvalue, sem_post, sem_wait, semaphores};
use crate::process::fork;
use crate::sysv::{op, remove, semget, semop};

pub const SCENE: Scene = Scene::new(
    "no-calls",
    "a thousand times wait and post without a system call",
    &[("parent", parent)],
);

const PAIRS: usize = 1000;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let [lock, empty] = semaphores([1, 0])?;
    let set = semget(parent.sem_key("set")?, 1, IPC_CREAT | 0o600).map_err(lacking::system_v)?;

    let free = fork(parent, "free", |me| {
        me.says(format_args!("may make no system call: waits and posts {PAIRS} times"));
        only_exit()?;
        for _ in 0..PAIRS {
            sem_wait(lock)?;
            sem_post(lock)?;
        }
        Ok(())
    })?;
    parent.waits(free)?; // the kernel would have killed it
    parent.says(format_args!("finds the value {}", sem_getvalue(lock)?));

    let taken = fork(parent, "taken", |me| {
        me.says("may make no system call: waits where nothing is to take");
        only_exit()?;
        Ok(sem_wait(empty)?)
    })?;
    let taken = parent.reaps(taken)?;
    let system_v = fork(parent, "sysv", |me| {
        me.says("may make no system call: adds one to a System V semaphore");
        only_exit()?;
        Ok(semop(set, [op(0, 1, 0)])?)
    })?;
    let system_v = parent.reaps(system_v)?;
    for status in [taken, system_v] {
        let killed = matches!(status, WaitStatus::Signaled(_, Signal::SIGSYS, _));
        stage::ensure!(killed, "ended with {status:?}");
    }
    Ok(remove(set)?)
}
// ANCHOR_END: parent

// ANCHOR: only-exit
/// From now on the kernel kills this process at any system call but `exit_group`: `seccomp(2)`.
fn only_exit() -> Result {
    use libc::{BPF_ABS, BPF_JEQ, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W};
    let line = |code: u32, k: u32, jf: u8| libc::sock_filter { code: code as u16, jt: 0, jf, k };
    let mut program = [
        line(BPF_LD | BPF_W | BPF_ABS, 0, 0), // the number of the call
        line(BPF_JMP | BPF_JEQ | BPF_K, libc::SYS_exit_group as u32, 1),
        line(BPF_RET | BPF_K, libc::SECCOMP_RET_ALLOW, 0),
        line(BPF_RET | BPF_K, libc::SECCOMP_RET_KILL_PROCESS, 0),
    ];
    let filter = libc::sock_fprog { len: 4, filter: program.as_mut_ptr() };
    set_dumpable(false)?; // being killed like this leaves a core file otherwise
    set_no_new_privs()?;
    // SAFETY: the kernel copies the program, which is as long as it says.
    let done =
        unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const filter) };
    Errno::result(done).map(drop).map_err(lacking::seccomp)
}
// ANCHOR_END: only-exit

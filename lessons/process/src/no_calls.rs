//! Shared memory needs the kernel to be set up, and not to be used.

use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use nix::errno::Errno;
use nix::sys::prctl::set_no_new_privs;
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use nix::unistd::{pipe, write};
use stage::{Actor, Result, Scene, missing};

use crate::process::{fork, no_core};
use crate::shared::{Semaphore, shared};

pub const SCENE: Scene = Scene::new(
    "no-calls",
    "a thousand stores without a system call; a pipe needs one each",
    &[("parent", parent)],
);

const NUMBERS: usize = 1000;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let board = shared([const { AtomicU32::new(0) }; NUMBERS])?;
    let lock = Semaphore::new(1)?;
    let stores = fork(parent, "stores", |me| stores(me, board, lock))?;
    parent.waits(stores)?; // the kernel would have killed it
    let sum: u32 = board.iter().map(|number| number.load(Relaxed)).sum();
    parent.says(format!("finds {NUMBERS} numbers with the sum {sum}"));
    stage::ensure!(sum == 500_500, "the sum is {sum}");

    let (_reader, writer) = pipe()?;
    let writes = fork(parent, "writes", |me| writes(me, &writer))?;
    let status = parent.reaps(writes)?;
    let refused = matches!(status, WaitStatus::Signaled(_, Signal::SIGSYS, _));
    stage::ensure!(refused, "the write led to {status:?}");
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: children
fn stores(stores: &Actor, board: &[AtomicU32], lock: &Semaphore) -> Result {
    no_core()?;
    stores.says("lets the kernel kill it if it makes a system call, and stores");
    only_exit()?;
    for (place, number) in board.iter().zip(1..) {
        lock.wait()?; // free: it is taken without the kernel
        place.store(number, Relaxed);
        lock.post()?;
    }
    Ok(())
}

fn writes(writes: &Actor, writer: &OwnedFd) -> Result {
    no_core()?;
    writes.says("does the same, and writes one byte into a pipe");
    only_exit()?;
    write(writer, b"1")?;
    Ok(())
}
// ANCHOR_END: children

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
    set_no_new_privs()?;
    // SAFETY: the kernel copies the program, which is as long as it says.
    let done =
        unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const filter) };
    Errno::result(done).map(drop).map_err(|errno| {
        missing(
            format!("a process may not limit its own system calls here ({errno})"),
            "run on a kernel with CONFIG_SECCOMP_FILTER",
        )
    })
}
// ANCHOR_END: only-exit

//! The calls for System V semaphores, `semget(2)`, `semop(2)`, `semctl(2)`: what the C calls are,
//! with the error as a result.

use std::mem::zeroed;

use libc::{c_int, c_short, c_ushort, key_t, sembuf, semid_ds};
use nix::errno::Errno;

/// Finds or makes the set of a key, and returns its id.
pub fn semget(key: key_t, count: c_int, flags: c_int) -> nix::Result<c_int> {
    // SAFETY: the call takes numbers only.
    Errno::result(unsafe { libc::semget(key, count, flags) })
}

// ANCHOR: semop
/// One operation: which semaphore of the set, how much to add, and flags.
pub fn op(number: c_ushort, add: c_short, flags: c_int) -> sembuf {
    sembuf { sem_num: number, sem_op: add, sem_flg: flags as c_short }
}

/// Does all the operations at once, and sleeps until all of them can be done.
pub fn semop<const N: usize>(set: c_int, mut operations: [sembuf; N]) -> nix::Result<()> {
    // SAFETY: the array has as many operations as is said, and outlives the call.
    Errno::result(unsafe { libc::semop(set, operations.as_mut_ptr(), N) }).map(drop)
}
// ANCHOR_END: semop

/// Asks for a number: `GETVAL`, `GETPID`, `GETNCNT` or `GETZCNT`.
pub fn get(set: c_int, number: c_int, what: c_int) -> nix::Result<c_int> {
    // SAFETY: these commands take no further argument.
    Errno::result(unsafe { libc::semctl(set, number, what) })
}

/// All the values of a set of `N`.
pub fn get_all<const N: usize>(set: c_int) -> nix::Result<[c_ushort; N]> {
    let mut values = [0; N];
    // SAFETY: a scene asks for as many values as it has made semaphores.
    Errno::result(unsafe { libc::semctl(set, 0, libc::GETALL, values.as_mut_ptr()) })?;
    Ok(values)
}

/// Sets one value, `SETVAL`.
pub fn set_value(set: c_int, number: c_int, value: c_int) -> nix::Result<()> {
    // SAFETY: the command takes a number.
    Errno::result(unsafe { libc::semctl(set, number, libc::SETVAL, value) }).map(drop)
}

/// Sets all the values of a set of `N`.
pub fn set_all<const N: usize>(set: c_int, mut values: [c_ushort; N]) -> nix::Result<()> {
    // SAFETY: a scene gives as many values as it has made semaphores.
    Errno::result(unsafe { libc::semctl(set, 0, libc::SETALL, values.as_mut_ptr()) }).map(drop)
}

/// Whether anybody has ever done an operation on the set.
pub fn used(set: c_int) -> nix::Result<bool> {
    // SAFETY: all zeros is a valid `semid_ds`, and the kernel fills it.
    unsafe {
        let mut found: semid_ds = zeroed();
        Errno::result(libc::semctl(set, 0, libc::IPC_STAT, &raw mut found))?;
        Ok(found.sem_otime != 0)
    }
}

/// Removes the set at once: `IPC_RMID`.
pub fn remove(set: c_int) -> nix::Result<()> {
    // SAFETY: this command takes no further argument.
    Errno::result(unsafe { libc::semctl(set, 0, libc::IPC_RMID) }).map(drop)
}

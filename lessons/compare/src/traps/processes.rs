//! What the wrong measurements need: another process, and something to pass to it.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::atomic::AtomicU64;

use nix::sched::{CpuSet, sched_setaffinity};
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};
use nix::sys::signal::Signal;
use nix::sys::wait::waitpid;
use nix::sys::{prctl, wait::WaitStatus};
use nix::unistd::{ForkResult, Pid, fork, pipe};
use stage::Result;

use crate::measure::clock::now;

/// How many round trips a batch has.
pub const BATCH: u32 = 1000;

/// The mean of each batch of round trips of a byte, with something done before each turn.
pub fn round_trips(batches: u32, near: impl Fn(u32), far: impl Fn(u32)) -> Result<Vec<f64>> {
    // The first batch warms up.
    Ok(round_trips_of(batches + 1, BATCH, near, far)?.split_off(1))
}

/// So many batches of so many round trips.
pub fn round_trips_of(
    batches: u32,
    each: u32,
    near: impl Fn(u32),
    far: impl Fn(u32),
) -> Result<Vec<f64>> {
    let (requests, to_far) = pipe()?;
    let (replies, to_near) = pipe()?;
    let peer = child(|| {
        let (mut requests, mut to_near) =
            (File::from(requests.try_clone()?), File::from(to_near.try_clone()?));
        for round in 0..batches * each {
            requests.read_exact(&mut [0])?;
            far(round);
            to_near.write_all(b"x")?;
        }
        Ok(())
    })?;
    let (mut to_far, mut replies) = (File::from(to_far), File::from(replies));
    let mut means = Vec::new();
    for _ in 0..batches {
        let begin = now();
        for round in 0..each {
            near(round);
            to_far.write_all(b"x")?;
            replies.read_exact(&mut [0])?;
        }
        means.push((now() - begin) as f64 / f64::from(each));
    }
    reap(peer)?;
    Ok(means)
}

/// A process that plays its part and ends; it ends with this one, too.
pub fn child(part: impl FnOnce() -> io::Result<()>) -> Result<Pid> {
    // SAFETY: there is one thread, so nothing is locked or half done in the copy.
    match unsafe { fork() }? {
        ForkResult::Parent { child } => Ok(child),
        ForkResult::Child => {
            let played = prctl::set_pdeathsig(Signal::SIGKILL).map_err(io::Error::from);
            let status = i32::from(played.and_then(|()| part()).is_err());
            // SAFETY: ends this process at once, and writes no buffer that it has copied.
            unsafe { libc::_exit(status) }
        }
    }
}

/// Waits for its end, which must be a good one.
pub fn reap(child: Pid) -> Result {
    let status = waitpid(child, None)?;
    stage::ensure!(matches!(status, WaitStatus::Exited(_, 0)), "the peer ended with {status:?}");
    Ok(())
}

/// Keeps this process, and those that it will make, on these processors.
pub fn pin(processors: &[usize]) -> Result {
    let mut set = CpuSet::new();
    for &processor in processors {
        set.set(processor)?;
    }
    Ok(sched_setaffinity(Pid::from_raw(0), &set)?)
}

/// Memory that this process and those that it will make share.
pub fn shared(length: usize) -> Result<&'static [AtomicU64]> {
    let size = length.try_into().map_err(|_| stage::Error::new("no bytes"))?;
    let how = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // SAFETY: the kernel chooses a free place, so that no other memory is touched.
    let place = unsafe { mmap_anonymous(None, size, how, MapFlags::MAP_SHARED) }?;
    // SAFETY: the memory is new, zero, and stays until the end; any bytes are valid.
    Ok(unsafe {
        std::slice::from_raw_parts(place.as_ptr().cast(), length / size_of::<AtomicU64>())
    })
}

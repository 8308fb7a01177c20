//! Seals on a memfd: who receives it knows that nobody will change or shrink it, ever.

use std::num::NonZeroUsize;
use std::os::fd::OwnedFd;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, SealFlag, fcntl};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};
use nix::unistd::{ftruncate, write};
use stage::{Actor, Result, Scene, memory};

use crate::lacking;
use crate::memory::{READ_WRITE, Text, map};
use crate::process::fork;

pub const SCENE: Scene =
    Scene::new("sealed", "a sealed memfd cannot be changed by anybody", &[("maker", maker)]);

const NOTE: &str = "carved in stone";

// ANCHOR: maker
fn maker(maker: &Actor) -> Result {
    let flags = MFdFlags::MFD_ALLOW_SEALING;
    let object = memfd_create("note", flags).map_err(lacking::facility("memfd"))?;
    ftruncate(&object, Text::SIZE as libc::off_t)?;
    let place = map(&object, Text::SIZE, READ_WRITE)?;
    maker.sends(memory("memory"), NOTE);
    // SAFETY: any bytes are a valid `Text`, and the mapping is there.
    unsafe { place.cast::<Text>().as_ref() }.store(NOTE);

    let seals = SealFlag::F_SEAL_WRITE | SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_GROW;
    let seal = || fcntl(&object, FcntlArg::F_ADD_SEALS(seals | SealFlag::F_SEAL_SEAL));
    let early = seal().err().unwrap_or(Errno::UnknownErrno);
    maker.says(format_args!("has it mapped for writing, and seals it: {early:?}"));
    // SAFETY: nobody uses the mapping any more.
    unsafe { munmap(place.cast(), Text::SIZE) }?;
    seal()?;
    maker.says("unmaps it, and seals it");
    stage::ensure!(early == Errno::EBUSY, "sealing failed with {early:?}");
    let taker = fork(maker, "taker", |me| taker(me, &object))?;
    maker.waits(taker)
}
// ANCHOR_END: maker

// ANCHOR: taker
fn taker(taker: &Actor, object: &OwnedFd) -> Result {
    let written = write(object, b"X").err().unwrap_or(Errno::UnknownErrno);
    let shrunk = ftruncate(object, 0).err().unwrap_or(Errno::UnknownErrno);
    let mapped = map(object, Text::SIZE, READ_WRITE).err().unwrap_or(Errno::UnknownErrno);
    taker.says(format_args!("writes: {written:?}; shrinks: {shrunk:?}"));
    taker.says(format_args!("maps it for writing: {mapped:?}"));
    stage::ensure!([written, shrunk, mapped] == [Errno::EPERM; 3], "something was allowed");

    // Private and read-only, since kernels before 6.7 refuse any shared mapping of it.
    let length = NonZeroUsize::new(Text::SIZE).unwrap_or(NonZeroUsize::MIN);
    let flags = MapFlags::MAP_PRIVATE;
    // SAFETY: the kernel chooses a free place.
    let place = unsafe { mmap(None, length, ProtFlags::PROT_READ, flags, object, 0) }?;
    // SAFETY: any bytes are a valid `Text`, and nothing can take the page away: it is sealed.
    taker.gets(memory("memory"), unsafe { place.cast::<Text>().as_ref() }.load());
    Ok(())
}
// ANCHOR_END: taker

//! Memory that two processes share, obtained in four ways that lead to the same thing: a mapping.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::ptr::{self, NonNull};
use std::rc::Rc;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::mman::{shm_open, shm_unlink};
use nix::sys::stat::Mode;
use nix::unistd::ftruncate;
use stage::{Result, missing};

use super::Setup;

/// A shared mapping, all zeros at first. Both processes inherit it at the same address.
pub struct Memory {
    start: NonNull<u8>,
    length: usize,
}

/// One of the four ways.
pub type Way = fn(&Setup, usize) -> Result<Rc<Memory>>;

/// `shm_open`: an object in the name space of POSIX shared memory.
pub fn posix(setup: &Setup, length: usize) -> Result<Rc<Memory>> {
    let name = setup.register.posix("shm", "memory")?;
    let flags = OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_RDWR;
    let object =
        shm_open(name.as_c_str(), flags, Mode::S_IRUSR | Mode::S_IWUSR).map_err(|error| {
            missing(
                format!("POSIX shared memory cannot be made: {error}"),
                "mount a tmpfs at `/dev/shm`",
            )
        })?;
    shm_unlink(name.as_c_str())?;
    ftruncate(&object, i64::try_from(length)?)?;
    map(&object, length)
}

/// `shmget` and `shmat`: a segment with a System V key.
pub fn system_v(setup: &Setup, length: usize) -> Result<Rc<Memory>> {
    let key = setup.register.key("sysv-shm", "memory")?;
    let flags = libc::IPC_CREAT | libc::IPC_EXCL | 0o600;
    // SAFETY: these three calls take numbers; `shmat` chooses a free place itself.
    let start = unsafe {
        let id = Errno::result(libc::shmget(key, length, flags)).map_err(|error| {
            missing(
                format!("a System V segment of {length} bytes cannot be made: {error}"),
                "use a kernel with System V IPC, and raise `kernel.shmmax`",
            )
        })?;
        let start = libc::shmat(id, ptr::null(), 0);
        // It goes with the last process that has it attached.
        libc::shmctl(id, libc::IPC_RMID, ptr::null_mut());
        if start as isize == -1 {
            return Err(Errno::last().into());
        }
        start
    };
    Memory::touched(start, length)
}

/// `memfd_create`: a file in memory without a name.
pub fn memfd(_: &Setup, length: usize) -> Result<Rc<Memory>> {
    let file = memfd_create("compare", MFdFlags::empty()).map_err(|error| {
        missing(format!("`memfd_create` is refused: {error}"), "use a kernel since 3.17")
    })?;
    ftruncate(&file, i64::try_from(length)?)?;
    map(&file, length)
}

/// `open`: a file on a disk, in the folder for temporary files.
pub fn file(setup: &Setup, length: usize) -> Result<Rc<Memory>> {
    let path = setup.register.path("memory")?;
    let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
    fs::remove_file(&path)?;
    file.set_len(length.try_into()?)?;
    map(&file, length)
}

fn map(fd: &impl AsRawFd, length: usize) -> Result<Rc<Memory>> {
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a new mapping at a place that the kernel chooses.
    let start =
        unsafe { libc::mmap(ptr::null_mut(), length, access, libc::MAP_SHARED, fd.as_raw_fd(), 0) };
    if start == libc::MAP_FAILED {
        return Err(io::Error::last_os_error().into());
    }
    Memory::touched(start, length)
}

impl Memory {
    /// Touches every page now: a page that is not there yet would be made inside the figure.
    fn touched(start: *mut libc::c_void, length: usize) -> Result<Rc<Self>> {
        let start = NonNull::new(start.cast::<u8>()).ok_or(Errno::EFAULT)?;
        // SAFETY: the mapping is that long, and nobody else knows it yet.
        unsafe { start.as_ptr().write_bytes(0, length) };
        Ok(Rc::new(Self { start, length }))
    }

    /// The place so many bytes after its start.
    pub fn at(&self, offset: usize) -> NonNull<u8> {
        assert!(offset < self.length, "{offset} is beyond {} bytes", self.length);
        // SAFETY: it is inside the mapping.
        unsafe { self.start.add(offset) }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: the links that pointed into it are gone: they hold it by `Rc`.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.length) };
    }
}

//! How the processes of these scenes come to be and find each other.

use std::fs::{self, File};
use std::num::NonZeroUsize;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicI64;

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};
use nix::sys::signal::{Signal, raise};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use stage::{Actor, Child, Fork, Result};

/// Forks a process that has the other end of a connection.
#[track_caller]
pub fn connected(
    me: &Actor,
    name: &str,
    part: impl FnOnce(&Actor, UnixStream) -> Result,
) -> Result<(Child, UnixStream)> {
    let (mine, theirs) = UnixStream::pair()?;
    match me.forks(name)? {
        Fork::Child(me) => {
            // With a copy of the caller's end, a server would never see that the caller has gone.
            drop(mine);
            me.plays(|me| part(me, theirs))
        }
        Fork::Parent(child) => Ok((child, mine)),
    }
}

/// Listens at a path, and lets the client go on.
pub fn listen(server: &Actor) -> Result<UnixListener> {
    let listener = UnixListener::bind(server.socket_path("account")?)?;
    fs::write(note(server)?, "")?;
    Ok(listener)
}

/// Connects to the path as soon as somebody listens there.
pub fn connect(client: &Actor) -> Result<UnixStream> {
    fs::read(note(client)?)?;
    Ok(UnixStream::connect(client.socket_path("account")?)?)
}

/// A FIFO: who opens one end waits for the other one, whoever comes first.
pub fn note(me: &Actor) -> Result<PathBuf> {
    let path = me.path("note")?;
    match mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR) {
        Ok(()) | Err(Errno::EEXIST) => Ok(path),
        Err(errno) => Err(errno.into()),
    }
}

/// Puts a number into memory that this process's children share.
pub fn shared(number: AtomicI64) -> Result<&'static AtomicI64> {
    let length = NonZeroUsize::MIN.saturating_add(size_of::<AtomicI64>() - 1);
    let how = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // SAFETY: the kernel chooses a free place, so that no other memory is touched.
    let place = unsafe { mmap_anonymous(None, length, how, MapFlags::MAP_SHARED) }?.cast();
    // SAFETY: the memory is new, large enough, aligned to a page, and stays until the end.
    unsafe {
        place.write(number);
        Ok(place.as_ref())
    }
}

/// Has the file to itself until what is returned is dropped, see `flock(2)`.
pub fn locked(path: &Path) -> Result<Flock<File>> {
    Flock::lock(File::create(path)?, FlockArg::LockExclusive).map_err(|(_, errno)| errno.into())
}

/// Ends this process as `kill -9` does: it cannot say goodbye.
pub fn is_killed() -> ! {
    let _ = raise(Signal::SIGKILL);
    std::process::abort()
}

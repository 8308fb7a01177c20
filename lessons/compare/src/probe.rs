//! One face for very different mechanisms, so that the same questions can be put to all of them.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::atomic::{AtomicU8, Ordering};

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::mqueue::{MQ_OFlag, MqAttr, MqdT, mq_open, mq_receive, mq_send};
use nix::sys::mman::{MapFlags, ProtFlags, mmap, shm_open};
use nix::sys::stat::Mode;
use nix::unistd::{ftruncate, mkfifo, pipe2};
use stage::{Actor, Result, missing};

/// The rows of the notes' table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    Pipe,
    Fifo,
    Queue,
    Memory,
    Semaphore,
    Socket,
}

/// One side of a mechanism that has been made or opened. Nothing waits.
pub enum End {
    /// A pipe's or a FIFO's: it reads or it writes.
    Stream(File),
    Queue(Rc<MqdT>),
    Memory(&'static [AtomicU8; 2]),
    Semaphore(NonNull<libc::sem_t>),
    Socket(UnixStream),
}

/// What came out.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// So many bytes; a semaphore gives none, but lets one pass.
    Bytes(Vec<u8>),
    /// There will never be anything any more.
    End,
    /// There is nothing.
    Nothing,
}

const NONBLOCK: OFlag = OFlag::O_NONBLOCK.union(OFlag::O_CLOEXEC);
const OWNER: Mode = Mode::S_IRUSR.union(Mode::S_IWUSR);

impl Mechanism {
    /// Makes it under a name of the run, if it has one: the side that takes, the side that puts.
    pub fn make(self, actor: &Actor, label: &str) -> Result<(End, End)> {
        match self {
            Self::Pipe => {
                let (reader, writer) = pipe2(NONBLOCK)?;
                Ok((End::Stream(reader.into()), End::Stream(writer.into())))
            }
            Self::Fifo => {
                let path = actor.path(label)?;
                mkfifo(&path, OWNER)?;
                let reader = nonblocking(&path, OFlag::O_RDONLY)?;
                Ok((reader, nonblocking(&path, OFlag::O_WRONLY)?))
            }
            Self::Queue => {
                let flags = MQ_OFlag::O_CREAT | MQ_OFlag::O_RDWR | MQ_OFlag::O_NONBLOCK;
                let room = MqAttr::new(0, 4, 16, 0);
                let name = actor.mq_name(label)?;
                let queue = mq_open(name.as_c_str(), flags, OWNER, Some(&room)).map_err(lacking)?;
                let queue = Rc::new(queue);
                Ok((End::Queue(queue.clone()), End::Queue(queue)))
            }
            Self::Memory => {
                let name = actor.shm_name(label)?;
                let flags = OFlag::O_CREAT | OFlag::O_RDWR;
                let object = shm_open(name.as_c_str(), flags, OWNER).map_err(lacking)?;
                ftruncate(&object, 2)?;
                Ok((map(&object)?, map(&object)?))
            }
            Self::Semaphore => {
                let name = actor.sem_name(label)?;
                let none: libc::c_uint = 0;
                // SAFETY: the name ends with a zero byte; mode and value follow O_CREAT.
                let place =
                    unsafe { libc::sem_open(name.as_ptr(), libc::O_CREAT, OWNER.bits(), none) };
                let place = semaphore(place)?;
                Ok((End::Semaphore(place), End::Semaphore(place)))
            }
            Self::Socket => {
                let listener = UnixListener::bind(actor.path(label)?)?;
                let caller = UnixStream::connect(actor.path(label)?)?;
                let (accepted, _) = listener.accept()?;
                // Whoever comes later would wait in a queue that somebody still looks at.
                std::mem::forget(listener);
                Ok((quick(accepted)?, quick(caller)?))
            }
        }
    }

    /// Finds it by its name.
    pub fn open(self, actor: &Actor, label: &str) -> Result<End> {
        match self {
            Self::Pipe => nonblocking(&actor.path(label)?, OFlag::O_RDONLY),
            Self::Fifo => nonblocking(&actor.path(label)?, OFlag::O_RDONLY),
            Self::Queue => {
                let flags = MQ_OFlag::O_RDWR | MQ_OFlag::O_NONBLOCK;
                let name = actor.mq_name(label)?;
                Ok(End::Queue(Rc::new(mq_open(name.as_c_str(), flags, OWNER, None)?)))
            }
            Self::Memory => {
                let name = actor.shm_name(label)?;
                map(&shm_open(name.as_c_str(), OFlag::O_RDWR, OWNER)?)
            }
            Self::Semaphore => {
                let name = actor.sem_name(label)?;
                // SAFETY: the name ends with a zero byte.
                semaphore(unsafe { libc::sem_open(name.as_ptr(), 0) }).map(End::Semaphore)
            }
            Self::Socket => quick(UnixStream::connect(actor.path(label)?)?),
        }
    }
}

impl End {
    /// Puts two bytes in, or posts.
    pub fn put(&self, bytes: [u8; 2]) -> io::Result<()> {
        match self {
            Self::Stream(file) => (&*file).write_all(&bytes)?,
            Self::Queue(queue) => mq_send(queue, &bytes, 0)?,
            Self::Memory(place) => {
                for (place, byte) in place.iter().zip(bytes) {
                    place.store(byte, Ordering::Release);
                }
            }
            Self::Semaphore(place) => {
                // SAFETY: the semaphore stays mapped until this process ends.
                let done = unsafe { libc::sem_post(place.as_ptr()) };
                Errno::result(done)?;
            }
            Self::Socket(socket) => (&*socket).write_all(&bytes)?,
        }
        Ok(())
    }

    /// Takes whatever is there, in one call.
    pub fn take(&self) -> Result<Taken> {
        let mut room = [0; 16];
        let taken = match self {
            Self::Stream(file) => (&*file).read(&mut room),
            Self::Queue(queue) => {
                let mut priority = 0;
                mq_receive(queue, &mut room, &mut priority).map_err(io::Error::from)
            }
            Self::Memory(place) => {
                let bytes = place.iter().map(|byte| byte.load(Ordering::Acquire));
                return Ok(Taken::Bytes(bytes.collect()));
            }
            Self::Semaphore(place) => {
                // SAFETY: the semaphore stays mapped until this process ends.
                let done = Errno::result(unsafe { libc::sem_trywait(place.as_ptr()) });
                return match done {
                    Ok(_) => Ok(Taken::Bytes(Vec::new())),
                    Err(Errno::EAGAIN) => Ok(Taken::Nothing),
                    Err(error) => Err(error.into()),
                };
            }
            Self::Socket(socket) => (&*socket).read(&mut room),
        };
        match taken {
            Ok(0) => Ok(Taken::End),
            Ok(length) => Ok(Taken::Bytes(room[..length].to_vec())),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Taken::Nothing),
            Err(error) => Err(error.into()),
        }
    }
}

fn nonblocking(path: &std::path::Path, how: OFlag) -> Result<End> {
    let file: OwnedFd = nix::fcntl::open(path, how | NONBLOCK, Mode::empty())?;
    Ok(End::Stream(file.into()))
}

fn quick(socket: UnixStream) -> Result<End> {
    socket.set_nonblocking(true)?;
    Ok(End::Socket(socket))
}

fn map(object: &OwnedFd) -> Result<End> {
    let length = std::num::NonZeroUsize::MIN.saturating_add(1);
    let how = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // SAFETY: the kernel chooses a free place, so that no other memory is touched.
    let place = unsafe { mmap(None, length, how, MapFlags::MAP_SHARED, object, 0) }?;
    // SAFETY: the mapping has two bytes, any of which is valid, and stays until the end.
    Ok(End::Memory(unsafe { place.cast().as_ref() }))
}

fn semaphore(place: *mut libc::sem_t) -> Result<NonNull<libc::sem_t>> {
    let found = NonNull::new(place).filter(|_| place != libc::SEM_FAILED);
    Ok(found.ok_or_else(Errno::last)?)
}

fn lacking(errno: Errno) -> stage::Error {
    match errno {
        Errno::ENOSYS | Errno::EACCES | Errno::EPERM | Errno::ENOENT | Errno::EROFS => missing(
            format!("a mechanism of the table cannot be made here: {errno}"),
            "use a kernel with POSIX message queues, and mount a tmpfs at `/dev/shm`",
        ),
        errno => errno.into(),
    }
}

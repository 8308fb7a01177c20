//! The calls that matter to interprocess communication: their one name, what they are about,
//! and the shape of their arguments.

use std::sync::OnceLock;

use crate::event::Group;
use crate::event::Group::*;
use crate::syscall_names;

/// The shape of an argument. Numbers are indices of other arguments.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    Fd,
    DirFd,
    /// Two descriptors that the call made.
    FdPair,
    Int,
    Size,
    Octal,
    Pointer,
    /// Flags of a family.
    Flags(Names),
    /// One of a family.
    One(Names),
    Path,
    Argv,
    /// Bytes for the kernel, as many as argument n says.
    Given(usize),
    /// Bytes from the kernel, as many as the result says.
    Got,
    GivenVec(usize),
    GotVec(usize),
    GivenMessage,
    GotMessage,
    GivenMessages(usize),
    GotMessages,
    /// A socket address of the length in argument n.
    Address(usize),
    /// A socket address whose length is behind argument n.
    GotAddress(usize),
    PollFds(usize),
    FdSet(usize),
    EpollEvent,
    EpollEvents,
    Signal,
    SignalSet,
    Action,
    SignalInfo,
    Pid,
    WaitStatus,
    Time,
    #[cfg(target_arch = "x86_64")]
    TimeVal,
    Sembuf(usize),
    GivenMsg(usize),
    GotMsg,
    CloneArgs,
    CloneFlags,
    FutexOp,
    Offset,
    QueueAttr,
    /// The argument of the fcntl operation in argument n.
    FcntlArg(usize),
}

/// Families of constants (`flags.rs`).
#[derive(Clone, Copy, Debug)]
pub enum Names {
    Open,
    At,
    PipeFlags,
    FdFlags,
    Fcntl,
    SocketFamily,
    SocketType,
    SocketLevel,
    Message,
    How,
    Eventfd,
    Memfd,
    EpollCtl,
    Map,
    Protection,
    Splice,
    Flock,
    Ipc,
    ShmAt,
    IpcControl,
    SemControl,
    SemOp,
    LockType,
    Wait,
    IdType,
    Prctl,
    /// What F_SETFL sets.
    Status,
}

/// One call of the kernel.
#[derive(Debug)]
pub struct Entry {
    pub nr: i64,
    /// The kernel's name.
    pub syscall: &'static str,
    /// The operation's one name.
    pub name: &'static str,
    pub group: Group,
    pub args: &'static [(&'static str, Shape)],
}

use Names as N;
#[cfg(target_arch = "x86_64")]
use Shape::TimeVal;
use Shape::{
    Action, Address, Argv, CloneArgs, CloneFlags, DirFd, EpollEvent, EpollEvents, FcntlArg, Fd,
    FdPair, FdSet, Flags, FutexOp, Given, GivenMessage, GivenMessages, GivenMsg, GivenVec, Got,
    GotAddress, GotMessage, GotMessages, GotMsg, GotVec, Int, Octal, Offset, One, Path, Pid,
    Pointer, PollFds, QueueAttr, Sembuf, SignalInfo, SignalSet, Size, Time, WaitStatus,
};

macro_rules! table {
    ($($(#[$only:meta])? $nr:ident $name:literal $group:ident ($($arg:ident $shape:expr),*);)*) => {
        /// Every call that is understood.
        pub static TABLE: &[Entry] = &[$(
            $(#[$only])?
            Entry {
                nr: libc::$nr as i64,
                // SYS_pipe2 names the call pipe2.
                syscall: strip(stringify!($nr)),
                name: $name,
                group: $group,
                args: &[$((stringify!($arg), $shape)),*],
            },
        )*];
    };
}

const fn strip(constant: &'static str) -> &'static str {
    constant.split_at(4).1
}

table! {
    // Descriptors.
    #[cfg(target_arch = "x86_64")] SYS_pipe "pipe" Descriptor (ends FdPair);
    SYS_pipe2 "pipe" Descriptor (ends FdPair, flags Flags(N::PipeFlags));
    SYS_dup "dup" Descriptor (fd Fd);
    #[cfg(target_arch = "x86_64")] SYS_dup2 "dup2" Descriptor (fd Fd, to Int);
    SYS_dup3 "dup2" Descriptor (fd Fd, to Int, flags Flags(N::FdFlags));
    SYS_close "close" Descriptor (fd Fd);
    SYS_close_range "close_range" Descriptor (first Int, last Int, flags Int);
    SYS_fcntl "fcntl" Descriptor (fd Fd, op One(N::Fcntl), arg FcntlArg(1));
    SYS_flock "flock" Sync (fd Fd, op Flags(N::Flock));
    #[cfg(target_arch = "x86_64")] SYS_open "open" Descriptor (path Path, flags Flags(N::Open), mode Octal);
    #[cfg(target_arch = "x86_64")] SYS_creat "open" Descriptor (path Path, mode Octal);
    SYS_openat "open" Descriptor (dir DirFd, path Path, flags Flags(N::Open), mode Octal);
    #[cfg(target_arch = "x86_64")] SYS_mknod "mkfifo" Descriptor (path Path, mode Octal, dev Int);
    SYS_mknodat "mkfifo" Descriptor (dir DirFd, path Path, mode Octal, dev Int);
    #[cfg(target_arch = "x86_64")] SYS_unlink "unlink" Descriptor (path Path);
    SYS_unlinkat "unlink" Descriptor (dir DirFd, path Path, flags Flags(N::At));
    #[cfg(target_arch = "x86_64")] SYS_eventfd "eventfd" Descriptor (count Int);
    SYS_eventfd2 "eventfd" Descriptor (count Int, flags Flags(N::Eventfd));
    SYS_memfd_create "memfd_create" Descriptor (name Path, flags Flags(N::Memfd));
    SYS_ftruncate "ftruncate" Descriptor (fd Fd, length Size);
    SYS_fallocate "fallocate" Descriptor (fd Fd, mode Int, offset Int, length Size);
    SYS_pidfd_open "pidfd_open" Descriptor (pid Pid, flags Int);
    SYS_pidfd_getfd "pidfd_getfd" Descriptor (pidfd Fd, target Int, flags Int);
    #[cfg(target_arch = "x86_64")] SYS_signalfd "signalfd" Descriptor (fd Int, mask SignalSet);
    SYS_signalfd4 "signalfd" Descriptor (fd Int, mask SignalSet, size Size, flags Flags(N::Eventfd));

    // Bytes.
    SYS_read "read" Data (fd Fd, buf Got, count Size);
    SYS_write "write" Data (fd Fd, buf Given(2), count Size);
    SYS_readv "readv" Data (fd Fd, iov GotVec(2), count Int);
    SYS_writev "writev" Data (fd Fd, iov GivenVec(2), count Int);
    SYS_pread64 "pread" Data (fd Fd, buf Got, count Size, offset Int);
    SYS_pwrite64 "pwrite" Data (fd Fd, buf Given(2), count Size, offset Int);
    SYS_preadv "preadv" Data (fd Fd, iov GotVec(2), count Int, offset Int);
    SYS_pwritev "pwritev" Data (fd Fd, iov GivenVec(2), count Int, offset Int);
    SYS_preadv2 "preadv" Data (fd Fd, iov GotVec(2), count Int, offset Int, high Int, flags Int);
    SYS_pwritev2 "pwritev" Data (fd Fd, iov GivenVec(2), count Int, offset Int, high Int, flags Int);
    SYS_splice "splice" Data (from Fd, from_offset Offset, to Fd, to_offset Offset, count Size, flags Flags(N::Splice));
    SYS_tee "tee" Data (from Fd, to Fd, count Size, flags Flags(N::Splice));
    SYS_vmsplice "vmsplice" Data (fd Fd, iov GivenVec(2), count Int, flags Flags(N::Splice));
    SYS_sendfile "sendfile" Data (to Fd, from Fd, offset Offset, count Size);
    SYS_copy_file_range "copy_file_range" Data (from Fd, from_offset Offset, to Fd, to_offset Offset, count Size, flags Int);
    SYS_process_vm_readv "process_vm_readv" Data (pid Pid, local GotVec(2), count Int, remote Pointer, remote_count Int, flags Int);
    SYS_process_vm_writev "process_vm_writev" Data (pid Pid, local GivenVec(2), count Int, remote Pointer, remote_count Int, flags Int);

    // Sockets.
    SYS_socket "socket" Socket (family One(N::SocketFamily), kind Flags(N::SocketType), protocol Int);
    SYS_socketpair "socketpair" Socket (family One(N::SocketFamily), kind Flags(N::SocketType), protocol Int, ends FdPair);
    SYS_bind "bind" Socket (fd Fd, address Address(2), length Size);
    SYS_listen "listen" Socket (fd Fd, backlog Int);
    SYS_accept "accept" Socket (fd Fd, address GotAddress(2), length Pointer);
    SYS_accept4 "accept" Socket (fd Fd, address GotAddress(2), length Pointer, flags Flags(N::SocketType));
    SYS_connect "connect" Socket (fd Fd, address Address(2), length Size);
    SYS_shutdown "shutdown" Socket (fd Fd, how One(N::How));
    SYS_getsockopt "getsockopt" Socket (fd Fd, level One(N::SocketLevel), option Int, value Pointer, length Pointer);
    SYS_setsockopt "setsockopt" Socket (fd Fd, level One(N::SocketLevel), option Int, value Pointer, length Size);
    SYS_getsockname "getsockname" Socket (fd Fd, address GotAddress(2), length Pointer);
    SYS_getpeername "getpeername" Socket (fd Fd, address GotAddress(2), length Pointer);
    SYS_sendto "send" Data (fd Fd, buf Given(2), count Size, flags Flags(N::Message), address Address(5), length Size);
    SYS_recvfrom "recv" Data (fd Fd, buf Got, count Size, flags Flags(N::Message), address GotAddress(5), length Pointer);
    SYS_sendmsg "sendmsg" Data (fd Fd, message GivenMessage, flags Flags(N::Message));
    SYS_recvmsg "recvmsg" Data (fd Fd, message GotMessage, flags Flags(N::Message));
    SYS_sendmmsg "sendmmsg" Data (fd Fd, messages GivenMessages(2), count Int, flags Flags(N::Message));
    SYS_recvmmsg "recvmmsg" Data (fd Fd, messages GotMessages, count Int, flags Flags(N::Message), timeout Time);

    // Waiting for several.
    #[cfg(target_arch = "x86_64")] SYS_poll "poll" Poll (fds PollFds(1), count Int, ms Int);
    SYS_ppoll "poll" Poll (fds PollFds(1), count Int, timeout Time, mask SignalSet);
    #[cfg(target_arch = "x86_64")] SYS_select "select" Poll (count Int, read FdSet(0), write FdSet(0), except FdSet(0), timeout TimeVal);
    SYS_pselect6 "select" Poll (count Int, read FdSet(0), write FdSet(0), except FdSet(0), timeout Time, mask Pointer);
    #[cfg(target_arch = "x86_64")] SYS_epoll_create "epoll_create" Poll (size Int);
    SYS_epoll_create1 "epoll_create" Poll (flags Flags(N::Eventfd));
    SYS_epoll_ctl "epoll_ctl" Poll (epoll Fd, op One(N::EpollCtl), fd Fd, event EpollEvent);
    #[cfg(target_arch = "x86_64")] SYS_epoll_wait "epoll_wait" Poll (epoll Fd, events EpollEvents, count Int, ms Int);
    SYS_epoll_pwait "epoll_wait" Poll (epoll Fd, events EpollEvents, count Int, ms Int, mask SignalSet);
    SYS_epoll_pwait2 "epoll_wait" Poll (epoll Fd, events EpollEvents, count Int, timeout Time, mask SignalSet);

    // Queues.
    SYS_mq_open "mq_open" Queue (name Path, flags Flags(N::Open), mode Octal, attr QueueAttr);
    SYS_mq_unlink "mq_unlink" Queue (name Path);
    SYS_mq_timedsend "mq_send" Queue (queue Fd, message Given(2), length Size, priority Int, timeout Time);
    SYS_mq_timedreceive "mq_receive" Queue (queue Fd, message Got, size Size, priority Pointer, timeout Time);
    SYS_mq_notify "mq_notify" Queue (queue Fd, event Pointer);
    SYS_mq_getsetattr "mq_getsetattr" Queue (queue Fd, new QueueAttr, old Pointer);
    SYS_msgget "msgget" Queue (key Int, flags Flags(N::Ipc));
    SYS_msgsnd "msgsnd" Queue (queue Int, message GivenMsg(2), length Size, flags Flags(N::Ipc));
    SYS_msgrcv "msgrcv" Queue (queue Int, message GotMsg, size Size, kind Int, flags Flags(N::Ipc));
    SYS_msgctl "msgctl" Queue (queue Int, op One(N::IpcControl), buf Pointer);

    // Shared memory.
    SYS_mmap "mmap" Memory (address Pointer, length Size, protection Flags(N::Protection), flags Flags(N::Map), fd Fd, offset Int);
    SYS_munmap "munmap" Memory (address Pointer, length Size);
    SYS_msync "msync" Memory (address Pointer, length Size, flags Int);
    SYS_shmget "shmget" Memory (key Int, size Size, flags Flags(N::Ipc));
    SYS_shmat "shmat" Memory (segment Int, address Pointer, flags Flags(N::ShmAt));
    SYS_shmdt "shmdt" Memory (address Pointer);
    SYS_shmctl "shmctl" Memory (segment Int, op One(N::IpcControl), buf Pointer);

    // Semaphores and futexes.
    SYS_semget "semget" Sync (key Int, count Int, flags Flags(N::Ipc));
    SYS_semop "semop" Sync (set Int, ops Sembuf(2), count Int);
    SYS_semtimedop "semop" Sync (set Int, ops Sembuf(2), count Int, timeout Time);
    SYS_semctl "semctl" Sync (set Int, index Int, op One(N::SemControl), arg Int);
    SYS_futex "futex" Sync (word Pointer, op FutexOp, value Int, timeout Pointer, word2 Pointer, value3 Int);

    // Signals.
    SYS_kill "kill" Signal (pid Pid, signal Shape::Signal);
    SYS_tkill "tgkill" Signal (tid Int, signal Shape::Signal);
    SYS_tgkill "tgkill" Signal (pid Pid, tid Int, signal Shape::Signal);
    SYS_rt_sigqueueinfo "sigqueue" Signal (pid Pid, signal Shape::Signal, info SignalInfo);
    SYS_rt_tgsigqueueinfo "sigqueue" Signal (pid Pid, tid Int, signal Shape::Signal, info SignalInfo);
    SYS_pidfd_send_signal "pidfd_send_signal" Signal (pidfd Fd, signal Shape::Signal, info SignalInfo, flags Int);
    SYS_rt_sigaction "sigaction" Signal (signal Shape::Signal, new Action, old Pointer);
    SYS_rt_sigtimedwait "sigwait" Signal (set SignalSet, info Pointer, timeout Time);
    SYS_rt_sigsuspend "sigsuspend" Signal (mask SignalSet);
    #[cfg(target_arch = "x86_64")] SYS_pause "pause" Signal ();

    // Processes.
    #[cfg(target_arch = "x86_64")] SYS_fork "fork" Process ();
    #[cfg(target_arch = "x86_64")] SYS_vfork "fork" Process ();
    SYS_clone "fork" Process (flags CloneFlags);
    SYS_clone3 "fork" Process (args CloneArgs, size Size);
    SYS_execve "exec" Process (program Path, argv Argv);
    SYS_execveat "exec" Process (dir DirFd, program Path, argv Argv);
    SYS_exit "exit" Process (status Int);
    SYS_exit_group "exit" Process (status Int);
    SYS_wait4 "wait" Process (pid Pid, status WaitStatus, options Flags(N::Wait));
    SYS_waitid "wait" Process (kind One(N::IdType), id Int, info SignalInfo, options Flags(N::Wait));
    SYS_prctl "prctl" Process (op One(N::Prctl), arg Pointer);
    SYS_seccomp "seccomp" Process (op Int, flags Int, args Pointer);
    SYS_ptrace "ptrace" Process (request Int, pid Pid);
    SYS_unshare "unshare" Process (flags CloneFlags);
    SYS_restart_syscall "restart" Process ();
}

/// The kernel's names of the calls that are recorded.
pub fn recorded() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|entry| entry.syscall)
}

/// Finds calls by number.
pub struct Index {
    by_number: Vec<Option<&'static Entry>>,
}

impl Index {
    /// With `all`, the calls that are not understood are found by name.
    pub fn new(all: bool) -> Index {
        let mut by_number = vec![None; 512];
        for entry in TABLE {
            if let Some(place) = usize::try_from(entry.nr).ok().and_then(|nr| by_number.get_mut(nr))
            {
                *place = Some(entry);
            }
        }
        if all {
            for (place, rest) in by_number.iter_mut().zip(rest()) {
                *place = place.or(Some(rest));
            }
        }
        Index { by_number }
    }

    pub fn get(&self, nr: i64) -> Option<&'static Entry> {
        self.by_number.get(usize::try_from(nr).ok()?).copied().flatten()
    }
}

/// An entry for each number, for calls that are only named.
fn rest() -> &'static [Entry] {
    static REST: OnceLock<Vec<Entry>> = OnceLock::new();
    REST.get_or_init(|| {
        let named = |nr| {
            let name = syscall_names::of(nr).unwrap_or("a call without a name");
            Entry { nr, syscall: name, name, group: Other, args: &[] }
        };
        (0..512).map(named).collect()
    })
}

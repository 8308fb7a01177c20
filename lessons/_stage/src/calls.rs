//! Which system calls a process can wait in, and what it then waits on.

use libc::c_long;

/// What a waiting call waits on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    /// The descriptor that is this argument.
    Fd(usize),
    /// The path that is this argument; the open flags are the next one.
    Path(usize),
    /// The address of a word in memory that is this argument.
    Address(usize),
    /// The child process that is this argument, if it is positive.
    Child(usize),
    /// The System V object whose id is this argument.
    Id(usize),
    /// Nothing that has a name.
    Nothing,
}

/// When the call gives up by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// Never.
    Ever,
    /// When the time has passed to which this argument points; never, if it is null.
    Timeout(usize),
    /// After as many milliseconds as this argument says; never, if it is negative.
    Millis(usize),
    /// Only when this argument, a command, is this one.
    Command(usize, i64),
}

pub(crate) struct Call {
    pub(crate) name: &'static str,
    number: c_long,
    pub(crate) on: On,
    pub(crate) until: Until,
}

const fn call(name: &'static str, number: c_long, on: On, until: Until) -> Call {
    Call { name, number, on, until }
}

/// The call with this number, if a process can wait in it for as long as another one likes.
pub(crate) fn by_number(number: c_long) -> Option<&'static Call> {
    CALLS.iter().find(|call| call.number == number)
}

pub(crate) fn is_known(name: &str) -> bool {
    CALLS.iter().any(|call| call.name == name)
}

const CALLS: &[Call] = &[
    call("read", libc::SYS_read, On::Fd(0), Until::Ever),
    call("read", libc::SYS_readv, On::Fd(0), Until::Ever),
    call("write", libc::SYS_write, On::Fd(0), Until::Ever),
    call("write", libc::SYS_writev, On::Fd(0), Until::Ever),
    call("open", libc::SYS_openat, On::Path(1), Until::Ever),
    #[cfg(target_arch = "x86_64")]
    call("open", libc::SYS_open, On::Path(0), Until::Ever),
    call("splice", libc::SYS_splice, On::Fd(0), Until::Ever),
    call("vmsplice", libc::SYS_vmsplice, On::Fd(0), Until::Ever),
    call("wait", libc::SYS_wait4, On::Child(0), Until::Ever),
    call("wait", libc::SYS_waitid, On::Child(1), Until::Ever),
    call("futex", libc::SYS_futex, On::Address(0), Until::Timeout(3)),
    call("semop", libc::SYS_semtimedop, On::Id(0), Until::Timeout(3)),
    call("semop", libc::SYS_semop, On::Id(0), Until::Ever),
    call("msgrcv", libc::SYS_msgrcv, On::Id(0), Until::Ever),
    call("msgsnd", libc::SYS_msgsnd, On::Id(0), Until::Ever),
    call("mq_receive", libc::SYS_mq_timedreceive, On::Fd(0), Until::Timeout(4)),
    call("mq_send", libc::SYS_mq_timedsend, On::Fd(0), Until::Timeout(4)),
    call("accept", libc::SYS_accept, On::Fd(0), Until::Ever),
    call("accept", libc::SYS_accept4, On::Fd(0), Until::Ever),
    call("connect", libc::SYS_connect, On::Fd(0), Until::Ever),
    call("recv", libc::SYS_recvfrom, On::Fd(0), Until::Ever),
    call("recv", libc::SYS_recvmsg, On::Fd(0), Until::Ever),
    call("send", libc::SYS_sendto, On::Fd(0), Until::Ever),
    call("send", libc::SYS_sendmsg, On::Fd(0), Until::Ever),
    call("flock", libc::SYS_flock, On::Fd(0), Until::Ever),
    call("fcntl", libc::SYS_fcntl, On::Fd(0), Until::Command(1, libc::F_SETLKW as i64)),
    call("fcntl", libc::SYS_fcntl, On::Fd(0), Until::Command(1, libc::F_OFD_SETLKW as i64)),
    call("poll", libc::SYS_ppoll, On::Nothing, Until::Timeout(2)),
    #[cfg(target_arch = "x86_64")]
    call("poll", libc::SYS_poll, On::Nothing, Until::Millis(2)),
    call("select", libc::SYS_pselect6, On::Nothing, Until::Timeout(4)),
    call("epoll_wait", libc::SYS_epoll_pwait, On::Fd(0), Until::Millis(3)),
    #[cfg(target_arch = "x86_64")]
    call("epoll_wait", libc::SYS_epoll_wait, On::Fd(0), Until::Millis(3)),
    call("sigsuspend", libc::SYS_rt_sigsuspend, On::Nothing, Until::Ever),
    call("sigwait", libc::SYS_rt_sigtimedwait, On::Nothing, Until::Timeout(2)),
    #[cfg(target_arch = "x86_64")]
    call("pause", libc::SYS_pause, On::Nothing, Until::Ever),
];

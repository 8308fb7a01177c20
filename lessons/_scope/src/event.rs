//! What a recording is made of.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// One thing that happened to one thread of the recorded program.
#[derive(Debug, Clone)]
pub struct Event {
    /// Numbers the beginnings of calls and the other events; links refer to it.
    pub id: u64,
    /// When it was complete, since the recording began.
    pub at: Duration,
    /// The process (thread group).
    pub pid: i32,
    /// The thread; equal to `pid` in a process of one thread.
    pub tid: i32,
    /// The name of the process, with `:thread` for a thread that is not the first.
    pub who: Arc<str>,
    /// What happened.
    pub what: What,
}

/// What can happen to a thread.
#[derive(Debug, Clone)]
pub enum What {
    /// A system call came back, or its thread ended in it.
    Call(Box<Call>),
    /// A process or thread is seen for the first time.
    Born {
        /// Who made it, unless the recorder started or joined it.
        parent: Option<Who>,
        /// A thread of a process that is known.
        thread: bool,
    },
    /// From here on it goes by the event's `who`.
    Renamed {
        /// The name until now.
        from: Arc<str>,
    },
    /// A signal is delivered.
    Signal {
        /// Its number.
        signal: i32,
        /// `si_code`: how it was sent (sigaction(2)).
        code: i32,
        /// The sending process, where the kernel tells it.
        sender: Option<Who>,
    },
    /// A signal stopped the process (job control).
    Stopped {
        /// SIGSTOP, SIGTSTP, SIGTTIN or SIGTTOU.
        signal: i32,
    },
    /// It runs on after a stop.
    Continued,
    /// The thread is gone.
    Ended(End),
    /// Something the person who reads the recording should know.
    Note(String),
}

/// A process and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// Its id.
    pub pid: i32,
    /// Its name; `None` when it is not part of the recording.
    pub name: Option<Arc<str>>,
}

/// How a process or thread ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// `exit` with this status, 0 to 255.
    Status(i32),
    /// Killed by this signal; `true` when a core was dumped.
    Signal(i32, bool),
}

/// A system call from its entry to its return.
#[derive(Debug, Clone)]
pub struct Call {
    /// The operation, under one name whatever the processor and libc (`pipe` for `pipe2`).
    pub name: &'static str,
    /// The kernel's own name for the call that was made.
    pub syscall: &'static str,
    /// The arguments, in the kernel's order.
    pub args: Vec<Arg>,
    /// What came back.
    pub outcome: Outcome,
    /// The things behind its descriptors and addresses, the ones it made included.
    pub things: Vec<Thing>,
    /// The bytes that moved, as far as they were captured.
    pub bytes: Option<Bytes>,
    /// When it was entered, since the recording began.
    pub began: Duration,
    /// How long it was in the kernel, when it waited for someone.
    pub waited: Option<Duration>,
    /// What ended that wait.
    pub ended_by: Option<Cause>,
    /// The call that last put something into what this one took from.
    pub from: Option<Link>,
    /// What it is about.
    pub group: Group,
}

/// What a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// Makes, doubles, changes or closes descriptors.
    Descriptor,
    /// Moves bytes.
    Data,
    /// Sockets beyond moving bytes.
    Socket,
    /// Waits for several descriptors.
    Poll,
    /// Message queues.
    Queue,
    /// Shared memory.
    Memory,
    /// Semaphores and futexes.
    Sync,
    /// Signals.
    Signal,
    /// Fork, exec, exit, wait.
    Process,
    /// The rest, seen with `--all`.
    Other,
}

/// A named argument.
#[derive(Debug, Clone)]
pub struct Arg {
    /// As the manual page of the call names it.
    pub name: &'static str,
    /// What was passed.
    pub value: Value,
}

/// An argument as far as it is understood.
#[derive(Debug, Clone)]
pub enum Value {
    /// A number.
    Int(i64),
    /// Flags, constants, addresses and structures, as text.
    Word(String),
    /// A string of the program, such as a path.
    Text(Vec<u8>),
    /// A buffer.
    Bytes(Bytes),
    /// A descriptor and what is behind it.
    Fd(i32, Option<Thing>),
    /// The id or address of a thing that has no descriptor.
    Id(i64, Thing),
    /// A process.
    Pid(Who),
    /// Several of these.
    List(Vec<Value>),
    /// An address that says nothing, or could not be read.
    Pointer(u64),
}

/// What a call gave back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A result that is no error.
    Value(i64),
    /// A failure, as an errno value.
    Error(i32),
    /// A signal interrupted it and the kernel will start it again or turn this into `EINTR`
    /// (the kernel's ERESTART codes 512, 513, 514 and 516).
    Restart(i32),
    /// It does not come back (`exit`), or its thread ended in it.
    None,
}

/// A buffer that moved through a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bytes {
    /// `true` when the program gave them to the kernel.
    pub given: bool,
    /// What was captured.
    pub data: Vec<u8>,
    /// How many there were.
    pub total: u64,
}

/// A thing of the kernel that processes share: a pipe, a socket, a queue, a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// Its number in this recording; the same thing has the same number.
    pub id: u32,
    /// What it is, such as `pipe` or `socket`.
    pub kind: Kind,
    /// Its name in this recording, such as `pipe 1` or `FIFO /tmp/x`.
    pub name: Arc<str>,
    /// Which end, or where in it: `read end`, `+0`.
    pub end: Option<Arc<str>>,
    /// The name of the thing at the other side.
    pub peer: Option<Arc<str>>,
    /// More about it, such as `unix stream` or `4096 B`.
    pub detail: Option<Arc<str>>,
}

/// Kinds of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is named after what it is")]
pub enum Kind {
    Pipe,
    Fifo,
    Socket,
    Eventfd,
    Signalfd,
    Pidfd,
    Epoll,
    Timerfd,
    Inotify,
    Memfd,
    Segment,
    Queue,
    Semaphores,
    Futex,
    File,
    Terminal,
    Other,
}

impl Kind {
    /// Whether processes talk to each other through it.
    pub fn is_ipc(self) -> bool {
        !matches!(self, Kind::File | Kind::Terminal | Kind::Other)
    }
}

/// What ended a wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A call of another thread.
    Call(Link),
    /// The last other end was closed by this call.
    Closed(Link),
    /// A process ended.
    Ended(Who),
    /// A signal.
    Signal(i32, Option<Who>),
    /// The time given to the call ran out.
    Timeout,
}

/// A call elsewhere in the recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// [`Event::id`] of that call.
    pub id: u64,
    /// Its process.
    pub pid: i32,
    /// Who made it.
    pub who: Arc<str>,
    /// Its operation.
    pub call: &'static str,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => f.write_str(name),
            None => write!(f, "process {}", self.pid),
        }
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match (&self.end, &self.peer, &self.detail) {
            (_, Some(peer), Some(detail)) => write!(f, " ⇄ {peer} ({detail})"),
            (_, Some(peer), None) => write!(f, " ⇄ {peer}"),
            (Some(end), _, _) if end.starts_with('+') => write!(f, " {end}"),
            (Some(end), _, _) => write!(f, " ({end})"),
            (None, None, Some(detail)) => write!(f, " ({detail})"),
            (None, None, None) => Ok(()),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Call(link) => write!(f, "{} of {}", link.call, link.who),
            Cause::Closed(link) => write!(f, "{} of {}, the last other end", link.call, link.who),
            Cause::Ended(who) => write!(f, "the end of {who}"),
            Cause::Signal(signal, Some(who)) => write!(f, "{} from {who}", signal_name(*signal)),
            Cause::Signal(signal, None) => f.write_str(&signal_name(*signal)),
            Cause::Timeout => f.write_str("the time limit"),
        }
    }
}

impl Outcome {
    /// From a raw result of the kernel.
    pub(crate) fn of(raw: i64) -> Outcome {
        match raw {
            -516 | -514..=-512 => Outcome::Restart(-raw as i32),
            -4095..=-1 => Outcome::Error(-raw as i32),
            _ => Outcome::Value(raw),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Value(value) => write!(f, "{value}"),
            Outcome::Error(errno) => f.write_str(&errno_name(*errno)),
            Outcome::Restart(_) => f.write_str("interrupted"),
            Outcome::None => f.write_str("no return"),
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Status(status) => write!(f, "exit {status}"),
            End::Signal(signal, false) => write!(f, "killed by {}", signal_name(*signal)),
            End::Signal(signal, true) => {
                write!(f, "killed by {}, core dumped", signal_name(*signal))
            }
        }
    }
}

/// `EAGAIN` for 11, or `errno 999`.
pub fn errno_name(errno: i32) -> String {
    match nix::errno::Errno::from_raw(errno) {
        nix::errno::Errno::UnknownErrno => format!("errno {errno}"),
        known => format!("{known:?}"),
    }
}

/// `SIGINT` for 2, `SIGRTMIN+1` for 35, or `signal 99`.
pub fn signal_name(signal: i32) -> String {
    if let Ok(known) = nix::sys::signal::Signal::try_from(signal) {
        return known.as_str().to_string();
    }
    match signal - libc::SIGRTMIN() {
        0 => "SIGRTMIN".to_string(),
        n if (1..=libc::SIGRTMAX() - libc::SIGRTMIN()).contains(&n) => format!("SIGRTMIN+{n}"),
        _ => format!("signal {signal}"),
    }
}

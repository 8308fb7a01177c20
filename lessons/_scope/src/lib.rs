//! What the kernel saw: a recorder of what processes do to each other.
//!
//! It runs a program (or joins a running one), follows every process and thread that it makes,
//! and tells, of the system calls that matter to interprocess communication, what they were
//! about: which pipe, which segment, whose bytes, who waited for whom. It is built on ptrace(2)
//! alone and needs no privilege.
//!
//! ```no_run
//! use scope::{Options, Program, What};
//!
//! let program = Program::new(["sh", "-c", "echo hello | cat"]);
//! let end = scope::run(&program, &Options::default(), &mut |event: scope::Event| {
//!     if let What::Call(call) = &event.what {
//!         println!("{} {} {}", event.who, call.name, call.outcome);
//!     }
//! })?;
//! println!("{end}");
//! # Ok::<(), scope::Error>(())
//! ```
//!
//! [`run`] and [`attach`] call back on this thread; [`Recording`] is an iterator with a thread of
//! its own; [`command`] and [`join`] show a recording as the program `scope` does.
//!
//! # What it promises
//!
//! - The program behaves as without us: it ends the same way, gets its signals, stops and goes
//!   on. What differs: set-user-ID programs run without that privilege, unless we are root; a
//!   `ptrace` of its own on what we trace is refused; calls that a stop interrupts may return
//!   `EINTR` where [`attach`] joins in (signal(7) lists them).
//! - A launched program dies with its recorder; a joined one runs on.
//! - An operation has one name whatever the processor and libc: `pipe` for `pipe2`, `dup2` for
//!   `dup3`, `fork` for every call that makes a process and `thread` for those that make a
//!   thread, `open` for `openat`, `wait` for `wait4` and `waitid`, `send` for `sendto`,
//!   `recv` for `recvfrom`, `futex_wait` and `futex_wake`. [`Call::syscall`] is the kernel's own.
//! - Events of one thread come in its own order. Between processes the order is that of
//!   returning, save that a call which was woken is told after the call that woke it wherever
//!   that one returns at once.
//!
//! - What is no text is understood where it matters: the number of an eventfd, the signals of a
//!   signalfd, the bytes that a record lock is on, how each operation on semaphores is meant.
//! - A name is followed as long as it means something: that of a FIFO also after it has been
//!   removed or renamed. A poll that found nothing shows what it looked for.
//!
//! # What it does not
//!
//! - What processes do in shared memory without a call is invisible to the kernel, and to us.
//! - Programs of the processor's other call tables (32-bit, x32) run, but their calls are not
//!   seen; a note says so of 32-bit ones. Nor is what goes through io_uring(7), or a child made
//!   with `CLONE_UNTRACED`.
//! - Which socket is at the other side of which, the kernel is asked (sock_diag(7)); about those of
//!   another network namespace it does not answer.
//! - When all of the program is stopped, scope stops, too, so that the shell sees its job stopped.
//!   Is the program killed then, scope hears of it only when it goes on: at `fg`, or at SIGCONT.
//! - A signal that a process ignores is shown as coming: the kernel tells a tracer of it, and the
//!   process, as ever, nothing.
//! - "Waited" is a judgement: someone did, after this call began, what it could wait for, or it
//!   took longer than a millisecond and that was done before it came back.
//!
//! # JSON Lines, version 1
//!
//! One object a line. In each: `v` (1), `event`, `id` (a number that links refer to), `at_us`
//! (microseconds since the recording began), `pid`, `tid`, `who` (the name). Readers should pass
//! over fields and events that they do not know; a change that would mislead them raises `v`.
//!
//! | `event` | more fields |
//! |---|---|
//! | `call` | `name`, `syscall`, `began_us`, `args` (objects of `name`, `value`), `things`, and one of `result` (number), `error` (`"EAGAIN"`), `interrupted` (true: a signal came, see signal(7)), `returned` (false: it did not). Where it applies: `bytes`, `waited_us`, `ended_by`, `from` (the *link* of who put in what was taken) |
//! | `born` | `thread` (bool), `parent` (*who* or null) |
//! | `renamed` | `from` (the name until now) |
//! | `signal` | `signal` (`"SIGINT"`), `code` (`si_code`), `how`, `sender` (*who* or null) |
//! | `stopped` | `signal` |
//! | `continued` | |
//! | `ended` | `status` (0 to 255), or `signal` and `core` (bool) |
//! | `note` | `text` |
//!
//! *who* is `{pid, name}`, the name null outside the recording. *thing* is `{id, kind, name,
//! end, peer, detail}`; the last three may be null. *link* is `{id, pid, who, call}`. `bytes` is
//! `{direction: "in" | "out", total, captured, text}`, the text escaped as in Rust, `\xNN` for
//! what is not UTF-8. `ended_by` has `why`: `call` or `closed` (with `by`, a *link*), `ended`
//! (with `process`, a *who*), `signal` (with `signal` and `sender`), `timeout`. The value of an
//! argument is a number, a text, null, a *who*, `bytes`, `{fd, thing}`, `{id, thing}`, or a list.

#[cfg(not(target_os = "linux"))]
compile_error!("scope records with Linux's ptrace: build it on Linux, or in a Linux container");
#[cfg(not(target_pointer_width = "64"))]
compile_error!("scope reads the memory of 64-bit programs: build it for a 64-bit processor");

mod calls;
mod decode;
mod descriptors;
mod effects;
mod error;
mod event;
mod filter;
mod flags;
mod follow;
mod json;
mod lanes;
mod launch;
mod list;
mod mappings;
mod names;
mod notes;
mod objects;
mod order;
mod output;
mod peers;
mod proc;
mod programs;
mod record;
mod show;
mod signals;
mod stops;
mod summary;
mod svg;
mod sys;
mod syscall_names;
mod tables;
mod task;
mod text;
mod trace;
mod waits;

pub use calls::recorded;
pub use error::Error;
pub use event::{
    Arg, Bytes, Call, Cause, End, Event, Group, Kind, Link, Outcome, Thing, Value, What, Who,
    errno_name, signal_name,
};
pub use filter::Filter;
pub use json::{VERSION as JSON_VERSION, line as json};
pub use lanes::Lanes;
pub use launch::Program;
pub use list::line as list;
pub use record::{Options, Recording, Sink, attach, run};
pub use show::{Form, Show, View, terminal_width};
pub use signals::{command, end_as, job, join};
pub use summary::Summary;
pub use svg::Picture;
pub use text::{event as words, preview, quoted, short as few_words};

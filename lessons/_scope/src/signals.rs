//! Signals that are meant for the program but come to the recorder, and ending as it ended.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::{mem, process, ptr, thread};

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

use crate::error::{Error, status_field};
use crate::event::{End, Event};
use crate::launch::Program;
use crate::record::{Options, Sink, attach, run};
use crate::show::{Show, View};

/// Records a program as a command of a shell, see [`job`], and shows the recording.
///
/// # Errors
/// Where the program cannot be started, ptrace is forbidden, or the output cannot be written.
pub fn command(
    mut program: Program,
    options: &Options,
    show: Show,
    to: Box<dyn Write + Send>,
) -> Result<End, Error> {
    // Before there is a thread that would take a signal for itself.
    let blocked = hold()?;
    program.blocked.get_or_insert(blocked);
    let mut view = View::new(show, to).map_err(Error::system("start a thread"))?;
    let end = job(program, options, &mut view);
    view.close().map_err(Error::system("write what was recorded"))?;
    end
}

/// Runs a program as a job of a shell: signals that come to us are passed on to it, its stop is
/// our stop. The caller should end as it ended, with [`end_as`].
///
/// # Errors
/// Where the program cannot be started or ptrace is forbidden.
pub fn job(mut program: Program, options: &Options, sink: &mut dyn Sink) -> Result<End, Error> {
    let blocked = hold()?;
    program.blocked.get_or_insert(blocked);
    let options = Options { stop_along: true, ..options.clone() };
    let end = run(&program, &options, &mut Passing { sink, begun: false });
    *leader() = None;
    // The next job's program starts with this mask, too.
    let _ = blocked.thread_set_mask();
    end
}

/// Records a running process until it ends or SIGINT, SIGTERM or SIGHUP tells us to leave it.
///
/// # Errors
/// Where there is no such process, ptrace is forbidden, or the output cannot be written.
pub fn join(
    pid: i32,
    options: &Options,
    show: Show,
    to: Box<dyn Write + Send>,
) -> Result<End, Error> {
    hold()?;
    let quit = Arc::new(AtomicBool::new(false));
    leave_on_signal(quit.clone())?;
    let mut view = View::new(show, to).map_err(Error::system("start a thread"))?;
    let end = attach(pid, options, &mut view, &quit);
    view.close().map_err(Error::system("write what was recorded"))?;
    end
}

/// Ends this process as the program ended: the same status, or death by the same signal.
pub fn end_as(end: End) -> ! {
    match end {
        End::Status(status) => process::exit(status),
        End::Signal(signal, _) => {
            let _ = io::stdout().flush();
            // The program has left its core; ours would say nothing.
            let _ = nix::sys::resource::setrlimit(nix::sys::resource::Resource::RLIMIT_CORE, 0, 0);
            // SAFETY: sets a default disposition.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
            let _ = SigSet::empty().thread_set_mask();
            // SAFETY: takes a number.
            unsafe { libc::raise(signal) };
            process::exit(128 + signal)
        }
    }
}

const PASSED: [Signal; 7] = [
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGHUP,
    Signal::SIGTSTP,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
];

/// Blocks what is passed on, in this thread and those it makes; the mask until now.
fn hold() -> Result<SigSet, Error> {
    PASSED
        .into_iter()
        .collect::<SigSet>()
        .thread_swap_mask(nix::sys::signal::SigmaskHow::SIG_BLOCK)
        .map_err(|e| Error::system("block signals")(e.into()))
}

struct Passing<'a> {
    sink: &'a mut dyn Sink,
    begun: bool,
}

impl Sink for Passing<'_> {
    fn event(&mut self, event: Event) {
        if !mem::replace(&mut self.begun, true) {
            // The first event is of the first process.
            pass_on_to(event.pid);
        }
        self.sink.event(event);
    }
    fn flush(&mut self) {
        self.sink.flush();
    }
}

/// The first process of the job that runs now, and a bell that rings when there is one.
static LEADER: (Mutex<Option<i32>>, Condvar) = (Mutex::new(None), Condvar::new());

fn leader() -> MutexGuard<'static, Option<i32>> {
    LEADER.0.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on signals go to this process. One thread does that for one job after the other: two
/// would take signals from each other.
fn pass_on_to(pid: i32) {
    static STARTED: AtomicBool = AtomicBool::new(false);
    *leader() = Some(pid);
    LEADER.1.notify_all();
    if STARTED.swap(true, Ordering::Relaxed) || thread::Builder::new().spawn(pass_on).is_ok() {
        return;
    }
    // No room for a thread. Then a signal ends us, and the program dies with us.
    STARTED.store(false, Ordering::Relaxed);
    let _ = PASSED.into_iter().collect::<SigSet>().thread_unblock();
}

fn pass_on() {
    let ours = process::id().to_string();
    loop {
        let Some(info) = next_signal(ptr::null()) else { continue };
        // The terminal sends to the whole group, in which the program is too.
        if info.si_code == libc::SI_KERNEL {
            continue;
        }
        // SAFETY: a signal that a process sent has its pid.
        let sender = unsafe { info.si_pid() };
        // The program sends to its group, in which we are too.
        if status_field(&sender.to_string(), "TracerPid") == Some(ours.clone()) {
            continue;
        }
        // One that comes between two jobs is for the next.
        let next = LEADER.1.wait_while(leader(), |leader| leader.is_none());
        if let Some(pid) = *next.unwrap_or_else(PoisonError::into_inner) {
            // SAFETY: takes numbers only. The leader is our child and not reaped while we trace it.
            unsafe { libc::kill(pid, info.si_signo) };
        }
    }
}

/// Waits for one of the signals that are held.
fn next_signal(limit: *const libc::timespec) -> Option<libc::siginfo_t> {
    let set: SigSet = PASSED.into_iter().collect();
    // SAFETY: all-zero bytes are a siginfo_t.
    let mut info: libc::siginfo_t = unsafe { mem::zeroed() };
    // SAFETY: the set and the info live; the limit is null or a live timespec.
    let got = unsafe { libc::sigtimedwait(set.as_ref(), &raw mut info, limit) };
    (got > 0).then_some(info)
}

/// Sets `quit` at SIGINT, SIGTERM or SIGHUP, and wakes this thread from its wait.
fn leave_on_signal(quit: Arc<AtomicBool>) -> Result<(), Error> {
    extern "C" fn nothing(_: i32) {}
    let action = SigAction::new(SigHandler::Handler(nothing), SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler does nothing. Without SA_RESTART it interrupts a wait, as it should.
    unsafe { sigaction(Signal::SIGURG, &action) }
        .map_err(|e| Error::system("set a handler")(e.into()))?;
    let (pid, tracer) = (process::id(), nix::unistd::gettid().as_raw());
    let watch = move || {
        while next_signal(ptr::null()).is_none_or(|info| {
            !matches!(info.si_signo, libc::SIGINT | libc::SIGTERM | libc::SIGHUP)
        }) {}
        quit.store(true, Ordering::Relaxed);
        let moment = libc::timespec { tv_sec: 0, tv_nsec: 50_000_000 };
        loop {
            // Again, in case it came just before the wait began.
            // SAFETY: takes numbers only.
            unsafe { libc::syscall(libc::SYS_tgkill, pid, tracer, libc::SIGURG) };
            next_signal(&raw const moment);
        }
    };
    thread::Builder::new().spawn(watch).map_err(Error::system("start a thread"))?;
    Ok(())
}

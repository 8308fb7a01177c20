//! The library's door: what to record, and where the events go.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use crate::calls;
use crate::error::Error;
use crate::event::{End, Event};
use crate::filter::Filter;
use crate::launch::{self, Program};
use crate::trace::Tracer;

/// How to record.
#[derive(Debug, Clone)]
pub struct Options {
    /// Every call, those that are not understood by name.
    pub all: bool,
    /// Stop the program only at the calls of interest (seccomp(2)); without it, or where the
    /// kernel refuses it, every call stops the program and the recording is slower.
    pub filter: bool,
    /// How many bytes of each buffer to keep.
    pub capture: usize,
    /// Calls on these descriptors are followed, not reported: a kit's own.
    pub exclude_fds: BTreeSet<i32>,
    /// Stop ourselves when the whole program is stopped, as a shell's job should.
    pub stop_along: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            all: false,
            filter: true,
            capture: 64 * 1024,
            exclude_fds: BTreeSet::new(),
            stop_along: false,
        }
    }
}

/// Takes events as they happen. The program runs on meanwhile.
pub trait Sink {
    /// One event. Within a process events come in its own order.
    fn event(&mut self, event: Event);
    /// Everything is stopped for now: show what there is.
    fn flush(&mut self) {}
}

impl<F: FnMut(Event)> Sink for F {
    fn event(&mut self, event: Event) {
        self(event);
    }
}

/// Runs a program to its end, and that of all processes it makes, on this thread.
///
/// Only children of this thread are waited for, so that other threads may have children too;
/// this thread should have none.
///
/// # Errors
/// Where the program cannot be started or ptrace is forbidden.
pub fn run(program: &Program, options: &Options, sink: &mut dyn Sink) -> Result<End, Error> {
    let filter = match (options.filter, options.all) {
        (false, _) => None,
        (true, true) => Filter::stop_always(),
        (true, false) => Filter::stop_at(&calls::TABLE.iter().map(|c| c.nr).collect::<Vec<_>>()),
    };
    let launched = launch::launch(program, filter)?;
    Tracer::launched(options, launched, sink, &AtomicBool::new(false))
}

/// Follows a running process until it ends, or until `quit` is set and a signal interrupts this
/// thread; then every process runs on without us.
///
/// # Errors
/// Where there is no such process or ptrace is forbidden.
pub fn attach(
    pid: i32,
    options: &Options,
    sink: &mut dyn Sink,
    quit: &AtomicBool,
) -> Result<End, Error> {
    let options = Options { stop_along: false, ..options.clone() };
    Tracer::attached(&options, pid, sink, quit)
}

/// A recording that runs on a thread of its own: an iterator of events.
pub struct Recording {
    events: mpsc::Receiver<Event>,
    /// Or why there is none.
    thread: io::Result<JoinHandle<Result<End, Error>>>,
    quit: Arc<AtomicBool>,
}

impl Recording {
    /// Starts a program. An error shows in [`Recording::finish`].
    pub fn start(program: Program, options: Options) -> Recording {
        Recording::of(move |send, _| run(&program, &options, &mut |event| drop(send.send(event))))
    }

    /// Joins a running process. An error shows in [`Recording::finish`].
    pub fn join(pid: i32, options: Options) -> Recording {
        Recording::of(move |send, quit| {
            attach(pid, &options, &mut |event| drop(send.send(event)), quit)
        })
    }

    fn of(
        record: impl FnOnce(mpsc::Sender<Event>, &AtomicBool) -> Result<End, Error> + Send + 'static,
    ) -> Recording {
        let (send, events) = mpsc::channel();
        let quit = Arc::new(AtomicBool::new(false));
        let leave = quit.clone();
        let thread = thread::Builder::new().spawn(move || record(send, &leave));
        Recording { events, thread, quit }
    }

    /// Waits for the end; how the first process ended.
    ///
    /// # Errors
    /// As [`run`] and [`attach`], and where there is no room for a thread.
    pub fn finish(self) -> Result<End, Error> {
        let thread = self.thread.map_err(Error::system("start a thread"))?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    /// Asks the thread to let an attached program go at its next stop.
    pub fn let_go(&self) {
        self.quit.store(true, Ordering::Relaxed);
    }
}

impl Iterator for Recording {
    type Item = Event;
    fn next(&mut self) -> Option<Event> {
        self.events.recv().ok()
    }
}

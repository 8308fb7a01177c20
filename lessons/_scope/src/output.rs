//! Telling happens on a thread of its own, a moment after the first event of a batch: the
//! program is not kept waiting for words to be found, and there is no write for each line.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::event::Event;

/// How old an event may get before it is shown.
const MOMENT: Duration = Duration::from_millis(15);
/// So many events wait at most: a fast program must not fill the memory faster than the
/// terminal takes lines.
const MOST: usize = 10_000;

/// Turns events into text.
pub trait Teller: Send {
    /// Adds what there is to say about an event.
    fn tell(&mut self, event: Event, text: &mut String);
    /// Adds what there is to say at the end.
    fn end(&mut self, text: &mut String);
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Vec<Event>,
    telling: bool,
    closed: bool,
    failed: Option<io::Error>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }
}

/// Events on their way to a file or terminal.
pub struct Output<T> {
    shared: Arc<Shared>,
    writer: JoinHandle<T>,
}

impl<T: Teller + 'static> Output<T> {
    /// Starts the telling thread.
    ///
    /// # Errors
    /// Where there is no room for a thread.
    pub fn new(teller: T, to: Box<dyn Write + Send>) -> io::Result<Output<T>> {
        let shared = Arc::new(Shared { state: Mutex::default(), changed: Condvar::new() });
        let ours = shared.clone();
        let writer = thread::Builder::new().spawn(move || tell_all(&ours, teller, to))?;
        Ok(Output { shared, writer })
    }

    /// Adds an event; a reader that has gone away is noticed at the end.
    pub fn event(&self, event: Event) {
        let mut state = self.shared.lock();
        while state.waiting.len() >= MOST {
            state = self.shared.wait(state);
        }
        state.waiting.push(event);
        // The thread sleeps only while there is nothing, or is told that it is too much.
        if state.waiting.len() == 1 || state.waiting.len() == MOST {
            self.shared.changed.notify_all();
        }
    }

    /// Waits until all is written.
    pub fn flush(&self) {
        let mut state = self.shared.lock();
        while state.telling || !state.waiting.is_empty() {
            state = self.shared.wait(state);
        }
    }

    /// Writes the rest, and gives the teller back.
    ///
    /// # Errors
    /// The first error of writing, unless the reader has gone away, which is no error.
    pub fn close(self) -> io::Result<T> {
        self.shared.lock().closed = true;
        self.shared.changed.notify_all();
        let teller = self.writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        match self.shared.lock().failed.take() {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => Ok(teller),
        }
    }
}

fn tell_all<T: Teller>(shared: &Shared, mut teller: T, mut to: Box<dyn Write + Send>) -> T {
    let mut state = shared.lock();
    let mut text = String::new();
    loop {
        while state.waiting.is_empty() && !state.closed {
            state = shared.wait(state);
        }
        if !state.closed {
            // More events are likely to follow at once.
            let full = |state: &mut State| !state.closed && state.waiting.len() < MOST;
            let waited = shared.changed.wait_timeout_while(state, MOMENT, full);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let events = std::mem::take(&mut state.waiting);
        let last = state.closed;
        let lost = state.failed.is_some();
        state.telling = true;
        shared.changed.notify_all();
        drop(state);
        text.clear();
        for event in events {
            teller.tell(event, &mut text);
        }
        if last {
            teller.end(&mut text);
        }
        // Without a reader the program is recorded on, for its summary and its picture.
        let done =
            if lost { Ok(()) } else { to.write_all(text.as_bytes()).and_then(|()| to.flush()) };
        state = shared.lock();
        state.telling = false;
        state.failed = state.failed.take().or(done.err());
        shared.changed.notify_all();
        if last {
            return teller;
        }
    }
}

//! A call that was woken may be seen to return before the call that woke it does. It waits here
//! until its cause has been told, as long as that cause is on its way.

use crate::event::{Cause, Event, What};
use crate::record::Sink;

/// So many events at most are held back.
const MOST: usize = 64;

#[derive(Default)]
pub struct Order {
    waiting: Vec<Event>,
}

impl Order {
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Takes the next event; passes on what needs to wait no longer.
    pub fn event(&mut self, event: Event, in_flight: impl Fn(u64) -> bool, sink: &mut dyn Sink) {
        self.settle(&in_flight, sink);
        if self.waiting.len() >= MOST {
            self.release(sink);
        }
        if self.is_held(&event, &in_flight, &self.waiting) {
            self.waiting.push(event);
            return;
        }
        sink.event(event);
    }

    /// Passes on what waits for nothing that is still on its way.
    pub fn settle(&mut self, in_flight: &impl Fn(u64) -> bool, sink: &mut dyn Sink) {
        if self.waiting.is_empty() {
            return;
        }
        let mut still = Vec::new();
        for event in std::mem::take(&mut self.waiting) {
            if self.is_held(&event, in_flight, &still) {
                still.push(event);
            } else {
                sink.event(event);
            }
        }
        self.waiting = still;
    }

    /// Passes on everything.
    pub fn release(&mut self, sink: &mut dyn Sink) {
        for event in self.waiting.drain(..) {
            sink.event(event);
        }
    }

    /// Its cause is under way, or an earlier event of its process is held.
    fn is_held(&self, event: &Event, in_flight: &impl Fn(u64) -> bool, held: &[Event]) -> bool {
        held.iter().any(|other| other.pid == event.pid) || cause(event).is_some_and(in_flight)
    }
}

fn cause(event: &Event) -> Option<u64> {
    let What::Call(call) = &event.what else { return None };
    match (&call.ended_by, &call.from) {
        (Some(Cause::Call(link) | Cause::Closed(link)), _) | (_, Some(link)) => Some(link.id),
        _ => None,
    }
}

//! What the recorder knows about a thread.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crate::calls::Entry;
use crate::decode::Told;
use crate::event::{Arg, Event, Who};
use crate::objects::{Deed, File};
use crate::proc::Mapping;
use crate::tables::Descriptors;

/// A descriptor as its process holds it.
#[derive(Debug, Clone)]
pub struct Slot {
    pub file: File,
    pub close_on_exec: bool,
}

pub struct Task {
    pub tid: i32,
    pub pid: i32,
    pub who: Arc<str>,
    /// Shared by the threads of a process (CLONE_FILES).
    pub fds: Rc<RefCell<Descriptors>>,
    /// Shared mappings; shared by the threads of a process (CLONE_VM).
    pub maps: Rc<RefCell<Vec<Mapping>>>,
    /// The call it is in.
    pub call: Option<InCall>,
    /// An interrupted call that waits for the signal that interrupted it.
    pub held: Option<Event>,
    /// Group-stopped.
    pub stopped: bool,
    /// Somebody is sending it SIGCONT, which has not come yet.
    pub continuing: bool,
    /// The last signal that was delivered, and when.
    pub signaled: Option<(Duration, i32, Option<Who>)>,
}

pub struct InCall {
    pub id: u64,
    pub entry: &'static Entry,
    pub raw: [u64; 6],
    pub args: Vec<Arg>,
    pub told: Told,
    pub began: Duration,
    /// Not to be reported, but its effects count.
    pub hidden: bool,
    /// Its path is one that several processes could meet at, as far as that must be known early.
    pub shared: bool,
    pub touch: Touch,
}

/// What a call does to things, and what it may wait for.
#[derive(Default)]
pub struct Touch {
    pub does: Vec<(u32, Deed)>,
    pub awaits: Vec<(u32, Deed)>,
}

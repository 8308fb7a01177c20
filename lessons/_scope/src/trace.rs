//! The loop that waits for stops, and what each kind of stop means (ptrace(2)).

use std::collections::{HashMap, HashSet};
use std::os::unix::ffi::OsStrExt;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::calls::Index;
use crate::effects::Effects;
use crate::error::{Error, status_field};
use crate::event::{End, Event, Value, What};
use crate::launch::{Launched, Told};
use crate::names::Names;
use crate::objects::{Mark, Objects};
use crate::order::Order;
use crate::record::{Options, Sink};
use crate::stops::is_stop;
use crate::sys::{self, Waited, event, op};
use crate::tables::Tasks;
use crate::task::Task;

/// Everything that is known while a recording runs.
pub struct Tracer<'a> {
    pub options: &'a Options,
    pub index: Index,
    pub objects: Objects,
    pub names: Names,
    pub tasks: Tasks,
    pub effects: Effects,
    /// The last call that sent a process a signal.
    pub kills: HashMap<i32, Mark>,
    pub out: Vec<Event>,
    pub order: Order,
    start: Instant,
    next_id: u64,
    /// Only calls of interest stop; else every call does.
    filtered: bool,
    /// Launched, and not yet past its exec.
    launched: Option<Launched>,
    /// Children that came before the event of their making.
    adopted: HashSet<i32>,
    /// The process whose end is ours.
    pub leader: i32,
    end: Option<End>,
    failed: Option<Error>,
    /// The program was running before us: some of what it has we did not see made.
    pub joined: bool,
    /// The joined program has been stopped for the first time.
    begun: bool,
    /// We were stopped ourselves: stop signals that came before are void.
    pub after_stop: bool,
}

/// How a thread goes on after a stop.
#[derive(Clone, Copy)]
pub enum Next {
    /// To the next stop of its mode, with a signal.
    Run(i32),
    /// To the exit of the call it is in.
    ToExit,
    /// It stays group-stopped.
    Listen,
    /// It is gone.
    Gone,
}

impl<'a> Tracer<'a> {
    fn new(options: &'a Options, leader: i32) -> Tracer<'a> {
        Tracer {
            options,
            index: Index::new(options.all),
            objects: Objects::default(),
            names: Names::default(),
            tasks: Tasks::default(),
            effects: Effects::default(),
            kills: HashMap::new(),
            out: Vec::new(),
            order: Order::default(),
            start: Instant::now(),
            next_id: 0,
            filtered: false,
            launched: None,
            adopted: HashSet::new(),
            leader,
            end: None,
            failed: None,
            joined: false,
            begun: false,
            after_stop: false,
        }
    }

    /// Follows a launched program to its end.
    pub fn launched(
        options: &'a Options,
        launched: Launched,
        sink: &mut dyn Sink,
        quit: &AtomicBool,
    ) -> Result<End, Error> {
        let mut tracer = Tracer::new(options, launched.pid);
        let program = launched.path.to_string_lossy().into_owned();
        tracer.names.program(launched.pid, &program);
        tracer.add(launched.pid, launched.pid, None);
        tracer.launched = Some(launched);
        tracer.run(sink, quit)
    }

    /// Joins a running process and follows it until it ends or `quit` says to leave it.
    pub fn attached(
        options: &'a Options,
        pid: i32,
        sink: &mut dyn Sink,
        quit: &AtomicBool,
    ) -> Result<End, Error> {
        let mut tracer = Tracer::new(options, pid);
        tracer.joined = true;
        sys::seize(pid, false).map_err(|cause| Error::seizing(cause, Some(pid)))?;
        let program = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
        tracer.names.program(pid, program.trim());
        tracer.add(pid, pid, None);
        // Threads may be made while we look: look until there is nothing new.
        loop {
            let mut news = false;
            for entry in
                std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten()
            {
                let Some(tid) = entry.file_name().to_str().and_then(|t| t.parse().ok()) else {
                    continue;
                };
                if !tracer.tasks.contains(tid) && sys::seize(tid, false).is_ok() {
                    tracer.add(tid, pid, Some(pid));
                    news = true;
                }
            }
            if !news {
                break;
            }
        }
        for tid in tracer.tasks.ids() {
            let _ = sys::interrupt(tid);
        }
        tracer.run(sink, quit)
    }

    fn run(mut self, sink: &mut dyn Sink, quit: &AtomicBool) -> Result<End, Error> {
        self.deliver(sink);
        loop {
            if quit.load(Ordering::Relaxed) {
                self.leave();
                self.deliver(sink);
                self.order.release(sink);
                return Ok(self.end.unwrap_or(End::Status(0)));
            }
            match sys::wait(!self.after_stop && self.order.is_empty()) {
                Waited::Status(tid, status) => {
                    let next = self.stop(tid, status);
                    self.go_on(tid, next);
                    // The program runs on while what it did is told.
                    self.deliver(sink);
                    self.stop_along(sink);
                }
                Waited::Nothing => {
                    self.after_stop = false;
                    self.order.release(sink);
                }
                Waited::Interrupted => {}
                Waited::NoOneLeft => break,
            }
        }
        let left = self.tasks.ids();
        for tid in left {
            self.flush_held(tid, None);
        }
        self.deliver(sink);
        self.order.release(sink);
        match self.failed {
            Some(error) => Err(error),
            None => Ok(self.end.unwrap_or(End::Status(0))),
        }
    }

    pub fn deliver(&mut self, sink: &mut dyn Sink) {
        let tasks = &self.tasks;
        let in_flight =
            |id| tasks.iter().any(|task| task.call.as_ref().is_some_and(|call| call.id == id));
        for event in self.out.drain(..) {
            self.order.event(event, in_flight, sink);
        }
        self.order.settle(&in_flight, sink);
    }

    pub fn now(&self) -> Duration {
        self.start.elapsed()
    }

    pub fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// Reports something that is no call.
    pub fn tell(&mut self, tid: i32, what: What) {
        let Some(task) = self.tasks.get(tid) else { return };
        let (pid, who) = (task.pid, task.who.clone());
        let event = Event { id: self.id(), at: self.now(), pid, tid, who, what };
        self.out.push(event);
    }

    pub fn go_on(&mut self, tid: i32, next: Next) {
        // ESRCH: it was killed meanwhile, and its end is on the way.
        let _ = match next {
            Next::Run(signal) => {
                // In a call, its exit is still to come.
                let in_call = self.tasks.get(tid).is_some_and(|task| task.call.is_some());
                sys::resume(tid, in_call || !self.filtered, signal)
            }
            Next::ToExit => sys::resume(tid, true, 0),
            Next::Listen => sys::listen(tid),
            Next::Gone => Ok(()),
        };
    }

    pub fn stop(&mut self, tid: i32, status: i32) -> Next {
        if libc::WIFEXITED(status) {
            self.ended(tid, End::Status(libc::WEXITSTATUS(status)));
            return Next::Gone;
        }
        if libc::WIFSIGNALED(status) {
            self.ended(tid, End::Signal(libc::WTERMSIG(status), libc::WCOREDUMP(status)));
            return Next::Gone;
        }
        if !self.tasks.contains(tid) {
            self.adopt(tid);
        }
        if tid == self.leader && self.joined && !self.begun {
            // From this stop on each of its calls is seen. It may be another one than the one that
            // we asked for, which is void then: it may be in the middle of an exec, say.
            self.begun = true;
            self.tell(tid, What::Born { parent: None, thread: false });
        }
        let signal = libc::WSTOPSIG(status);
        match status >> 16 {
            0 if signal == libc::SIGTRAP | 0x80 => self.call_stop(tid),
            0 => self.signal_stop(tid, signal),
            event::SECCOMP => self.call_stop(tid),
            event::FORK | event::VFORK | event::CLONE => {
                if let Ok(child) = sys::event_message(tid) {
                    self.born(tid, child as i32);
                }
                Next::Run(0)
            }
            event::EXEC => self.exec_stop(tid),
            event::STOP => self.group_stop(tid, signal),
            _ => Next::Run(0),
        }
    }

    fn call_stop(&mut self, tid: i32) -> Next {
        let info = match sys::syscall_info(tid) {
            Ok(info) => info,
            Err(cause) => {
                let gone = cause.raw_os_error() == Some(libc::ESRCH);
                if !gone && self.failed.is_none() {
                    self.failed = Some(Error::Forbidden {
                        cause,
                        because: "this kernel has no PTRACE_GET_SYSCALL_INFO".to_string(),
                        remedy: "use Linux 5.3 or newer".to_string(),
                    });
                }
                return Next::Run(0);
            }
        };
        self.flush_held(tid, None);
        let before_exec = self.launched.is_some() && tid == self.leader;
        match info.op {
            op::SECCOMP | op::ENTRY if before_exec => Next::Run(0),
            op::SECCOMP | op::ENTRY => {
                // A call of the processor's other tables has another meaning under its number.
                if crate::filter::NATIVE.is_some_and(|native| native != info.arch) {
                    return Next::Run(0);
                }
                if self.enter(tid, info.nr(), info.args()) { Next::ToExit } else { Next::Run(0) }
            }
            op::EXIT => {
                self.leave_call(tid, info.result());
                Next::Run(0)
            }
            _ => Next::Run(0),
        }
    }

    fn signal_stop(&mut self, tid: i32, signal: i32) -> Next {
        if self.after_stop && is_stop(signal) {
            return Next::Run(0);
        }
        if signal == libc::SIGCONT {
            self.continues(tid);
        }
        let info = sys::signal_info(tid).ok();
        let code = info.map_or(0, |info| info.si_code);
        // SIGCHLD's codes are positive and bring the child's pid too; of the other positive
        // codes only the kernel is the sender.
        let told = code <= 0 && code != libc::SI_TIMER || signal == libc::SIGCHLD;
        // SAFETY: for these codes the kernel has filled the sender's pid.
        let sender =
            info.filter(|_| told).map(|info| unsafe { info.si_pid() }).filter(|pid| *pid > 0);
        let sender = sender.map(|pid| self.names.who(pid));
        if let Some(task) = self.tasks.get_mut(tid) {
            task.signaled = Some((self.start.elapsed(), signal, sender.clone()));
        }
        self.flush_held(tid, Some((signal, sender.clone())));
        self.tell(tid, What::Signal { signal, code, sender });
        Next::Run(signal)
    }

    fn exec_stop(&mut self, tid: i32) -> Next {
        if let Some(mut launched) = self.launched.take_if(|_| tid == self.leader) {
            self.filtered = matches!(launched.told(), Told::Filtered);
            let path = launched.path.to_string_lossy().into_owned();
            self.tell(tid, What::Born { parent: None, thread: false });
            let argv = launched.argv.iter().map(|a| Value::Text(a.as_bytes().to_vec())).collect();
            self.begin_exec(tid, &path, argv);
            self.after_exec(tid, &path);
            if !self.filtered && self.options.filter {
                self.note_no_filter(tid);
            }
            return Next::Run(0);
        }
        // A thread that execs takes the process's id; the others, the first included, are gone.
        let former = sys::event_message(tid).map_or(tid, |former| former as i32);
        let others: Vec<i32> =
            self.tasks.iter().filter(|t| t.pid == tid && t.tid != former).map(|t| t.tid).collect();
        for other in others {
            self.unfinished(other);
            self.tasks.remove(other);
        }
        if let Some(mut task) = self.tasks.remove(former) {
            task.tid = tid;
            if let Some(name) = self.names.of(tid) {
                task.who = name;
            }
            self.tasks.insert(tid, task);
        }
        let path = std::fs::read_link(format!("/proc/{tid}/exe")).unwrap_or_default();
        self.after_exec(tid, &path.to_string_lossy());
        Next::Run(0)
    }

    fn add(&mut self, tid: i32, pid: i32, maker: Option<i32>) {
        let maker = maker.and_then(|maker| self.tasks.get(maker));
        let thread = tid != pid;
        let flags = maker.and_then(|m| m.call.as_ref()).map_or(0, |call| call.told.clone_flags);
        let shares = |flag: i32| thread || flags & flag as u64 != 0;
        let fds = match maker {
            Some(maker) if shares(libc::CLONE_FILES) => maker.fds.clone(),
            Some(maker) => Rc::new(maker.fds.as_ref().clone()),
            None => Rc::default(),
        };
        let maps = match maker {
            // A vfork child shares memory only until its exec, which replaces the list.
            Some(maker) if shares(libc::CLONE_VM) => maker.maps.clone(),
            Some(maker) => Rc::new(maker.maps.as_ref().clone()),
            None => Rc::default(),
        };
        let maker = maker.map(|maker| maker.pid);
        let who: Arc<str> = match (thread, maker) {
            (true, _) => self.names.thread(tid, pid, None),
            (false, Some(maker)) => self.names.child(tid, maker),
            (false, None) => {
                self.names.of(pid).unwrap_or_else(|| self.names.program(pid, "process"))
            }
        };
        let task = Task {
            tid,
            pid,
            who,
            fds,
            maps,
            call: None,
            held: None,
            stopped: false,
            continuing: false,
            signaled: None,
        };
        self.tasks.insert(tid, task);
        if self.launched.is_none() && tid != self.leader {
            let parent = maker.map(|pid| self.names.who(pid));
            self.tell(tid, What::Born { parent, thread });
        }
    }

    /// `maker` is at the event of its fork or clone.
    fn born(&mut self, maker: i32, child: i32) {
        // It may have come before this event, and may even be gone again.
        if self.adopted.remove(&child) || self.tasks.contains(child) {
            return;
        }
        let pid = self.tasks.get(maker).map_or(maker, |task| task.pid);
        let flags = self.tasks.get(maker).and_then(|t| t.call.as_ref()).map(|c| c.told.clone_flags);
        let thread = match flags {
            Some(flags) => flags & libc::CLONE_THREAD as u64 != 0,
            None => group_of(child) == Some(pid),
        };
        self.add(child, if thread { pid } else { child }, Some(maker));
    }

    /// A child whose first stop comes before its maker's event, or whose maker was killed
    /// before the event.
    fn adopt(&mut self, tid: i32) {
        let pid = group_of(tid).unwrap_or(tid);
        let parent = if pid != tid {
            Some(pid)
        } else {
            status_field(&tid.to_string(), "PPid").and_then(|parent| parent.parse().ok())
        };
        // Of the parent's threads, the one that is in a fork made it.
        let maker = self
            .tasks
            .iter()
            .filter(|task| Some(task.pid) == parent)
            .max_by_key(|task| task.call.as_ref().is_some_and(|call| call.entry.name == "fork"))
            .map(|task| task.tid);
        self.adopted.insert(tid);
        self.add(tid, pid, maker);
    }

    fn ended(&mut self, tid: i32, end: End) {
        if let Some(mut launched) = self.launched.take_if(|_| tid == self.leader) {
            let program = launched.path.to_string_lossy().into_owned();
            self.failed = match launched.told() {
                Told::Failed(cause) => Some(Error::Start { program, cause }),
                _ => None,
            };
            self.end = Some(end);
            self.tasks.remove(tid);
            return;
        }
        self.unfinished(tid);
        if matches!(end, End::Signal(..)) {
            self.exits(tid, false);
        }
        self.tell(tid, What::Ended(end));
        if tid == self.leader {
            self.end = Some(end);
        }
        self.tasks.remove(tid);
        self.names.gone(tid);
        self.kills.remove(&tid);
    }

    /// The call that a thread is in when it ends never returns.
    fn unfinished(&mut self, tid: i32) {
        self.flush_held(tid, None);
        self.abandon_call(tid);
    }

    /// Lets every process run on without us.
    fn leave(&mut self) {
        for task in self.tasks.iter() {
            let _ = sys::interrupt(task.tid);
        }
        while !self.tasks.is_empty() {
            match sys::wait(true) {
                Waited::Status(tid, status) if libc::WIFSTOPPED(status) => {
                    let signal = libc::WSTOPSIG(status);
                    // Only in a signal's own stop is there a signal to deliver.
                    let own = status >> 16 == 0 && signal != libc::SIGTRAP | 0x80;
                    let _ = sys::detach(tid, if own { signal } else { 0 });
                    self.tasks.remove(tid);
                }
                Waited::Status(tid, _) => {
                    self.tasks.remove(tid);
                }
                Waited::Interrupted | Waited::Nothing => {}
                Waited::NoOneLeft => break,
            }
        }
    }
}

fn group_of(tid: i32) -> Option<i32> {
    status_field(&tid.to_string(), "Tgid")?.parse().ok()
}

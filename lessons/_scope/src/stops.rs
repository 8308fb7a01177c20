//! Job control: processes that are stopped and go on, and the recorder with them.

use nix::unistd::{Pid, getpgid};

use crate::calls::{Entry, Shape};
use crate::event::What;
use crate::record::Sink;
use crate::sys::{self, Waited};
use crate::task::Task;
use crate::trace::{Next, Tracer};

impl Tracer<'_> {
    pub fn group_stop(&mut self, tid: i32, signal: i32) -> Next {
        self.flush_held(tid, None);
        let Some(task) = self.tasks.get_mut(tid) else { return Next::Run(0) };
        let (was, is, first) = (task.stopped, is_stop(signal), task.tid == task.pid);
        task.stopped = is;
        if first && is && !was {
            self.tell(tid, What::Stopped { signal });
        } else if first && was && !is {
            self.tell(tid, What::Continued);
        }
        if is { Next::Listen } else { Next::Run(0) }
    }

    /// When all of the program is stopped we stop too, so that the shell sees its job stopped.
    pub fn stop_along(&mut self, sink: &mut dyn Sink) {
        let stopped = |task: &Task| task.stopped && !task.continuing;
        if !self.options.stop_along || self.tasks.is_empty() || !self.tasks.iter().all(stopped) {
            return;
        }
        self.order.release(sink);
        sink.flush();
        // SAFETY: stops this process, by its own choice; it goes on from here after SIGCONT.
        unsafe { libc::kill(libc::getpid(), libc::SIGSTOP) };
        self.after_stop = true;
        // `fg` continues the whole group; a SIGCONT for us alone is passed on.
        if let Waited::Status(tid, status) = sys::wait(false) {
            let next = self.stop(tid, status);
            self.go_on(tid, next);
            self.deliver(sink);
        } else {
            for task in self.tasks.iter().filter(|task| task.tid == task.pid) {
                // SAFETY: takes numbers only.
                unsafe { libc::kill(task.pid, libc::SIGCONT) };
            }
        }
    }

    /// A call begins that may send SIGCONT. Whom it goes to is no longer stopped for good, though
    /// the kernel tells us of that later, perhaps after the end of the last one that runs.
    pub fn may_continue(&mut self, sender: i32, entry: &Entry, raw: &[u64; 6]) {
        let Some(at) = entry.args.iter().position(|(_, shape)| matches!(shape, Shape::Signal))
        else {
            return;
        };
        if raw[at] as i32 != libc::SIGCONT {
            return;
        }
        let group = |pid: i32| getpgid(Some(Pid::from_raw(pid))).ok();
        let number = raw[0] as i32;
        let by_descriptor = matches!(entry.args[0].1, Shape::Fd);
        for tid in self.tasks.ids() {
            let Some(task) = self.tasks.get_mut(tid) else { continue };
            task.continuing |= match number {
                _ if by_descriptor => task.stopped,
                -1 => true,
                0 => group(task.pid) == group(sender),
                1.. => number == task.pid || number == task.tid,
                _ => group(task.pid) == Some(Pid::from_raw(-number)),
            };
        }
    }

    /// SIGCONT has come.
    pub fn continues(&mut self, tid: i32) {
        let Some(pid) = self.tasks.get(tid).map(|task| task.pid) else { return };
        for tid in self.tasks.ids() {
            if let Some(task) = self.tasks.get_mut(tid).filter(|task| task.pid == pid) {
                task.continuing = false;
            }
        }
    }
}

pub fn is_stop(signal: i32) -> bool {
    matches!(signal, libc::SIGSTOP | libc::SIGTSTP | libc::SIGTTIN | libc::SIGTTOU)
}

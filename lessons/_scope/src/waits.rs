//! Who a call waits for, and what ended the wait.

use std::time::Duration;

use crate::calls::Shape;
use crate::event::{Cause, Group, Kind, Link, Outcome, Value};
use crate::follow::{is_lock, operation, path_of};
use crate::objects::{Deed, Mark};
use crate::task::{InCall, Touch};
use crate::trace::Tracer;

/// In the kernel this long without a cause that we saw: it waited for a cause that began before.
const LONG: Duration = Duration::from_millis(1);

impl Tracer<'_> {
    /// What a call will do to things, and what others must do for it to go on.
    pub fn touch(&mut self, tid: i32, call: &InCall) -> Touch {
        let mut touch = Touch::default();
        let (entry, raw) = (call.entry, &call.raw);
        let object =
            |tracer: &mut Self, n: usize| tracer.file(tid, raw[n] as i32).map(|f| f.object);
        match entry.name {
            "read" | "readv" | "pread" | "preadv" | "recv" | "recvmsg" | "recvmmsg"
            | "mq_receive" | "accept" => {
                if let Some(id) = object(self, 0) {
                    takes(&mut touch, id);
                }
            }
            "write" | "writev" | "pwrite" | "pwritev" | "send" | "sendmsg" | "sendmmsg"
            | "vmsplice" | "mq_send" => {
                let addressed = call.told.address.as_deref().and_then(|a| self.objects.bound_to(a));
                if let Some(id) =
                    addressed.or_else(|| object(self, 0).map(|id| self.objects.far_side(id)))
                {
                    gives(&mut touch, id);
                }
            }
            "splice" | "copy_file_range" => {
                object(self, 0).into_iter().for_each(|id| takes(&mut touch, id));
                let to = object(self, 2).map(|id| self.objects.far_side(id));
                to.into_iter().for_each(|id| gives(&mut touch, id));
            }
            "tee" => {
                object(self, 0).into_iter().for_each(|id| takes(&mut touch, id));
                object(self, 1).into_iter().for_each(|id| gives(&mut touch, id));
            }
            "sendfile" => {
                let to = object(self, 0).map(|id| self.objects.far_side(id));
                to.into_iter().for_each(|id| gives(&mut touch, id));
            }
            "connect" => {
                let to = call.told.address.as_deref().and_then(|a| self.objects.bound_to(a));
                to.into_iter().for_each(|id| gives(&mut touch, id));
            }
            "open" => {
                // Opening a FIFO waits for whoever opens the other end.
                if let Some(id) = path_of(call).and_then(|path| self.fifo_at(path)) {
                    touch.does.push((id, Deed::Give));
                    touch.awaits.push((id, Deed::Give));
                }
            }
            "close" | "shutdown" => {
                if let Some(id) = object(self, 0) {
                    touch.does.push((id, Deed::Close));
                    touch.does.push((self.objects.far_side(id), Deed::Close));
                    // Closing a file gives its locks back.
                    if self.objects.see(id).kind == Kind::File {
                        touch.does.push((id, Deed::Give));
                    }
                }
            }
            "flock" | "fcntl" if entry.name == "flock" || is_lock(raw[1] as i32) => {
                if let Some(id) = object(self, 0) {
                    touch.does.push((id, Deed::Give));
                    touch.awaits.push((id, Deed::Give));
                }
            }
            "poll" | "select" | "epoll_wait" => {
                for id in self.watched(tid, call) {
                    touch.awaits.push((id, Deed::Give));
                    touch.awaits.push((id, Deed::Close));
                    touch.awaits.push((self.objects.far_side(id), Deed::Take));
                }
            }
            "msgsnd" => {
                let id = self.system_v(Kind::Queue, raw[0] as i32);
                gives(&mut touch, id);
            }
            "msgrcv" => {
                let id = self.system_v(Kind::Queue, raw[0] as i32);
                takes(&mut touch, id);
            }
            "semop" | "semctl" => {
                let id = self.system_v(Kind::Semaphores, raw[0] as i32);
                touch.does.push((
                    id,
                    if call.told.taken && !call.told.given { Deed::Take } else { Deed::Give },
                ));
                if call.told.taken {
                    touch.awaits.push((id, Deed::Give));
                }
            }
            "futex" => {
                if let Some(id) = self.futex(tid, call) {
                    match operation(call) {
                        "futex_wait" | "futex_lock" => touch.awaits.push((id, Deed::Give)),
                        _ => touch.does.push((id, Deed::Give)),
                    }
                }
            }
            _ => {}
        }
        touch
    }

    fn watched(&mut self, tid: i32, call: &InCall) -> Vec<u32> {
        if call.entry.name == "epoll_wait" {
            let epoll = self.file(tid, call.raw[0] as i32).map(|f| f.object);
            return epoll.map(|id| self.effects.epoll(id)).unwrap_or_default();
        }
        let fds = call.told.watched.iter().take(64).copied().collect::<Vec<_>>();
        fds.into_iter().filter_map(|fd| self.file(tid, fd)).map(|f| f.object).collect()
    }

    /// What ended the wait of a call that comes back now, if it waited; and whose bytes it got.
    pub fn cause(
        &self,
        tid: i32,
        call: &InCall,
        outcome: Outcome,
        now: Duration,
    ) -> (Option<Cause>, Option<Link>) {
        let took = match outcome {
            Outcome::Value(result) => result,
            Outcome::Error(libc::ETIMEDOUT) => return (Some(Cause::Timeout), None),
            Outcome::Error(libc::EAGAIN) if call.entry.name == "sigwait" => {
                return (Some(Cause::Timeout), None);
            }
            Outcome::Error(libc::EPIPE) => 0,
            _ => return (None, None),
        };
        let long = now.saturating_sub(call.began) >= LONG;
        match (call.entry.group, call.entry.name) {
            (_, "wait") if long && (took > 0 || call.entry.syscall == "waitid") => {
                let child = if took > 0 { Some(took as i32) } else { child_in(call) };
                return (child.map(|pid| Cause::Ended(self.names.who(pid))), None);
            }
            (Group::Poll, "poll" | "select" | "epoll_wait") if took == 0 => {
                return (long.then_some(Cause::Timeout), None);
            }
            (Group::Signal, "sigwait" | "sigsuspend") => {
                return (self.killed_by(tid, call.began).map(Cause::Call), None);
            }
            (Group::Data, "read") if self.reads_signals(tid, call) => {
                return (self.killed_by(tid, call.began).map(Cause::Call), None);
            }
            _ => {}
        }
        let at_end = took == 0 && call.entry.group == Group::Data;
        let mut best: Option<(&Mark, Deed)> = None;
        let (mut from, mut before) = (None, None);
        let gets = took > 0 && call.told.bytes.as_ref().is_some_and(|bytes| !bytes.given);
        for (id, deed) in &call.touch.awaits {
            let Some(mark) = self.objects.last(*id, *deed, tid) else { continue };
            if *deed == Deed::Give && gets {
                // What someone has taken since then may be gone.
                let place =
                    if self.objects.taken_after(*id, mark.at) { &mut before } else { &mut from };
                *place = Some(mark.link.clone());
            }
            // At the end of what there is to read, the closing counts; before, the giving.
            let fits = (*deed == Deed::Close) == at_end || call.entry.group == Group::Poll;
            let during = mark.at >= call.began && (mark.link.id > call.id || long);
            if fits && during && best.is_none_or(|(other, _)| mark.at > other.at) {
                best = Some((mark, *deed));
            }
        }
        // Someone may still be on the way out of the call that woke us.
        let giver = self.under_way(tid, call, at_end);
        if let (true, None, Some(link)) = (gets, &from, &giver) {
            from = Some(link.clone());
        }
        let from = from.or(before);
        let giver = giver.filter(|link| link.id > call.id || long);
        let cause = match (best, giver) {
            (Some((mark, Deed::Close)), _) => Some(Cause::Closed(mark.link.clone())),
            (Some((mark, _)), _) => Some(Cause::Call(mark.link.clone())),
            (None, Some(link)) if at_end => Some(Cause::Closed(link)),
            (None, Some(link)) => Some(Cause::Call(link)),
            _ => None,
        };
        (cause, from)
    }

    fn under_way(&self, tid: i32, call: &InCall, at_end: bool) -> Option<Link> {
        if call.touch.awaits.is_empty() {
            return None;
        }
        self.tasks.iter().filter(|task| task.tid != tid).find_map(|task| {
            let other = task.call.as_ref()?;
            let meets = other.touch.does.iter().any(|deed| {
                let fits = call.entry.group != Group::Data || (deed.1 == Deed::Close) == at_end;
                fits && call.touch.awaits.contains(deed)
            });
            meets.then(|| Link {
                id: other.id,
                pid: task.pid,
                who: task.who.clone(),
                call: operation(other),
            })
        })
    }

    fn killed_by(&self, tid: i32, since: Duration) -> Option<Link> {
        let task = self.tasks.get(tid)?;
        let mark = self.kills.get(&task.pid)?;
        (mark.at >= since).then(|| mark.link.clone())
    }

    fn reads_signals(&self, tid: i32, call: &InCall) -> bool {
        let Some(task) = self.tasks.get(tid) else { return false };
        let fds = task.fds.borrow();
        let Some(slot) = fds.get(call.raw[0] as i32) else { return false };
        self.objects.see(slot.file.object).kind == Kind::Signalfd
    }

    /// Remembers what a finished call did, for those who wait for it.
    pub fn mark(&mut self, tid: i32, call: &InCall, outcome: Outcome, now: Duration) {
        let Outcome::Value(result) = outcome else { return };
        let Some(task) = self.tasks.get(tid) else { return };
        let link =
            Link { id: call.id, pid: task.pid, who: task.who.clone(), call: operation(call) };
        let mark = Mark { at: now, link, tid };
        if call.entry.group == Group::Signal
            && let Some((_, Shape::Pid | Shape::Fd)) = call.entry.args.first()
        {
            self.kills.insert(call.raw[0] as i32, mark);
            return;
        }
        // A call that moved nothing did nothing, if moving is what it is for.
        if result == 0 && call.entry.group == Group::Data {
            return;
        }
        for (id, deed) in &call.touch.does {
            self.objects.mark(*id, *deed, mark.clone());
        }
    }
}

fn takes(touch: &mut Touch, id: u32) {
    touch.does.push((id, Deed::Take));
    touch.awaits.push((id, Deed::Give));
    touch.awaits.push((id, Deed::Close));
}

fn gives(touch: &mut Touch, id: u32) {
    touch.does.push((id, Deed::Give));
    touch.awaits.push((id, Deed::Take));
    touch.awaits.push((id, Deed::Close));
}

/// The child in the siginfo of a waitid.
fn child_in(call: &InCall) -> Option<i32> {
    call.args.iter().find_map(|arg| match &arg.value {
        Value::List(parts) => parts.iter().find_map(|part| match part {
            Value::Pid(who) => Some(who.pid),
            _ => None,
        }),
        _ => None,
    })
}

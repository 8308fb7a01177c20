//! A call from its entry to its return: decoded, carried out on the tables, reported.

use std::cell::RefCell;
use std::rc::Rc;

use crate::calls::{Entry, Shape};
use crate::decode::{self, World};
use crate::event::{Arg, Call, Cause, Event, Group, Kind, Outcome, Thing, Value, What, Who};
use crate::names::Names;
use crate::objects::{File, Objects};
use crate::proc;
use crate::sys;
use crate::tables::Descriptors;
use crate::task::{InCall, Slot, Touch};
use crate::trace::Tracer;

/// A decoder's window on one thread.
pub struct View<'a> {
    tid: i32,
    fds: Rc<RefCell<Descriptors>>,
    objects: &'a mut Objects,
    names: &'a Names,
    limit: usize,
}

impl World for View<'_> {
    fn read(&self, addr: u64, buf: &mut [u8]) -> usize {
        sys::read_memory(self.tid, addr, buf)
    }
    fn thing(&mut self, fd: i32) -> Option<Thing> {
        let file = look_up(self.tid, fd, &self.fds, self.objects)?;
        Some(self.objects.thing(&file))
    }
    fn who(&self, pid: i32) -> Who {
        self.names.who(pid)
    }
    fn limit(&self) -> usize {
        self.limit
    }
}

/// The table first; /proc for what the table has not seen made.
pub fn look_up(
    tid: i32,
    fd: i32,
    fds: &RefCell<Descriptors>,
    objects: &mut Objects,
) -> Option<File> {
    if let Some(slot) = fds.borrow().get(fd) {
        return Some(slot.file.clone());
    }
    let (file, close_on_exec) = proc::descriptor(tid, fd, objects)?;
    fds.borrow_mut().insert(fd, Slot { file: file.clone(), close_on_exec });
    Some(file)
}

impl Tracer<'_> {
    pub fn view(&mut self, tid: i32) -> Option<View<'_>> {
        let fds = self.tasks.get(tid)?.fds.clone();
        Some(View {
            tid,
            fds,
            objects: &mut self.objects,
            names: &self.names,
            limit: self.options.capture,
        })
    }

    /// The descriptor's file in this thread's process.
    pub fn file(&mut self, tid: i32, fd: i32) -> Option<File> {
        let fds = self.tasks.get(tid)?.fds.clone();
        look_up(tid, fd, &fds, &mut self.objects)
    }

    /// A call begins. Whether its exit is of interest.
    pub fn enter(&mut self, tid: i32, nr: i64, raw: [u64; 6]) -> bool {
        let Some(entry) = self.index.get(nr) else { return false };
        let hidden = match self.worth(tid, entry, &raw) {
            Worth::Nothing => return false,
            Worth::Effects => true,
            Worth::Telling => false,
        };
        if entry.group == Group::Signal {
            self.may_continue(tid, entry, &raw);
        }
        if entry.group == Group::Queue {
            self.ensure_queue(tid, entry, raw[0] as i32);
        }
        let began = self.now();
        let Some(mut view) = self.view(tid) else { return false };
        let (args, told) = decode::entry(entry, &raw, &mut view);
        let id = self.id();
        let mut call = InCall {
            id,
            entry,
            raw,
            args,
            told,
            began,
            hidden,
            shared: false,
            touch: Touch::default(),
        };
        call.touch = self.touch(tid, &call);
        // Afterwards the name is gone.
        call.shared = entry.name == "unlink" && self.is_shared(tid, &call);
        self.name_ids(&mut call);
        self.before(tid, &mut call);
        if entry.name == "exit" {
            // It has no return to wait for, and whoever waits for its end of a pipe may see
            // that end before we see the process gone.
            self.exits(tid, call.entry.syscall == "exit_group");
            self.report(tid, call, Outcome::None, Vec::new());
            return false;
        }
        let Some(task) = self.tasks.get_mut(tid) else { return false };
        task.call = Some(call);
        true
    }

    /// What most calls are not worth is decided before anything is decoded.
    fn worth(&mut self, tid: i32, entry: &Entry, raw: &[u64; 6]) -> Worth {
        let all = self.options.all;
        match entry.syscall {
            "mmap" if !all && raw[3] & libc::MAP_SHARED as u64 == 0 => return Worth::Nothing,
            "futex" if !all && raw[1] & libc::FUTEX_PRIVATE_FLAG as u64 != 0 => {
                return Worth::Nothing;
            }
            "futex" | "munmap" | "msync" if !all && self.mapping(tid, raw[0]).is_none() => {
                return Worth::Nothing;
            }
            _ => {}
        }
        if !matches!(entry.group, Group::Data | Group::Descriptor | Group::Sync | Group::Memory) {
            let own = matches!(entry.args.first(), Some((_, Shape::Fd)))
                && self.options.exclude_fds.contains(&(raw[0] as i32));
            return if own { Worth::Effects } else { Worth::Telling };
        }
        let (mut fds, mut ipc, mut own) = (0, false, false);
        for (i, (_, shape)) in entry.args.iter().enumerate() {
            if matches!(shape, Shape::Fd) {
                fds += 1;
                let fd = raw[i] as i32;
                own |= self.options.exclude_fds.contains(&fd);
                ipc |= self.file(tid, fd).is_some_and(|f| self.objects.see(f.object).kind.is_ipc());
            }
        }
        if fds == 0 || (!own && (ipc || all)) {
            return Worth::Telling;
        }
        match (entry.group, entry.syscall) {
            (_, "close") if !ipc => {
                if let Some(task) = self.tasks.get(tid) {
                    task.fds.borrow_mut().remove(raw[0] as i32);
                }
                Worth::Nothing
            }
            (Group::Data, "recvmsg" | "sendmsg" | "recvmmsg" | "sendmmsg") => Worth::Effects,
            // A kit's own talk is not told, but who hears it is told from whom.
            (Group::Data, _) if own && ipc => Worth::Effects,
            (Group::Data, _) => Worth::Nothing,
            (_, "fcntl") if !own && is_lock(raw[1] as i32) => Worth::Telling,
            (_, "dup" | "dup2" | "dup3" | "fcntl" | "close") => Worth::Effects,
            // Memory of a file is shared all the same; a lock on one is a lock.
            (Group::Memory | Group::Sync, _) if !own => Worth::Telling,
            (_, "pidfd_getfd") => Worth::Telling,
            _ => Worth::Effects,
        }
    }

    /// A call came back.
    pub fn leave_call(&mut self, tid: i32, result: i64) {
        let Some(call) = self.tasks.get_mut(tid).and_then(|task| task.call.take()) else { return };
        self.finish(tid, call, Outcome::of(result));
    }

    pub fn finish(&mut self, tid: i32, mut call: InCall, outcome: Outcome) {
        if let Some(mut view) = self.view(tid) {
            let (args, told) = (&mut call.args, &mut call.told);
            decode::exit(call.entry, &call.raw, outcome, &mut view, args, told);
        }
        let made = self.after(tid, &mut call, outcome);
        self.report(tid, call, outcome, made);
    }

    /// A thread ended in its call.
    pub fn abandon_call(&mut self, tid: i32) {
        let Some(call) = self.tasks.get_mut(tid).and_then(|task| task.call.take()) else { return };
        self.report(tid, call, Outcome::None, Vec::new());
    }

    fn report(&mut self, tid: i32, call: InCall, outcome: Outcome, made: Vec<Thing>) {
        let now = self.now();
        let (ended_by, from) = self.cause(tid, &call, outcome, now);
        self.mark(tid, &call, outcome, now);
        if call.hidden || !(self.options.all || self.tells(tid, &call, outcome, &made)) {
            return;
        }
        let mut things = Vec::new();
        for arg in &call.args {
            collect(&arg.value, &mut things);
        }
        things.extend(made);
        let long = now.saturating_sub(call.began);
        let event = Call {
            name: operation(&call),
            syscall: call.entry.syscall,
            args: call.args,
            outcome,
            things,
            bytes: call.told.bytes,
            began: call.began,
            waited: ended_by.is_some().then_some(long),
            ended_by,
            from,
            group: call.entry.group,
        };
        let Some(task) = self.tasks.get_mut(tid) else { return };
        let event = Event {
            id: call.id,
            at: now,
            pid: task.pid,
            tid,
            who: task.who.clone(),
            what: What::Call(Box::new(event)),
        };
        if matches!(outcome, Outcome::Restart(_) | Outcome::Error(libc::EINTR)) {
            // The signal that interrupted it is this thread's next stop.
            task.held = Some(event);
        } else {
            self.out.push(event);
        }
    }

    /// Lets an interrupted call go, with the signal that came.
    pub fn flush_held(&mut self, tid: i32, signal: Option<(i32, Option<Who>)>) {
        let Some(mut event) = self.tasks.get_mut(tid).and_then(|task| task.held.take()) else {
            return;
        };
        if let (What::Call(call), Some((signal, sender))) = (&mut event.what, signal) {
            call.waited = Some(event.at.saturating_sub(call.began));
            call.ended_by = Some(Cause::Signal(signal, sender));
        }
        self.out.push(event);
    }

    /// Whether a finished call belongs to what processes do to each other.
    fn tells(&mut self, tid: i32, call: &InCall, outcome: Outcome, made: &[Thing]) -> bool {
        let ipc = |things: &[Thing]| things.iter().any(|thing| thing.kind.is_ipc());
        let mut things = Vec::new();
        for arg in &call.args {
            collect(&arg.value, &mut things);
        }
        match (call.entry.group, call.entry.name) {
            // The system's own data, which every process may map and none changes.
            (_, "mmap")
                if things.iter().any(|t| t.kind == Kind::File && t.name.starts_with("/usr/")) =>
            {
                false
            }
            (_, "open") => {
                ipc(made) || !matches!(outcome, Outcome::Value(_)) && self.is_shared(tid, call)
            }
            (_, "mkfifo") => makes_fifo(call),
            (_, "unlink") => call.shared,
            (Group::Descriptor, "fcntl") => ipc(&things) || is_lock(call.raw[1] as i32),
            (Group::Descriptor, "close_range") => false,
            (Group::Descriptor | Group::Data, _) => {
                ipc(&things) || ipc(made) || call.entry.name.starts_with("process_vm")
            }
            // What is ready at the end may be nothing, or not what was asked for.
            (Group::Poll, "poll" | "select") => {
                ipc(&things)
                    || call.touch.awaits.iter().any(|(id, _)| self.objects.see(*id).kind.is_ipc())
            }
            (_, "prctl") => matches!(
                call.raw[0] as i32,
                libc::PR_SET_PDEATHSIG | libc::PR_SET_SECCOMP | libc::PR_SET_CHILD_SUBREAPER
            ),
            _ => true,
        }
    }

    /// A path that several processes could meet at.
    fn is_shared(&self, tid: i32, call: &InCall) -> bool {
        let Some(path) = path_of(call) else { return false };
        let text = String::from_utf8_lossy(path);
        if text.starts_with("/dev/shm/") || text.starts_with("/dev/mqueue/") {
            return true;
        }
        if self.objects.bound_to(&text).is_some() || self.effects.fifos.contains(path) {
            return true;
        }
        let place = if text.starts_with('/') {
            format!("/proc/{tid}/root{text}")
        } else {
            format!("/proc/{tid}/cwd/{text}")
        };
        use std::os::unix::fs::FileTypeExt;
        call.touch.does.iter().any(|(id, _)| self.objects.see(*id).kind == Kind::Fifo)
            // A task that has gone in the call has no root any more: then ours must do.
            || std::fs::metadata(place)
                .or_else(|_| std::fs::metadata(text.as_ref()))
                .is_ok_and(|about| about.file_type().is_fifo() || about.file_type().is_socket())
    }
}

enum Worth {
    /// Neither shown nor followed.
    Nothing,
    /// Followed, not shown.
    Effects,
    Telling,
}

/// Whether a call of the mknod family makes a FIFO.
pub fn makes_fifo(call: &InCall) -> bool {
    let mode = if call.entry.syscall == "mknodat" { call.raw[2] } else { call.raw[1] };
    mode as u32 & libc::S_IFMT == libc::S_IFIFO
}

pub fn is_lock(op: i32) -> bool {
    matches!(op, libc::F_SETLK | libc::F_SETLKW | libc::F_OFD_SETLK | libc::F_OFD_SETLKW)
}

/// The path among the arguments.
pub fn path_of(call: &InCall) -> Option<&[u8]> {
    call.args.iter().find_map(|arg| match &arg.value {
        Value::Text(path) => Some(path.as_slice()),
        _ => None,
    })
}

/// The one name, where it depends on an argument.
pub fn operation(call: &InCall) -> &'static str {
    match call.entry.name {
        "fork" if call.told.clone_flags & libc::CLONE_THREAD as u64 != 0 => "thread",
        "futex" => match call.raw[1] as i32 & 0x7f {
            0 | 9 => "futex_wait",
            1 | 10 => "futex_wake",
            3 | 4 => "futex_requeue",
            6 | 13 => "futex_lock",
            7 => "futex_unlock",
            _ => "futex",
        },
        name => name,
    }
}

/// Every thing in a value.
pub fn collect(value: &Value, things: &mut Vec<Thing>) {
    match value {
        Value::Fd(_, Some(thing)) if !things.contains(thing) => things.push(thing.clone()),
        Value::Id(_, thing) if !things.contains(thing) => things.push(thing.clone()),
        Value::List(values) => values.iter().for_each(|value| collect(value, things)),
        _ => {}
    }
}

/// Puts what is now known to be behind a descriptor into values that name it.
pub fn refresh(args: &mut [Arg], fd: i32, thing: &Thing) {
    fn renew(value: &mut Value, fd: i32, thing: &Thing) {
        match value {
            Value::Fd(number, place) if *number == fd => *place = Some(thing.clone()),
            Value::List(values) => values.iter_mut().for_each(|value| renew(value, fd, thing)),
            _ => {}
        }
    }
    args.iter_mut().for_each(|arg| renew(&mut arg.value, fd, thing));
}

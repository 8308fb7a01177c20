//! What calls change: descriptor tables, mappings, what exists.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::calls::{Entry, Shape};
use crate::decode;
use crate::event::{Arg, Call, Group, Kind, Link, Outcome, Thing, Value, What};
use crate::follow::{path_of, refresh};
use crate::objects::{Deed, File, Key, Mark};
use crate::peers;
use crate::proc::{self, Mapping};
use crate::task::{InCall, Slot};
use crate::trace::Tracer;

/// Which descriptors each epoll watches.
#[derive(Default)]
pub struct Effects {
    epolls: HashMap<u32, Vec<u32>>,
}

impl Effects {
    pub fn epoll(&self, id: u32) -> Vec<u32> {
        self.epolls.get(&id).cloned().unwrap_or_default()
    }
}

impl Tracer<'_> {
    /// Effects that a peer can see before the call returns.
    pub fn before(&mut self, tid: i32, call: &mut InCall) {
        if call.entry.name.starts_with("sendm") && !call.told.rights.is_empty() {
            let Some(to) = self.file(tid, call.raw[0] as i32) else { return };
            let to = self.objects.far_side(to.object);
            for fd in call.told.rights.clone() {
                if let Some(file) = self.file(tid, fd) {
                    self.objects.at(to).on_the_way.push_back(file);
                }
            }
        }
    }

    /// Says what is behind an id or an address.
    pub fn name_ids(&mut self, call: &mut InCall) {
        let kind = match call.entry.syscall {
            "futex" => {
                // The registers of the arguments that an operation has no use for hold anything.
                let count = match call.raw[1] & 0x7f {
                    1 | 7 => 3,
                    0 | 6 | 9 | 13 => 4,
                    _ => 6,
                };
                call.args.truncate(count);
                let touched = call.touch.does.iter().chain(&call.touch.awaits).next();
                if let (Some((id, _)), Some(arg)) = (touched, call.args.first_mut()) {
                    let thing = self.objects.thing(&File { object: *id, end: None });
                    arg.value = Value::Id(call.raw[0] as i64, thing);
                }
                return;
            }
            "shmat" | "shmctl" => Kind::Segment,
            "semop" | "semtimedop" | "semctl" => Kind::Semaphores,
            "msgsnd" | "msgrcv" | "msgctl" => Kind::Queue,
            _ => return,
        };
        let number = call.raw[0] as i32;
        let id = self.system_v(kind, number);
        let thing = self.objects.thing(&File { object: id, end: None });
        if let Some(arg) = call.args.first_mut() {
            arg.value = Value::Id(i64::from(number), thing);
        }
    }

    /// Effects of a call that returned; the things it made.
    pub fn after(&mut self, tid: i32, call: &mut InCall, outcome: Outcome) -> Vec<Thing> {
        let result = match outcome {
            Outcome::Value(result) => result,
            _ => {
                self.undo(tid, call);
                return Vec::new();
            }
        };
        let new = result as i32;
        let raw = call.raw;
        // The most frequent calls change no table.
        if call.entry.group == Group::Data && !call.entry.name.starts_with("recvm") {
            return Vec::new();
        }
        let cloexec = |at: usize| raw[at] as i32 & libc::O_CLOEXEC != 0;
        match (call.entry.name, call.entry.syscall) {
            ("pipe", syscall) => self.made_pipe(tid, call, syscall == "pipe2" && cloexec(1)),
            ("socketpair", _) => self.made_pair(tid, call),
            ("socket", _) => {
                let id = self.made_socket(tid, new, cloexec(1));
                self.objects.describe(id, peers::kind(raw[0] as i32, raw[1] as i32));
                self.made(tid, new)
            }
            ("accept", syscall) => {
                let id = self.made_socket(tid, new, syscall == "accept4" && cloexec(3));
                if let Some(listener) = self.file(tid, raw[0] as i32)
                    && self.objects.see(id).detail.is_none()
                    && let Some(detail) = self.objects.see(listener.object).detail.clone()
                {
                    self.objects.describe(id, &detail);
                }
                self.made(tid, new)
            }
            ("bind", _) => {
                if let (Some(file), Some(address)) =
                    (self.file(tid, raw[0] as i32), &call.told.address)
                {
                    self.objects.bind(file.object, address);
                }
                Vec::new()
            }
            ("dup", _) => self.dup(tid, raw[0] as i32, new, false),
            ("dup2", syscall) if raw[0] as i32 != new => {
                self.dup(tid, raw[0] as i32, new, syscall == "dup3" && cloexec(2))
            }
            ("fcntl", _) => match raw[1] as i32 {
                libc::F_DUPFD => self.dup(tid, raw[0] as i32, new, false),
                libc::F_DUPFD_CLOEXEC => self.dup(tid, raw[0] as i32, new, true),
                libc::F_SETFD => {
                    let on = raw[2] as i32 & libc::FD_CLOEXEC != 0;
                    self.with_slot(tid, raw[0] as i32, |slot| slot.close_on_exec = on);
                    Vec::new()
                }
                _ => Vec::new(),
            },
            ("close", _) => {
                self.forget(tid, raw[0] as i32);
                Vec::new()
            }
            ("close_range", _) => {
                self.close_range(tid, raw[0] as u32, raw[1] as u32, raw[2]);
                Vec::new()
            }
            ("open", _) => {
                self.forget(tid, new);
                let made = self.made(tid, new);
                if let Some(thing) = made.iter().find(|thing| thing.kind == Kind::Fifo) {
                    call.touch.does.push((thing.id, Deed::Give));
                }
                made
            }
            ("mq_open", _) => {
                let name = path_of(call).map(|n| String::from_utf8_lossy(n).into_owned());
                let name = format!("/{}", name.unwrap_or_default().trim_start_matches('/'));
                let id = self.objects.get(
                    Key::Queue(name.clone()),
                    Kind::Queue,
                    Some(format!("queue {name}")),
                );
                self.put(tid, new, File { object: id, end: None }, true);
                self.made(tid, new)
            }
            ("mq_unlink", _) => {
                if let Some(name) = path_of(call) {
                    let name = String::from_utf8_lossy(name).into_owned();
                    self.objects.forget(&Key::Queue(format!("/{}", name.trim_start_matches('/'))));
                }
                Vec::new()
            }
            (
                "eventfd" | "signalfd" | "epoll_create" | "memfd_create" | "pidfd_open"
                | "pidfd_getfd",
                _,
            ) => {
                self.forget(tid, new);
                if call.entry.name == "eventfd" {
                    self.fresh_eventfd(tid, new);
                }
                self.made(tid, new)
            }
            ("epoll_ctl", _) => {
                self.epoll_ctl(tid, raw[0] as i32, raw[1] as i32, raw[2] as i32);
                Vec::new()
            }
            ("recvmsg" | "recvmmsg", _) => {
                self.received(tid, call);
                Vec::new()
            }
            ("ftruncate", _) => {
                if let Some(file) = self.file(tid, raw[0] as i32) {
                    proc::sized(file.object, raw[1], &mut self.objects);
                    let thing = self.objects.thing(&file);
                    refresh(&mut call.args, raw[0] as i32, &thing);
                }
                Vec::new()
            }
            ("shmget", _) => {
                let id = self.system_v(Kind::Segment, new);
                proc::sized(id, raw[1], &mut self.objects);
                self.thing_of(id, None)
            }
            ("msgget", _) => {
                let id = self.system_v(Kind::Queue, new);
                self.thing_of(id, None)
            }
            ("semget", _) => {
                let id = self.system_v(Kind::Semaphores, new);
                self.thing_of(id, None)
            }
            ("shmat", _) => {
                let mapping = proc::mapping(self.pid(tid), result as u64, &mut self.objects);
                let id = self.system_v(Kind::Segment, raw[0] as i32);
                if let Some(mapping) = mapping {
                    proc::sized(id, mapping.end - mapping.start, &mut self.objects);
                    self.map(tid, Mapping { object: id, ..mapping });
                    self.name_ids(call);
                }
                Vec::new()
            }
            ("mmap", _) => self.mmap(tid, result as u64, &raw),
            ("munmap" | "msync" | "shmdt", name) => {
                let Some(mapping) = self.mapping(tid, raw[0]) else { return Vec::new() };
                if name != "msync" {
                    let end =
                        if name == "shmdt" { mapping.end } else { raw[0].saturating_add(raw[1]) };
                    self.unmap(tid, raw[0], end);
                }
                self.thing_of(mapping.object, None)
            }
            ("shmctl" | "msgctl" | "semctl", name) => {
                let kind = match name {
                    "shmctl" => Kind::Segment,
                    "msgctl" => Kind::Queue,
                    _ => Kind::Semaphores,
                };
                let op = if name == "semctl" { raw[2] } else { raw[1] } as i32;
                if op & 0xff == libc::IPC_RMID {
                    self.objects.forget(&Key::SystemV(kind, raw[0] as i32));
                }
                Vec::new()
            }
            ("fork", _) if new > 0 => {
                self.name_child(call, new);
                Vec::new()
            }
            ("wait", "wait4") if new > 0 => {
                self.name_child(call, new);
                Vec::new()
            }
            ("unshare", _) if raw[0] & libc::CLONE_FILES as u64 != 0 => {
                if let Some(task) = self.tasks.get_mut(tid) {
                    task.fds = Rc::new(task.fds.as_ref().clone());
                }
                Vec::new()
            }
            ("prctl", _) if raw[0] as i32 == libc::PR_SET_NAME => {
                self.renamed(tid, raw[1]);
                Vec::new()
            }
            ("prctl", _) if raw[0] as i32 == libc::PR_SET_SECCOMP => {
                self.note_seccomp(tid);
                Vec::new()
            }
            ("seccomp", _) => {
                self.note_seccomp(tid);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn undo(&mut self, tid: i32, call: &InCall) {
        if call.entry.name.starts_with("sendm") && !call.told.rights.is_empty() {
            let Some(to) = self.file(tid, call.raw[0] as i32) else { return };
            let to = self.objects.far_side(to.object);
            for _ in &call.told.rights {
                self.objects.at(to).on_the_way.pop_back();
            }
        }
        let strict = call.entry.syscall == "prctl"
            && call.raw[0] as i32 == libc::PR_SET_SECCOMP
            && call.raw[1] == u64::from(libc::SECCOMP_MODE_STRICT);
        if strict {
            let note = "the strict mode of seccomp cannot be set where a filter is: record it with --no-filter";
            self.tell(tid, What::Note(note.to_string()));
        }
        if call.entry.syscall == "ptrace" {
            let note = "ptrace is refused: a process has one tracer, and here it is the recorder";
            self.tell(tid, What::Note(note.to_string()));
        }
    }

    fn note_seccomp(&mut self, tid: i32) {
        let note = "the program set a seccomp mode of its own: calls that it refuses are not seen";
        self.tell(tid, What::Note(note.to_string()));
    }

    fn pid(&self, tid: i32) -> i32 {
        self.tasks.get(tid).map_or(tid, |task| task.pid)
    }

    fn put(&mut self, tid: i32, fd: i32, file: File, close_on_exec: bool) {
        if let Some(task) = self.tasks.get(tid) {
            task.fds.borrow_mut().insert(fd, Slot { file, close_on_exec });
        }
    }

    fn with_slot(&mut self, tid: i32, fd: i32, change: impl FnOnce(&mut Slot)) {
        // A descriptor that was never looked at is looked at now, or the change would be lost.
        if self.file(tid, fd).is_some()
            && let Some(task) = self.tasks.get(tid)
            && let Some(slot) = task.fds.borrow_mut().get_mut(fd)
        {
            change(slot);
        }
    }

    fn forget(&mut self, tid: i32, fd: i32) {
        if let Some(task) = self.tasks.get(tid) {
            task.fds.borrow_mut().remove(fd);
        }
    }

    /// What is behind a descriptor that a call made.
    fn made(&mut self, tid: i32, fd: i32) -> Vec<Thing> {
        let file = self.file(tid, fd);
        file.map(|file| self.objects.thing(&file)).into_iter().collect()
    }

    fn thing_of(&self, id: u32, end: Option<Arc<str>>) -> Vec<Thing> {
        vec![self.objects.thing(&File { object: id, end })]
    }

    fn made_pipe(&mut self, tid: i32, call: &mut InCall, close_on_exec: bool) -> Vec<Thing> {
        let Some((read, write)) = call.told.pair else { return Vec::new() };
        let key = match proc::inode(tid, read) {
            Some(inode) => Key::Pipe(inode),
            None => self.objects.own_key(),
        };
        self.objects.forget(&key);
        let id = self.objects.get(key, Kind::Pipe, None);
        self.put(tid, read, File { object: id, end: Some("read end".into()) }, close_on_exec);
        self.put(tid, write, File { object: id, end: Some("write end".into()) }, close_on_exec);
        self.show_pair(tid, call, 0, read, write);
        self.thing_of(id, None)
    }

    fn made_pair(&mut self, tid: i32, call: &mut InCall) -> Vec<Thing> {
        let Some((one, other)) = call.told.pair else { return Vec::new() };
        let close_on_exec = call.raw[1] as i32 & libc::SOCK_CLOEXEC != 0;
        let detail = peers::kind(call.raw[0] as i32, call.raw[1] as i32);
        let mut ids = [0; 2];
        for (place, fd) in ids.iter_mut().zip([one, other]) {
            let key = match proc::inode(tid, fd) {
                Some(inode) => Key::Socket(inode),
                None => self.objects.own_key(),
            };
            self.objects.forget(&key);
            *place = self.objects.get(key, Kind::Socket, None);
            self.objects.describe(*place, detail);
            self.put(tid, fd, File { object: *place, end: None }, close_on_exec);
        }
        self.objects.join(ids[0], ids[1]);
        self.show_pair(tid, call, 3, one, other);
        self.thing_of(ids[0], None)
    }

    fn show_pair(&mut self, tid: i32, call: &mut InCall, at: usize, one: i32, other: i32) {
        let mut value = |fd| {
            let file = self.file(tid, fd);
            Value::Fd(fd, file.map(|file| self.objects.thing(&file)))
        };
        if let Some(arg) = call.args.get_mut(at) {
            arg.value = Value::List(vec![value(one), value(other)]);
        }
    }

    fn made_socket(&mut self, tid: i32, fd: i32, close_on_exec: bool) -> u32 {
        let id = match proc::inode(tid, fd) {
            Some(inode) => proc::socket(inode, &mut self.objects),
            None => {
                let key = self.objects.own_key();
                self.objects.get(key, Kind::Socket, None)
            }
        };
        self.put(tid, fd, File { object: id, end: None }, close_on_exec);
        id
    }

    fn dup(&mut self, tid: i32, fd: i32, new: i32, close_on_exec: bool) -> Vec<Thing> {
        let Some(file) = self.file(tid, fd) else { return Vec::new() };
        let thing = self.objects.thing(&file);
        self.put(tid, new, file, close_on_exec);
        vec![thing]
    }

    fn close_range(&mut self, tid: i32, first: u32, last: u32, flags: u64) {
        let Some(task) = self.tasks.get_mut(tid) else { return };
        if flags & u64::from(libc::CLOSE_RANGE_UNSHARE) != 0 {
            task.fds = Rc::new(task.fds.as_ref().clone());
        }
        let mut fds = task.fds.borrow_mut();
        let cloexec = flags & u64::from(libc::CLOSE_RANGE_CLOEXEC) != 0;
        for place in fds.range(first, last) {
            match place {
                Some(slot) if cloexec => slot.close_on_exec = true,
                place => *place = None,
            }
        }
    }

    /// The number of an eventfd is used again once it is closed.
    fn fresh_eventfd(&mut self, tid: i32, fd: i32) {
        if let Some(key) = proc::eventfd(tid, fd) {
            self.objects.forget(&key);
        }
    }

    fn epoll_ctl(&mut self, tid: i32, epoll: i32, op: i32, fd: i32) {
        let (Some(epoll), Some(file)) = (self.file(tid, epoll), self.file(tid, fd)) else { return };
        let watched = self.effects.epolls.entry(epoll.object).or_default();
        watched.retain(|id| *id != file.object);
        if op != libc::EPOLL_CTL_DEL {
            watched.push(file.object);
        }
    }

    /// Descriptors that came in a message are what the sender put into it.
    fn received(&mut self, tid: i32, call: &mut InCall) {
        let Some(from) = self.file(tid, call.raw[0] as i32) else { return };
        let close_on_exec = call.raw[2] as i32 & libc::MSG_CMSG_CLOEXEC != 0;
        for fd in call.told.rights.clone() {
            if let Some(file) = self.objects.at(from.object).on_the_way.pop_front() {
                let thing = self.objects.thing(&file);
                self.put(tid, fd, file, close_on_exec);
                refresh(&mut call.args, fd, &thing);
            }
        }
    }

    fn name_child(&mut self, call: &mut InCall, pid: i32) {
        call.args.push(Arg { name: "child", value: Value::Pid(self.names.who(pid)) });
    }

    /// A System V object by its id.
    pub fn system_v(&mut self, kind: Kind, id: i32) -> u32 {
        self.objects.get(Key::SystemV(kind, id), kind, Some(format!("{} {id}", kind.word())))
    }

    /// A POSIX queue's descriptor looks like a plain file.
    pub fn ensure_queue(&mut self, tid: i32, entry: &Entry, fd: i32) {
        if !matches!(entry.args.first(), Some((_, Shape::Fd))) {
            return;
        }
        let Some(file) = self.file(tid, fd) else { return };
        let object = self.objects.see(file.object);
        if object.kind == Kind::File {
            let name = object.name.to_string();
            let id = self.objects.get(
                Key::Queue(name.clone()),
                Kind::Queue,
                Some(format!("queue {name}")),
            );
            self.put(tid, fd, File { object: id, end: None }, true);
        }
    }

    /// A FIFO that was seen before, by its path.
    pub fn fifo_at(&mut self, path: &[u8]) -> Option<u32> {
        let name = format!("FIFO {}", String::from_utf8_lossy(path));
        self.objects.named(&name)
    }

    // Memory.

    pub fn mapping(&mut self, tid: i32, address: u64) -> Option<Mapping> {
        let task = self.tasks.get(tid)?;
        let known =
            task.maps.borrow().iter().find(|m| (m.start..m.end).contains(&address)).cloned();
        if known.is_some() || !self.joined {
            return known;
        }
        let pid = task.pid;
        let mapping = proc::mapping(pid, address, &mut self.objects)?;
        self.map(tid, mapping.clone());
        Some(mapping)
    }

    fn map(&mut self, tid: i32, mapping: Mapping) {
        if let Some(task) = self.tasks.get(tid) {
            let mut maps = task.maps.borrow_mut();
            maps.retain(|old| old.end <= mapping.start || mapping.end <= old.start);
            maps.push(mapping);
        }
    }

    fn unmap(&mut self, tid: i32, start: u64, end: u64) {
        if let Some(task) = self.tasks.get(tid) {
            task.maps.borrow_mut().retain(|old| old.end <= start || end <= old.start);
        }
    }

    fn mmap(&mut self, tid: i32, start: u64, raw: &[u64; 6]) -> Vec<Thing> {
        if raw[3] & libc::MAP_SHARED as u64 == 0 {
            return Vec::new();
        }
        let end = start.saturating_add(raw[1]);
        let anonymous = raw[3] & libc::MAP_ANONYMOUS as u64 != 0;
        let object = if anonymous {
            match proc::mapping(self.pid(tid), start, &mut self.objects) {
                Some(mapping) => mapping.object,
                None => return Vec::new(),
            }
        } else {
            match self.file(tid, raw[4] as i32) {
                Some(file) => file.object,
                None => return Vec::new(),
            }
        };
        if anonymous {
            proc::sized(object, raw[1], &mut self.objects);
        }
        let offset = if anonymous { 0 } else { raw[5] };
        self.map(tid, Mapping { start, end, object, offset });
        if anonymous { self.thing_of(object, None) } else { Vec::new() }
    }

    /// The word of shared memory that a futex call is about.
    pub fn futex(&mut self, tid: i32, call: &InCall) -> Option<u32> {
        let address = call.raw[0];
        let mapping = self.mapping(tid, address)?;
        let offset = address - mapping.start + mapping.offset;
        let memory = self.objects.see(mapping.object).name.clone();
        let key = Key::Word(mapping.object, offset);
        let waits = call.raw[1] & 0x7f == 0 || call.raw[1] & 0x7f == 9;
        let id = self.objects.get(key, Kind::Futex, Some(format!("futex in {memory} +{offset}")));
        if waits && self.objects.see(id).name.starts_with("futex ") {
            let mut around = [0; 12];
            let got = crate::sys::read_memory(tid, address, &mut around);
            let word = word_for(call.raw[2] as u32, &around[..got]);
            self.objects.at(id).name = format!("{word} in {memory} +{offset}").into();
        }
        Some(id)
    }

    // Exec, names, ends.

    /// The exec of the launched program, which the filter is too young to see.
    pub fn begin_exec(&mut self, tid: i32, path: &str, argv: Vec<Value>) {
        let args = vec![
            Arg { name: "program", value: Value::Text(path.as_bytes().to_vec()) },
            Arg { name: "argv", value: Value::List(argv) },
        ];
        let now = self.now();
        let call = Call {
            name: "exec",
            syscall: "execve",
            args,
            outcome: Outcome::Value(0),
            things: Vec::new(),
            bytes: None,
            began: now,
            waited: None,
            ended_by: None,
            from: None,
            group: Group::Process,
        };
        self.tell(tid, What::Call(Box::new(call)));
    }

    pub fn after_exec(&mut self, tid: i32, program: &str) {
        if let Some(call) = self.tasks.get_mut(tid).and_then(|task| task.call.take()) {
            self.finish(tid, call, Outcome::Value(0));
        }
        let name = self.names.program(tid, program);
        let Some(task) = self.tasks.get_mut(tid) else { return };
        let mut fds = task.fds.borrow().clone();
        let closed: Vec<u32> =
            fds.values().filter(|slot| slot.close_on_exec).map(|slot| slot.file.object).collect();
        fds.range(0, u32::MAX).for_each(|place| drop(place.take_if(|slot| slot.close_on_exec)));
        task.fds = Rc::new(fds.into());
        task.maps = Rc::default();
        let from = std::mem::replace(&mut task.who, name.clone());
        if from != name {
            self.tell(tid, What::Renamed { from });
        }
        self.closed_by(tid, &closed, "exec");
        self.note_privileges(tid, program);
    }

    /// Set-uid programs run without their privilege under an ordinary user's tracer.
    fn note_privileges(&mut self, tid: i32, program: &str) {
        use std::os::unix::fs::MetadataExt;
        let Ok(about) = std::fs::metadata(format!("/proc/{tid}/exe")) else { return };
        let set_id = about.mode() & (libc::S_ISUID | libc::S_ISGID) != 0;
        if set_id && !nix::unistd::geteuid().is_root() {
            let note = format!(
                "`{program}` is set-user-ID: it runs without that privilege while it is traced"
            );
            self.tell(tid, What::Note(note));
        }
    }

    fn renamed(&mut self, tid: i32, address: u64) {
        let Some(view) = self.view(tid) else { return };
        let Some(own) = decode::text(address, &view) else { return };
        let own: String =
            String::from_utf8_lossy(&own).chars().filter(|c| !c.is_control()).take(15).collect();
        let Some((pid, who)) = self.tasks.get(tid).map(|task| (task.pid, task.who.clone())) else {
            return;
        };
        if own.is_empty() || who.rsplit(':').next() == Some(own.as_str()) {
            return;
        }
        let name = if pid == tid {
            self.names.program(pid, &own)
        } else {
            self.names.thread(tid, pid, Some(&own))
        };
        if let Some(task) = self.tasks.get_mut(tid)
            && task.who != name
        {
            task.who = name;
            self.tell(tid, What::Renamed { from: who });
        }
    }

    /// A process is about to end, and closes all that it holds.
    pub fn exits(&mut self, tid: i32, whole: bool) {
        let Some(task) = self.tasks.get(tid) else { return };
        if whole || Rc::strong_count(&task.fds) == 1 {
            let closed: Vec<u32> = task.fds.borrow().values().map(|s| s.file.object).collect();
            self.closed_by(tid, &closed, "exit");
        }
    }

    fn closed_by(&mut self, tid: i32, closed: &[u32], call: &'static str) {
        let Some(task) = self.tasks.get(tid) else { return };
        let (pid, who) = (task.pid, task.who.clone());
        let link = Link { id: self.id(), pid, who, call };
        self.mark_closed(Mark { at: self.now(), link, tid }, closed);
    }

    fn mark_closed(&mut self, mark: Mark, closed: &[u32]) {
        for id in closed {
            if !self.objects.see(*id).kind.is_ipc() {
                continue;
            }
            let far = self.objects.far_side(*id);
            self.objects.mark(*id, Deed::Close, mark.clone());
            self.objects.mark(far, Deed::Close, mark.clone());
        }
    }
}

/// What a word that someone sleeps on looks like. glibc's `sem_t` has the value, how many wait,
/// and 128 for "shared between processes"; a sleeping lock holds 2, or its owner and a high bit.
fn word_for(value: u32, around: &[u8]) -> &'static str {
    let word =
        |at: usize| around.get(at..at + 4).map(|b| u32::from_ne_bytes([b[0], b[1], b[2], b[3]]));
    match (value, word(4), word(8)) {
        (0, Some(1..=0xffff), Some(128)) => "semaphore",
        (2, _, _) | (0x8000_0000.., _, _) => "lock",
        _ => "futex",
    }
}

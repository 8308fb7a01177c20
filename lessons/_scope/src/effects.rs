//! What calls change: descriptor tables, mappings, what exists.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::calls::{Entry, Shape};
use crate::event::{Arg, Group, Kind, Outcome, Thing, Value};
use crate::follow::{makes_fifo, path_of, refresh};
use crate::objects::{Deed, File, Key};
use crate::peers;
use crate::proc::{self, Mapping};
use crate::task::InCall;
use crate::trace::Tracer;

/// What calls made, beside descriptors and mappings.
#[derive(Default)]
pub struct Effects {
    /// Which things each epoll watches.
    pub epolls: HashMap<u32, Vec<u32>>,
    /// The names that `mkfifo` has made, also those that are gone again.
    pub fifos: HashSet<Vec<u8>>,
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
                let cloexec = syscall == "accept4" && cloexec(3);
                self.accepted(tid, raw[0] as i32, new, cloexec);
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
            ("mkfifo", _) if makes_fifo(call) => {
                self.effects.fifos.extend(path_of(call).map(<[u8]>::to_vec));
                Vec::new()
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
        self.note_refused(tid, call);
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
}

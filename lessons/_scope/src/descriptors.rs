//! The tables of descriptors: what is made, copied, passed and closed.

use std::rc::Rc;
use std::sync::Arc;

use crate::event::{Kind, Thing, Value};
use crate::follow::refresh;
use crate::objects::{File, Key};
use crate::peers;
use crate::proc;
use crate::task::{InCall, Slot};
use crate::trace::Tracer;

impl Tracer<'_> {
    pub fn pid(&self, tid: i32) -> i32 {
        self.tasks.get(tid).map_or(tid, |task| task.pid)
    }

    pub fn put(&mut self, tid: i32, fd: i32, file: File, close_on_exec: bool) {
        if let Some(task) = self.tasks.get(tid) {
            task.fds.borrow_mut().insert(fd, Slot { file, close_on_exec });
        }
    }

    pub fn with_slot(&mut self, tid: i32, fd: i32, change: impl FnOnce(&mut Slot)) {
        // A descriptor that was never looked at is looked at now, or the change would be lost.
        if self.file(tid, fd).is_some()
            && let Some(task) = self.tasks.get(tid)
            && let Some(slot) = task.fds.borrow_mut().get_mut(fd)
        {
            change(slot);
        }
    }

    pub fn forget(&mut self, tid: i32, fd: i32) {
        if let Some(task) = self.tasks.get(tid) {
            task.fds.borrow_mut().remove(fd);
        }
    }

    /// What is behind a descriptor that a call made.
    pub fn made(&mut self, tid: i32, fd: i32) -> Vec<Thing> {
        let file = self.file(tid, fd);
        file.map(|file| self.objects.thing(&file)).into_iter().collect()
    }

    pub fn thing_of(&self, id: u32, end: Option<Arc<str>>) -> Vec<Thing> {
        vec![self.objects.thing(&File { object: id, end })]
    }

    pub fn made_pipe(&mut self, tid: i32, call: &mut InCall, close_on_exec: bool) -> Vec<Thing> {
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

    pub fn made_pair(&mut self, tid: i32, call: &mut InCall) -> Vec<Thing> {
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

    /// A new socket, which has no other side yet.
    pub fn made_socket(&mut self, tid: i32, fd: i32, close_on_exec: bool) -> u32 {
        let key = proc::inode(tid, fd).map_or_else(|| self.objects.own_key(), Key::Socket);
        self.objects.forget(&key);
        let id = self.objects.get(key, Kind::Socket, None);
        self.put(tid, fd, File { object: id, end: None }, close_on_exec);
        id
    }

    /// A socket that has its other side from the start.
    pub fn accepted(&mut self, tid: i32, listener: i32, fd: i32, close_on_exec: bool) {
        let id = self.made_socket(tid, fd, close_on_exec);
        let kind =
            self.file(tid, listener).and_then(|it| self.objects.see(it.object).detail.clone());
        let inode = proc::inode(tid, fd);
        let peer = match kind.as_deref() {
            Some("tcp") => peers::internet_peer(self.pid(tid), fd),
            _ => None,
        };
        let about = match peer {
            Some(_) => peers::About { kind: "tcp", peer },
            None => match inode.and_then(peers::ask) {
                Some(about) => about,
                None => return,
            },
        };
        self.objects.describe(id, kind.as_deref().unwrap_or(about.kind));
        if let Some(peer) = about.peer.and_then(|peer| self.objects.find(&Key::Socket(peer))) {
            self.objects.join(id, peer);
        }
    }

    pub fn dup(&mut self, tid: i32, fd: i32, new: i32, close_on_exec: bool) -> Vec<Thing> {
        let Some(file) = self.file(tid, fd) else { return Vec::new() };
        let thing = self.objects.thing(&file);
        self.put(tid, new, file, close_on_exec);
        vec![thing]
    }

    pub fn close_range(&mut self, tid: i32, first: u32, last: u32, flags: u64) {
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
    pub fn fresh_eventfd(&mut self, tid: i32, fd: i32) {
        if let Some(key) = proc::eventfd(tid, fd) {
            self.objects.forget(&key);
        }
    }

    pub fn epoll_ctl(&mut self, tid: i32, epoll: i32, op: i32, fd: i32) {
        let (Some(epoll), Some(file)) = (self.file(tid, epoll), self.file(tid, fd)) else { return };
        let watched = self.effects.epolls.entry(epoll.object).or_default();
        watched.retain(|id| *id != file.object);
        if op != libc::EPOLL_CTL_DEL {
            watched.push(file.object);
        }
    }

    /// Descriptors that came in a message are what the sender put into it.
    pub fn received(&mut self, tid: i32, call: &mut InCall) {
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
}

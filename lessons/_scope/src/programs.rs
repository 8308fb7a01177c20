//! What becomes of a process: the programs that it runs, its names, its end.

use std::rc::Rc;

use crate::decode;
use crate::event::{Arg, Call, Group, Link, Outcome, Value, What};
use crate::objects::{Deed, Mark};
use crate::trace::Tracer;

impl Tracer<'_> {
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
        self.note_program(tid, program);
    }

    pub fn renamed(&mut self, tid: i32, address: u64) {
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

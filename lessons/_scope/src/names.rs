//! Names that a person can follow: the program's, numbered where several run it, and
//! `parent/1` for the first child of `parent` that runs no program of its own yet.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::event::Who;

#[derive(Default)]
pub struct Names {
    by_pid: HashMap<i32, Arc<str>>,
    used: HashSet<Arc<str>>,
    children: HashMap<i32, u32>,
}

impl Names {
    pub fn of(&self, pid: i32) -> Option<Arc<str>> {
        self.by_pid.get(&pid).cloned()
    }

    pub fn who(&self, pid: i32) -> Who {
        Who { pid, name: self.of(pid) }
    }

    /// A process that runs `program`, `#2` and on when the name is taken.
    pub fn program(&mut self, pid: i32, program: &str) -> Arc<str> {
        let base = program.rsplit('/').next().filter(|b| !b.is_empty()).unwrap_or(program);
        let base: String =
            base.chars().map(|c| if c.is_control() || c == ':' { '?' } else { c }).collect();
        let own = self.by_pid.get(&pid).is_some_and(|name| name.split('#').next() == Some(&base));
        if own { self.by_pid[&pid].clone() } else { self.take(pid, &base) }
    }

    /// A new process that runs what its parent runs.
    pub fn child(&mut self, pid: i32, parent: i32) -> Arc<str> {
        let nth = self.children.entry(parent).or_insert(0);
        *nth += 1;
        let base = match self.by_pid.get(&parent) {
            Some(name) => format!("{name}/{nth}"),
            None => format!("process {pid}"),
        };
        self.take(pid, &base)
    }

    /// A thread of `pid`, by number until it gives itself a name.
    pub fn thread(&mut self, tid: i32, pid: i32, own: Option<&str>) -> Arc<str> {
        let process = self.of(pid).unwrap_or_else(|| format!("process {pid}").into());
        let base = match own {
            Some(own) => format!("{process}:{own}"),
            None => {
                let nth = self.children.entry(-pid).or_insert(1);
                *nth += 1;
                format!("{process}:{nth}")
            }
        };
        self.take(tid, &base)
    }

    fn take(&mut self, pid: i32, base: &str) -> Arc<str> {
        let mut name: Arc<str> = base.into();
        let mut number = 1;
        while self.used.contains(&name) {
            number += 1;
            name = format!("{base}#{number}").into();
        }
        self.used.insert(name.clone());
        self.by_pid.insert(pid, name.clone());
        name
    }

    /// The pid is free for another process from here on.
    pub fn gone(&mut self, pid: i32) {
        self.children.remove(&pid);
        self.children.remove(&-pid);
    }
}

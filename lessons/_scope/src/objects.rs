//! The things behind descriptors and addresses: what they are, what they are called, and who
//! last did something to them.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use crate::event::{Kind, Link, Thing};

/// What makes a thing the same thing, wherever it is seen.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    Pipe(u64),
    Socket(u64),
    /// Device and inode.
    File(u64, u64),
    Queue(String),
    Eventfd(u64),
    SystemV(Kind, i32),
    /// A word of shared memory: the memory's number, and where in it.
    Word(u32, u64),
    /// The kernel gives it no identity; it is followed from its creation.
    Own(u64),
}

/// What a call did to a thing, as someone who waits for it sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Put something in, or woke who waits.
    Give,
    /// Took something out, which makes room.
    Take,
    /// Closed an end.
    Close,
}

/// The last time a deed was done.
#[derive(Debug, Clone)]
pub struct Mark {
    pub at: Duration,
    pub link: Link,
    pub tid: i32,
}

/// One thing.
#[derive(Debug)]
pub struct Object {
    pub id: u32,
    pub kind: Kind,
    pub name: Arc<str>,
    pub detail: Option<Arc<str>>,
    pub peer: Option<u32>,
    /// What a socket is bound to.
    pub address: Option<String>,
    gave: Option<Mark>,
    took: Option<Mark>,
    closed: Option<Mark>,
    /// Descriptors on their way to whoever reads from here (SCM_RIGHTS).
    pub on_the_way: VecDeque<File>,
}

/// What a descriptor refers to.
#[derive(Debug, Clone)]
pub struct File {
    pub object: u32,
    pub end: Option<Arc<str>>,
}

/// Every thing of a recording.
#[derive(Default)]
pub struct Objects {
    all: Vec<Object>,
    by_key: HashMap<Key, u32>,
    by_address: HashMap<String, u32>,
    counts: HashMap<Kind, u32>,
    own: u64,
}

impl Objects {
    /// The thing with this key, made if it is new. A name of `None` becomes "pipe 1", "pipe 2".
    pub fn get(&mut self, key: Key, kind: Kind, name: Option<String>) -> u32 {
        // Another kind, or a file of another name: that one is gone, and its inode is used again.
        let same = |id: &&u32| {
            let known = self.see(**id);
            let name = name.as_deref().filter(|_| kind == Kind::File);
            known.kind == kind && name.is_none_or(|name| name == &*known.name)
        };
        if let Some(id) = self.by_key.get(&key).filter(same) {
            return *id;
        }
        let id = self.all.len() as u32;
        let name = name.unwrap_or_else(|| self.numbered(kind));
        self.all.push(Object {
            id,
            kind,
            name: name.into(),
            detail: None,
            peer: None,
            address: None,
            gave: None,
            took: None,
            closed: None,
            on_the_way: VecDeque::new(),
        });
        self.by_key.insert(key, id);
        id
    }

    pub fn find(&self, key: &Key) -> Option<u32> {
        self.by_key.get(key).copied()
    }

    /// The key is gone from the system, and may come again for something else.
    pub fn forget(&mut self, key: &Key) {
        self.by_key.remove(key);
    }

    pub fn named(&self, name: &str) -> Option<u32> {
        self.all.iter().rev().find(|object| &*object.name == name).map(|object| object.id)
    }

    pub fn own_key(&mut self) -> Key {
        self.own += 1;
        Key::Own(self.own)
    }

    /// Numbers what only has a number among its like.
    pub fn next_anonymous(&mut self) -> u32 {
        let count = self.counts.entry(Kind::Other).or_insert(0);
        *count += 1;
        *count
    }

    fn numbered(&mut self, kind: Kind) -> String {
        let count = self.counts.entry(kind).or_insert(0);
        *count += 1;
        format!("{} {count}", kind.word())
    }

    pub fn at(&mut self, id: u32) -> &mut Object {
        &mut self.all[id as usize]
    }

    pub fn see(&self, id: u32) -> &Object {
        &self.all[id as usize]
    }

    pub fn describe(&mut self, id: u32, detail: &str) {
        let object = self.at(id);
        if object.detail.as_deref() != Some(detail) {
            object.detail = Some(detail.into());
        }
    }

    pub fn join(&mut self, one: u32, other: u32) {
        self.at(one).peer = Some(other);
        self.at(other).peer = Some(one);
    }

    pub fn bind(&mut self, id: u32, address: &str) {
        self.at(id).address = Some(address.to_string());
        self.by_address.insert(address.to_string(), id);
    }

    pub fn bound_to(&self, address: &str) -> Option<u32> {
        self.by_address.get(address).copied()
    }

    pub fn thing(&self, file: &File) -> Thing {
        let object = self.see(file.object);
        Thing {
            id: object.id,
            kind: object.kind,
            name: object.name.clone(),
            end: file.end.clone(),
            peer: object.peer.map(|peer| self.see(peer).name.clone()),
            detail: object.detail.clone(),
        }
    }

    /// Where something that is put into `id` comes out.
    pub fn far_side(&self, id: u32) -> u32 {
        self.see(id).peer.unwrap_or(id)
    }

    pub fn mark(&mut self, id: u32, deed: Deed, mark: Mark) {
        let object = self.at(id);
        let place = match deed {
            Deed::Give => &mut object.gave,
            Deed::Take => &mut object.took,
            Deed::Close => &mut object.closed,
        };
        *place = Some(mark);
    }

    /// Whether anyone took from it after this time.
    pub fn taken_after(&self, id: u32, at: Duration) -> bool {
        self.see(id).took.as_ref().is_some_and(|mark| mark.at > at)
    }

    /// The last time that another thread than `tid` did this.
    pub fn last(&self, id: u32, deed: Deed, tid: i32) -> Option<&Mark> {
        let object = self.see(id);
        let mark = match deed {
            Deed::Give => &object.gave,
            Deed::Take => &object.took,
            Deed::Close => &object.closed,
        };
        mark.as_ref().filter(|mark| mark.tid != tid)
    }
}

impl Kind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Pipe => "pipe",
            Kind::Fifo => "FIFO",
            Kind::Socket => "socket",
            Kind::Eventfd => "eventfd",
            Kind::Signalfd => "signalfd",
            Kind::Pidfd => "pidfd",
            Kind::Epoll => "epoll",
            Kind::Timerfd => "timerfd",
            Kind::Inotify => "inotify",
            Kind::Memfd => "memfd",
            Kind::Segment => "segment",
            Kind::Queue => "queue",
            Kind::Semaphores => "semaphore set",
            Kind::Futex => "futex",
            Kind::File => "file",
            Kind::Terminal => "terminal",
            Kind::Other => "descriptor",
        }
    }
}

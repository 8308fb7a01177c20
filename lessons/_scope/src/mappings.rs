//! Memory that processes share: where it is mapped, and the words in it that they sleep on.

use crate::event::{Kind, Thing};
use crate::objects::Key;
use crate::proc::{self, Mapping};
use crate::task::InCall;
use crate::trace::Tracer;

impl Tracer<'_> {
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

    pub fn map(&mut self, tid: i32, mapping: Mapping) {
        if let Some(task) = self.tasks.get(tid) {
            let mut maps = task.maps.borrow_mut();
            maps.retain(|old| old.end <= mapping.start || mapping.end <= old.start);
            maps.push(mapping);
        }
    }

    pub fn unmap(&mut self, tid: i32, start: u64, end: u64) {
        if let Some(task) = self.tasks.get(tid) {
            task.maps.borrow_mut().retain(|old| old.end <= start || end <= old.start);
        }
    }

    pub fn mmap(&mut self, tid: i32, start: u64, raw: &[u64; 6]) -> Vec<Thing> {
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

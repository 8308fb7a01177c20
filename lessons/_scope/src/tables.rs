//! Tables by descriptor and by thread. They are asked several times at every stop of the
//! program, and most people run this without optimization: an index is far cheaper than a hash.

use crate::task::{Slot, Task};

/// The descriptors of a process.
#[derive(Debug, Clone, Default)]
pub struct Descriptors(Vec<Option<Slot>>);

impl Descriptors {
    pub fn get(&self, fd: i32) -> Option<&Slot> {
        self.0.get(usize::try_from(fd).ok()?)?.as_ref()
    }

    pub fn get_mut(&mut self, fd: i32) -> Option<&mut Slot> {
        self.0.get_mut(usize::try_from(fd).ok()?)?.as_mut()
    }

    pub fn insert(&mut self, fd: i32, slot: Slot) {
        let Ok(fd) = usize::try_from(fd) else { return };
        if self.0.len() <= fd {
            self.0.resize(fd + 1, None);
        }
        self.0[fd] = Some(slot);
    }

    pub fn remove(&mut self, fd: i32) {
        if let Some(place) = usize::try_from(fd).ok().and_then(|fd| self.0.get_mut(fd)) {
            *place = None;
        }
    }

    pub fn values(&self) -> impl Iterator<Item = &Slot> {
        self.0.iter().flatten()
    }

    /// Every open descriptor in a range, for change or removal.
    pub fn range(&mut self, first: u32, last: u32) -> impl Iterator<Item = &mut Option<Slot>> {
        let end = self.0.len().min((last as usize).saturating_add(1));
        let start = (first as usize).min(end);
        self.0[start..end].iter_mut().filter(|place| place.is_some())
    }
}

/// Threads in pages of this many ids.
const PAGE: usize = 256;
/// The kernel's upper limit of ids (PID_MAX_LIMIT).
const MOST: usize = 1 << 22;

type Page = Vec<Option<Box<Task>>>;

/// Every thread that is traced.
#[derive(Default)]
pub struct Tasks {
    pages: Vec<Option<Page>>,
    live: Vec<i32>,
}

impl Tasks {
    pub fn get(&self, tid: i32) -> Option<&Task> {
        let tid = usize::try_from(tid).ok()?;
        self.pages.get(tid / PAGE)?.as_ref()?.get(tid % PAGE)?.as_deref()
    }

    pub fn get_mut(&mut self, tid: i32) -> Option<&mut Task> {
        let tid = usize::try_from(tid).ok()?;
        self.pages.get_mut(tid / PAGE)?.as_mut()?.get_mut(tid % PAGE)?.as_deref_mut()
    }

    pub fn insert(&mut self, tid: i32, task: Task) {
        let Some(index) = usize::try_from(tid).ok().filter(|tid| *tid < MOST) else { return };
        if self.pages.len() <= index / PAGE {
            self.pages.resize_with(index / PAGE + 1, || None);
        }
        let page = self.pages[index / PAGE]
            .get_or_insert_with(|| std::iter::repeat_with(|| None).take(PAGE).collect());
        if page[index % PAGE].replace(Box::new(task)).is_none() {
            self.live.push(tid);
        }
    }

    pub fn remove(&mut self, tid: i32) -> Option<Task> {
        let index = usize::try_from(tid).ok()?;
        let task = self.pages.get_mut(index / PAGE)?.as_mut()?.get_mut(index % PAGE)?.take()?;
        self.live.retain(|live| *live != tid);
        Some(*task)
    }

    pub fn contains(&self, tid: i32) -> bool {
        self.get(tid).is_some()
    }

    pub fn is_empty(&self) -> bool {
        self.live.is_empty()
    }

    pub fn ids(&self) -> Vec<i32> {
        self.live.clone()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Task> {
        self.live.iter().filter_map(|tid| self.get(*tid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::File;

    fn slot(object: u32) -> Slot {
        Slot { file: File { object, end: None }, close_on_exec: false }
    }

    #[test]
    fn descriptors_at_odd_numbers() {
        let mut fds = Descriptors::default();
        fds.insert(-1, slot(1));
        fds.insert(7, slot(2));
        fds.remove(i32::MAX);
        assert!(fds.get(-1).is_none() && fds.get(i32::MAX).is_none());
        assert_eq!(fds.range(0, u32::MAX).count(), 1);
        assert_eq!(fds.range(8, 3).count(), 0);
        assert_eq!(fds.range(u32::MAX, u32::MAX).count(), 0);
        fds.range(7, 7).for_each(|place| *place = None);
        assert_eq!(fds.values().count(), 0);
    }
}

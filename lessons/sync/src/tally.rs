//! How often each item has been consumed, by whomever.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::Result;

/// As many items as two producers make.
pub const ITEMS: u32 = 1000;

/// A count for each item.
pub struct Tally([AtomicU32; ITEMS as usize]);

impl Tally {
    /// Nothing has been consumed yet.
    pub fn new() -> Self {
        Self([const { AtomicU32::new(0) }; ITEMS as usize])
    }

    /// This item has been consumed.
    pub fn note(&self, item: u32) -> Result {
        let count = self.0.get(item as usize);
        stage::ensure!(count.is_some(), "`{item}` is no item");
        count.map(|count| count.fetch_add(1, Relaxed));
        Ok(())
    }

    /// How many items have been consumed exactly once, and the sum of all that were consumed.
    pub fn result(&self) -> (usize, u32) {
        let counts: Vec<u32> = self.0.iter().map(|count| count.load(Relaxed)).collect();
        let once = counts.iter().filter(|&&count| count == 1).count();
        (once, counts.iter().zip(0..).map(|(count, item)| count * item).sum())
    }
}

//! When a warm-up is over.

use super::clock::now;

/// Decides when a warm-up is over: when three batches in a row differ by a few percent.
pub struct Settling {
    begin: u64,
    most: u64,
    count: u64,
    last: [f64; 3],
    pub stable: bool,
}

impl Settling {
    const BATCH: f64 = 1.5e6;
    const ALIKE: f64 = 1.05;

    pub fn new(most: u64) -> Self {
        Self { begin: now(), most, count: 2, last: [0.0; 3], stable: false }
    }

    /// How many operations to do next; `None` when it is warm, or when time is up.
    pub fn next(&mut self) -> Option<u64> {
        let done = self.stable || now() - self.begin > self.most;
        (!done).then_some(self.count)
    }

    /// So long took so many operations.
    pub fn took(&mut self, ns: u64, count: u64) {
        let each = ns as f64 / count as f64;
        self.last.rotate_left(1);
        self.last[2] = each;
        // Only batches that are long enough tell anything.
        if ns as f64 > Self::BATCH / 3.0 {
            let (least, most) = self
                .last
                .iter()
                .fold((f64::MAX, 0.0_f64), |(least, most), &one| (least.min(one), most.max(one)));
            self.stable = least > 0.0 && most < least * Self::ALIKE;
        } else {
            self.last = [0.0; 3];
        }
        // Not too many at once: the first few may have waited here for us, the next may take a
        // time slice each.
        let most = (4 * self.count).min(1 << 20);
        self.count = ((Self::BATCH / each.max(1.0)) as u64).clamp(1, most);
    }
}

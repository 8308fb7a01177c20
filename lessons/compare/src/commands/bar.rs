//! How far it is, for who watches.

use std::io::{self, IsTerminal, Write};
use std::time::Instant;

use crate::plan::Progress;

/// A bar on the terminal's last line.
pub struct Bar {
    begin: Instant,
    shown: bool,
    width: usize,
}

impl Progress for Bar {
    fn at(&mut self, done: usize, of: usize, row: &str) {
        if !self.shown || of == 0 {
            return;
        }
        let parts = 24 * done / of;
        let spent = self.begin.elapsed().as_secs_f64();
        let left = if done == 0 { 0.0 } else { spent * (of - done) as f64 / done as f64 };
        let line = format!(
            "[{}{}] {:3} %  {left:3.0} s left  {row}",
            "█".repeat(parts),
            "·".repeat(24 - parts),
            100 * done / of
        );
        let width = line.chars().count();
        let blank = " ".repeat(self.width.saturating_sub(width));
        self.width = width;
        // A terminal that has gone is no reason to stop.
        let _ = write!(io::stderr(), "\r{line}{blank}");
    }
}

impl Bar {
    /// One that shows itself if a terminal is there.
    pub fn begins() -> Self {
        Self { begin: Instant::now(), shown: io::stderr().is_terminal(), width: 0 }
    }

    /// Leaves the line as it was.
    pub fn wipe(&self) {
        if self.width > 0 {
            let _ = write!(io::stderr(), "\r{}\r", " ".repeat(self.width));
        }
    }
}

//! An account that outlives its server: a line in a file for each payment.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::account::{FIRST, pay};
use crate::wire::{Outcome, Request};

pub struct Journal<'a>(pub &'a Path);

// ANCHOR: journal
impl Journal<'_> {
    /// Pays. The request's id and the new balance are one line, and one write: were they two, a
    /// crash in between would bring back the question whether it ran.
    pub fn pay(&self, request: &Request) -> Outcome {
        let mut balance = self.balance()?;
        let left = pay(&mut balance, request.argument)?;
        let line = format!("{} {left}\n", request.id);
        let file = File::options().append(true).create(true).open(self.0);
        file.and_then(|mut file| file.write_all(line.as_bytes())).map_err(text)?;
        Ok(left)
    }

    /// The same, but what has run already is answered as it was then.
    pub fn pay_once(&self, request: &Request) -> Outcome {
        let ran = self.lines()?.into_iter().find(|(id, _)| *id == request.id);
        ran.map_or_else(|| self.pay(request), |(_, left)| Ok(left))
    }

    pub fn balance(&self) -> Outcome {
        Ok(self.lines()?.last().map_or(FIRST, |(_, left)| *left))
    }
    // ANCHOR_END: journal

    fn lines(&self) -> Result<Vec<(u32, i64)>, String> {
        let lines = match fs::read_to_string(self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            lines => lines.map_err(text)?,
        };
        let pair = |line: &str| {
            let (id, left) = line.split_once(' ')?;
            Some((id.parse().ok()?, left.parse().ok()?))
        };
        Ok(lines.lines().filter_map(pair).collect())
    }
}

fn text(error: io::Error) -> String {
    error.to_string()
}

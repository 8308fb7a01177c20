//! What is wrong with the course, where, and what to do about it.

use std::fmt;
use std::path::{Path, PathBuf};

/// One thing that is wrong. Shown as `file:line: what, and what to do`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, relative to the root of the workspace.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub text: String,
}

impl Problem {
    /// A problem at a line of a file.
    pub fn new(file: impl AsRef<Path>, line: usize, text: impl Into<String>) -> Self {
        Self { file: file.as_ref().to_owned(), line: line.max(1), text: text.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.text)
    }
}

/// Everything that was found wrong, sorted by place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Notes a problem.
    pub fn add(&mut self, file: impl AsRef<Path>, line: usize, text: impl Into<String>) {
        self.0.push(Problem::new(file, line, text));
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps only those problems for which `keep` holds.
    pub fn retain(&mut self, keep: impl Fn(&Problem) -> bool) {
        self.0.retain(keep);
    }

    /// Notes everything that another look has found.
    pub fn extend(&mut self, other: Problems) {
        self.0.extend(other.0);
    }

    /// `value`, unless something was found.
    ///
    /// # Errors
    ///
    /// Everything that was found.
    pub fn or<T>(mut self, value: T) -> Result<T, Problems> {
        if self.0.is_empty() {
            return Ok(value);
        }
        self.0.sort();
        self.0.dedup();
        Err(self)
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> = self.0.iter().map(Problem::to_string).collect();
        f.write_str(&all.join("\n"))
    }
}

impl std::error::Error for Problems {}

//! Recordings, as far as a question needs them: which lines a scene printed.
//!
//! A recording is `lessons/<lesson>/recorded/<scene>.snap`, written by the lesson's test: a head
//! between two `---` lines, then the run.

use crate::bank::Evidence;
use std::path::{Path, PathBuf};

/// The recording that this evidence names, relative to the root of the workspace.
#[must_use]
pub fn file(lesson: &str, scene: &str) -> PathBuf {
    Path::new("lessons").join(lesson).join("recorded").join(format!("{scene}.snap"))
}

/// The lines of a recording without its head, each with its runs of spaces made one.
///
/// # Errors
///
/// A message that names the file.
pub fn lines(root: &Path, lesson: &str, scene: &str) -> Result<Vec<String>, String> {
    let file = file(lesson, scene);
    let text = std::fs::read_to_string(root.join(&file))
        .map_err(|e| format!("failed to read the recording `{}`: {e}", file.display()))?;
    Ok(without_head(&text).lines().map(squeeze).filter(|line| !line.is_empty()).collect())
}

/// The recorded lines that this evidence points to.
///
/// # Errors
///
/// As for [`lines`].
pub fn matching(root: &Path, evidence: &Evidence) -> Result<Vec<String>, String> {
    let wanted = squeeze(&evidence.line);
    let mut lines = lines(root, &evidence.lesson, &evidence.scene)?;
    if lines.contains(&wanted) {
        // A whole line is meant as one, also where it is a piece of another.
        return Ok(vec![wanted]);
    }
    lines.retain(|line| line.contains(&wanted));
    lines.sort();
    lines.dedup();
    Ok(lines)
}

/// What stands before and behind `key` in the one recorded line that this evidence points to.
///
/// # Errors
///
/// Says what is not there, or not once.
pub fn around(root: &Path, evidence: &Evidence, key: &str) -> Result<(String, String), String> {
    let lines = matching(root, evidence)?;
    let key = squeeze(key);
    match &lines[..] {
        [] => Err(format!("no recorded line is `{}`", evidence.line)),
        [line] => match (line.matches(&key).count(), line.split_once(&key)) {
            (1, Some((before, behind))) => Ok((before.to_owned(), behind.to_owned())),
            (0, _) => {
                Err(format!("the recorded line `{line}` has no `{key}`; copy the key from it"))
            }
            (n, _) => Err(format!(
                "`{key}` stands {n} times in the recorded line `{line}`; make the key longer"
            )),
        },
        [first, second, ..] => Err(format!(
            "`line` matches several recorded lines, such as `{first}` and `{second}`; copy enough \
             of it to match one"
        )),
    }
}

/// Whether a line has this text as words of its own: `three` is not in `wothree`.
#[must_use]
pub fn says(line: &str, text: &str) -> bool {
    let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    line.match_indices(text).any(|(at, _)| {
        let (before, behind) = (&line[..at], &line[at + text.len()..]);
        !(inside(before.chars().last()) && inside(text.chars().next())
            || inside(behind.chars().next()) && inside(text.chars().last()))
    })
}

/// Makes each run of white space one space and drops it at both ends: how wide a lane is does not
/// matter.
#[must_use]
pub fn squeeze(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn without_head(text: &str) -> &str {
    let Some(rest) = text.strip_prefix("---\n") else { return text };
    rest.split_once("\n---\n").map_or(text, |(_, body)| body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_line() {
        for (text, said) in
            [("three", false), ("wothree", true), ("parent ◀", true), ("pip", false)]
        {
            assert_eq!(says("parent ◀ pipe wothree", text), said, "{text}");
        }
    }

    #[test]
    fn the_head_is_no_part_of_the_run() {
        let snap =
            "---\nsource: tests/recorded.rs\nexpression: run\n---\n  a │ one\n---\n  b │ two\n";
        assert_eq!(without_head(snap), "  a │ one\n---\n  b │ two\n");
        assert_eq!(without_head("  a │ one\n"), "  a │ one\n");
    }
}

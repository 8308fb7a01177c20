//! A column for each process, with arrows to things and from them, while it happens.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::event::{Event, What};
use crate::{list, text};

/// A column narrower than this tells nothing.
const NARROWEST: usize = 24;

/// The columns of a terminal.
pub struct Lanes {
    /// The process in each column.
    columns: Vec<Option<i32>>,
    cell: usize,
    limit: usize,
    exits: text::Exits,
    /// There were more processes than columns.
    list: bool,
}

impl Lanes {
    /// Columns for a terminal of this width, previews of at most `limit` bytes.
    pub fn new(width: usize, limit: usize) -> Lanes {
        let count = (width / NARROWEST).clamp(1, 8);
        Lanes {
            columns: vec![None; count],
            cell: (width / count).max(8),
            limit,
            exits: text::Exits::default(),
            list: false,
        }
    }

    /// The rows of an event.
    pub fn rows(&mut self, event: &Event) -> Vec<String> {
        if self.list {
            return vec![list::line(event, self.limit)];
        }
        let mut rows = Vec::new();
        let Some(column) = self.column(event, &mut rows) else {
            self.list = true;
            rows.push(format!(
                "more than {} processes at once: a line for each event from here",
                self.columns.len()
            ));
            rows.push(list::line(event, self.limit));
            return rows;
        };
        let process = event.who.split(':').next().unwrap_or_default();
        let thread = &event.who[process.len()..];
        let mut said = match &event.what {
            What::Born { thread: false, .. } => return rows,
            What::Renamed { .. } if thread.is_empty() => {
                rows.extend(self.row(column, &format!("═ {process}"), ""));
                return rows;
            }
            _ => text::short(event, self.limit),
        };
        let told = self.exits.told(event, &said);
        if !thread.is_empty() {
            said = format!("{thread} {said}");
        }
        if !told {
            rows.extend(self.row(column, &said, "  "));
        }
        if matches!(event.what, What::Ended(_)) && event.tid == event.pid {
            self.columns[column] = None;
        }
        rows
    }

    /// The column of the event's process, opened with the process's name if it is new.
    fn column(&mut self, event: &Event, rows: &mut Vec<String>) -> Option<usize> {
        if let Some(column) = self.columns.iter().position(|pid| *pid == Some(event.pid)) {
            return Some(column);
        }
        let column = self.columns.iter().position(Option::is_none)?;
        self.columns[column] = Some(event.pid);
        let name = event.who.split(':').next().unwrap_or_default();
        let head = match &event.what {
            What::Born { parent: Some(parent), thread: false } => format!("═ {name} ◀ {parent}"),
            _ => format!("═ {name}"),
        };
        rows.extend(self.row(column, &head, "  "));
        Some(column)
    }

    /// One event's text in its column, on as many lines as it needs; the other columns go on.
    fn row(&self, column: usize, said: &str, indent: &str) -> Vec<String> {
        let parts = wrap(said, self.cell.saturating_sub(2), indent);
        let mut rows = Vec::with_capacity(parts.len());
        for part in parts {
            let mut row = String::new();
            for (at, pid) in self.columns.iter().enumerate() {
                let (bar, inside) = match pid {
                    _ if at == column && part.starts_with('═') => ("╞", part.as_str()),
                    _ if at == column => ("│ ", part.as_str()),
                    Some(_) => ("│", ""),
                    None => (" ", ""),
                };
                let used = bar.width() + inside.width();
                row.push_str(bar);
                row.push_str(inside);
                row.extend(std::iter::repeat_n(' ', self.cell.saturating_sub(used)));
            }
            rows.push(row.trim_end().to_string());
        }
        rows
    }
}

/// Lines of at most `width` columns, broken between words where that is possible.
pub fn wrap(said: &str, width: usize, indent: &str) -> Vec<String> {
    let width = width.max(indent.width() + 2);
    let mut lines = vec![String::new()];
    for word in said.split(' ') {
        let line = lines.last().expect("there is always a line");
        let gap = usize::from(!line.trim().is_empty());
        if line.width() + gap + word.width() <= width {
            let line = lines.last_mut().expect("there is always a line");
            line.extend(std::iter::repeat_n(' ', gap));
            line.push_str(word);
            continue;
        }
        if gap == 1 {
            lines.push(indent.to_string());
        }
        for c in word.chars() {
            let full =
                lines.last().is_some_and(|line| line.width() + c.width().unwrap_or(0) > width);
            if full {
                lines.push(indent.to_string());
            }
            lines.last_mut().expect("there is always a line").push(c);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrap;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn no_line_is_wider_than_its_column() {
        for width in 1..40 {
            for said in [
                "write ▶ pipe 1 \"한국어 한국어\" 40 B",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "",
                " ",
            ] {
                for line in wrap(said, width, "  ") {
                    assert!(line.width() <= width.max(4), "`{line}` in {width}");
                }
            }
        }
    }
}

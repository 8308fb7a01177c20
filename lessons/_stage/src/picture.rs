//! The picture of a run: one row a line, and back again.
//!
//! ```text
//!   parent ▶ child     fork
//!   parent ▶ pipe      hello, child
//!    child ◀ pipe      hello, child
//!   parent ◀ child     exit 0
//! ```
//!
//! The columns have fixed widths, so that a row looks the same on a terminal, where the rows to
//! come are not known yet, and in a recording.

use unicode_width::UnicodeWidthStr;

use crate::line::{Act, Channel, Line, shown};

/// The longest name that an actor or a channel may have, in columns.
pub const NAME_WIDTH: usize = 8;

/// The width that every row of a recording fits in.
pub const PAGE_WIDTH: usize = 80;

const MARGIN: &str = "  ";

/// One row, without its newline.
pub fn row(line: &Line) -> String {
    format!("{}{}", head(line), shown(&line.text))
}

/// Everything of a row that stands before its text.
pub fn head(line: &Line) -> String {
    let actor = pad_left(&line.actor);
    let glyph = glyph(&line.act);
    match line.peer() {
        None => format!("{MARGIN}{actor} {glyph} "),
        Some(peer) => format!("{MARGIN}{actor} {glyph} {}  ", pad_right(peer)),
    }
}

/// What stands before a call that the kernel saw.
pub(crate) fn call_head(actor: &str) -> String {
    format!("{MARGIN}{} ·   ", pad_left(actor))
}

fn glyph(act: &Act) -> char {
    match act {
        Act::Says => '│',
        Act::Sends(_) | Act::Forks(_) => '▶',
        Act::Gets(_) | Act::Reaps(_) => '◀',
        Act::Stuck => '…',
    }
}

fn pad_left(name: &str) -> String {
    format!("{}{name}", " ".repeat(NAME_WIDTH.saturating_sub(name.width())))
}

fn pad_right(name: &str) -> String {
    format!("{name}{}", " ".repeat(NAME_WIDTH.saturating_sub(name.width())))
}

/// The whole picture: the rows in the given order, each ended by a newline.
pub fn draw(lines: &[Line]) -> String {
    lines.iter().map(|line| row(line) + "\n").collect()
}

/// Reads a picture back. A recording does not say which channels keep what is stored in them:
/// a channel counts as memory when something is got from it more often than it was sent.
///
/// # Errors
///
/// The number of the row that is no row of a picture, and what is wrong with it.
pub fn read(picture: &str) -> Result<Vec<Line>, String> {
    let mut lines = picture
        .lines()
        .enumerate()
        .filter(|(_, row)| !row.trim().is_empty())
        .map(|(at, row)| read_row(row).map_err(|why| format!("row {}: {why}: `{row}`", at + 1)))
        .collect::<Result<Vec<_>, _>>()?;
    mark_memory(&mut lines);
    Ok(lines)
}

fn read_row(row: &str) -> Result<Line, &'static str> {
    let glyphs = ['│', '▶', '◀', '…'];
    let at = row.find(glyphs).ok_or("no `│`, `▶`, `◀` or `…` after the actor's name")?;
    let actor = row[..at].trim().to_owned();
    if actor.is_empty() {
        return Err("no actor's name");
    }
    let mut rest = row[at..].chars();
    let glyph = rest.next();
    let rest = rest.as_str().strip_prefix(' ').unwrap_or(rest.as_str());
    let (act, text) = match glyph {
        Some('│') => (Act::Says, rest),
        Some('…') => (Act::Stuck, rest),
        _ => {
            let (peer, text) = rest.split_once("  ").ok_or("no two spaces after the peer")?;
            let text = text.trim_start();
            let channel = Channel { name: peer.to_owned(), keeps: false, token: false };
            let act = match glyph {
                Some('▶') if text == "fork" => Act::Forks(peer.to_owned()),
                Some('▶') => Act::Sends(channel),
                _ if is_ending(text) => Act::Reaps(peer.to_owned()),
                _ => Act::Gets(channel),
            };
            (act, text)
        }
    };
    Ok(Line { actor, act, text: text.to_owned() })
}

fn is_ending(text: &str) -> bool {
    text.starts_with("exit ") || text.starts_with("killed by ")
}

fn mark_memory(lines: &mut [Line]) {
    let count = |lines: &[Line], wanted: &Line, sends: bool| {
        let same = |line: &&Line| {
            line.peer() == wanted.peer()
                && line.text == wanted.text
                && if sends {
                    matches!(line.act, Act::Sends(_))
                } else {
                    matches!(line.act, Act::Gets(_))
                }
        };
        lines.iter().filter(same).count()
    };
    let memories: Vec<String> = lines
        .iter()
        .filter(|line| matches!(line.act, Act::Gets(_)))
        .filter(|line| count(lines, line, false) > count(lines, line, true))
        .filter(|line| count(lines, line, true) > 0)
        .filter_map(|line| line.peer().map(str::to_owned))
        .collect();
    for line in lines {
        if let Act::Sends(channel) | Act::Gets(channel) = &mut line.act {
            channel.keeps = memories.contains(&channel.name);
        }
    }
}

//! The small Markdown of the questions, for a terminal: paragraphs, lists, fenced code, `code`,
//! **strong**, links.

use textwrap::Options;

/// Renders and wraps. `first` stands before the first line, `rest` before all others.
pub(super) fn render(text: &str, first: &str, rest: &str, width: usize, colour: bool) -> String {
    let mut lines: Vec<String> = Vec::new();
    for block in blocks(text) {
        let lead = if lines.is_empty() { first } else { rest };
        match block {
            Block::Gap => lines.push(String::new()),
            Block::Code(code) => lines.push(format!("{lead}    {code}")),
            Block::Item(mark, text) => {
                let hang = " ".repeat(mark.len());
                let text = inline(&text, colour);
                lines.push(wrap(&text, &format!("{lead}{mark}"), &format!("{rest}{hang}"), width));
            }
            Block::Paragraph(text) => lines.push(wrap(&inline(&text, colour), lead, rest, width)),
        }
    }
    lines.join("\n").replace(TOGETHER, " ")
}

/// Stands for a space at which no line ends.
const TOGETHER: char = '\u{a0}';
/// Code up to so many characters stays on one line, so that it can be copied.
const SHORT: usize = 40;

/// Wraps text as it is.
pub(super) fn wrap(text: &str, first: &str, rest: &str, width: usize) -> String {
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options).trim_end().to_owned()
}

enum Block {
    Gap,
    Paragraph(String),
    Item(String, String),
    Code(String),
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut fenced = false;
    for line in text.trim().lines() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            blocks.push(Block::Code(line.to_owned()));
            continue;
        }
        if trimmed.is_empty() {
            blocks.push(Block::Gap);
            continue;
        }
        if let Some((mark, item)) = item(trimmed) {
            blocks.push(Block::Item(mark.to_owned(), item.to_owned()));
            continue;
        }
        match blocks.last_mut() {
            Some(Block::Paragraph(text) | Block::Item(_, text)) => {
                text.push(' ');
                text.push_str(trimmed);
            }
            _ => blocks.push(Block::Paragraph(trimmed.to_owned())),
        }
    }
    blocks
}

/// `- text` or `1. text`, as mark and text.
fn item(line: &str) -> Option<(&str, &str)> {
    let at = line.find(' ')? + 1;
    let (mark, text) = line.split_at(at);
    let number = mark.strip_suffix(". ").is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    (mark == "- " || mark == "* " || number).then_some((mark, text))
}

fn inline(text: &str, colour: bool) -> String {
    let mut shown = String::new();
    for (i, piece) in text.split('`').enumerate() {
        let code = i % 2 == 1 && piece.chars().count() <= SHORT;
        let piece = if code { piece.replace(' ', &TOGETHER.to_string()) } else { piece.to_owned() };
        let piece = piece.as_str();
        match (i % 2 == 1, colour) {
            (false, _) => shown.push_str(&links(&strong(piece, colour))),
            (true, false) => shown.extend(["`", piece, "`"]),
            (true, true) => shown.extend(["\x1b[36m", piece, "\x1b[0m"]),
        }
    }
    shown
}

fn strong(text: &str, colour: bool) -> String {
    let (on, off) = if colour { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    let mut pieces = text.split("**");
    let mut shown = pieces.next().unwrap_or("").to_owned();
    let mut open = false;
    for piece in pieces {
        shown.push_str(if open { off } else { on });
        shown.push_str(piece);
        open = !open;
    }
    shown
}

/// `[text](address)` as `text (address)`.
fn links(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("](") {
        let (Some((lead, label)), Some((address, behind))) =
            (before.rsplit_once('['), after.split_once(')'))
        else {
            break;
        };
        shown.extend([lead, label, " (", address, ")"]);
        rest = behind;
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_small_markdown() {
        let text = "Two **strong** words and `code` in a\nparagraph that wraps.\n\n- one\n- two that \
                    is\n  longer\n\n```c\nint fd[2];\n  pipe(fd);\n```\nSee [pipe(7)](https://example.invalid).";
        let plain = render(text, "a) ", "   ", 40, false);
        insta::assert_snapshot!(plain, @r"
        a) Two strong words and `code` in a
           paragraph that wraps.

           - one
           - two that is longer

               int fd[2];
                 pipe(fd);
           See pipe(7)
           (https://example.invalid).
        ");
        let colour = render("`EPIPE` is **not** a signal", "", "", 40, true).replace('\x1b', "ESC");
        insta::assert_snapshot!(colour, @"ESC[36mEPIPEESC[0m is ESC[1mnotESC[0m a signal");
    }
}

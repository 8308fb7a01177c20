//! One conversation: lines out, lines in. No cursor movement, so that a screen reader, an input
//! method and a pipe get along with it.

use super::words::{self, Words};
use super::{interrupt, markdown};
use quiz::bank::Language;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, BufRead, IsTerminal, Read, StdinLock, StdoutLock, Write};
use unicode_width::UnicodeWidthStr;

/// The longest line that is read as an answer, in bytes.
const LONGEST_LINE: u64 = 64 * 1024;
/// An input without a line end in so many bytes is not somebody's answer.
const GIVE_UP: u64 = 1024 * 1024;

pub(super) struct Console {
    input: StdinLock<'static>,
    out: StdoutLock<'static>,
    /// Whether the terminal shows what is typed. If not, the console repeats it.
    echoed: bool,
    /// Whether lines go to a terminal, whose width may change.
    terminal: bool,
    width: usize,
    colour: bool,
    pub(super) language: Language,
    /// Whether hints are given here.
    pub(super) hints: bool,
    pub(super) words: &'static Words,
}

/// How a piece of text is marked where there is colour.
#[derive(Clone, Copy)]
pub(super) enum Style {
    Good,
    Bad,
    Strong,
}

impl Console {
    pub(super) fn new(language: Language) -> Console {
        let terminal = io::stdout().is_terminal();
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Console {
            input: io::stdin().lock(),
            out: io::stdout().lock(),
            echoed: io::stdin().is_terminal(),
            terminal,
            width: width(terminal),
            colour: terminal && !set("NO_COLOR") && !dumb,
            language,
            hints: true,
            words: words::of(language),
        }
    }

    /// Writes Markdown, wrapped. `first` stands before the first line and `rest` before all others.
    pub(super) fn text(&mut self, first: &str, rest: &str, text: &str) -> io::Result<()> {
        let shown = markdown::render(text, first, rest, self.width, self.colour);
        writeln!(self.out, "{shown}")
    }

    /// Writes text as it is, wrapped.
    pub(super) fn plain(&mut self, first: &str, rest: &str, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", markdown::wrap(text, first, rest, self.width))
    }

    /// Writes a row of a run, whose columns mean something, if it fits; wrapped otherwise.
    pub(super) fn row(&mut self, row: &str) -> io::Result<()> {
        if row.width() <= self.width {
            return writeln!(self.out, "{row}");
        }
        self.plain("  ", "      ", row.trim())
    }

    pub(super) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    pub(super) fn styled(&self, style: Style, text: &str) -> String {
        let code = match style {
            Style::Good => "32",
            Style::Bad => "31",
            Style::Strong => "1",
        };
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// Asks for a line. `None` at the end of input, and if a terminal's Ctrl-C ends it.
    pub(super) fn ask(&mut self, prompt: &str) -> io::Result<Option<String>> {
        let _ends = self.echoed.then(interrupt::ends_input);
        write!(self.out, "{prompt} ")?;
        self.out.flush()?;
        let line = self.line().map_err(|e| {
            let what = words::say(
                "failed to read an answer from standard input",
                "표준 입력에서 답을 읽지 못했습니다",
            );
            io::Error::other(format!("{what}: {e}"))
        })?;
        self.width = width(self.terminal);
        match &line {
            Some(line) if !self.echoed => {
                let shown: String = line.chars().filter(|c| !c.is_control()).collect();
                writeln!(self.out, "{shown}")?;
            }
            Some(_) => {}
            None => writeln!(self.out)?,
        }
        Ok(line)
    }

    /// Whether more lines have come than one. Nobody types so fast: an empty line among them stands
    /// between two paragraphs of what was pasted, and ends nothing. Over a pipe it always does.
    pub(super) fn is_pasting(&self) -> bool {
        let input = io::stdin();
        let mut waiting = [PollFd::new(&input, PollFlags::IN)];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        self.echoed && poll(&mut waiting, Some(&now)).is_ok_and(|ready| ready > 0)
    }

    fn line(&mut self) -> io::Result<Option<String>> {
        let mut bytes = Vec::new();
        self.input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        if bytes.len() as u64 == LONGEST_LINE && !bytes.ends_with(b"\n") {
            let mut rest = Vec::new();
            self.input.by_ref().take(GIVE_UP).read_until(b'\n', &mut rest)?;
            if rest.len() as u64 == GIVE_UP {
                return Ok(None);
            }
        }
        Ok(Some(String::from_utf8_lossy(&bytes).trim().to_owned()))
    }
}

/// Standard output for rows of figures. What is wider than the terminal goes on below; a file or a
/// pipe gets each row as it is.
pub(super) struct Rows {
    out: StdoutLock<'static>,
    /// Of a terminal.
    width: Option<usize>,
    row: Vec<u8>,
}

impl Rows {
    pub(super) fn new() -> Rows {
        let out = io::stdout().lock();
        let size = out.is_terminal().then(terminal_size::terminal_size).flatten();
        Rows { width: size.map(|(width, _)| usize::from(width.0).max(20)), out, row: Vec::new() }
    }
}

impl Write for Rows {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.width.is_none() {
            return self.out.write(bytes);
        }
        for piece in bytes.split_inclusive(|&b| b == b'\n') {
            self.row.extend(piece);
            if piece.ends_with(b"\n") {
                self.flush()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let row = std::mem::take(&mut self.row);
        match (self.width, std::str::from_utf8(&row)) {
            (Some(width), Ok(row)) => self.out.write_all(folded(row, width).as_bytes()),
            _ => self.out.write_all(&row),
        }?;
        self.out.flush()
    }
}

/// A row in lines of this width. Two spaces part its cells; one that does not fit goes on below.
fn folded(row: &str, width: usize) -> String {
    if row.trim_end().width() <= width {
        return row.to_owned();
    }
    let lead = row.len() - row.trim_start().len();
    let rest = " ".repeat(lead + 4);
    let mut done = String::new();
    let mut line = " ".repeat(lead);
    for cell in row.split("  ").map(str::trim).filter(|cell| !cell.is_empty()) {
        let parted = if line.trim().is_empty() { line.clone() } else { format!("{line}  ") };
        if parted.width() + cell.width() <= width {
            line = parted + cell;
        } else if rest.width() + cell.width() <= width {
            done += &format!("{line}\n");
            line = format!("{rest}{cell}");
        } else {
            let wrapped = markdown::wrap(cell, &parted, &rest, width);
            let last = wrapped.rfind('\n').map_or(0, |at| at + 1);
            done += &wrapped[..last];
            wrapped[last..].clone_into(&mut line);
        }
    }
    format!("{done}{line}\n")
}

/// Columns of a line. Long ones are hard to read, also on a wide screen.
pub(super) fn width(terminal: bool) -> usize {
    const DEFAULT: usize = 80;
    let size = terminal.then(terminal_size::terminal_size).flatten();
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    let width = size.map(|(width, _)| usize::from(width.0)).or_else(columns);
    width.unwrap_or(DEFAULT).clamp(20, 100)
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn rows_that_are_too_wide() {
        let rows = [
            "fifo-mkfifo-mode                  due on    2026-11-22  recalled with 100 %\n",
            "  general     3 of   3  100 %\n",
            "  1 of 1  signal-eintr-restart: some calls are never restarted, with or without it\n",
            "fifo-mode  fifo  predict  2  파이프를 만들면 목록에는 그 종류와 권한이 어떻게 나오나요?\n",
            "\n",
        ];
        let narrow: String = rows.iter().map(|row| folded(row, 40)).collect();
        insta::assert_snapshot!(narrow, @r"
        fifo-mkfifo-mode  due on  2026-11-22
            recalled with 100 %
          general     3 of   3  100 %
          1 of 1  signal-eintr-restart: some
              calls are never restarted, with or
              without it
        fifo-mode  fifo  predict  2  파이프를
            만들면 목록에는 그 종류와 권한이
            어떻게 나오나요?
        ");
        let wide: String = rows.iter().map(|row| folded(row, 100)).collect();
        assert_eq!(wide, rows.concat());
    }
}

//! What a person or a program sees of a run: rows in lanes, or JSON Lines.

use std::io::{self, IsTerminal, Write};
use std::os::fd::{AsFd, AsRawFd};

use nix::sys::termios::{FlushArg, tcflush};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::line::{Act, Line, VERSION, shown};
use crate::picture;
use crate::scene::Scene;

const COLOURS: [&str; 4] = ["36", "33", "32", "35"];

/// How much of a run is shown.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Show {
    All,
    /// Only what the first process tells by itself: the rest is shown by whoever watches it.
    Ends,
    Nothing,
    /// Nothing, but it is kept for later.
    Later,
}

/// What was kept of a run that is shown later.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) lines: Vec<Line>,
    /// What its actors have found out.
    pub(crate) found: Vec<String>,
    /// What the machine lacks.
    pub(crate) missing: Option<String>,
}

/// Where a run is shown.
pub(crate) struct Screen {
    json: bool,
    show: Show,
    colour: bool,
    /// Whether the cursor can be moved, on a terminal that echoes what is typed.
    cursor: bool,
    pub(crate) width: usize,
    /// The actors in the order in which they spoke first: that order is their colour.
    actors: Vec<String>,
    kept: Kept,
}

impl Screen {
    pub(crate) fn new(json: bool, show: Show) -> Self {
        let terminal = io::stdout().is_terminal();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let width = width(io::stdout());
        let colour = terminal && !plain && !json;
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let cursor = terminal && !json && !dumb && io::stdin().is_terminal();
        Self { json, show, colour, cursor, width, actors: Vec::new(), kept: Kept::default() }
    }

    pub(crate) fn heading(&mut self, scene: &Scene, first: bool) -> io::Result<()> {
        self.actors.clear();
        if self.show != Show::All {
            return Ok(());
        }
        if self.json {
            let cast: Vec<&str> = scene.cast.iter().map(|(name, _)| *name).collect();
            let (hangs, outcomes) = (scene.hangs, scene.outcomes);
            let head = nojson::object(|f| {
                f.member("v", VERSION)?;
                f.member("scene", scene.name)?;
                f.member("idea", scene.idea)?;
                f.member("cast", &cast)?;
                f.member("hangs", hangs)?;
                f.member("outcomes", outcomes)
            });
            return put(&format!("{head}\n"));
        }
        let gap = if first { "" } else { "\n" };
        let name = self.paint("1", scene.name);
        let head = format!("{}: {}", scene.name, scene.idea);
        let head = wrap(&head, 0, self.width).replacen(scene.name, &name, 1);
        put(&format!("{gap}{head}\n"))
    }

    pub(crate) fn line(&mut self, line: &Line) -> io::Result<()> {
        let wanted = match self.show {
            Show::All => true,
            Show::Ends => line.act == Act::Stuck,
            Show::Nothing => false,
            Show::Later => {
                self.kept.lines.push(line.clone());
                false
            }
        };
        if !wanted {
            return Ok(());
        }
        if self.json {
            return put(&format!("{}\n", line.to_json()));
        }
        let head = picture::head(line);
        let row = wrap(&format!("{head}{}", shown(&line.text)), head.width(), self.width);
        if !self.colour {
            return put(&format!("{row}\n"));
        }
        let colour = self.colour_of(&line.actor);
        let (lane, rest) = row.split_at(row.find(&line.actor).unwrap_or(0) + line.actor.len());
        put(&format!("{}{rest}\n", self.paint(colour, lane)))
    }

    /// Tells a person at the keyboard what to do.
    pub(crate) fn invite(&self) -> io::Result<()> {
        if self.cursor { put("(Enter shows the next line)\n") } else { Ok(()) }
    }

    /// What was typed before anybody was told what for, such as Enter during a long build.
    pub(crate) fn forget_typed(&self) {
        if self.cursor {
            let _ = tcflush(io::stdin(), FlushArg::TCIFLUSH);
        }
    }

    /// Takes back the rows that the terminal has made of Enter.
    pub(crate) fn after_enter(&self, times: usize) -> io::Result<()> {
        if self.cursor && times > 0 { put(&format!("\x1b[{times}A\r\x1b[J")) } else { Ok(()) }
    }

    /// A call that the kernel saw, in its process's lane.
    pub(crate) fn call(&mut self, actor: &str, text: &str) -> io::Result<()> {
        let head = picture::call_head(actor);
        let row = wrap(&format!("{head}{text}"), head.width() + 2, self.width);
        put(&format!("{}\n", self.paint("2", &row)))
    }

    /// How a scene ended, when it did not simply end.
    pub(crate) fn ending(&mut self, word: &str, text: &str) -> io::Result<()> {
        if self.show == Show::Later && word == "missing" {
            self.kept.missing = Some(text.to_owned());
        }
        if matches!(self.show, Show::Nothing | Show::Later) {
            return Ok(());
        }
        if self.json {
            return put(&members(&[("end", word), ("why", text)]));
        }
        match word {
            "missing" => put(&format!("{}\n", wrap(&format!("  missing: {text}"), 11, self.width))),
            _ => Ok(()),
        }
    }

    pub(crate) fn outcome(&self, name: &str) -> io::Result<()> {
        if self.json { put(&members(&[("outcome", name)])) } else { Ok(()) }
    }

    /// An answer that an actor has found.
    pub(crate) fn found(&mut self, answer: String) {
        self.kept.found.push(answer);
    }

    /// What was kept of the run.
    pub(crate) fn take(&mut self) -> Kept {
        std::mem::take(&mut self.kept)
    }

    fn colour_of(&mut self, actor: &str) -> &'static str {
        let known = self.actors.iter().position(|name| name == actor);
        let at = known.unwrap_or_else(|| {
            self.actors.push(actor.to_owned());
            self.actors.len() - 1
        });
        COLOURS[at % COLOURS.len()]
    }

    fn paint(&self, colour: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

fn members(members: &[(&str, &str)]) -> String {
    let object = nojson::object(|f| {
        f.member("v", VERSION)?;
        f.members(members.iter().copied())
    });
    format!("{object}\n")
}

/// One `write` a row: two processes' rows are never mixed within a line.
fn put(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// The text on as many rows as it needs, all but the first indented.
pub(crate) fn wrap(text: &str, indent: usize, width: usize) -> String {
    if text.width() <= width || indent + 20 > width {
        return text.to_owned();
    }
    let mut rows = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let (row, fresh) = (rows.len(), rows.last().map_or(0, |row| row.width()));
        if fresh + word.trim_end().width() > width && fresh > if row == 1 { 0 } else { indent } {
            rows.push(" ".repeat(indent));
        }
        for letter in word.chars() {
            if rows.last().map_or(0, |row| row.width()) + letter.width().unwrap_or(0) > width
                && letter != ' '
            {
                rows.push(" ".repeat(indent));
            }
            if let Some(row) = rows.last_mut() {
                row.push(letter);
            }
        }
    }
    rows.iter().map(|row| row.trim_end()).collect::<Vec<_>>().join("\n")
}

/// How many columns the terminal has; as many as it takes, where it is none.
pub(crate) fn width(of: impl AsFd + IsTerminal) -> usize {
    if !of.is_terminal() {
        return usize::MAX;
    }
    // SAFETY: TIOCGWINSZ fills the structure that it is given, or fails.
    let columns = unsafe {
        let mut size: libc::winsize = std::mem::zeroed();
        (libc::ioctl(of.as_fd().as_raw_fd(), libc::TIOCGWINSZ, &raw mut size) == 0)
            .then_some(size.ws_col)
    };
    columns.filter(|&columns| columns > 0).map_or(picture::PAGE_WIDTH, usize::from)
}

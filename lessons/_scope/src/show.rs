//! A recording as a person or a program wants to see it.

use std::io::{self, Write};
use std::path::PathBuf;

use crate::event::Event;
use crate::lanes::Lanes;
use crate::output::{Output, Teller};
use crate::record::Sink;
use crate::summary::Summary;
use crate::svg::Picture;
use crate::{json, list};

/// How events appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A column for each process.
    Lanes,
    /// A line for each event.
    List,
    /// JSON Lines.
    Json,
}

/// What to show of a recording.
#[derive(Debug, Clone)]
pub struct Show {
    /// Form of the live view; `None` for none.
    pub form: Option<Form>,
    /// Bytes to preview of each buffer.
    pub bytes: usize,
    /// Columns of the terminal.
    pub width: usize,
    /// A table at the end: who talked to whom through what.
    pub summary: bool,
    /// A picture, written at the end.
    pub svg: Option<PathBuf>,
    /// What the picture is of.
    pub title: String,
}

impl Default for Show {
    fn default() -> Show {
        Show {
            form: Some(Form::Lanes),
            bytes: 32,
            width: 100,
            summary: false,
            svg: None,
            title: String::new(),
        }
    }
}

/// Shows events as they come.
pub struct View {
    output: Output<Forms>,
}

struct Forms {
    form: Option<Form>,
    bytes: usize,
    lanes: Lanes,
    summary: Option<Summary>,
    picture: Option<(PathBuf, Picture)>,
}

impl View {
    /// Shows on `to`.
    ///
    /// # Errors
    /// Where there is no room for a thread.
    pub fn new(show: Show, to: Box<dyn Write + Send>) -> io::Result<View> {
        let forms = Forms {
            form: show.form,
            bytes: show.bytes,
            lanes: Lanes::new(show.width, show.bytes),
            summary: show.summary.then(Summary::default),
            picture: show.svg.map(|path| (path, Picture::new(&show.title, show.bytes))),
        };
        Ok(View { output: Output::new(forms, to)? })
    }

    /// Shows what comes at the end.
    ///
    /// # Errors
    /// As writing fails; a reader that has gone away is no error.
    pub fn close(self) -> io::Result<()> {
        match self.output.close()?.picture {
            Some((path, picture)) => std::fs::write(&path, picture.draw()).map_err(|cause| {
                io::Error::new(cause.kind(), format!("`{}`: {cause}", path.display()))
            }),
            None => Ok(()),
        }
    }
}

impl Sink for View {
    fn event(&mut self, event: Event) {
        self.output.event(event);
    }

    fn flush(&mut self) {
        self.output.flush();
    }
}

impl Teller for Forms {
    fn tell(&mut self, event: Event, text: &mut String) {
        let mut line = |line: &str| {
            text.push_str(line);
            text.push('\n');
        };
        match self.form {
            Some(Form::List) => line(&list::line(&event, self.bytes)),
            Some(Form::Json) => line(&json::line(&event)),
            Some(Form::Lanes) => self.lanes.rows(&event).iter().for_each(|row| line(row)),
            None => {}
        }
        if let Some(summary) = &mut self.summary {
            summary.add(&event);
        }
        if let Some((_, picture)) = &mut self.picture {
            picture.add(event);
        }
    }

    fn end(&mut self, text: &mut String) {
        if let Some(summary) = self.summary.take() {
            if self.form.is_some() {
                text.push('\n');
            }
            text.push_str(&summary.table());
            text.push('\n');
        }
    }
}

/// Columns of the terminal that standard error is, or of `COLUMNS`, or 100.
pub fn terminal_width() -> usize {
    // SAFETY: all-zero bytes are a winsize.
    let mut size: libc::winsize = unsafe { std::mem::zeroed() };
    // SAFETY: the kernel fills the live winsize.
    let got = unsafe { libc::ioctl(libc::STDERR_FILENO, libc::TIOCGWINSZ, &raw mut size) };
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    match (got, size.ws_col) {
        (0, 1..) => usize::from(size.ws_col),
        _ => columns.unwrap_or(100),
    }
}

//! The lanes of a recorded run, drawn as SVG: a column for each process, logical time downwards,
//! an arrow from where a thing was sent to where it was got, and beside each row its words.
//!
//! Words stand in columns of their own, right of all lanes, so no label can meet another one or an
//! arrow. They are set in a fixed-width font and wrapped by a width that no such font exceeds.
//! A picture cannot reflow, so it is drawn twice and the stylesheet shows the one that fits.

use std::fmt::Write as _;

use stage::{Act, CLOSE, Line, Placed};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::html::{attribute, spoken, text as escaped};
use crate::scene::Recording;

/// The size of all words, in pixels where the picture is not scaled.
const FONT: f64 = 13.0;
/// No common fixed-width font is wider than this part of its size.
const COLUMN: f64 = 0.615 * FONT;
const LEADING: f64 = 18.0;
const MARGIN: f64 = 4.0;
/// From the middle of a line of words down to where its letters stand.
const BASELINE: f64 = 4.0;
/// Half a dot, and where an arrow ends beside it.
const DOT: f64 = 4.0;
const CLEAR: f64 = DOT + 3.0;

/// How much room a picture has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// A page beside the table of contents.
    Wide,
    /// A telephone: names of lanes may be staggered, and words wrap below who speaks.
    Narrow,
}

impl Room {
    fn width(self) -> f64 {
        match self {
            Self::Wide => 764.0,
            Self::Narrow => 340.0,
        }
    }

    /// The least room that is left for words; where lanes take more, the picture grows.
    fn least_words(self) -> f64 {
        match self {
            Self::Wide => 36.0 * COLUMN,
            Self::Narrow => 22.0 * COLUMN,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Wide => "lanes-wide",
            Self::Narrow => "lanes-narrow",
        }
    }
}

/// Both pictures of a run, in boxes that scroll sideways where a screen is narrower still.
pub fn both(recording: &Recording, id: &str, idea: &str) -> String {
    [Room::Wide, Room::Narrow]
        .map(|room| {
            let class = room.class();
            format!(
                "<div class=\"lanes {class}\" tabindex=\"0\" role=\"group\" \
                 aria-label=\"Diagram of {}\">{}</div>\n",
                attribute(id),
                draw(recording, room, &format!("{id}-{class}"), idea)
            )
        })
        .concat()
}

/// One picture. `id` makes the ids of its title and description.
pub fn draw(recording: &Recording, room: Room, id: &str, idea: &str) -> String {
    let plan = Plan::new(recording, room);
    let mut out = String::new();
    let Plan { width, height, .. } = plan;
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         width=\"{width:.0}\" height=\"{height:.0}\" aria-labelledby=\"{id}-title {id}-desc\">\n\
         <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n",
        escaped(idea),
        escaped(&described(recording)),
        id = attribute(id),
    );
    plan.bands(&mut out);
    plan.lifelines(&mut out);
    plan.arrows(&mut out);
    plan.marks(&mut out);
    plan.words(&mut out);
    out.push_str("</svg>");
    out
}

fn described(recording: &Recording) -> String {
    let actors = recording.actors();
    let rows = recording.placed.len();
    let lanes = if actors.len() == 1 { "One lane" } else { "Lanes" };
    format!(
        "{lanes}: {}. {rows} rows, from top to bottom; the same run stands below as text.",
        actors.join(", ")
    )
}

/// Where everything goes.
struct Plan<'a> {
    room: Room,
    rows: Vec<Row<'a>>,
    lanes: Vec<Lane<'a>>,
    width: f64,
    height: f64,
    /// Where the first row begins.
    top: f64,
    who_x: f64,
    text_x: f64,
}

struct Lane<'a> {
    name: &'a str,
    x: f64,
    name_y: f64,
    from: f64,
    to: f64,
    stuck: bool,
}

struct Row<'a> {
    placed: &'a Placed,
    lane: usize,
    top: f64,
    bottom: f64,
    /// The height of its mark in the lane.
    y: f64,
    who: String,
    text: Vec<String>,
}

impl<'a> Plan<'a> {
    fn new(recording: &'a Recording, room: Room) -> Self {
        let names = recording.actors();
        let widest = names.iter().map(|name| name.width()).max().unwrap_or(0) as f64 * COLUMN;
        let staggered =
            room == Room::Narrow && names.len() > 2 || room == Room::Wide && names.len() > 5;
        let lines = recording.placed.iter().map(|placed| &placed.line);
        let who_width =
            lines.clone().map(|line| who(line).width()).max().unwrap_or(0) as f64 * COLUMN;
        let longest = lines.map(|line| line.text.width()).max().unwrap_or(0) as f64 * COLUMN;
        let least = if staggered { widest / 2.0 + 8.0 } else { widest + 12.0 }.max(36.0);
        let after = widest / 2.0 + (widest / 2.0).max(28.0) + 14.0 + 2.0 * MARGIN;
        let gaps = (names.len() - 1).max(1) as f64;
        let spare = match room {
            // What the words leave over makes the arrows longer, within reason.
            Room::Wide => room.width() - after - who_width - 2.0 * COLUMN - longest,
            Room::Narrow => room.width() - after - (room.width() * 0.6).max(longest.min(260.0)),
        };
        let pitch = (spare / gaps).min(110.0).max(least);
        let head = if staggered { 2.0 * LEADING } else { LEADING } + 10.0;
        let lane_x = |at: usize| (MARGIN + widest / 2.0 + at as f64 * pitch).round();
        let who_x = lane_x(names.len() - 1) + ((widest / 2.0).max(28.0) + 14.0).ceil();
        let text_x = match room {
            Room::Wide => (who_x + who_width + 2.0 * COLUMN).ceil(),
            Room::Narrow => who_x,
        };
        let least = match room {
            Room::Wide => room.least_words(),
            Room::Narrow => room.least_words().max(who_width),
        };
        let width = room.width().max((text_x + least + MARGIN).ceil());
        let columns = ((width - MARGIN - text_x) / COLUMN).floor() as usize;

        let mut y = head + 6.0;
        let mut rows = Vec::new();
        for placed in &recording.placed {
            let line = &placed.line;
            let lane = names.iter().position(|name| *name == line.actor).unwrap_or(0);
            let text = wrap(&line.text, columns);
            let words = text.len() + usize::from(room == Room::Narrow);
            let bottom = y + words as f64 * LEADING + 9.0;
            rows.push(Row {
                placed,
                lane,
                top: y,
                bottom,
                y: y + 5.0 + LEADING / 2.0,
                who: who(line),
                text,
            });
            y = bottom;
        }
        let height = (y + 4.0).ceil();
        let lanes = names
            .iter()
            .enumerate()
            .map(|(at, name)| Lane {
                name,
                x: lane_x(at),
                name_y: if staggered && at % 2 == 1 { LEADING + 14.0 } else { 14.0 },
                from: head,
                to: y,
                stuck: false,
            })
            .collect();
        let mut plan = Self { room, rows, lanes, width, height, top: head, who_x, text_x };
        plan.lives();
        plan
    }

    /// From where to where each process lives: from its fork, or the top, to its end, if it is seen.
    fn lives(&mut self) {
        for at in 0..self.lanes.len() {
            let name = self.lanes[at].name;
            let forked =
                self.rows.iter().find(|row| row.placed.line.act == Act::Forks(name.to_owned()));
            let reaped = self
                .rows
                .iter()
                .rev()
                .find(|row| row.placed.line.act == Act::Reaps(name.to_owned()));
            let own = self.rows.iter().filter(|row| row.placed.line.actor == name);
            let last = own.clone().next_back();
            let from = forked.map_or(self.top, |row| row.y);
            let lane = &mut self.lanes[at];
            lane.from = from;
            lane.stuck = last.is_some_and(|row| row.placed.line.act == Act::Stuck);
            lane.to = match (reaped, last) {
                (Some(row), _) => row.y,
                (None, Some(row)) if lane.stuck => row.bottom,
                (None, Some(row)) => row.y + 10.0,
                (None, None) => from + 12.0,
            };
        }
    }

    fn lane(&self, name: &str) -> Option<&Lane<'a>> {
        self.lanes.iter().find(|lane| lane.name == name)
    }

    /// Every other row has a ground of its own, to lead the eye from the lanes to the words.
    fn bands(&self, out: &mut String) {
        for row in self.rows.iter().step_by(2) {
            let _ = writeln!(
                out,
                "<rect class=\"band\" x=\"0\" y=\"{:.0}\" width=\"{:.0}\" height=\"{:.0}\" rx=\"3\"/>",
                row.top,
                self.width,
                row.bottom - row.top
            );
        }
    }

    fn lifelines(&self, out: &mut String) {
        for (at, Lane { name, x, name_y, from, to, stuck }) in self.lanes.iter().enumerate() {
            let lane = at % 6;
            let name = escaped(name);
            let _ = write!(
                out,
                "<text class=\"name lane-{lane}\" x=\"{x:.0}\" y=\"{name_y:.0}\">{name}</text>\
                 <path class=\"life lane-{lane}\" d=\"M{x:.0} {from:.0}V{to:.0}\"/>"
            );
            if !stuck {
                let left = x - 5.0;
                let _ =
                    write!(out, "<path class=\"end lane-{lane}\" d=\"M{left:.0} {to:.0}h10\"/>");
            }
            out.push('\n');
        }
    }

    fn arrows(&self, out: &mut String) {
        for row in &self.rows {
            match &row.placed.line.act {
                Act::Forks(child) => self.straight(out, row, child, true),
                Act::Reaps(child) => self.straight(out, row, child, false),
                Act::Gets(_) => self.messages(out, row),
                Act::Sends(_) => self.unanswered(out, row),
                Act::Says | Act::Stuck => {}
            }
        }
    }

    /// Between a parent and the beginning or the end of its child's lane.
    fn straight(&self, out: &mut String, row: &Row, child: &str, away: bool) {
        let Some(child) = self.lane(child) else { return };
        let parent = self.lanes[row.lane].x;
        let (from, to) = if away { (parent, child.x) } else { (child.x, parent) };
        let side = (to - from).signum();
        let (start, tip) = (from + side * CLEAR, to - side * CLEAR);
        let _ = writeln!(
            out,
            "<path class=\"kin\" d=\"M{start:.0} {y:.0}H{:.0}\"/>{}",
            tip - side * 5.0,
            head(tip, row.y, side, "kin-head"),
            y = row.y,
        );
    }

    /// From each row that this one had to wait for.
    fn messages(&self, out: &mut String, row: &Row) {
        for source in self.sources(row) {
            let (from, to) = (self.lanes[source.lane].x, self.lanes[row.lane].x);
            let lane = source.lane % 6;
            if source.lane == row.lane {
                let (x, bulge) = (from + CLEAR, from + CLEAR + 20.0);
                let _ = writeln!(
                    out,
                    "<path class=\"message lane-{lane}\" d=\"M{x:.0} {:.0}C{bulge:.0} {:.0} {bulge:.0} {:.0} {:.0} {:.0}\"/>{}",
                    source.y,
                    source.y,
                    row.y,
                    x + 5.0,
                    row.y,
                    head(x, row.y, -1.0, &format!("message-head lane-{lane}")),
                );
                continue;
            }
            let side = (to - from).signum();
            let (start, tip) = (from + side * CLEAR, to - side * CLEAR);
            let end = tip - side * 5.0;
            let middle = (start + end) / 2.0;
            let _ = writeln!(
                out,
                "<path class=\"message lane-{lane}\" d=\"M{start:.0} {:.0}C{middle:.0} {:.0} {middle:.0} {:.0} {end:.0} {:.0}\"/>{}",
                source.y,
                source.y,
                row.y,
                row.y,
                head(tip, row.y, side, &format!("message-head lane-{lane}")),
            );
        }
    }

    /// The rows whose sending this row reports, not those of its birth.
    fn sources(&self, row: &Row) -> impl Iterator<Item = &Row<'a>> {
        let got = row.placed.line.peer().map(str::to_owned);
        row.placed.after.iter().filter_map(|&at| self.rows.get(at)).filter(move |source| {
            let line = &source.placed.line;
            // An end of file also waits for the last line of a sender that simply ended.
            matches!(line.act, Act::Sends(_)) && line.peer() == got.as_deref()
                || !matches!(line.act, Act::Sends(_) | Act::Forks(_))
        })
    }

    /// What was sent and nobody reports to have got: a short arrow out of the lane.
    fn unanswered(&self, out: &mut String, row: &Row) {
        let got = |other: &Row| {
            matches!(other.placed.line.act, Act::Gets(_))
                && self.sources(other).any(|source| std::ptr::eq(source, row))
        };
        if self.rows.iter().any(got) {
            return;
        }
        let lane = &self.lanes[row.lane];
        let side =
            if row.lane + 1 == self.lanes.len() && self.lanes.len() > 1 { -1.0 } else { 1.0 };
        let (start, end) = (lane.x + side * CLEAR, lane.x + side * (CLEAR + 13.0));
        let nth = row.lane % 6;
        let mark = if row.placed.line.text == CLOSE {
            format!("<path class=\"message lane-{nth}\" d=\"M{end:.0} {:.0}v8\"/>", row.y - 4.0)
        } else {
            format!(
                "<circle class=\"message lane-{nth}\" cx=\"{:.0}\" cy=\"{:.0}\" r=\"2.5\"/>",
                end + side * 2.5,
                row.y
            )
        };
        let _ = writeln!(
            out,
            "<path class=\"message lane-{}\" d=\"M{start:.0} {:.0}H{end:.0}\"/>{mark}",
            nth, row.y
        );
    }

    fn marks(&self, out: &mut String) {
        for Row { y, lane, placed, .. } in &self.rows {
            let x = self.lanes[*lane].x;
            let (class, size) = match placed.line.act {
                Act::Says => ("dot", 3.0),
                Act::Sends(_) | Act::Forks(_) => ("dot", DOT),
                Act::Gets(_) | Act::Reaps(_) => ("ring", DOT),
                Act::Stuck => ("ring", 2.0 * DOT),
            };
            let lane = lane % 6;
            let _ = write!(
                out,
                "<circle class=\"{class} lane-{lane}\" cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{size:.0}\"/>"
            );
            if placed.line.act == Act::Stuck {
                for dot in [x - 3.5, x, x + 3.5] {
                    let _ = write!(
                        out,
                        "<circle class=\"dot lane-{lane}\" cx=\"{dot:.1}\" cy=\"{y:.0}\" r=\"1.2\"/>"
                    );
                }
            }
        }
        out.push('\n');
    }

    fn words(&self, out: &mut String) {
        out.push_str("<g class=\"who\">");
        for Row { lane, y, who, .. } in &self.rows {
            let (x, y, lane) = (self.who_x, y + BASELINE, lane % 6);
            let who = escaped(who);
            let _ =
                write!(out, "<text class=\"lane-{lane}\" x=\"{x:.0}\" y=\"{y:.0}\">{who}</text>");
        }
        out.push_str("</g>\n<g class=\"words\">");
        let below = if self.room == Room::Narrow { LEADING } else { 0.0 };
        for Row { y, text, placed, .. } in &self.rows {
            let class = if placed.line.act == Act::Stuck { " class=\"stuck\"" } else { "" };
            for (at, line) in text.iter().enumerate() {
                let (x, y) = (self.text_x, y + BASELINE + below + at as f64 * LEADING);
                let line = spoken(line, "tspan");
                let _ = write!(out, "<text{class} x=\"{x:.0}\" y=\"{y:.0}\">{line}</text>");
            }
        }
        out.push_str("</g>\n");
    }
}

/// Who does what to whom, in the glyphs of the terminal.
fn who(line: &Line) -> String {
    let glyph = match line.act {
        Act::Says => return line.actor.clone(),
        Act::Stuck => '…',
        Act::Sends(_) | Act::Forks(_) => '▶',
        Act::Gets(_) | Act::Reaps(_) => '◀',
    };
    match line.peer() {
        Some(peer) => format!("{} {glyph} {peer}", line.actor),
        None => format!("{} {glyph}", line.actor),
    }
}

fn head(tip: f64, y: f64, side: f64, class: &str) -> String {
    let back = tip - side * 7.0;
    format!(
        "<path class=\"{class}\" d=\"M{tip:.0} {y:.0}L{back:.0} {:.0}V{:.0}Z\"/>",
        y - 4.0,
        y + 4.0
    )
}

/// The text on lines of at most `columns`, broken between words where that is possible.
fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let used = lines.last().map_or(0, |line| line.width());
        if used > 0 && used + word.trim_end().width() > columns {
            lines.push(String::new());
        }
        for letter in word.chars() {
            let used = lines.last().map_or(0, |line| line.width());
            if used + letter.width().unwrap_or(0) > columns && letter != ' ' {
                lines.push(String::new());
            }
            if let Some(line) = lines.last_mut() {
                line.push(letter);
            }
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

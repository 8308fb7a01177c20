//! A recording as a picture: a lane for each process, time downwards, an arrow for each thing
//! that one process did for another. It takes its colours from the page around it.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::event::{Cause, Event, What};
use crate::text;

/// A picture of more rows than this is no longer looked at.
const MOST: usize = 2_000;
const ROW: usize = 20;
const TOP: usize = 44;
const LETTER: f64 = 6.7;
const LANE: usize = 210;

/// Gathers events for a picture.
pub struct Picture {
    title: String,
    limit: usize,
    events: Vec<Event>,
    exits: text::Exits,
    left_out: usize,
}

impl Picture {
    /// Of a command, with previews of at most `limit` bytes.
    pub fn new(title: &str, limit: usize) -> Picture {
        let (title, exits) = (title.to_string(), text::Exits::default());
        Picture { title, limit, events: Vec::new(), exits, left_out: 0 }
    }

    /// Adds what happened next.
    pub fn add(&mut self, event: Event) {
        if self.exits.told(&event, &text::short(&event, self.limit)) {
            return;
        }
        if self.events.len() < MOST { self.events.push(event) } else { self.left_out += 1 }
    }

    /// The SVG.
    pub fn draw(self) -> String {
        let events = causes_first(self.events);
        let mut lanes: Vec<i32> = Vec::new();
        let mut names: HashMap<i32, &str> = HashMap::new();
        for event in &events {
            if !lanes.contains(&event.pid) {
                lanes.push(event.pid);
            }
            // The last name is the program that it came to run.
            names.insert(event.pid, event.who.split(':').next().unwrap_or_default());
        }
        let x = |pid: i32| lanes.iter().position(|lane| *lane == pid).unwrap_or(0) * LANE + 16;
        let y = |row: usize| TOP + row * ROW + ROW;
        let rows: HashMap<u64, (usize, i32)> =
            events.iter().enumerate().map(|(row, event)| (event.id, (row, event.pid))).collect();
        let note = usize::from(self.left_out > 0);
        let (width, height) = (lanes.len().max(1) * LANE + 16, y(events.len() + note) + 8);

        let id = id_of(&self.title);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"scope\" role=\"img\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" aria-labelledby=\"{id}-title {id}-desc\">\n\
             <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n{STYLE}\n",
            escaped(&format!("What the kernel saw: {}", self.title)),
            escaped(&described(&events, self.limit)),
        );
        for pid in &lanes {
            let own = events.iter().enumerate().filter(|(_, event)| event.pid == *pid);
            let (first, last) = own.fold((usize::MAX, 0), |(a, _), (row, _)| (a.min(row), row));
            let (x, name) = (x(*pid), cut(names[pid], LANE - 24));
            let _ =
                writeln!(svg, "<text class=\"name\" x=\"{x}\" y=\"24\">{}</text>", escaped(&name));
            let _ = writeln!(
                svg,
                "<line class=\"lane\" x1=\"{x}\" y1=\"{}\" x2=\"{x}\" y2=\"{}\"/>",
                y(first).saturating_sub(12),
                y(last)
            );
        }
        for (row, event) in events.iter().enumerate() {
            let (x, y) = (x(event.pid), y(row));
            if let Some((from_row, from_pid)) = source(event).and_then(|id| rows.get(&id).copied())
                && from_pid != event.pid
                && from_row < row
            {
                let (fx, fy) = (x_of(&lanes, from_pid), TOP + from_row * ROW + ROW);
                let back = if fx < x { x - 5 } else { x + 5 };
                let _ = writeln!(
                    svg,
                    "<path class=\"arrow\" d=\"M{fx} {} L{back} {}\" marker-end=\"url(#scope-tip)\"/>",
                    fy - 4,
                    y - 4
                );
            }
            let _ = writeln!(svg, "<circle class=\"dot\" cx=\"{x}\" cy=\"{}\" r=\"2.5\"/>", y - 4);
            let said = text::short(event, self.limit);
            let _ = writeln!(
                svg,
                "<text x=\"{}\" y=\"{y}\"><title>{}</title>{}</text>",
                x + 9,
                escaped(&format!("{}: {}", event.who, text::event(event, self.limit))),
                escaped(&cut(&said, LANE - 22))
            );
        }
        if self.left_out > 0 {
            let _ = writeln!(
                svg,
                "<text x=\"16\" y=\"{}\">and {} more events</text>",
                y(events.len()),
                self.left_out
            );
        }
        svg.push_str("</svg>\n");
        svg
    }
}

const STYLE: &str = "<style>.scope{color:var(--fg,currentColor);font:12px ui-monospace,monospace}\
.scope text{fill:currentColor;stroke:var(--bg,transparent);stroke-width:3px;paint-order:stroke}\
.scope .name{font-weight:bold;font-size:13px}\
.scope .lane{stroke:currentColor;opacity:.35}\
.scope .dot{fill:currentColor}\
.scope .arrow{stroke:var(--links,currentColor);fill:none;opacity:.8}\
.scope .tip{fill:var(--links,currentColor)}</style>\n\
<defs><marker id=\"scope-tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
<path class=\"tip\" d=\"M0 0 L8 4 L0 8 z\"/></marker></defs>";

/// An id of its own, the same each time, for pages with several pictures (FNV-1a).
fn id_of(title: &str) -> String {
    let hash = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    format!("scope-{:08x}", title.bytes().fold(0x811c_9dc5, hash))
}

fn x_of(lanes: &[i32], pid: i32) -> usize {
    lanes.iter().position(|lane| *lane == pid).unwrap_or(0) * LANE + 16
}

/// The event that this one comes from.
fn source(event: &Event) -> Option<u64> {
    let What::Call(call) = &event.what else { return None };
    match (&call.from, &call.ended_by) {
        (Some(link), _) | (None, Some(Cause::Call(link) | Cause::Closed(link))) => Some(link.id),
        _ => None,
    }
}

/// Time flows downwards: an event that was told before its cause moves below it, and with it
/// what its thread did next.
fn causes_first(events: Vec<Event>) -> Vec<Event> {
    let all: HashSet<u64> = events.iter().map(|event| event.id).collect();
    let mut placed: HashSet<u64> = HashSet::new();
    let (mut order, mut held): (Vec<Event>, Vec<Event>) = (Vec::new(), Vec::new());
    for event in events {
        held.push(event);
        loop {
            let ready = (0..held.len()).find(|i| {
                let event = &held[*i];
                let first = !held[..*i].iter().any(|other| other.tid == event.tid);
                let caused =
                    source(event).is_none_or(|id| !all.contains(&id) || placed.contains(&id));
                first && caused
            });
            let Some(ready) = ready else { break };
            let event = held.remove(ready);
            placed.insert(event.id);
            order.push(event);
        }
    }
    order.extend(held);
    order
}

fn described(events: &[Event], limit: usize) -> String {
    let lines: Vec<_> = events
        .iter()
        .take(100)
        .map(|event| format!("{}: {}.", event.who, text::short(event, limit)))
        .collect();
    lines.join(" ")
}

/// As much of the text as fits into this many pixels.
fn cut(said: &str, pixels: usize) -> String {
    let columns = (pixels as f64 / LETTER) as usize;
    if said.width() <= columns {
        return said.to_string();
    }
    let mut kept = String::new();
    for c in said.chars() {
        if kept.width() + c.width().unwrap_or(0) + 1 > columns {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            // XML has no place for control characters.
            c if c.is_control() => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

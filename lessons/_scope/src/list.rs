//! One line for each event.

use unicode_width::UnicodeWidthStr;

use crate::event::Event;
use crate::text;

/// The line of an event, without its end of line.
pub fn line(event: &Event, limit: usize) -> String {
    let micros = event.at.as_micros();
    let gap = 14usize.saturating_sub(event.who.width());
    format!(
        "{:>6}.{:03} {}{:gap$} {}",
        micros / 1000,
        micros % 1000,
        event.who,
        "",
        text::event(event, limit)
    )
}

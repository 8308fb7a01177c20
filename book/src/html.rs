//! Text inside HTML.

/// Text for between tags.
pub fn text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Text for a value between double quotes.
pub fn attribute(value: &str) -> String {
    text(value).replace('"', "&quot;")
}

//! Text inside HTML.

/// Text for between tags.
pub fn text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Text for a value between double quotes.
pub fn attribute(value: &str) -> String {
    text(value).replace('"', "&quot;")
}

/// Text for between tags, with words in Korean marked as such, and without the frame that makes a
/// picture of a digit: few fonts have it.
pub fn korean(words: &str) -> String {
    let words = &words.replace(['\u{FE0F}', '\u{20E3}'], "");
    if words.contains(is_hangul) {
        format!("<span lang=\"ko\">{}</span>", text(words))
    } else {
        text(words)
    }
}

/// Whether it is a letter of Korean.
pub fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{AC00}'..='\u{D7A3}')
}

//! Text inside HTML.

use std::ops::Range;

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

/// Text for between tags, with each run of Korean words in this element, so that a screen reader
/// pronounces it as such.
pub fn spoken(words: &str, element: &str) -> String {
    let mut out = String::new();
    let mut done = 0;
    for run in hangul(words) {
        out += &text(&words[done..run.start]);
        out += &format!("<{element} lang=\"ko\">{}</{element}>", text(&words[run.clone()]));
        done = run.end;
    }
    out + &text(&words[done..])
}

/// Runs of Korean words with the spaces between them.
pub fn hangul(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, letter) in text.char_indices().filter(|(_, letter)| is_hangul(*letter)) {
        let here = at..at + letter.len_utf8();
        match runs.last_mut() {
            Some(run) if text[run.end..at].chars().all(|c| " -·".contains(c)) => {
                run.end = here.end;
            }
            _ => runs.push(here),
        }
    }
    runs
}

/// Whether it is a letter of Korean.
pub fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{AC00}'..='\u{D7A3}')
}

//! Cutting an answer into words, each with its place in the original.

use crate::text;
use std::ops::Range;

/// A word or a mark.
#[derive(Clone, Debug)]
pub(super) struct Token {
    /// Comparable text: lower case, no apostrophes.
    pub(super) text: String,
    pub(super) kind: Script,
    /// Code points of the original.
    pub(super) span: Range<usize>,
    /// No space before it: `은` of `SIGTERM은`.
    pub(super) glued: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// Latin letters, digits and `_`.
    Word,
    Hangul,
    /// `.` also for `?` and `!`; `+` and `/` between words with spaces; `,`, `;`, `:`, `=`, `→`, `(`,
    /// `)`, `|`, and a newline.
    Mark(char),
}

impl Token {
    pub(super) fn is_mark(&self, marks: &str) -> bool {
        matches!(self.kind, Script::Mark(c) if marks.contains(c))
    }

    pub(super) fn is_word(&self) -> bool {
        !matches!(self.kind, Script::Mark(_))
    }
}

pub(super) fn tokens(answer: &str) -> Vec<Token> {
    let chars = text::fold(answer);
    let at = |i: usize| chars.get(i).map_or(' ', |&(c, _)| c);
    let origin = |i: usize| chars.get(i).map_or_else(|| answer.chars().count(), |&(_, at)| at);
    let mut tokens: Vec<Token> = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let glued = i > 0 && is_letter(at(i - 1));
        let start = i;
        let c = at(i);
        if text::is_hangul(c) {
            while text::is_hangul(at(i)) {
                i += 1;
            }
            push(
                &mut tokens,
                &chars[start..i],
                Script::Hangul,
                origin(start)..origin(i - 1) + 1,
                glued,
            );
        } else if is_latin(c) || (c == '/' && is_latin(at(i + 1)) && !glued) {
            let path = c == '/';
            i += 1;
            while is_latin(at(i))
                || (at(i) == '\'' && is_latin(at(i + 1)))
                || (path && at(i) == '/' && is_latin(at(i + 1)))
                || (".,".contains(at(i))
                    && at(i - 1).is_ascii_digit()
                    && at(i + 1).is_ascii_digit())
            {
                i += 1;
            }
            // `w/o` and `w/`
            if i == start + 1 && c == 'w' && at(i) == '/' {
                i += if at(i + 1) == 'o' && !is_latin(at(i + 2)) { 2 } else { 1 };
            }
            push(
                &mut tokens,
                &chars[start..i],
                Script::Word,
                origin(start)..origin(i - 1) + 1,
                glued,
            );
        } else if let Some((word, length)) = comparison(c, at(i + 1), at(i + 2), start, &at) {
            i += length;
            let span = origin(start)..origin(i - 1) + 1;
            tokens.push(Token { text: word.to_owned(), kind: Script::Word, span, glued: false });
        } else {
            i += 1;
            if c == '.' && glued && is_abbreviation(&tokens) {
                continue;
            }
            if let Some(mark) = mark(c, at(i), start.checked_sub(1).map_or(' ', at)) {
                if mark == '→' && c != '→' {
                    i += 1;
                }
                tokens.push(Token {
                    text: mark.to_string(),
                    kind: Script::Mark(mark),
                    span: origin(start)..origin(i - 1) + 1,
                    glued,
                });
            }
        }
    }
    tokens
}

fn push(
    tokens: &mut Vec<Token>,
    chars: &[text::Folded],
    kind: Script,
    span: Range<usize>,
    glued: bool,
) {
    let written: String = chars.iter().map(|&(c, _)| c).collect();
    let text = match written.as_str() {
        "w/o" => "without".to_owned(),
        "w/" => "with".to_owned(),
        _ => {
            // "process's" is a process; "don't" is written "dont" as often as not.
            let owner = written.strip_suffix("'s").filter(|word| word.len() > 2);
            owner.unwrap_or(&written).replace('\'', "").trim_matches('_').to_owned()
        }
    };
    if !text.is_empty() {
        tokens.push(Token { text, kind, span, glued });
    }
}

/// `n <= PIPE_BUF` and `n > 4096` compare; `<defunct>` and a quoted line do not.
fn comparison(
    c: char,
    next: char,
    second: char,
    start: usize,
    at: &impl Fn(usize) -> char,
) -> Option<(&'static str, usize)> {
    let word = match c {
        '<' => "atmost",
        '>' => "morethan",
        _ => return None,
    };
    let length = if next == '=' { 2 } else { 1 };
    let behind = if length == 2 { second } else { next };
    let quotes = start == 0 || at(start - 1) == '\n';
    let before = start.checked_sub(1).map_or(' ', at);
    let arrow = "-=".contains(before) || (c == '>' && length == 1 && is_letter(before));
    let compares = (behind == ' ' || behind.is_ascii_digit()) && !arrow;
    ((start == 0 && length == 2) || (compares && !quotes)).then_some((word, length))
}

fn mark(c: char, next: char, before: char) -> Option<char> {
    match c {
        '.' if is_letter(next) => None,
        '.' | '?' | '!' | '。' => Some('.'),
        '-' | '=' if next == '>' => Some('→'),
        '-' if before == ' ' && next == ' ' => Some(':'),
        '+' if before == ' ' && next == ' ' => Some('+'),
        '/' if before == ' ' && next == ' ' => Some('/'),
        '\n' | ',' | ';' | ':' | '=' | '→' | '(' | ')' | '|' => Some(c),
        '、' => Some(','),
        _ => None,
    }
}

/// Whether a dot behind these words ends no sentence. `etc.` may well end one.
fn is_abbreviation(tokens: &[Token]) -> bool {
    match tokens {
        [.., first, second] if second.text.len() == 1 => {
            matches!((first.text.as_str(), second.text.as_str()), ("e", "g") | ("i", "e"))
        }
        [.., word] => matches!(word.text.as_str(), "vs" | "eg" | "ie" | "cf"),
        [] => false,
    }
}

fn is_letter(c: char) -> bool {
    is_latin(c) || text::is_hangul(c)
}

fn is_latin(c: char) -> bool {
    c == '_' || (c.is_alphanumeric() && !text::is_hangul(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_places() {
        let shown = |answer: &str| {
            let original: Vec<char> = answer.chars().collect();
            let show = |t: &Token| {
                let span: String = original[t.span.clone()].iter().collect();
                if span.to_lowercase() == t.text {
                    t.text.clone()
                } else {
                    format!("{}={span}", t.text)
                }
            };
            tokens(answer).iter().map(show).collect::<Vec<_>>().join(" · ")
        };
        for (answer, expected) in [
            ("It doesn't copy.", "it · doesnt=doesn't · copy · ."),
            ("SIGTERM은 잡는다", "sigterm · 은 · 잡는다"),
            ("`sem_wait()` on /dev/shm", "sem_wait · ( · ) · on · /dev/shm"),
            ("read/write, 64k -> 1.5", "read · write · , · 64k · →=-> · 1.5"),
            ("zero-copy w/o locks", "zero · copy · without=w/o · locks"),
            ("pipe - one way\nfifo", "pipe · :=- · one · way · \n · fifo"),
            ("the process's ﬁle", "the · process=process's · file=ﬁle"),
            ("e.g. this", "e · g · this"),
            (
                "a pipe vs. a fifo, i.e. that. Nothing etc. Go.",
                "a · pipe · vs · a · fifo · , · i · e · that · . · nothing · etc · . · go · .",
            ),
            ("read / write, and/or", "read · / · write · , · and · or"),
            (
                "n<= 4096, n >64 <defunct>",
                "n · atmost=<= · 4096 · , · n · morethan=> · 64 · defunct",
            ),
            ("a + b", "a · + · b"),
        ] {
            assert_eq!(shown(answer), expected, "{answer}");
        }
    }
}

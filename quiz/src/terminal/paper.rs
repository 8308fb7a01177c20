//! A report as a list of pieces, and what it looks like in a terminal, in Markdown and in HTML.

use super::console::{Console, Style};
use std::fmt::Write;
use std::io;

pub(super) enum Piece {
    /// Of level 1, 2 or 3.
    Heading(usize, String),
    /// Small Markdown, as in the questions.
    Text(String),
    /// An entry of a list, in small Markdown.
    Item(String),
    /// What somebody typed: shown as it is.
    Typed(String),
}

pub(super) fn terminal(console: &mut Console, pieces: &[Piece]) -> io::Result<()> {
    let mut before_item = false;
    for piece in pieces {
        let item = matches!(piece, Piece::Item(_));
        if !(item && before_item) {
            console.blank()?;
        }
        before_item = item;
        match piece {
            Piece::Heading(level, text) => {
                let text = console.styled(Style::Strong, text);
                let mark = if *level < 3 { "" } else { "  " };
                console.plain(mark, mark, &text)?;
            }
            Piece::Text(text) => console.text("  ", "  ", text)?,
            Piece::Item(text) => console.text("  - ", "    ", text)?,
            Piece::Typed(text) => {
                for line in text.lines() {
                    let line: String = line.chars().filter(|c| !c.is_control()).collect();
                    console.plain("  | ", "  | ", &line)?;
                }
            }
        }
    }
    Ok(())
}

pub(super) fn markdown(pieces: &[Piece]) -> String {
    let mut text = String::new();
    let mut before_item = false;
    for piece in pieces {
        let item = matches!(piece, Piece::Item(_));
        let goes_on = item && before_item;
        if !(text.is_empty() || goes_on) {
            text.push('\n');
        }
        before_item = item;
        match piece {
            Piece::Heading(level, heading) => {
                text.push_str(&"#".repeat(*level));
                text.push(' ');
                text.push_str(heading);
            }
            Piece::Text(paragraph) => text.push_str(paragraph.trim()),
            Piece::Item(entry) => {
                text.push_str("- ");
                text.push_str(&entry.trim().replace('\n', "\n  "));
            }
            Piece::Typed(typed) => {
                // A fence that nothing in it can close.
                let mut fence = "```".to_owned();
                while typed.contains(&fence) {
                    fence.push('`');
                }
                text.push_str(&format!("{fence}text\n{}\n{fence}", shown(typed).trim_end()));
            }
        }
        text.push('\n');
    }
    text
}

/// A page that stands alone: no script, nothing from another host.
pub(super) fn html(language: &str, pieces: &[Piece]) -> String {
    let title = pieces.iter().find_map(|piece| match piece {
        Piece::Heading(1, text) => Some(escaped(text)),
        _ => None,
    });
    let mut body = String::new();
    let mut in_list = false;
    for piece in pieces {
        let item = matches!(piece, Piece::Item(_));
        if item != in_list {
            body.push_str(if item { "<ul>\n" } else { "</ul>\n" });
            in_list = item;
        }
        match piece {
            Piece::Heading(level, text) => {
                let _ = writeln!(body, "<h{level}>{}</h{level}>", inline(text));
            }
            Piece::Text(text) => body.push_str(&paragraphs(text)),
            Piece::Item(text) => {
                let _ = writeln!(body, "<li>{}</li>", inline(text.trim()));
            }
            Piece::Typed(text) => {
                let _ = writeln!(body, "<blockquote>{}</blockquote>", escaped(&shown(text)));
            }
        }
    }
    if in_list {
        body.push_str("</ul>\n");
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>\n\
         :root {{ color-scheme: light dark }}\n\
         body {{ font: 1rem/1.5 sans-serif; max-width: 45rem; margin: 2rem auto; padding: 0 1rem }}\n\
         blockquote {{ white-space: pre-wrap; margin: 0; padding: .2rem 1rem; \
         border-left: .3rem solid gray }}\n\
         pre {{ overflow-x: auto }}\n</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        title.unwrap_or_default()
    )
}

/// Without characters that a terminal or an editor would act on.
fn shown(typed: &str) -> String {
    typed.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}

pub(super) fn paragraphs(text: &str) -> String {
    let mut html = String::new();
    for (i, block) in text.trim().split("```").enumerate() {
        if i % 2 == 1 {
            let code = block.split_once('\n').map_or(block, |(_, code)| code);
            let _ = writeln!(html, "<pre><code>{}</code></pre>", escaped(code));
            continue;
        }
        for paragraph in block.split("\n\n").map(str::trim).filter(|p| !p.is_empty()) {
            let _ = writeln!(html, "<p>{}</p>", inline(paragraph));
        }
    }
    html
}

/// `code` and **strong**.
pub(super) fn inline(text: &str) -> String {
    let mut html = String::new();
    for (i, piece) in text.split('`').enumerate() {
        if i % 2 == 1 {
            let _ = write!(html, "<code>{}</code>", escaped(piece));
            continue;
        }
        for (i, piece) in piece.split("**").enumerate() {
            let piece = escaped(piece);
            html.push_str(&if i % 2 == 1 { format!("<strong>{piece}</strong>") } else { piece });
        }
    }
    html
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

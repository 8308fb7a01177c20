//! What a lesson's recorded measurements say of a rule.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::course::Course;
use crate::files;
use crate::html::attribute;

/// The part of `recorded/measured.json` that settles claims; the lesson that writes it knows the
/// rest.
#[derive(Deserialize)]
struct Measured {
    claims: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    id: String,
    verdict: String,
}

/// The verdict on `rule`, as `compare/shm-fastest`, in `lessons/compare/recorded/measured.json`
/// below `root`.
///
/// # Errors
///
/// A name that is none, a file that is not there or holds something else, or no such rule in it.
pub fn verdict(root: &Path, rule: &str) -> Result<String, String> {
    let (lesson, id) = rule
        .split_once('/')
        .ok_or(format!("`{rule}` is no rule: write it as `compare/shm-fastest`"))?;
    let file = file(lesson);
    let shown = file.display();
    let text = std::fs::read_to_string(root.join(&file))
        .map_err(|error| format!("the measurements `{shown}` cannot be read: {error}"))?;
    let measured: Measured = serde_json::from_str(&text)
        .map_err(|error| format!("the measurements `{shown}` cannot be understood: {error}"))?;
    let names = measured.claims.iter().map(|rule| format!("`{}`", rule.id)).collect::<Vec<_>>();
    let found = measured.claims.into_iter().find(|rule| rule.id == id);
    found.map(|rule| rule.verdict).ok_or_else(|| {
        format!(
            "`{shown}` has no rule `{id}`; it has {}",
            match names.is_empty() {
                true => "none".to_owned(),
                false => names.join(", "),
            }
        )
    })
}

/// Where the book shows the rule: its own place on the lesson's page, or that page.
pub fn address(course: &Course, rule: &str) -> String {
    let (lesson, id) = rule.split_once('/').unwrap_or((rule, ""));
    let place = format!("rule-{id}");
    let page = course.lesson(lesson).map_or("", |lesson| &lesson.text);
    let shown = format!("{{{{#measured {place}}}}}");
    match page.contains(&shown)
        || page.contains(&format!("#{place}}}"))
        || page.contains(&format!("id=\"{place}\""))
    {
        true => format!("{lesson}.html#{place}"),
        false => format!("{lesson}.html"),
    }
}

/// What the lesson has made of its recorded measurements, as a figure: the caption and what follows
/// it from `recorded/NAME.html`, and between the two the picture `recorded/NAME.svg`, if it is there.
///
/// # Errors
///
/// A file that cannot be read, or that has no caption.
pub fn piece(root: &Path, lesson: &str, name: &str) -> Result<String, String> {
    let folder = Path::new("lessons").join(lesson).join("recorded");
    let file = folder.join(format!("{name}.html"));
    let text = std::fs::read_to_string(root.join(&file)).map_err(|error| {
        format!(
            "the measurements `{}` cannot be read: {error}; mend the name, or let the lesson record it",
            file.display()
        )
    })?;
    let end = "</figcaption>\n";
    let (caption, rest) = text
        .split_once(end)
        .ok_or_else(|| format!("`{}` does not begin with a caption", file.display()))?;
    let picture = folder.join(format!("{name}.svg"));
    let picture = std::fs::read_to_string(root.join(picture)).map(|svg| {
        let label = attribute(name);
        format!(
            "<div class=\"chart-box\" role=\"group\" aria-label=\"chart {label}\">\n{svg}</div>\n"
        )
    });
    let picture = picture.unwrap_or_default();
    // An empty line would end the HTML for Markdown.
    let inside = format!("{caption}{end}{picture}{rest}");
    let lines: Vec<&str> = inside.lines().filter(|line| !line.trim().is_empty()).collect();
    let id = attribute(name);
    Ok(format!("<figure class=\"measured\" id=\"{id}\">\n{}\n</figure>\n", lines.join("\n")))
}

/// The names of what the lesson has made of its recorded measurements, for [`piece`].
pub fn pieces(root: &Path, lesson: &str) -> Vec<String> {
    let names = files::names(&root.join("lessons").join(lesson).join("recorded"));
    names.iter().filter_map(|name| name.strip_suffix(".html").map(str::to_owned)).collect()
}

fn file(lesson: &str) -> PathBuf {
    Path::new("lessons").join(lesson).join("recorded/measured.json")
}

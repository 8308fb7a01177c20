//! A page's directives and what a reader sees instead of them.
//!
//! On a line of its own, outside code blocks:
//!
//! - `{{#scene eof}}`: the command, the lanes and the recorded run of a scene;
//! - `{{#lines eof: a piece | another}}`: the recorded lines that hold these pieces;
//! - `{{#code eof}}`, `{{#code eof:child}}`: a scene's source, or the lines between its anchors;
//! - `{{#wild http}}`: the recording of programs that are not ours, from `book/wild`;
//! - `{{#measured NAME}}`: what the lesson has made of its recorded measurements, as
//!   `recorded/NAME.html` with a caption first, and `recorded/NAME.svg` if there is one;
//! - `{{#lessons}}`: the table of lessons.
//!
//! A page that is no lesson's names a scene as `pipe/eof`. Anywhere in the text, the link
//! `[words](claim:ID)` cites a claim.

use std::ops::Range;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::claims::Citation;
use crate::course::Course;
use crate::figure;
use crate::files;
use crate::html;
use crate::lesson::Lesson;
use crate::measured;
use crate::problem::Problems;
use crate::scene::{Scene, Source};
use crate::table;
use crate::wild::FOLDER;

/// What a page may ask for, each on a line of its own.
pub const DIRECTIVES: [&str; 6] = ["scene", "lines", "code", "measured", "wild", "lessons"];

/// A page before it is expanded.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// Its file, relative to the root of the workspace.
    pub file: &'a Path,
    /// The line of the file on which `text` begins, from 1.
    pub line: usize,
    /// Its name in the book, such as `pipe.md`.
    pub name: &'a str,
    /// Its title.
    pub title: &'a str,
    /// The lesson whose page it is.
    pub lesson: Option<&'a Lesson>,
    /// Its Markdown.
    pub text: &'a str,
}

/// A page after it was expanded.
#[derive(Clone, Debug, Default)]
pub struct Expanded {
    /// Its Markdown, which holds HTML where directives stood.
    pub text: String,
    /// The claims that it cites.
    pub citations: Vec<Citation>,
    /// The recordings of programs that are not ours that it shows.
    pub recordings: Vec<String>,
    /// The pieces made of measurements that it shows, as `compare/machine`.
    pub measured: Vec<String>,
}

/// Expands a page, and notes everything that is wrong with it.
pub fn expand(course: &Course, page: &Page, problems: &mut Problems) -> Expanded {
    let mut desk = Desk {
        course,
        page,
        problems,
        shown: Vec::new(),
        recordings: Vec::new(),
        measured: Vec::new(),
    };
    let found = scan(page.text);
    let mut edits: Vec<(Range<usize>, String)> = desk.directives(&found.code);
    let (links, citations) = desk.claims(&found.links);
    edits.extend(links);
    edits.extend(found.hangul.iter().flat_map(|range| {
        let tags = [(range.start, "<span lang=\"ko\">"), (range.end, "</span>")];
        tags.map(|(at, tag)| (at..at, tag.to_owned()))
    }));
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    desk.check_shown();
    let (recordings, measured) = (desk.recordings, desk.measured);

    let mut text = String::new();
    let mut done = 0;
    for (range, new) in edits {
        text.push_str(&page.text[done..range.start]);
        text.push_str(&new);
        done = range.end;
    }
    text.push_str(&page.text[done..]);
    Expanded { text, citations, recordings, measured }
}

/// What a page's Markdown holds that matters here, by its places in the text.
#[derive(Default)]
struct Found {
    code: Vec<Range<usize>>,
    links: Vec<Link>,
    /// Words in Korean, which a screen reader must pronounce as such.
    hangul: Vec<Range<usize>>,
}

/// A link to a claim.
struct Link {
    /// The whole of it, with its words and its address.
    range: Range<usize>,
    id: String,
    /// Whether it is written as `[words](address)`.
    inline: bool,
    /// Whether it shows any words.
    visible: bool,
}

fn scan(text: &str) -> Found {
    // What mdBook turns on as far as it decides what is text, code and a link.
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM;
    let mut found = Found::default();
    let mut open: Option<usize> = None;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) | Event::Code(_) => found.code.push(range),
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                if let Some(id) = dest_url.strip_prefix("claim:") {
                    let inline = link_type == LinkType::Inline;
                    let link = Link { range, id: id.to_owned(), inline, visible: false };
                    open = Some(found.links.len());
                    found.links.push(link);
                }
                continue;
            }
            Event::End(TagEnd::Link) => open = None,
            Event::Text(_) => {
                let quoted = found.code.last().is_some_and(|code| code.contains(&range.start));
                if !quoted {
                    let runs = html::hangul(&text[range.clone()]);
                    let here = |run: Range<usize>| range.start + run.start..range.start + run.end;
                    found.hangul.extend(runs.into_iter().map(here));
                }
            }
            _ => continue,
        }
        if let Some(at) = open {
            found.links[at].visible = true;
        }
    }
    found
}

struct Desk<'a, 'p> {
    course: &'a Course,
    page: &'a Page<'a>,
    problems: &'p mut Problems,
    /// The scenes shown so far, each with the line.
    shown: Vec<(String, usize)>,
    /// The recordings of programs that are not ours that were shown so far.
    recordings: Vec<String>,
    /// The pieces made of measurements that were shown so far.
    measured: Vec<String>,
}

impl Desk<'_, '_> {
    fn line(&self, at: usize) -> usize {
        self.page.line + files::line_at(self.page.text, at) - 1
    }

    fn wrong(&mut self, at: usize, text: impl Into<String>) {
        let line = self.line(at);
        self.problems.add(self.page.file, line, text);
    }

    fn directives(&mut self, code: &[Range<usize>]) -> Vec<(Range<usize>, String)> {
        let mut edits = Vec::new();
        let mut at = 0;
        for line in self.page.text.split_inclusive('\n') {
            let (start, trimmed) = (at, line.trim());
            at += line.len();
            let Some(inside) = line.find("{{#").map(|offset| start + offset) else { continue };
            if code.iter().any(|range| range.contains(&inside)) || escapes(self.page.text, inside) {
                continue;
            }
            let body = trimmed.strip_prefix("{{#").and_then(|rest| rest.strip_suffix("}}"));
            let new = match body {
                Some(body) if !body.contains("{{") => self.directive(start, body),
                _ => {
                    self.elsewhere(start, line);
                    None
                }
            };
            if let Some(new) = new {
                let indent = line.len() - line.trim_start().len();
                edits.push((start + indent..start + indent + trimmed.len(), new));
            }
        }
        edits
    }

    fn directive(&mut self, at: usize, body: &str) -> Option<String> {
        let (word, argument) = body.split_once(char::is_whitespace).unwrap_or((body, ""));
        let argument = argument.trim();
        match word {
            "scene" => self.scene(at, argument),
            "code" => self.code(at, argument),
            "lines" => self.lines(at, argument),
            "measured" => self.measured(at, argument),
            "wild" => self.wild(at, argument),
            "lessons" if argument.is_empty() => Some(table::html(self.course)),
            "title" => None,
            "include" | "rustdoc_include" | "playground" => {
                self.include(at, argument);
                None
            }
            _ => {
                self.wrong(
                    at,
                    format!("`{{{{#{body}}}}}` is no directive: use `scene`, `lines`, `code`, `measured`, `wild` or `lessons`"),
                );
                None
            }
        }
    }

    fn elsewhere(&mut self, at: usize, line: &str) {
        for word in DIRECTIVES.into_iter().chain(["include", "rustdoc_include"]) {
            if line.contains(&format!("{{{{#{word} ")) || line.contains(&format!("{{{{#{word}}}")) {
                self.wrong(at, format!("`{{{{#{word} ..}}}}` must stand on a line of its own"));
            }
        }
    }

    /// mdBook itself leaves an empty block or the literal text where an include fails.
    fn include(&mut self, at: usize, argument: &str) {
        if self.page.lesson.is_some() {
            return self.wrong(at, "a lesson's page shows source by `{{#code SCENE:ANCHOR}}`");
        }
        let mut pieces = argument.split(':');
        let file = pieces.next().unwrap_or_default().trim();
        let folder = self.page.file.parent().unwrap_or(Path::new(""));
        let path: PathBuf = self.course.root.join(folder).join(file);
        let Ok(text) = std::fs::read_to_string(&path) else {
            return self
                .wrong(at, format!("includes `{file}`, which cannot be read: mend the path"));
        };
        if let Some(anchor) =
            pieces.next().filter(|anchor| anchor.parse::<usize>().is_err() && !anchor.is_empty())
        {
            let has = |word: &str| {
                text.lines().any(|line| line.trim_end().ends_with(&format!("{word} {anchor}")))
            };
            if !has("ANCHOR:") || !has("ANCHOR_END:") {
                self.wrong(
                    at,
                    format!("includes the anchor `{anchor}`, which `{file}` does not have"),
                );
            }
        }
    }

    /// Finds the lesson and the scene that a directive names.
    fn find(&mut self, at: usize, name: &str) -> Option<(&'_ Lesson, &'_ Scene)> {
        let (course, page) = (self.course, self.page);
        let (lesson, scene) = match (page.lesson, name.split_once('/')) {
            (Some(lesson), None) => (Some(lesson), name),
            (None, Some((lesson, scene))) => (course.lesson(lesson), scene),
            (Some(_), Some(_)) => {
                self.wrong(
                    at,
                    format!("`{name}`: a lesson's page shows its own scenes, by their plain name"),
                );
                return None;
            }
            (None, None) => {
                self.wrong(at, format!("`{name}`: name the lesson, too, as in `pipe/hello`"));
                return None;
            }
        };
        if let Some(lesson) = lesson
            && let Some(scene) = lesson.scene(scene)
        {
            return Some((lesson, scene));
        }
        let scenes = lesson.map_or(&[][..], |lesson| &lesson.scenes);
        let (there, what) = near(name, scenes.iter().map(|scene| scene.declared.name.as_str()));
        self.wrong(at, format!("there is no scene `{name}`; {what} {there}"));
        None
    }

    fn scene(&mut self, at: usize, name: &str) -> Option<String> {
        let line = self.line(at);
        let own = self.page.lesson.is_some();
        if own && let Some((_, first)) = self.shown.iter().find(|(shown, _)| shown == name) {
            let text = format!("the scene `{name}` is shown in line {first}, too: show it once");
            self.wrong(at, text);
            return None;
        }
        let (lesson, scene) = self.find(at, name)?;
        let html = figure::scene(lesson, scene);
        self.shown.push((name.to_owned(), line));
        Some(html)
    }

    /// `SCENE: piece | piece`: the recorded lines that hold one of the pieces.
    fn lines(&mut self, at: usize, argument: &str) -> Option<String> {
        let Some((name, pieces)) = argument.split_once(": ") else {
            let text = format!(
                "`{argument}` names no lines: write `{{{{#lines pipe/eof: a piece of a line | of another one}}}}`"
            );
            self.wrong(at, text);
            return None;
        };
        let pieces: Vec<&str> = pieces.split(" | ").map(str::trim).collect();
        let (lesson, scene) = self.find(at, name)?;
        match figure::lines(lesson, scene, &pieces) {
            Ok(html) => Some(html),
            Err(gone) => {
                let file = scene.recordings.first().map(|recording| recording.file.display());
                let file = file.map_or_else(String::new, |file| format!(": look at `{file}`"));
                let gone: Vec<String> = gone.iter().map(|piece| format!("`{piece}`")).collect();
                let text =
                    format!("the recording of `{name}` has no line with {}{file}", gone.join(", "));
                self.wrong(at, text);
                None
            }
        }
    }

    fn wild(&mut self, at: usize, name: &str) -> Option<String> {
        let all = &self.course.wild;
        let Some(wild) = all.iter().find(|wild| wild.name == name) else {
            let (there, what) = near(name, all.iter().map(|wild| wild.name.as_str()));
            self.wrong(at, format!("there is no recording `{name}` in `{FOLDER}`; {what} {there}"));
            return None;
        };
        self.recordings.push(name.to_owned());
        Some(figure::wild(wild))
    }

    /// A piece that a lesson has made of its recorded measurements.
    fn measured(&mut self, at: usize, name: &str) -> Option<String> {
        let (lesson, piece) = match (self.page.lesson, name.split_once('/')) {
            (Some(lesson), None) => (lesson.name.as_str(), name),
            (None, Some((lesson, piece))) => (lesson, piece),
            _ => {
                let text = format!(
                    "`{name}`: a lesson's page shows its own measurements by their plain name, another page as `compare/machine`"
                );
                self.wrong(at, text);
                return None;
            }
        };
        match measured::piece(&self.course.root, lesson, piece) {
            Ok(html) => {
                self.measured.push(format!("{lesson}/{piece}"));
                Some(html)
            }
            Err(why) => {
                self.wrong(at, why);
                None
            }
        }
    }

    /// The name of a scene, or of another file of the lesson's sources, which may go by its own
    /// name: `own-end`, `own_end`.
    fn code(&mut self, at: usize, argument: &str) -> Option<String> {
        let (name, anchor) = match argument.split_once(':') {
            Some((name, anchor)) => (name, Some(anchor)),
            None => (argument, None),
        };
        let source = match self.other_source(name) {
            Some(source) => source,
            None => self.find(at, &name.replace('_', "-"))?.1.source.clone(),
        };
        if let Some(text) = source.excerpt(anchor) {
            return Some(figure::listing(&source, &text));
        }
        let anchors: Vec<String> =
            source.anchors().iter().map(|name| format!("`{name}`")).collect();
        let there = if anchors.is_empty() {
            "it has none".to_owned()
        } else {
            format!("it has {}", anchors.join(", "))
        };
        let text = format!(
            "`{}` has no pair `// ANCHOR: {anchor}`, `// ANCHOR_END: {anchor}`; {there}",
            source.file.display(),
            anchor = anchor.unwrap_or_default()
        );
        self.wrong(at, text);
        None
    }

    /// A file of the lesson's sources that is no scene's.
    fn other_source(&self, name: &str) -> Option<Source> {
        let (lesson, name) = match (self.page.lesson, name.split_once('/')) {
            (Some(lesson), None) => (lesson, name),
            (None, Some((lesson, name))) => (self.course.lesson(lesson)?, name),
            _ => return None,
        };
        if lesson.scene(&name.replace('_', "-")).is_some() {
            return None;
        }
        let file = Path::new("lessons").join(&lesson.name).join(format!("src/{name}.rs"));
        Source::read(&self.course.root, file).ok()
    }

    fn claims(&mut self, links: &[Link]) -> (Vec<(Range<usize>, String)>, Vec<Citation>) {
        let (mut edits, mut citations) = (Vec::new(), Vec::<Citation>::new());
        for Link { range, id, inline, visible } in links {
            let source = &self.page.text[range.clone()];
            let address = source.rfind("](").filter(|_| *inline && *visible);
            let Some(address) = address.map(|at| range.start + at + 2) else {
                self.wrong(
                    range.start,
                    format!("cites `{id}` without words to see: write `[words](claim:{id})`"),
                );
                continue;
            };
            let before = citations.iter().filter(|citation| citation.id == *id).count();
            let anchor = if before == 0 {
                format!("cite-{id}")
            } else {
                format!("cite-{id}-{}", before + 1)
            };
            edits.push((
                range.start..range.start,
                format!("<span class=\"claim\" id=\"{anchor}\">"),
            ));
            edits.push((address..range.end, format!("claims.md#{id})</span>")));
            citations.push(Citation {
                id: id.clone(),
                file: self.page.file.to_owned(),
                line: self.line(range.start),
                page: self.page.name.to_owned(),
                title: self.page.title.to_owned(),
                anchor,
            });
        }
        (edits, citations)
    }

    /// A lesson's page shows each of its scenes once, in the order in which they are played.
    fn check_shown(&mut self) {
        let Some(lesson) = self.page.lesson else { return };
        let order = |name: &str| lesson.scenes.iter().position(|scene| scene.declared.name == name);
        for scene in &lesson.scenes {
            let name = &scene.declared.name;
            if !self.shown.iter().any(|(shown, _)| shown == name) {
                let text = format!(
                    "shows the scene `{name}` nowhere: add `{{{{#scene {name}}}}}` on a line of its own"
                );
                self.problems.add(self.page.file, self.page.line, text);
            }
        }
        for pair in self.shown.windows(2) {
            let [(first, _), (second, line)] = pair else { continue };
            if order(first) > order(second) {
                let text = format!(
                    "shows `{second}` after `{first}`, but `main.rs` plays it before: give both one order"
                );
                self.problems.add(self.page.file, *line, text);
            }
        }
    }
}

fn escapes(text: &str, at: usize) -> bool {
    text[..at].ends_with('\\')
}

/// The names that a person may have meant, or all if they are few.
fn near<'a>(name: &str, names: impl Iterator<Item = &'a str> + Clone) -> (String, &'static str) {
    let list = |names: Vec<&str>| {
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    };
    let wanted = name.rsplit('/').next().unwrap_or(name);
    let start = wanted.get(..3).unwrap_or(wanted);
    let like: Vec<&str> = names.clone().filter(|name| name.contains(start)).collect();
    match names.clone().count() {
        0 => ("none".to_owned(), "there are"),
        1..=12 => (list(names.collect()), "there are"),
        _ if like.is_empty() => ("`main.rs`".to_owned(), "all scenes stand in"),
        _ => (list(like), "perhaps"),
    }
}

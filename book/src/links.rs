//! Looks at a site as it was written: every link within it leads somewhere, every id names one
//! place, nothing is loaded from another host, and no directive was left unexpanded.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Component, Path, PathBuf};

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

use crate::course::Course;
use crate::problem::Problems;

/// What a page holds that others may refer to, and what it refers to.
#[derive(Debug, Default)]
struct Written {
    ids: BTreeSet<String>,
    twice: BTreeSet<String>,
    links: Vec<String>,
    loads: Vec<String>,
    leftovers: Vec<String>,
}

/// Checks the site in `folder`. `course` says which source a page was made of.
///
/// # Errors
///
/// Everything that is wrong, at the place in the source.
pub fn check(course: &Course, pages: &Path, folder: &Path) -> Result<(), Problems> {
    let mut problems = Problems::default();
    let mut files = BTreeSet::new();
    if let Err(error) = list(folder, Path::new(""), &mut files) {
        problems.add(folder, 1, format!("cannot be read: {error}"));
    }
    let html = files.iter().filter(|file| file.extension().is_some_and(|end| end == "html"));
    let mut written = BTreeMap::new();
    for file in html {
        match std::fs::read_to_string(folder.join(file)) {
            Ok(text) => drop(written.insert(file.clone(), read(&text))),
            Err(error) => problems.add(file, 1, format!("cannot be read: {error}")),
        }
    }
    for (file, page) in &written {
        // mdBook writes the first chapter once more under this name.
        if file == Path::new("index.html") && !course.root.join(pages).join("index.md").exists() {
            continue;
        }
        let source = Source::of(course, pages, file);
        for id in &page.twice {
            let text = format!("the page has two places called `{id}`: rename one");
            source.wrong(&mut problems, id, text);
        }
        for address in &page.leftovers {
            source.wrong(
                &mut problems,
                address,
                format!("`{address}` was not expanded: put it on a line of its own, or mend it"),
            );
        }
        for address in &page.loads {
            if is_outside(address) {
                source.wrong(
                    &mut problems,
                    address,
                    format!("loads `{address}` from another host: bring it into the book"),
                );
            }
        }
        for address in page.links.iter().chain(&page.loads).filter(|address| !is_outside(address)) {
            if let Err(why) = resolve(file, address, &files, &written) {
                source.wrong(
                    &mut problems,
                    address,
                    format!("the link `{address}` leads nowhere: {why}"),
                );
            }
        }
    }
    problems.or(())
}

/// The file that a page was made of.
struct Source {
    file: PathBuf,
    text: String,
}

impl Source {
    fn of(course: &Course, pages: &Path, html: &Path) -> Self {
        let name = html.with_extension("");
        let lesson = name.to_str().and_then(|name| course.lesson(name));
        let file = match lesson {
            Some(lesson) => lesson.page(),
            None if name == Path::new("claims") => PathBuf::from(crate::claims::FILE),
            None => pages.join(html.with_extension("md")),
        };
        let text = std::fs::read_to_string(course.root.join(&file)).unwrap_or_default();
        if text.is_empty() { Self { file: html.to_owned(), text } } else { Self { file, text } }
    }

    fn wrong(&self, problems: &mut Problems, about: &str, text: String) {
        // A link to `fifo.html` was perhaps written as `fifo.md`.
        let written = [about.to_owned(), about.replacen(".html", ".md", 1)];
        let line =
            self.text.lines().position(|line| written.iter().any(|word| line.contains(word)));
        problems.add(&self.file, line.map_or(1, |at| at + 1), text);
    }
}

fn list(folder: &Path, below: &Path, files: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder.join(below))? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            list(folder, &path, files)?;
        } else {
            files.insert(path);
        }
    }
    Ok(())
}

fn read(html: &str) -> Written {
    let mut emitter = DefaultEmitter::default();
    // Without this, text inside of scripts would be read as tags.
    emitter.naively_switch_states(true);
    let mut page = Written::default();
    let mut quoting = 0;
    for token in Tokenizer::new_with_emitter(html, emitter).flatten() {
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if matches!(name.as_str(), "code" | "pre" | "script") && !tag.self_closing {
                    quoting += 1;
                }
                for (key, value) in &tag.attributes {
                    let value = String::from_utf8_lossy(value).into_owned();
                    match key.as_slice() {
                        b"id" if !page.ids.insert(value.clone()) => drop(page.twice.insert(value)),
                        b"href" if matches!(name.as_str(), "a" | "area") => page.links.push(value),
                        b"href" if name == "base" => {}
                        b"href" | b"src" | b"data" | b"poster" | b"xlink:href" => {
                            page.loads.push(value);
                        }
                        _ => {}
                    }
                }
            }
            Token::EndTag(tag) if matches!(tag.name.as_slice(), b"code" | b"pre" | b"script") => {
                quoting -= 1;
            }
            Token::String(text) if quoting <= 0 => {
                let text = String::from_utf8_lossy(&text).into_owned();
                if let Some(rest) = text.split("{{#").nth(1) {
                    page.leftovers.push(format!("{{{{#{}", rest.split('\n').next().unwrap_or("")));
                }
            }
            _ => {}
        }
    }
    page
}

fn is_outside(address: &str) -> bool {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme);
    address.starts_with("//")
        || scheme.is_some_and(|scheme| scheme.chars().all(|c| c.is_ascii_alphanumeric()))
}

fn resolve(
    page: &Path,
    address: &str,
    files: &BTreeSet<PathBuf>,
    written: &BTreeMap<PathBuf, Written>,
) -> Result<(), String> {
    let (path, fragment) = address.split_once('#').unwrap_or((address, ""));
    let path = path.split('?').next().unwrap_or(path);
    let target = match path {
        "" => page.to_owned(),
        _ => normal(page.parent().unwrap_or(Path::new("")), path).ok_or("it leaves the site")?,
    };
    if !files.contains(&target) {
        return Err(format!("there is no `{}`", target.display()));
    }
    match written.get(&target) {
        Some(there) if !fragment.is_empty() && !there.ids.contains(fragment) => {
            Err(format!("`{}` has no place called `{fragment}`", target.display()))
        }
        _ => Ok(()),
    }
}

/// `None` if the path leaves the site.
fn normal(folder: &Path, path: &str) -> Option<PathBuf> {
    let mut out = folder.to_owned();
    if path.starts_with('/') {
        return None;
    }
    for component in Path::new(path).components() {
        match component {
            Component::Normal(name) => out.push(name),
            Component::ParentDir if out.pop() => {}
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(out)
}

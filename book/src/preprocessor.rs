//! The book's preprocessor: puts the lessons' chapters into the book, expands every page, checks.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use mdbook_driver::book::{Book, BookItem, Chapter, SectionNumber};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::claims::{self, Citation};
use crate::course::Course;
use crate::expand::{Page, expand};
use crate::ledger;
use crate::measured;
use crate::problem::Problems;

/// The preprocessor `lessons`, used in this process and as a command of plain `mdbook build`.
#[derive(Clone, Debug, Default)]
pub struct Lessons {
    /// Where a draft notes what is wrong with it. Without it, anything wrong ends the build.
    pub draft: Option<Arc<Mutex<Problems>>>,
}

impl Preprocessor for Lessons {
    fn name(&self) -> &str {
        "lessons"
    }

    fn run(&self, context: &PreprocessorContext, book: Book) -> anyhow::Result<Book> {
        let root = context.root.parent().filter(|root| !root.as_os_str().is_empty());
        let root = root.map_or_else(|| PathBuf::from("."), Path::to_owned);
        let pages = Path::new(context.root.file_name().unwrap_or("book".as_ref()))
            .join(&context.config.book.src);
        let (course, mut problems) = Course::survey(&root);
        // What cannot be read makes everything that refers to it look wrong.
        if self.draft.is_none() {
            problems = problems.or(Problems::default())?;
        }
        let (book, found) = whole(&course, &pages, book);
        problems.extend(found);
        match &self.draft {
            None => Ok(problems.or(book)?),
            Some(notes) => {
                notes.lock().unwrap_or_else(PoisonError::into_inner).extend(problems);
                Ok(book)
            }
        }
    }

    fn supports_renderer(&self, renderer: &str) -> anyhow::Result<bool> {
        Ok(renderer == "html")
    }
}

/// The whole book: `fixed` with the lessons' chapters and the ledger, every directive expanded,
/// and everything that is wrong with a page or the ledger. `pages` is the folder of the fixed
/// pages, relative to the root of the workspace.
pub fn whole(course: &Course, pages: &Path, mut fixed: Book) -> (Book, Problems) {
    let mut problems = Problems::default();
    let mut citations = Vec::new();
    let mut recordings = Vec::new();
    let mut measured = Vec::new();
    fixed.for_each_chapter_mut(|chapter| {
        let Some(path) = chapter.source_path.clone() else { return };
        let page = Page {
            file: &pages.join(&path),
            line: 1,
            name: &path.to_string_lossy(),
            title: &chapter.name.clone(),
            lesson: None,
            text: &chapter.content.clone(),
        };
        let expanded = expand(course, &page, &mut problems);
        chapter.content = expanded.text;
        citations.extend(expanded.citations);
        recordings.extend(expanded.recordings);
        measured.extend(expanded.measured);
    });
    for wild in course.wild.iter().filter(|wild| !recordings.contains(&wild.name)) {
        let text = format!(
            "no page shows it: add `{{{{#wild {}}}}}` on a line of its own, or delete it",
            wild.name
        );
        problems.add(&wild.recording.file, 1, text);
    }
    let (chapters, cited, shown) = chapters(course, &mut problems);
    measured.extend(shown);
    unshown(course, &measured, &mut problems);
    // A chapter is the first place to look, wherever else a claim is told.
    citations.splice(0..0, cited);
    claims::check(course, &citations, &mut problems);
    let mut book = bind(fixed, chapters, ledger::page(course, &citations));
    book.for_each_chapter_mut(|chapter| {
        let name = chapter.path.as_ref().map(|path| path.to_string_lossy().into_owned());
        chapter.content += &ledger::settled(course, &name.unwrap_or_default(), &citations);
    });
    (book, problems)
}

/// Parts and chapters, numbered in the book's order; what they cite, and what they show of
/// measurements.
fn chapters(
    course: &Course,
    problems: &mut Problems,
) -> (Vec<BookItem>, Vec<Citation>, Vec<String>) {
    let mut items = Vec::new();
    let mut citations = Vec::new();
    let mut measured = Vec::new();
    let mut part = "";
    for (at, lesson) in course.lessons.iter().enumerate() {
        if part != lesson.head.part {
            part = &lesson.head.part;
            items.push(BookItem::PartTitle(part.to_owned()));
        }
        let name = format!("{}.md", lesson.name);
        let page = Page {
            file: &lesson.page(),
            line: lesson.text_line,
            name: &name,
            title: &lesson.head.title,
            lesson: Some(lesson),
            text: &lesson.text,
        };
        let expanded = expand(course, &page, problems);
        citations.extend(expanded.citations);
        measured.extend(expanded.measured);
        let content = format!("# {}\n\n{}", lesson.head.title, expanded.text);
        let mut chapter = Chapter::new(&lesson.head.title, content, name, Vec::new());
        // No file of the book's own folder holds it.
        chapter.source_path = None;
        chapter.number = Some(SectionNumber::new([at as u32 + 1]));
        items.push(BookItem::Chapter(chapter));
    }
    (items, citations, measured)
}

/// A piece of measurements that no page shows is one that nobody looks at.
fn unshown(course: &Course, shown: &[String], problems: &mut Problems) {
    for lesson in &course.lessons {
        for piece in measured::pieces(&course.root, &lesson.name) {
            if !shown.contains(&format!("{}/{piece}", lesson.name)) {
                let file = format!("lessons/{}/recorded/{piece}.html", lesson.name);
                let text = format!(
                    "no page shows it: add `{{{{#measured {piece}}}}}` on a line of its own in \
                     `lesson.md`, or delete it"
                );
                problems.add(file, 1, text);
            }
        }
    }
}

/// The lessons stand where `SUMMARY.md` has its first line `---`, or at the end; the ledger is last.
fn bind(fixed: Book, chapters: Vec<BookItem>, text: String) -> Book {
    let mut items = fixed.items;
    let at = items.iter().position(|item| *item == BookItem::Separator).unwrap_or(items.len());
    items.splice(at..at, chapters);
    let mut page = Chapter::new(ledger::TITLE, text, ledger::PAGE, Vec::new());
    page.source_path = None;
    items.push(BookItem::Chapter(page));
    Book::new_with_items(items)
}

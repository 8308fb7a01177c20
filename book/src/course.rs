//! Everything that the workspace holds for the book.

use std::path::{Path, PathBuf};

use crate::claims::{self, Claim};
use crate::files;
use crate::lesson::Lesson;
use crate::notes::{self, Note};
use crate::order;
use crate::problem::Problems;
use crate::wild::{self, Wild};

/// The course: its lessons in the book's order, its claims, the names of its questions.
#[derive(Clone, Debug)]
pub struct Course {
    /// The root of the workspace.
    pub root: PathBuf,
    /// The lessons, in the book's order.
    pub lessons: Vec<Lesson>,
    /// The ledger's entries.
    pub claims: Vec<Claim>,
    /// The notes that make the claims.
    pub notes: Vec<Note>,
    /// The ids of the questions of all `quiz.toml`.
    pub questions: Vec<String>,
    /// Recordings of programs that are not ours.
    pub wild: Vec<Wild>,
}

impl Course {
    /// Reads the workspace below `root`: every folder of `lessons/` that does not begin with `_`
    /// is a lesson.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with a lesson, with their order, or with the ledger.
    pub fn read(root: &Path) -> Result<Self, Problems> {
        let (course, problems) = Self::survey(root);
        problems.or(course)
    }

    /// The lessons in the book's order, without their scenes, and nothing else.
    ///
    /// # Errors
    ///
    /// What is wrong with what a lesson says about itself, or with the order.
    pub fn outline(root: &Path) -> Result<Self, Problems> {
        let (lessons, problems) = lessons(root, Lesson::outline);
        problems.or(Self {
            root: root.to_owned(),
            lessons,
            claims: Vec::new(),
            notes: Vec::new(),
            questions: Vec::new(),
            wild: Vec::new(),
        })
    }

    /// What can be read of the workspace below `root`, and everything that is wrong with the rest.
    pub fn survey(root: &Path) -> (Self, Problems) {
        let (lessons, mut problems) = lessons(root, Lesson::read);
        let claims = claims::read(root).unwrap_or_else(|found| {
            problems.extend(found);
            Vec::new()
        });
        let notes = notes::read(root).unwrap_or_else(|problem| {
            problems.extend(problem.into());
            Vec::new()
        });
        let questions = questions(root);
        let (wild, found) = wild::read(root);
        problems.extend(found);
        (Self { root: root.to_owned(), lessons, claims, notes, questions, wild }, problems)
    }

    /// The lesson in the folder of this name.
    pub fn lesson(&self, name: &str) -> Option<&Lesson> {
        self.lessons.iter().find(|lesson| lesson.name == name)
    }
}

/// Every folder of `lessons/` that does not begin with `_`, in the book's order.
fn lessons(
    root: &Path,
    read: fn(&Path, &str) -> Result<Lesson, Problems>,
) -> (Vec<Lesson>, Problems) {
    let mut problems = Problems::default();
    let mut lessons = Vec::new();
    for name in files::names(&root.join("lessons")) {
        if name.starts_with(['_', '.']) || !root.join("lessons").join(&name).is_dir() {
            continue;
        }
        match read(root, &name) {
            Ok(lesson) => lessons.push(lesson),
            Err(found) => problems.extend(found),
        }
    }
    // The order of a part of the lessons tells nothing: one may come after a broken one.
    let order = if problems.is_empty() { order::order(&lessons) } else { Ok(Vec::new()) };
    match order {
        Ok(order) if order.len() == lessons.len() => {
            lessons = order.into_iter().map(|at| lessons[at].clone()).collect();
        }
        Ok(_) => {}
        Err(found) => problems.extend(found),
    }
    (lessons, problems)
}

/// The root of the workspace that holds this folder: the nearest one above with `lessons/` and
/// `book/book.toml`.
pub fn root_above(folder: &Path) -> Option<PathBuf> {
    let is_root =
        |dir: &&Path| dir.join("lessons").is_dir() && dir.join("book/book.toml").is_file();
    folder.ancestors().find(is_root).map(Path::to_owned)
}

/// Only the names: what a question says is the business of the quiz, which checks it.
fn questions(root: &Path) -> Vec<String> {
    let lessons = root.join("lessons");
    let banks = files::names(&lessons).into_iter().map(|name| lessons.join(name).join("quiz.toml"));
    banks
        .chain([root.join("quiz/general.toml")])
        .filter_map(|file| std::fs::read_to_string(file).ok())
        .filter_map(|text| text.parse::<toml::Table>().ok())
        .flat_map(|table| {
            let questions = table.get("question").and_then(|list| list.as_array()).cloned();
            questions.unwrap_or_default()
        })
        .filter_map(|question| Some(question.get("id")?.as_str()?.to_owned()))
        .collect()
}

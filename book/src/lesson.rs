//! A lesson's folder: its page, its scenes in the order of `main.rs`, their recordings.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::files;
use crate::problem::{Problem, Problems};
use crate::scene::{Recording, Scene, Source, strip_head};
use crate::source::{self, Declared};

/// A mechanism's folder.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// The folder's name, such as `pipe`; also the page's.
    pub name: String,
    /// The package, such as `lesson-pipe`.
    pub package: String,
    /// What it is about, in one line: the package's description.
    pub idea: String,
    /// What stands at the head of its page.
    pub head: Head,
    /// Its page without the head.
    pub text: String,
    /// The line of the page's file on which the text begins, from 1.
    pub text_line: usize,
    /// Its scenes, in the order in which they are played.
    pub scenes: Vec<Scene>,
}

/// The lines between `+++` at the head of `lesson.md`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The chapter's title.
    pub title: String,
    /// The part of the book it stands in.
    pub part: String,
    /// The folder of the lesson it comes after.
    pub after: Option<String>,
}

impl Lesson {
    /// Its page's file, relative to the root of the workspace.
    pub fn page(&self) -> PathBuf {
        page(&self.name)
    }

    /// The scene of this name.
    pub fn scene(&self, name: &str) -> Option<&Scene> {
        self.scenes.iter().find(|scene| scene.declared.name == name)
    }

    /// Reads the folder `lessons/NAME`.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn read(root: &Path, name: &str) -> Result<Self, Problems> {
        let outline = Self::outline(root, name)?;
        Ok(Self { scenes: scenes(root, name)?, ..outline })
    }

    /// Reads what the folder says about itself, without its scenes: they may not be recorded yet.
    ///
    /// # Errors
    ///
    /// What is wrong with the page's head or the manifest.
    pub fn outline(root: &Path, name: &str) -> Result<Self, Problems> {
        let page = page(name);
        let text = files::read(root, &page)?;
        let (head, text, text_line) = split_head(&text).map_err(|(line, why)| {
            Problem::new(
                &page,
                line,
                format!("{why}; it starts with `title` and `part` between two lines `+++`"),
            )
        })?;
        let (package, idea) = manifest(root, name)?;
        let scenes = Vec::new();
        Ok(Self { name: name.to_owned(), package, idea, head, text, text_line, scenes })
    }
}

fn page(name: &str) -> PathBuf {
    Path::new("lessons").join(name).join("lesson.md")
}

fn split_head(page: &str) -> Result<(Head, String, usize), (usize, String)> {
    let rest = page.strip_prefix("+++\n").ok_or((1, "the page has no head".to_owned()))?;
    let (head, text) =
        rest.split_once("\n+++\n").ok_or((1, "the head has no end `+++`".to_owned()))?;
    let parsed = toml::from_str(head).map_err(|error| {
        let line = error.span().map_or(1, |span| files::line_at(head, span.start));
        (line + 1, format!("wrong head: {}", error.message()))
    })?;
    Ok((parsed, text.to_owned(), head.lines().count() + 3))
}

fn manifest(root: &Path, name: &str) -> Result<(String, String), Problem> {
    #[derive(Deserialize)]
    struct Manifest {
        package: Package,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        description: Option<String>,
    }
    let file = Path::new("lessons").join(name).join("Cargo.toml");
    let manifest: Manifest = files::parse(&file, &files::read(root, &file)?)?;
    let Package { name: package, description } = manifest.package;
    if package != format!("lesson-{name}") {
        let text = format!("the package `{package}` must be called `lesson-{name}`");
        return Err(Problem::new(&file, 2, text));
    }
    let idea = description.ok_or_else(|| {
        Problem::new(&file, 2, "no `description`: say in one line what the lesson is about")
    })?;
    Ok((package, idea))
}

fn scenes(root: &Path, name: &str) -> Result<Vec<Scene>, Problems> {
    let folder = Path::new("lessons").join(name);
    let main = folder.join("src/main.rs");
    let modules = source::scene_modules(&files::read(root, &main)?)
        .map_err(|(line, why)| Problem::new(&main, line, why))?;
    let memories = source::memories(&sources(&root.join(&folder).join("src")));
    let mut problems = Problems::default();
    let mut scenes = Vec::new();
    for module in modules {
        match scene(root, &folder, &module, &memories) {
            Ok(scene) => scenes.push(scene),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() {
        orphans(root, &folder, &scenes, &mut problems);
    }
    problems.or(scenes)
}

/// The texts of all Rust files of a folder.
fn sources(folder: &Path) -> Vec<String> {
    files::names(folder)
        .into_iter()
        .map(|name| folder.join(name))
        .flat_map(|path| match path.is_dir() {
            true => sources(&path),
            false => std::fs::read_to_string(path).into_iter().collect(),
        })
        .collect()
}

fn scene(root: &Path, folder: &Path, module: &str, memories: &[String]) -> Result<Scene, Problems> {
    let file = [format!("src/{module}.rs"), format!("src/{module}/mod.rs")]
        .map(|file| folder.join(file))
        .into_iter()
        .find(|file| root.join(file).is_file())
        .unwrap_or_else(|| folder.join(format!("src/{module}.rs")));
    let source = Source::read(root, file.clone())?;
    let declared =
        source::declared(&source.text).map_err(|(line, why)| Problem::new(&file, line, why))?;
    if declared.name != module.replace('_', "-") {
        let text = format!(
            "the scene of module `{module}` must be called `{}`, not `{}`",
            module.replace('_', "-"),
            declared.name
        );
        return Err(Problem::new(&file, 1, text).into());
    }
    let mut problems = Problems::default();
    let mut recordings = Vec::new();
    for (outcome, snapshot) in snapshots(&declared) {
        let path = folder.join("recorded").join(&snapshot);
        if !root.join(&path).is_file() {
            let package = folder.file_name().unwrap_or_default().to_string_lossy();
            let text = format!(
                "scene `{}` has no recording `recorded/{snapshot}`: record it with \
                 `INSTA_UPDATE=always cargo test -p lesson-{package} --test recorded`",
                declared.name
            );
            problems.add(&file, 1, text);
            continue;
        }
        match Recording::read(root, path, outcome, &declared.cast, memories) {
            Ok(recording) => recordings.push(recording),
            Err(problem) => problems.extend(problem.into()),
        }
    }
    let kernel = folder.join("recorded").join(kernel_snapshot(&declared));
    let kernel = std::fs::read_to_string(root.join(kernel)).ok();
    let kernel = kernel.map(|text| strip_head(&text).1.trim_end().to_owned());
    problems.or(Scene { declared, source, recordings, kernel })
}

/// The recordings that a scene has: the outcome and the file's name.
fn snapshots(scene: &Declared) -> Vec<(Option<String>, String)> {
    let Declared { name, outcomes, .. } = scene;
    if outcomes.is_empty() {
        return vec![(None, format!("{name}.snap"))];
    }
    let one = |outcome: &String| (Some(outcome.clone()), format!("{name}.{outcome}.snap"));
    outcomes.iter().map(one).collect()
}

/// The file that records what the kernel saw of the scene.
fn kernel_snapshot(scene: &Declared) -> String {
    format!("{}.kernel.snap", scene.name)
}

fn orphans(root: &Path, folder: &Path, scenes: &[Scene], problems: &mut Problems) {
    let known: BTreeSet<String> = scenes
        .iter()
        .flat_map(|scene| snapshots(&scene.declared))
        .map(|(_, snapshot)| snapshot)
        .chain(scenes.iter().map(|scene| kernel_snapshot(&scene.declared)))
        .collect();
    for file in files::names(&root.join(folder).join("recorded")) {
        if file.ends_with(".snap") && !known.contains(&file) {
            let text = "records no scene of `main.rs`, so no page can show it: delete it";
            problems.add(folder.join("recorded").join(file), 1, text);
        }
    }
}

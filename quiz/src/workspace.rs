//! Where the questions are.

use std::path::{Path, PathBuf};

/// Finds the folder that holds `lessons/` and `quiz/`.
///
/// `bank` is what the user named and is taken as it is. Without it: the nearest such folder at or
/// above the current one, so that a copy of the workspace asks its own questions; then the
/// workspace that this program was built in.
///
/// # Errors
///
/// A message that says where was looked and what to do.
pub fn find(bank: Option<&Path>) -> Result<PathBuf, String> {
    if let Some(dir) = bank {
        return if holds_questions(dir) {
            Ok(dir.to_path_buf())
        } else {
            Err(format!(
                "no questions in `{}`: there is neither `lessons/` nor `quiz/general.toml` in it; \
                 give `--bank` the folder of the course, the one with `lessons/` in it",
                dir.display()
            ))
        };
    }
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let here = std::env::current_dir().ok();
    let above = here.as_deref().into_iter().flat_map(Path::ancestors);
    // Above the current folder any project may have `lessons/`; ours has `quiz/README.md` beside it.
    let ours = |dir: &&Path| holds_questions(dir) && dir.join("quiz/README.md").is_file();
    above.into_iter().chain(built_in).find(ours).map(Path::to_path_buf).ok_or_else(|| {
        format!(
            "no questions found: neither `{}` nor a folder above it has `lessons/` and `quiz/` in \
             it; run this inside the course, or say where it is with `--bank DIR`",
            here.unwrap_or_default().display()
        )
    })
}

fn holds_questions(dir: &Path) -> bool {
    dir.join("lessons").is_dir() || dir.join("quiz/general.toml").is_file()
}

/// The question files below `root` with their topics: `quiz/general.toml` as topic `general`, then
/// `lessons/<name>/quiz.toml` by name. A folder that begins with `_` or `.` is no lesson.
///
/// # Errors
///
/// A message that names the folder that cannot be read.
pub fn question_files(root: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    let mut files = Vec::new();
    let general = PathBuf::from("quiz/general.toml");
    if root.join(&general).is_file() {
        files.push(("general".to_owned(), general));
    }
    let mut lessons = lessons(root)?;
    lessons.sort();
    for name in lessons {
        let file = Path::new("lessons").join(&name).join("quiz.toml");
        if root.join(&file).is_file() {
            files.push((name, file));
        }
    }
    Ok(files)
}

fn lessons(root: &Path) -> Result<Vec<String>, String> {
    let dir = root.join("lessons");
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let failed = |e| format!("failed to list `{}`: {e}", dir.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if !name.starts_with(['_', '.']) && entry.path().is_dir() {
            names.push(name);
        }
    }
    Ok(names)
}

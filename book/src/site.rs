//! Writes the site: builds it aside, looks at what was written, and only then puts it in place.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::{fs, io};

use anyhow::{Context as _, Result, bail};
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use tempfile::TempDir;

use crate::course::Course;
use crate::links;
use crate::preprocessor::Lessons;
use crate::problem::Problems;

/// Where the site goes unless somebody says otherwise, relative to the root of the workspace.
pub const SITE: &str = "book/site";

/// A file that tells that a folder was written by [`build`], so that it may be replaced.
const MARK: &str = ".between-processes";

/// Builds the site of the workspace below `root`, checks it, and puts it into `destination`.
/// What was there before stays if the build fails.
///
/// # Errors
///
/// [`crate::Problems`] if something is wrong with the course; otherwise what could not be read or
/// written, or a destination that holds something else.
pub fn build(root: &Path, destination: &Path) -> Result<()> {
    replaceable(root, destination)?;
    put(check(root)?.path(), destination)
}

/// Writes the site of a course that is not whole yet: lessons that cannot be read are left out,
/// directives that mean nothing stand there as they are. Returns everything that is wrong.
///
/// # Errors
///
/// What could not be read or written, or a destination that holds something else.
pub fn draft(root: &Path, destination: &Path) -> Result<Problems> {
    replaceable(root, destination)?;
    let notes = Arc::new(Mutex::new(Problems::default()));
    let (aside, pages) = render(root, Lessons { draft: Some(Arc::clone(&notes)) })?;
    let mut problems = notes.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (course, _) = Course::survey(root);
    let mut broken = links::check(&course, &pages, aside.path()).err().unwrap_or_default();
    // What stands in the way of these has been told already, and better.
    let told = ["`claims.html#", "was not expanded"];
    broken.retain(|problem| !told.iter().any(|words| problem.text.contains(words)));
    problems.extend(broken);
    put(aside.path(), destination)?;
    Ok(problems)
}

/// The book's own folder may be replaced, also when plain mdBook has written it.
fn replaceable(root: &Path, destination: &Path) -> Result<()> {
    let own = destination == root.join(SITE) || destination.join(MARK).is_file();
    if !own && !contents(destination)?.is_empty() {
        bail!(
            "`{}` holds something that is not this book's site, and a build would replace it; \
             name an empty or a new folder",
            destination.display()
        );
    }
    Ok(())
}

fn put(site: &Path, destination: &Path) -> Result<()> {
    let place = destination.display();
    fs::create_dir_all(destination).with_context(|| format!("failed to make `{place}`"))?;
    for name in contents(destination)? {
        remove(&destination.join(name)).with_context(|| format!("failed to empty `{place}`"))?;
    }
    // The mark first: a copy that is cut off may be replaced, too.
    fs::write(
        destination.join(MARK),
        "This site is written by a program, see `cargo run -p book`.\n",
    )
    .and_then(|()| copy(site, destination))
    .with_context(|| format!("failed to write `{place}`"))
}

/// Builds the site aside and checks it. The folder goes when the result is dropped.
///
/// # Errors
///
/// As [`build`].
pub fn check(root: &Path) -> Result<TempDir> {
    let (aside, pages) = render(root, Lessons::default())?;
    links::check(&Course::read(root)?, &pages, aside.path())?;
    Ok(aside)
}

/// Lets mdBook write the site into a folder aside; also names the folder of the fixed pages.
fn render(root: &Path, lessons: Lessons) -> Result<(TempDir, PathBuf)> {
    let aside = aside(root).context("failed to make a folder to build in")?;
    let book = root.join("book");
    let mut config = Config::from_disk(book.join("book.toml"))?;
    config.build.build_dir = fs::canonicalize(aside.path())?;
    let pages = Path::new("book").join(&config.book.src);
    let mut book = MDBook::load_with_config(&book, config)?;
    // The name of the preprocessor that `book.toml` declares for plain `mdbook build`: this one
    // takes its place in the order.
    book.with_preprocessor(lessons);
    book.build()?;
    // It holds addresses from the root of a host, so it works only there.
    match fs::remove_file(aside.path().join("404.html")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error)?,
        _ => Ok((aside, pages)),
    }
}

/// A folder among what cargo builds, where a build that was killed bothers nobody.
fn aside(root: &Path) -> io::Result<TempDir> {
    let target = root.join("target/book");
    let among = fs::create_dir_all(&target).and_then(|()| tempfile::tempdir_in(&target));
    // The checkout may belong to somebody else.
    among.or_else(|_| tempfile::tempdir())
}

fn contents(folder: &Path) -> Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(entries
            .map(|entry| entry.map(|entry| entry.file_name().into()))
            .collect::<io::Result<_>>()?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => {
            Err(error).with_context(|| format!("failed to look into `{}`", folder.display()))
        }
    }
}

fn remove(path: &Path) -> io::Result<()> {
    if path.is_dir() && !path.is_symlink() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

//! A small course of its own, which a test may break.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

/// The fixture as it lies beside the tests.
pub const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/workspace");

/// A copy of the fixture.
pub struct Workspace {
    folder: TempDir,
}

impl Workspace {
    /// A fresh copy, with the theme of the real book.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        copy(Path::new(FIXTURE), folder.path());
        let theme = Path::new(env!("CARGO_MANIFEST_DIR")).join("theme");
        copy(&theme, &folder.path().join("book/theme"));
        let toml = Path::new(env!("CARGO_MANIFEST_DIR")).join("book.toml");
        fs::copy(toml, folder.path().join("book/book.toml")).expect("the file can be copied");
        Self { folder }
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Replaces a piece of a file, which must be there.
    #[track_caller]
    pub fn replace(&self, file: &str, old: &str, new: &str) -> &Self {
        let path = self.path(file);
        let text = fs::read_to_string(&path).expect("the file can be read");
        assert!(text.contains(old), "`{file}` has no `{old}`");
        fs::write(path, text.replacen(old, new, 1)).expect("the file can be written");
        self
    }

    /// Adds text at the end of a file, which is made if it is not there.
    pub fn append(&self, file: &str, text: &str) -> &Self {
        let path = self.path(file);
        let old = fs::read_to_string(&path).unwrap_or_default();
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("it can be made");
        fs::write(path, old + text).expect("the file can be written");
        self
    }

    pub fn remove(&self, file: &str) -> &Self {
        fs::remove_file(self.path(file)).expect("the file can be removed");
        self
    }

    /// Another lesson like the FIFO's, with this head.
    pub fn lesson(&self, name: &str, head: &str) -> &Self {
        let folder = self.path(&format!("lessons/{name}"));
        copy(&self.path("lessons/fifo"), &folder);
        let page =
            format!("+++\n{head}\n+++\n\nA page.\n\n{{{{#scene many}}}}\n\n{{{{#scene board}}}}\n");
        fs::write(folder.join("lesson.md"), page).expect("the file can be written");
        self.replace(
            &format!("lessons/{name}/Cargo.toml"),
            "lesson-fifo",
            &format!("lesson-{name}"),
        )
    }

    fn path(&self, file: &str) -> PathBuf {
        self.root().join(file)
    }
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder can be made");
    for entry in fs::read_dir(from).expect("the folder can be read").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("the file can be copied");
        }
    }
}

/// Every page with all that it loads, in bytes after compression.
const LARGEST: usize = 150 * 1024;

#[track_caller]
pub fn pages_are_small_and_load_from_nowhere_else(site: &Path) {
    let pages = fs::read_dir(site).expect("it can be read").flatten().map(|entry| entry.path());
    for page in pages.filter(|file| file.extension().is_some_and(|end| end == "html")) {
        let file = page.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // The table of contents for browsers without scripts is a page within a page.
        if file == "toc.html" {
            continue;
        }
        let page = fs::read_to_string(&page).expect("it is written");
        let sources = page.split("src=\"").skip(1).chain(page.split("rel=\"stylesheet\"").skip(1));
        let mut size = compressed(page.as_bytes());
        for source in sources {
            let source = source.split_once("href=\"").map_or(source, |(before, address)| {
                if before.trim().is_empty() { address } else { source }
            });
            let address = source.split('"').next().unwrap_or_default();
            assert!(!address.contains("//"), "{file} loads {address}");
            size += fs::read(site.join(address)).map_or(0, |bytes| compressed(&bytes));
        }
        assert!(size > 30_000, "{file}: what it loads was found");
        assert!(size < LARGEST, "{file}: {size} bytes are more than {LARGEST}");
    }
    for file in all(site) {
        let end = file.extension().and_then(|end| end.to_str()).unwrap_or_default();
        if matches!(end, "css" | "html") {
            let text = fs::read_to_string(&file).expect("it can be read");
            for load in ["url(http", "url(//", "@import", "src=\"http", "src=\"//"] {
                assert!(!text.contains(load), "{} has {load}", file.display());
            }
        }
    }
    // mdBook's script calls the Rust Playground for blocks of this class, and for these only.
    for file in all(site).iter().filter(|file| file.extension().is_some_and(|end| end == "html")) {
        let text = fs::read_to_string(file).expect("it can be read");
        assert!(!text.contains("class=\"playground\""), "{} runs code elsewhere", file.display());
    }
}

fn compressed(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory can be written");
    encoder.finish().expect("memory can be written").len()
}

fn all(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("it can be read").flatten();
    entries
        .flat_map(
            |entry| if entry.path().is_dir() { all(&entry.path()) } else { vec![entry.path()] },
        )
        .collect()
}

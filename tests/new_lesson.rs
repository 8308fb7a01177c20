//! Adding a mechanism is one new folder: in a copy of the workspace, with no other file touched
//! by hand, the book, the tests and the quiz all find it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[test]
fn needs_cargo_a_lesson_is_one_folder() {
    let copy = Copy::of(Path::new(ROOT));
    copy.tree(&Path::new(ROOT).join("tests/template"), &copy.folder.join("lessons/template"));
    let page = copy.folder.join("lessons/template/lesson.md");
    let text = fs::read_to_string(&page).expect("the template has a page");
    fs::write(&page, text.replace("after = \"LAST\"", &format!("after = \"{}\"", last_lesson())))
        .expect("the page can be written");
    let before = files(&copy.folder);

    let stale = copy.fails("run --quiet --package book -- lessons");
    assert!(stale.contains("cargo run -p book -- lessons --write"), "{stale}");

    copy.cargo("run --quiet --package book -- lessons --write");
    copy.cargo("test --quiet --package lesson-template --test recorded");
    copy.cargo("test --quiet --package lesson-template --test witness");
    copy.cargo("test --quiet --locked --package lesson-template");
    copy.cargo("run --quiet --locked --package book -- check");
    copy.cargo("run --quiet --locked --package book -- build --dest site-of-test");
    let page = fs::read_to_string(copy.folder.join("site-of-test/template.html"));
    assert!(page.is_ok_and(|page| page.contains("is here")), "the lesson has a page");
    let list = copy.cargo("run --quiet --locked --package quiz -- --list --lesson template");
    assert!(list.contains("template-hello"), "{list}");

    let changed: Vec<PathBuf> = files(&copy.folder)
        .into_iter()
        .filter(|(path, text)| before.get(path) != Some(text))
        .map(|(path, _)| path)
        .filter(|path| !path.starts_with("site-of-test") && !path.starts_with("lessons/template"))
        .collect();
    assert_eq!(changed, [Path::new("Cargo.lock"), Path::new("README.md")]);
}

/// The lesson that no other one comes after.
fn last_lesson() -> String {
    let lessons = fs::read_dir(Path::new(ROOT).join("lessons")).expect("there are lessons");
    let mut names = Vec::new();
    let mut followed = Vec::new();
    for folder in lessons.flatten().map(|entry| entry.path()) {
        let Ok(page) = fs::read_to_string(folder.join("lesson.md")) else { continue };
        names.extend(folder.file_name().map(|name| name.to_string_lossy().into_owned()));
        let after = page.lines().find_map(|line| line.strip_prefix("after = \""));
        followed.extend(after.map(|name| name.trim_end_matches('"').to_owned()));
    }
    names.into_iter().find(|name| !followed.contains(name)).expect("one lesson is the last")
}

/// A copy of the workspace that goes when it is dropped.
struct Copy {
    folder: PathBuf,
}

impl Copy {
    fn of(root: &Path) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("one-more-lesson");
        let _ = fs::remove_dir_all(&folder);
        let copy = Self { folder };
        copy.tree(root, &copy.folder);
        copy
    }

    fn tree(&self, from: &Path, to: &Path) {
        fs::create_dir_all(to).expect("the folder can be made");
        for entry in fs::read_dir(from).expect("the folder can be read").flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let made = ["target", "site", ".git"].iter().any(|made| name == *made);
            if made || path == self.folder {
                continue;
            }
            if path.is_dir() {
                self.tree(&path, &to.join(name));
            } else {
                fs::copy(&path, to.join(name)).expect("the file can be copied");
            }
        }
    }

    #[track_caller]
    fn cargo(&self, words: &str) -> String {
        let output = self.run(words);
        assert!(output.status.success(), "cargo {words}: {}", text(&output));
        text(&output)
    }

    #[track_caller]
    fn fails(&self, words: &str) -> String {
        let output = self.run(words);
        assert!(!output.status.success(), "cargo {words}: {}", text(&output));
        text(&output)
    }

    fn run(&self, words: &str) -> Output {
        // What our own build has compiled of other people's crates serves here, too.
        let built = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
        Command::new(env!("CARGO"))
            .args(words.split(' '))
            .current_dir(&self.folder)
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_BUILD_BUILD_DIR", built)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("INSTA_UPDATE", if words.contains("locked") { "no" } else { "always" })
            .env("INSTA_FORCE_PASS", if words.contains("locked") { "0" } else { "1" })
            .output()
            .expect("cargo can be started")
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn text(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    out + &String::from_utf8_lossy(&output.stderr)
}

/// Every file of the copy with what it holds, but for what cargo makes.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.is_file() {
                let name = path.strip_prefix(root).expect("it is below").to_owned();
                found.insert(name, fs::read(&path).expect("the file can be read"));
            }
        }
    }
    found
}

//! The site as it is written, the program as it is run, and plain mdBook.

#[expect(dead_code, reason = "each test file uses what it needs")]
mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use common::Workspace;
use mdbook_driver::MDBook;
use mdbook_preprocessor::PreprocessorContext;

fn book(root: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("book"));
    command.current_dir(root);
    command
}

fn run(root: &Path, arguments: &[&str]) -> Output {
    book(root).args(arguments).output().expect("the program can be started")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_build_replaces_its_own_site_and_nothing_else() {
    let workspace = Workspace::new();
    let root = workspace.root();
    for _ in 0..2 {
        let output = run(root, &["build", "--dest", "out"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    assert!(root.join("out/pipe.html").is_file());
    fs::create_dir(root.join("mine"))
        .and_then(|()| fs::write(root.join("mine/x"), ""))
        .expect("a file");
    let output = run(root, &["build", "--dest", "mine"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(text(&output.stderr), @"error: `mine` holds something that is not this book's site, and a build would replace it; name an empty or a new folder");
    assert!(root.join("mine/x").is_file());
}

#[test]
fn a_broken_build_keeps_the_last_good_site() {
    let workspace = Workspace::new();
    let root = workspace.root();
    assert!(run(root, &["build"]).status.success());
    workspace.append("book/pages/words.md", "\n[x](gone.md)\n");
    let output = run(root, &["build"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(text(&output.stderr), @r"
    error: the course is not whole
    book/pages/words.md:5: the link `gone.html` leads nowhere: there is no `gone.html`
    ");
    assert!(root.join("book/site/pipe.html").is_file());
}

#[test]
fn a_draft_shows_what_there_is_and_tells_what_is_wrong() {
    let workspace = Workspace::new();
    workspace
        .append("lessons/pipe/lesson.md", "\n{{#scene gone}}\n")
        .remove("lessons/fifo/lesson.md");
    let output = run(workspace.root(), &["build", "--draft", "--dest", "out"]);
    assert_eq!(output.status.code(), Some(1));
    let page = fs::read_to_string(workspace.root().join("out/pipe.html")).expect("it is written");
    assert!(page.contains("id=\"scene-eof\""));
    let told = text(&output.stderr);
    assert!(told.contains("lessons/pipe/lesson.md:31: there is no scene `gone`"), "{told}");
    assert!(told.contains("lessons/fifo/lesson.md:1: cannot be read"), "{told}");
}

#[test]
fn exit_codes() {
    let workspace = Workspace::new();
    let code = |arguments: &[&str]| run(workspace.root(), arguments).status.code();
    assert_eq!(code(&["check"]), Some(0));
    assert_eq!(code(&["lessons"]), Some(0));
    assert_eq!(code(&["--help"]), Some(0));
    assert_eq!(code(&["preprocess", "supports", "html"]), Some(0));
    assert_eq!(code(&["preprocess", "supports", "markdown"]), Some(1));
    assert_eq!(code(&["chekc"]), Some(2));
    workspace.replace("README.md", "| [Pipes]", "| [Tubes]");
    assert_eq!(code(&["lessons"]), Some(1));
    assert_eq!(code(&["check"]), Some(1));
    assert_eq!(code(&["lessons", "--write"]), Some(0));
    assert_eq!(code(&["check"]), Some(0));
    let outside = tempfile::tempdir().expect("a folder");
    assert_eq!(run(outside.path(), &["check"]).status.code(), Some(1));
}

/// What plain `mdbook build` sends to the command that `book.toml` names.
fn preprocess(workspace: &Workspace) -> Output {
    let folder = workspace.root().join("book");
    let book = MDBook::load(&folder).expect("it can be loaded");
    let context = PreprocessorContext::new(folder.clone(), book.config.clone(), "html".to_owned());
    let input = serde_json::to_vec(&(context, &book.book)).expect("it is JSON");
    let mut child = self::book(&folder)
        .arg("preprocess")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    child.stdin.take().expect("a pipe").write_all(&input).expect("it reads");
    child.wait_with_output().expect("it ends")
}

#[test]
fn plain_mdbook_gets_the_same_book_or_an_error() {
    let workspace = Workspace::new();
    let output = preprocess(&workspace);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let book: mdbook_driver::book::Book = serde_json::from_slice(&output.stdout).expect("a book");
    let names: Vec<&str> = book.chapters().map(|chapter| chapter.name.as_str()).collect();
    assert_eq!(names, ["Welcome", "Pipes", "FIFOs", "Words", "The claims ledger"]);

    workspace.append("book/pages/words.md", "\n[x](pipe.md#gone)\n");
    let output = preprocess(&workspace);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("book/pages/words.md:5: the link `pipe.html#gone`"));
}

#[test]
fn book_toml_names_this_preprocessor_before_links() {
    let config = include_str!("../book.toml").parse::<toml::Table>().expect("it is TOML");
    let lessons = &config["preprocessor"]["lessons"];
    assert_eq!(lessons["before"].as_array().and_then(|names| names[0].as_str()), Some("links"));
    assert_eq!(lessons["command"].as_str(), Some("cargo run --quiet --package book -- preprocess"));
}

#[test]
fn pages_are_small_and_load_from_nowhere_else() {
    let workspace = Workspace::new();
    let site = book::site::check(workspace.root()).expect("the fixture is whole");
    common::pages_are_small_and_load_from_nowhere_else(site.path());
}

/// A server that ends with the test.
struct Served {
    child: Child,
    address: String,
    errors: BufReader<std::process::ChildStderr>,
}

impl Served {
    fn start(root: &Path) -> Self {
        let mut child = book(root)
            .args(["--no-open", "--port", "34567"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let mut line = String::new();
        let out = child.stdout.take().expect("a pipe");
        BufReader::new(out).read_line(&mut line).expect("it tells its address");
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        let address = address.expect("it tells its address").to_owned();
        let errors = BufReader::new(child.stderr.take().expect("a pipe"));
        Self { child, address, errors }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        text(&answer)
    }

    fn error_with(&mut self, words: &str) -> String {
        let mut told = String::new();
        while !told.contains(words) {
            let read = self.errors.read_line(&mut told).expect("it can be read");
            assert!(read > 0, "it ended without `{words}`: {told}");
        }
        told
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_served_course_follows_its_sources_and_outlives_a_broken_one() {
    let workspace = Workspace::new();
    let mut served = Served::start(workspace.root());
    assert!(served.address.starts_with("127.0.0.1:"), "{}", served.address);
    let page = served.get("/pipe.html");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("/.newer/1"), "{page}");
    assert!(served.get("/../README.md").starts_with("HTTP/1.1 404"));
    assert!(served.get("/%2e%2e/README.md").starts_with("HTTP/1.1 404"));

    workspace.append("book/pages/words.md", "\nA new sentence.\n");
    // This answer comes when there is a newer site.
    assert!(served.get("/.newer/1").ends_with("\r\n\r\n2"));
    assert!(served.get("/words.html").contains("A new sentence."));

    workspace.append("book/pages/words.md", "\n[x](gone.md)\n");
    let told = served.error_with("last good site");
    assert!(told.contains("book/pages/words.md:7: the link `gone.html`"), "{told}");
    assert!(served.get("/words.html").contains("A new sentence."));
}

#[test]
fn a_port_that_is_taken_is_passed_over() {
    let workspace = Workspace::new();
    let first = Served::start(workspace.root());
    let second = Served::start(workspace.root());
    assert_ne!(first.address, second.address);
    assert!(second.get("/").starts_with("HTTP/1.1 200"));
}

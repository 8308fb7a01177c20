//! The course itself: what every lesson and every page must keep.

#[expect(dead_code, reason = "each test file uses what it needs")]
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, Lit, Token};

/// The longest that a lesson's source file may be: a page shows it.
const LONGEST: usize = 90;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("it has a parent")
}

/// Everything that `cargo run -p book -- check` looks at.
#[test]
fn the_course_is_whole() {
    let site = book::site::check(root());
    let site = site.unwrap_or_else(|error| panic!("the course is not whole\n{error:#}"));
    common::pages_are_small_and_load_from_nowhere_else(site.path());
    let course = book::Course::outline(root()).expect("it has been read before");
    if let Err(problems) = book::table::readme(&course, false) {
        panic!("the course is not whole\n{problems}");
    }
}

/// The test files of `tests/` that a lesson must declare, each because of what it holds.
#[test]
fn every_lesson_is_held_to_the_same_tests() {
    let lessons = fs::read_dir(root().join("lessons")).expect("it can be read").flatten();
    let lessons = lessons.filter(|entry| !entry.file_name().to_string_lossy().starts_with('_'));
    let mut lacking = Vec::new();
    for lesson in lessons {
        let name = lesson.file_name().to_string_lossy().into_owned();
        let manifest = fs::read_to_string(lesson.path().join("Cargo.toml")).expect("it is there");
        let has = |folder: &Path, begin: &str| {
            let mut entries = fs::read_dir(folder).into_iter().flatten().flatten();
            entries.any(|entry| entry.file_name().to_string_lossy().starts_with(begin))
        };
        let mut needed = vec!["recorded", "killed", "witness", "missing", "strace"];
        if has(&lesson.path().join("recorded"), "gen-") {
            needed.push("generated");
        }
        if has(&root().join("tests/peers"), &format!("{name}_")) {
            needed.push("foreign");
        }
        for test in needed {
            let path = format!("path = \"../../tests/{test}.rs\"");
            if !manifest.contains(&path) {
                lacking.push(format!("lessons/{name}/Cargo.toml: add a [[test]] with `{path}`"));
            }
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

/// Rust sources of all lessons, relative to the root.
fn sources() -> Vec<PathBuf> {
    let lessons = fs::read_dir(root().join("lessons")).expect("it can be read").flatten();
    let lessons = lessons.filter(|entry| !entry.file_name().to_string_lossy().starts_with('_'));
    let mut files: Vec<PathBuf> =
        lessons.flat_map(|lesson| rust_below(&lesson.path().join("src"))).collect();
    files.sort();
    files.iter().map(|file| file.strip_prefix(root()).expect("it is below").to_owned()).collect()
}

fn rust_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries
        .flat_map(|path| if path.is_dir() { rust_below(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .collect()
}

#[test]
fn lessons_sources_are_short() {
    // Only scenes are counted, as the page shows them: without the marks of its anchors.
    let lines = |file: &PathBuf| {
        let text = fs::read_to_string(root().join(file)).expect("it can be read");
        let shown = text.lines().filter(|line| !line.trim().starts_with("// ANCHOR"));
        if text.contains("pub const SCENE") { shown.count() } else { 0 }
    };
    let long: Vec<String> = sources()
        .iter()
        .filter(|file| lines(file) > LONGEST)
        .map(|file| format!("{}: {} lines", file.display(), lines(file)))
        .collect();
    assert!(
        long.is_empty(),
        "more than {LONGEST} lines; one scene is one idea, make two:\n{}",
        long.join("\n")
    );
}

#[test]
fn lessons_tell_values_of_the_run() {
    let mut wrong = Vec::new();
    for file in sources() {
        let text = fs::read_to_string(root().join(&file)).expect("it can be read");
        match literals(&text) {
            Ok(found) => wrong.extend(
                found.into_iter().map(|(line, what)| format!("{}:{line}: {what}", file.display())),
            ),
            Err(error) => wrong.push(format!("{}: {error}", file.display())),
        }
    }
    assert!(
        wrong.is_empty(),
        "a number, an error or a signal that no run has told; format the call's own value in with `{{}}`:\n{}",
        wrong.join("\n")
    );
}

/// The literals in what a scene tells that name a number, an error or a signal, with their lines.
fn literals(source: &str) -> Result<Vec<(usize, String)>, syn::Error> {
    let file = syn::parse_file(source)?;
    let constants = file
        .items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Const(item) => match &*item.expr {
                Expr::Lit(lit) => match &lit.lit {
                    Lit::Str(text) => Some((item.ident.to_string(), text.value())),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        })
        .collect();
    let mut told = Told { constants, ..Told::default() };
    told.visit_file(&file);
    Ok(told.found)
}

#[derive(Default)]
struct Told {
    constants: BTreeMap<String, String>,
    /// What is being told, if anything: data that is really sent may be a constant.
    inside: Option<&'static str>,
    /// Whether the next expression is told as it stands.
    direct: bool,
    found: Vec<(usize, String)>,
}

impl Told {
    fn look(&mut self, line: usize, text: &str) {
        if let Some(what) = suspicious(text) {
            self.found.push((line, format!("`{text}` tells `{what}`")));
        }
    }

    fn within(&mut self, what: Option<&'static str>, look: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.inside, what);
        look(self);
        self.inside = before;
    }
}

impl<'ast> Visit<'ast> for Told {
    fn visit_expr_method_call(&mut self, node: &'ast ExprMethodCall) {
        let skip = match node.method.to_string().as_str() {
            "says" => Some(("says", 0)),
            // The first argument is the channel's name.
            "sends" => Some(("sends", 1)),
            "gets" => Some(("gets", 1)),
            _ => None,
        };
        let Some((what, skip)) = skip else { return visit::visit_expr_method_call(self, node) };
        self.within(None, |it| it.visit_expr(&node.receiver));
        for argument in node.args.iter().skip(skip) {
            self.direct = true;
            self.within(Some(what), |it| it.visit_expr(argument));
        }
    }

    fn visit_expr_call(&mut self, node: &'ast syn::ExprCall) {
        let varies = matches!(&*node.func, Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "varies"));
        // The first argument of `varies` is a name that masks the value.
        for argument in node.args.iter().skip(usize::from(varies)) {
            self.visit_expr(argument);
        }
    }

    fn visit_macro(&mut self, node: &'ast syn::Macro) {
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        if self.inside.is_some()
            && let Ok(arguments) = node.parse_body_with(parser)
        {
            for argument in &arguments {
                self.direct = true;
                self.visit_expr(argument);
            }
        }
    }

    fn visit_expr(&mut self, node: &'ast Expr) {
        let plain = match node {
            Expr::Reference(reference) => &reference.expr,
            other => other,
        };
        // What is told as it stands; a number within an index or a call is another matter.
        if std::mem::take(&mut self.direct)
            && matches!(self.inside, Some("says" | "gets"))
            && let Expr::Lit(syn::ExprLit { lit: Lit::Int(number), .. }) = plain
        {
            self.look(number.span().start().line, &number.to_string());
        }
        visit::visit_expr(self, node);
    }

    fn visit_lit_str(&mut self, node: &'ast syn::LitStr) {
        if self.inside.is_some() {
            self.look(node.span().start().line, &node.value());
        }
    }

    fn visit_path(&mut self, node: &'ast syn::Path) {
        let name = node.get_ident().map(ToString::to_string).unwrap_or_default();
        if self.inside == Some("says")
            && let Some(text) = self.constants.get(&name).cloned()
        {
            let line = node.segments.first().map_or(0, |first| first.ident.span().start().line);
            self.look(line, &text);
        }
    }
}

/// The piece of a text that should have come from the run, if there is one. Digits that belong to
/// a name, such as `dup2`, are none.
fn suspicious(text: &str) -> Option<String> {
    let mut plain = String::new();
    let mut depth = 0;
    for letter in text.replace("{{", "").replace("}}", "").chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let is_shouted = |word: &str| {
        word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    words
        .into_iter()
        .find(|word| {
            word.starts_with(|c: char| c.is_ascii_digit())
                || (is_shouted(word) && word.starts_with('E') && *word != "EOF")
                || (is_shouted(word) && word.starts_with("SIG"))
        })
        .map(str::to_owned)
}

#[test]
fn planted_literals_are_found() {
    let source = r#"
const GREETING: &str = "hello 1";
const KEY: &str = "21";
fn f(it: &Actor) {
    it.says("read 5 bytes");
    it.says(format!("fails with EPIPE: {x}"));
    it.gets("pipe", if a { "0" } else { &format_args!("{n:3} of SIGPIPE").to_string() });
    it.says(GREETING);
    it.sends("pipe 2", KEY);
    it.gets("pipe 2", &format!("{length:4} bytes, {errno:?}, dup2, EOF {{}}"));
    it.says(&format!("is {}", varies("pid-1", pid)));
    it.sends(memory("word"), 2);
    it.gets(memory("word 3"), 2);
    it.gets(memory("word"), list[4].get(5));
    stage::ensure!(x == 5, "5 it is not");
}
"#;
    let found = literals(source).expect("it can be parsed");
    let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [5, 6, 7, 7, 8, 13], "{found:?}");
}

/// The pieces of a page between backticks, outside of code blocks.
fn quoted(page: &str) -> Vec<String> {
    let mut fenced = false;
    let lines = page.lines().filter(|line| {
        let fence = line.starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    });
    lines.flat_map(|line| line.split('`').skip(1).step_by(2).map(str::to_owned)).collect()
}

/// The paths in a page's pictures.
fn drawn_paths(page: &str) -> Vec<String> {
    let blocks = page.split("```").skip(1).step_by(2).filter(|block| block.contains('▶'));
    let words = blocks.flat_map(|block| block.split(|c: char| c.is_whitespace() || c == ','));
    words.filter(|word| word.contains('/')).map(str::to_owned).collect()
}

#[test]
fn the_map_names_what_is_there() {
    let page =
        fs::read_to_string(root().join("book/pages/architecture.md")).expect("it can be read");
    let stage: String = rust_below(&root().join("lessons/_stage/src"))
        .iter()
        .map(|file| fs::read_to_string(file).expect("it can be read"))
        .collect();
    let mut gone = Vec::new();
    let mut looked = 0;
    for name in quoted(&page) {
        let is_path = name.contains('/') && !name.contains(' ') && !name.contains(':');
        let is_identifier =
            name.contains('_') && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        let there = match (is_path, is_identifier && name.len() > 1) {
            (true, _) => exists(&name),
            (_, true) => stage.contains(&name),
            _ => continue,
        };
        looked += 1;
        if !there {
            gone.push(name);
        }
    }
    for name in drawn_paths(&page) {
        looked += 1;
        if !exists(&name) && !exists(&format!("lessons/NAME/{name}")) {
            gone.push(name);
        }
    }
    assert!(looked > 25, "the page has names");
    assert!(gone.is_empty(), "book/pages/architecture.md names what is not there: {gone:?}");
}

/// `NAME` stands for every lesson that is whole enough to have a page, `SCENE` for any scene, `*` for
/// anything in a file's name.
fn exists(path: &str) -> bool {
    let there = |path: &str| {
        let Some((start, end)) = path.split_once('*') else { return root().join(path).exists() };
        let (folder, start) = start.rsplit_once('/').unwrap_or(("", start));
        let files = fs::read_dir(root().join(folder)).into_iter().flatten().flatten();
        files.map(|entry| entry.file_name().to_string_lossy().into_owned()).any(|name| {
            name.len() > start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        })
    };
    let path = path
        .strip_prefix("src/")
        .map_or(path.to_owned(), |rest| format!("lessons/NAME/src/{rest}"));
    if !path.contains("NAME") {
        return there(&path);
    }
    let path = path.replace("SCENE.rs", "main.rs");
    let lessons = fs::read_dir(root().join("lessons")).expect("it can be read").flatten();
    let mut lessons = lessons
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| root().join("lessons").join(name).join("quiz.toml").is_file());
    lessons.any(|name| there(&path.replace("NAME", &name)))
}

#[test]
fn the_map_knows_who_depends_on_whom() {
    let page =
        fs::read_to_string(root().join("book/pages/architecture.md")).expect("it can be read");
    let mut drawn = BTreeMap::new();
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        if cells.len() > 6 {
            let names = |cell: &str| -> BTreeSet<String> { quoted(cell).into_iter().collect() };
            drawn.insert(
                cells[1].trim_matches('`').to_owned(),
                (cells[2].trim_matches('`').to_owned(), names(cells[3])),
            );
        }
    }
    let mut there = BTreeMap::new();
    for folder in ["lessons/_stage", "lessons/_scope", "quiz", "book"] {
        there.insert(
            folder.rsplit(['/', '_']).next().expect("a name").to_owned(),
            (folder.to_owned(), ours(folder)),
        );
    }
    there.insert("lesson-NAME".to_owned(), ("lessons/NAME".to_owned(), ours("lessons/pipe")));
    assert_eq!(drawn, there, "mend the table in book/pages/architecture.md, or the dependency");
}

/// The packages of this workspace that a package's own code depends on.
fn ours(folder: &str) -> BTreeSet<String> {
    let manifest =
        fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("it can be read");
    let manifest: toml::Table = manifest.parse().expect("it is TOML");
    let all = manifest
        .get("dependencies")
        .and_then(|table| table.as_table())
        .cloned()
        .unwrap_or_default();
    let ours = ["stage", "scope", "quiz", "book"];
    all.keys()
        .filter(|name| ours.contains(&name.as_str()) || name.starts_with("lesson-"))
        .cloned()
        .collect()
}

#[test]
fn every_term_has_its_korean() {
    let page = fs::read_to_string(root().join("book/pages/glossary.md")).expect("it can be read");
    let lines: Vec<&str> = page.lines().collect();
    let terms = lines.windows(2).filter(|pair| pair[1].starts_with(": ")).map(|pair| pair[0]);
    let mut seen = BTreeSet::new();
    for term in terms {
        assert!(term.chars().any(|c| ('\u{AC00}'..='\u{D7A3}').contains(&c)), "no Korean: {term}");
        assert!(seen.insert(term), "twice: {term}");
    }
    assert!(seen.len() > 30, "the glossary has terms");
}

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

#[test]
fn every_lesson_is_held_to_the_same_tests() {
    let lacking = lacking(root());
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

/// The test files of `tests/` that a lesson must declare, each because of what it holds, and does not.
fn lacking(root: &Path) -> Vec<String> {
    let mut lacking = Vec::new();
    for name in folders(root) {
        let lesson = root.join("lessons").join(&name);
        let manifest = fs::read_to_string(lesson.join("Cargo.toml")).expect("it is there");
        let has = |folder: &Path, begin: &str| {
            let mut entries = fs::read_dir(folder).into_iter().flatten().flatten();
            entries.any(|entry| entry.file_name().to_string_lossy().starts_with(begin))
        };
        let mut needed = vec!["recorded", "killed", "witness", "missing", "strace"];
        if has(&lesson.join("recorded"), "gen-") {
            needed.push("generated");
        }
        if has(&root.join("tests/peers"), &format!("{name}_")) {
            needed.push("foreign");
        }
        let manifest: toml::Table = manifest.parse().expect("it is TOML");
        let tests = manifest.get("test").and_then(|tests| tests.as_array()).cloned();
        let tests = tests.unwrap_or_default();
        for test in needed {
            let path = format!("../../tests/{test}.rs");
            if !tests.iter().any(|entry| entry["path"].as_str() == Some(&path)) {
                lacking.push(format!(
                    "lessons/{name}/Cargo.toml: add a [[test]] with `path = \"{path}\"`"
                ));
            }
        }
    }
    lacking
}

#[test]
fn a_lesson_without_its_tests_is_found() {
    let workspace = common::Workspace::new();
    let every =
        |test: &str| format!("[[test]]\nname = \"{test}\"\npath = \"../../tests/{test}.rs\"\n\n");
    let all = ["recorded", "killed", "witness", "missing", "strace", "generated", "foreign"];
    for lesson in ["pipe", "fifo"] {
        workspace.append(
            &format!("lessons/{lesson}/Cargo.toml"),
            &format!("\n{}", all.map(every).concat()),
        );
    }
    assert_eq!(lacking(workspace.root()), [""; 0]);

    workspace.replace("lessons/pipe/Cargo.toml", "tests/strace.rs", "tests/other.rs");
    // What is commented out is not declared, either.
    workspace.replace(
        "lessons/fifo/Cargo.toml",
        "path = \"../../tests/killed",
        "# path = \"../../tests/killed",
    );
    workspace.replace(
        "lessons/fifo/Cargo.toml",
        "name = \"killed\"",
        "name = \"killed\"\npath = \"killed.rs\"",
    );
    // These two are needed only where there is something for them.
    workspace.replace("lessons/pipe/Cargo.toml", "tests/generated.rs", "tests/other.rs");
    workspace.replace("lessons/fifo/Cargo.toml", "tests/foreign.rs", "tests/other.rs");
    assert_eq!(lacking(workspace.root()).len(), 2);
    workspace.append("lessons/pipe/recorded/gen-bytes.jsonl", "{}\n");
    workspace.append("tests/peers/fifo_reader.py", "");
    let mut lacking = lacking(workspace.root());
    lacking.sort();
    let add = |lesson: &str, test: &str| {
        format!(
            "lessons/{lesson}/Cargo.toml: add a [[test]] with `path = \"../../tests/{test}.rs\"`"
        )
    };
    let expected =
        [("fifo", "foreign"), ("fifo", "killed"), ("pipe", "generated"), ("pipe", "strace")];
    assert_eq!(lacking, expected.map(|(lesson, test)| add(lesson, test)));
}

/// The names of the lessons' folders.
fn folders(root: &Path) -> Vec<String> {
    let lessons = fs::read_dir(root.join("lessons")).expect("it can be read").flatten();
    let names = lessons.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| !name.starts_with('_')).collect()
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
    let tests = fs::read_dir(root().join("tests")).expect("it can be read").flatten();
    let tests = tests.map(|entry| format!("tests/{}", entry.file_name().to_string_lossy()));
    let unnamed: Vec<String> =
        tests.filter(|test| test.ends_with(".rs") && !page.contains(test)).collect();
    assert!(unnamed.is_empty(), "book/pages/architecture.md does not name {unnamed:?}");
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
    let usual = BTreeSet::from(["stage".to_owned()]);
    for name in folders(root()) {
        let folder = format!("lessons/{name}");
        let ours = ours(&folder);
        if ours != usual {
            there.insert(format!("lesson-{name}"), (folder, ours));
        }
    }
    there.insert("lesson-NAME".to_owned(), ("lessons/NAME".to_owned(), usual));
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

/// The pages that readers see, and the two files that they see first.
fn pages() -> Vec<(String, String)> {
    let mut files = vec!["README.md".to_owned(), "CONTRIBUTING.md".to_owned()];
    let fixed = fs::read_dir(root().join("book/pages")).expect("it can be read").flatten();
    files.extend(fixed.map(|page| format!("book/pages/{}", page.file_name().to_string_lossy())));
    files.extend(folders(root()).iter().map(|name| format!("lessons/{name}/lesson.md")));
    let read = |file: String| {
        let text = fs::read_to_string(root().join(&file)).expect("it can be read");
        (file, text)
    };
    files.into_iter().map(read).collect()
}

#[test]
fn the_glossary_has_every_korean_word_of_a_page() {
    let glossary =
        fs::read_to_string(root().join("book/pages/glossary.md")).expect("it can be read");
    let terms: BTreeSet<&str> = glossary.split(['(', ')', ',', ';', '\n']).map(str::trim).collect();
    let mut missing = Vec::new();
    for (file, text) in pages() {
        let mut fenced = false;
        for (at, line) in text.lines().enumerate() {
            fenced ^= line.starts_with("```");
            let prose: String = line.split('`').step_by(2).collect();
            for run in book::html::hangul(&prose).into_iter().filter(|_| !fenced) {
                let word = &prose[run];
                // Latin letters may belong to it, and a line may end within it.
                let known = terms
                    .iter()
                    .any(|term| *term == word || term.split(' ').any(|part| part == word));
                if !known {
                    missing.push(format!("{file}:{}: `{word}`", at + 1));
                }
            }
        }
    }
    assert!(
        missing.is_empty(),
        "Korean that book/pages/glossary.md does not have; add the term, or use the one that is there:\n{}",
        missing.join("\n")
    );
}

#[test]
fn both_guides_name_every_directive() {
    for (file, text) in pages() {
        if file != "CONTRIBUTING.md" && file != "book/pages/architecture.md" {
            continue;
        }
        let missing: Vec<&str> = book::expand::DIRECTIVES
            .into_iter()
            .filter(|word| {
                !text.contains(&format!("{{{{#{word} "))
                    && !text.contains(&format!("{{{{#{word}}}"))
            })
            .collect();
        assert!(missing.is_empty(), "{file} does not tell of the directives {missing:?}");
    }
}

/// Each command `cargo run -p PACKAGE -- ARGUMENTS` of a text, with its line.
fn commands(text: &str) -> Vec<(usize, String, Vec<String>)> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        for command in line.split("cargo run ").skip(1) {
            let end = command.find(['`', '#', '|', '"', '<', '>']).unwrap_or(command.len());
            let mut words = command[..end].split_whitespace();
            if !words.by_ref().any(|word| word == "-p" || word == "--package") {
                continue;
            }
            let Some(package) = words.next() else { continue };
            let arguments = words.skip_while(|word| *word != "--").skip(1).map(str::to_owned);
            found.push((at + 1, package.to_owned(), arguments.collect()));
        }
    }
    found
}

#[test]
fn commands_on_pages_are_there() {
    let pages = pages();
    let all: usize = pages.iter().map(|(_, text)| commands(text).len()).sum();
    assert!(all > 60, "{all} commands");
    let wrong = unknown(&pages);
    assert!(wrong.is_empty(), "commands that cannot be typed:\n{}", wrong.join("\n"));
}

/// The commands that name a package, a scene, a subcommand or an option that there is not.
fn unknown(pages: &[(String, String)]) -> Vec<String> {
    let source = |folder: &str| -> String {
        let files = rust_below(&root().join(folder).join("src"));
        files.iter().map(|file| fs::read_to_string(file).expect("it can be read")).collect()
    };
    let mut sources = BTreeMap::new();
    for package in ["book", "quiz"] {
        sources.insert(package.to_owned(), source(package));
    }
    sources.insert("scope".to_owned(), source("lessons/_scope"));
    let stage = source("lessons/_stage");
    for name in folders(root()) {
        let own = source(&format!("lessons/{name}"));
        sources.insert(format!("lesson-{name}"), own + &stage);
    }
    let mut wrong = Vec::new();
    for (file, text) in pages {
        for (line, package, arguments) in commands(text) {
            if package.contains("NAME") {
                continue;
            }
            let Some(source) = sources.get(&package) else {
                wrong.push(format!("{file}:{line}: there is no package `{package}`"));
                continue;
            };
            // Of scope's command line, the program to run is not ours.
            let ours =
                arguments.iter().take_while(|word| package != "scope" || word.starts_with("--"));
            for (at, word) in ours.enumerate() {
                let name = match word.strip_prefix("--") {
                    Some(option) => option.split('=').next().unwrap_or(option),
                    None if at == 0 => word,
                    None => continue,
                };
                let quoted = format!("\"{name}\"");
                if !name.is_empty()
                    && !name.contains(char::is_uppercase)
                    && !source.contains(&quoted)
                {
                    wrong.push(format!("{file}:{line}: `{package}` knows no `{word}`"));
                }
            }
        }
    }
    wrong
}

#[test]
fn planted_commands_are_found() {
    let found = commands(
        "`cargo run -p quiz -- mock` or\n$ cargo run --release -p lesson-compare -- --json > x # y",
    );
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        found,
        [
            (1, "quiz".to_owned(), words(&["mock"])),
            (2, "lesson-compare".to_owned(), words(&["--json"]))
        ]
    );

    let page = "cargo run -p lesson-pip -- eof\ncargo run -p lesson-pipe -- oef --step\n\
                cargo run -p lesson-pipe -- eof --stepp\ncargo run -p lesson-NAME -- SCENE --json\n\
                cargo run -p scope -- sh -c 'x --y'\ncargo run -p scope -- --summry -- sh\n";
    let wrong = unknown(&[("page.md".to_owned(), page.to_owned())]);
    let expected = [
        "page.md:1: there is no package `lesson-pip`",
        "page.md:2: `lesson-pipe` knows no `oef`",
        "page.md:3: `lesson-pipe` knows no `--stepp`",
        "page.md:6: `scope` knows no `--summry`",
    ];
    assert_eq!(wrong, expected);
}

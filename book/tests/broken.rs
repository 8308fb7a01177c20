//! Everything that must fail a build, and what the message then says. The expected messages are a
//! picture, `snapshots/broken__messages.snap`: read it as a person who has just seen one of them.

#[expect(dead_code, reason = "each test file uses what it needs")]
mod common;

use common::Workspace;

const PIPE: &str = "lessons/pipe/lesson.md";
const FIFO: &str = "lessons/fifo/lesson.md";
const CLAIMS: &str = "book/claims.toml";
const MEASURED: &str = "lessons/pipe/recorded/measured.json";
const WELCOME: &str = "book/pages/welcome.md";

const CAT: &str = "\
idea = \"a cat\"
needs = [\"cat --version\"]
channels = []

[[lane]]
name = \"sh\"
process = [\"sh\"]
calls = [\"pipe\"]
";

type Break = fn(&Workspace);

/// What is done to a course that is whole.
const CASES: &[(&str, Break)] = &[
    ("an include without its file", |it| {
        it.append(WELCOME, "\n{{#include nothing.txt}}\n");
    }),
    ("an include without its anchor", |it| {
        it.append(WELCOME, "\n{{#include words.md:gone}}\n");
    }),
    ("mdBook's include on a lesson's page", |it| {
        it.append(PIPE, "\n{{#include src/eof.rs}}\n");
    }),
    ("an anchor that was renamed", |it| {
        it.replace("lessons/pipe/src/hello.rs", "// ANCHOR: child", "// ANCHOR: kid");
    }),
    ("code of a scene that is not there", |it| {
        it.replace(PIPE, "{{#code eof}}", "{{#code oef}}");
    }),
    ("a scene that is not there", |it| {
        it.append(WELCOME, "\n{{#scene pipe/oef}}\n\n{{#scene eof}}\n");
    }),
    ("a directive within a sentence", |it| {
        it.append(PIPE, "\nLook at {{#code eof}} again.\n");
    }),
    ("a directive that does not exist", |it| {
        it.append(PIPE, "\n{{#scenes eof}}\n");
    }),
    ("a recording of other programs that is not there", |it| {
        it.append(WELCOME, "\n{{#wild http}}\n");
    }),
    ("a recording of other programs that no page shows", |it| {
        it.append("book/wild/cat.toml", CAT)
            .append("book/wild/cat.sh", "echo hello | cat\n")
            .append("book/wild/cat.snap", "---\ndescription: cat 9.1\n---\n        sh │ pipe\n");
    }),
    ("other programs that were never recorded", |it| {
        it.append("book/wild/cat.toml", CAT).append("book/wild/cat.sh", "echo hello | cat\n");
    }),
    ("a script that belongs to no recording", |it| {
        it.append("book/wild/cat.sh", "echo hello | cat\n");
    }),
    ("a choice of calls that cannot be read", |it| {
        it.append("book/wild/cat.toml", "idea = \"a cat\"\nneed = []\n");
    }),
    ("lines that are gone", |it| {
        it.append(WELCOME, "\n{{#lines pipe/eof: last words | first words | no words}}\n");
    }),
    ("lines of a scene that is not there", |it| {
        it.append(WELCOME, "\n{{#lines pipe/oef: last words}}\n");
    }),
    ("lines without a piece of one", |it| {
        it.append(WELCOME, "\n{{#lines pipe/eof}}\n");
    }),
    ("a recording of no scene", |it| {
        it.append("lessons/pipe/recorded/old.snap", "---\n---\n");
    }),
    ("a scene without a recording", |it| {
        it.remove("lessons/pipe/recorded/eof.snap");
    }),
    ("a recording that was typed over", |it| {
        it.replace("lessons/pipe/recorded/hello.snap", "◀ pipe      hello", "◀ pipe      hallo");
    }),
    ("a recording whose lines were moved", |it| {
        let (sends, gets) =
            ("     child ▶ pipe      last words\n", "    parent ◀ pipe      last words\n");
        let file = "lessons/pipe/recorded/eof.snap";
        it.replace(file, &format!("{sends}{gets}"), &format!("{gets}{sends}"));
    }),
    ("a recording that is none", |it| {
        it.append("lessons/pipe/recorded/eof.snap", "what is this\n");
    }),
    ("a scene that is shown twice", |it| {
        it.append(PIPE, "\n{{#scene hello}}\n");
    }),
    ("scenes out of order", |it| {
        it.replace("lessons/pipe/src/main.rs", "hello, eof", "eof, hello");
    }),
    ("a scene that no page shows", |it| {
        it.replace(PIPE, "{{#scene own-end}}", "");
    }),
    ("a scene whose name is not its module's", |it| {
        it.replace("lessons/pipe/src/eof.rs", "\"eof\"", "\"end\"");
    }),
    ("links that lead nowhere", |it| {
        it.append(FIFO, "\n[one](gone.md), [two](pipe.md#gone), [three](#gone), [four](../x.md)\n");
    }),
    ("a link on a page that is no chapter", |it| {
        it.append("book/pages/words.md", "\n[one](pipe.md#scene-gone)\n");
    }),
    ("an image from another host", |it| {
        it.append(WELCOME, "\n![](https://example.org/x.png)\n");
    }),
    ("two places of one name", |it| {
        it.append(WELCOME, "\n## One {#one}\n\n## Two {#one}\n");
    }),
    ("a claim that no page cites", |it| {
        it.replace(PIPE, "[a pipe goes one way](claim:pipe-one-way)", "a pipe goes one way");
    }),
    ("a claim that is cited where nobody sees it", |it| {
        it.replace(PIPE, "[a pipe goes one way]", "[]");
    }),
    ("a claim that is cited in a comment only", |it| {
        it.replace(
            PIPE,
            "[a pipe goes one way](claim:pipe-one-way)",
            "<!-- [x](claim:pipe-one-way) -->",
        );
    }),
    ("a cited claim that does not exist", |it| {
        it.append(FIFO, "\n[really](claim:pipe-way-one)\n");
    }),
    ("evidence whose line is gone", |it| {
        it.replace(CLAIMS, "line = \"makes a pipe", "line = \"makes two pipes");
    }),
    ("evidence whose scene is gone", |it| {
        it.replace(CLAIMS, "pipe/hello", "pipe/hullo");
    }),
    ("a claim that rests on nothing", |it| {
        it.replace(CLAIMS, "reason = \"in this fixture nothing hands a descriptor on\"", "");
    }),
    ("evidence without its line", |it| {
        it.replace(CLAIMS, "line = \"makes a pipe: one end to read, one end to write\"", "");
    }),
    ("evidence of two kinds at once", |it| {
        it.replace(CLAIMS, "{ rule =", "{ scene = \"pipe/eof\", rule =");
    }),
    ("a measured piece that is gone", |it| {
        it.append(PIPE, "\n{{#measured costs}}\n").append(WELCOME, "\n{{#measured costs}}\n");
    }),
    ("a measured piece that no page shows", |it| {
        it.append("lessons/pipe/recorded/costs.html", "<figcaption>Costs</figcaption>\n");
    }),
    ("measurements that are gone", |it| {
        it.remove(MEASURED);
    }),
    ("measurements of no rules", |it| {
        it.replace(MEASURED, "claims", "charts");
    }),
    ("a rule that is not measured", |it| {
        it.replace(CLAIMS, "pipe/fast", "pipe/slow");
    }),
    ("a rule of no lesson", |it| {
        it.replace(CLAIMS, "pipe/fast", "fast");
    }),
    ("a claim of a note there is not", |it| {
        it.replace(CLAIMS, "000#Names", "009#Names");
    }),
    ("a claim under a heading there is not", |it| {
        it.replace(CLAIMS, "000#Names", "000#Numbers");
    }),
    ("a claim that names no question there is", |it| {
        it.append(CLAIMS, "question = \"pipe-gone\"\n");
    }),
    ("a claim's id that is used twice", |it| {
        it.replace(CLAIMS, "pipe-parent-child-only", "pipe-one-way");
    }),
    ("a verdict that is none", |it| {
        it.replace(CLAIMS, "verdict = \"false\"", "verdict = \"nonsense\"");
    }),
    ("a page without a head", |it| {
        it.replace(FIFO, "+++\n", "");
    }),
    ("a head with a slip of the pen", |it| {
        it.replace(FIFO, "after =", "behind =");
    }),
    ("a lesson after one that is not there", |it| {
        it.replace(FIFO, "\"pipe\"", "\"pip\"");
    }),
    ("two lessons at one place", |it| {
        it.lesson("socket", "title = \"Sockets\"\npart = \"Byte streams\"\nafter = \"pipe\"");
    }),
    ("two lessons that come first", |it| {
        it.lesson("socket", "title = \"Sockets\"\npart = \"Other\"");
    }),
    ("a part that begins twice", |it| {
        it.lesson("signal", "title = \"Signals\"\npart = \"Other\"\nafter = \"fifo\"")
            .lesson("socket", "title = \"Sockets\"\npart = \"Byte streams\"\nafter = \"signal\"");
    }),
    ("lessons in a circle", |it| {
        it.replace(PIPE, "part = \"Byte streams\"", "part = \"Byte streams\"\nafter = \"fifo\"");
    }),
    ("two chapters of one title", |it| {
        it.replace(FIFO, "\"FIFOs\"", "\"Pipes\"");
    }),
    ("a README that has drifted", |it| {
        it.replace("README.md", "FIFOs: a pipe with a name", "FIFOs: named pipes");
    }),
    ("a README without its table", |it| {
        it.replace("README.md", "<!-- lessons -->", "");
    }),
];

#[test]
fn messages() {
    let mut picture = String::new();
    for (name, break_it) in CASES {
        let workspace = Workspace::new();
        break_it(&workspace);
        let message = check(&workspace).err().unwrap_or_else(|| panic!("it builds with {name}"));
        picture += &format!("# {name}\n{message}\n\n");
    }
    insta::assert_snapshot!(picture);
}

#[test]
fn a_whole_course_builds() {
    check(&Workspace::new()).expect("the fixture is whole");
}

#[test]
fn a_lesson_in_a_part_of_its_own_needs_no_other_file() {
    let workspace = Workspace::new();
    workspace.lesson("shm", "title = \"Shared memory\"\npart = \"Memory\"\nafter = \"fifo\"");
    workspace.lesson("socket", "title = \"Sockets\"\npart = \"Byte streams\"\nafter = \"fifo\"");
    let course = book::Course::read(workspace.root()).expect("it is whole");
    let names: Vec<&str> = course.lessons.iter().map(|lesson| lesson.name.as_str()).collect();
    assert_eq!(names, ["pipe", "fifo", "socket", "shm"]);
}

fn check(workspace: &Workspace) -> Result<(), String> {
    book::site::check(workspace.root()).map_err(|error| format!("{error:#}"))?;
    let course = book::Course::outline(workspace.root()).map_err(|error| error.to_string())?;
    book::table::readme(&course, false).map_err(|error| error.to_string())
}

//! What becomes of a page, and the pictures of runs.

#[expect(dead_code, reason = "each test file uses what it needs")]
mod common;

use std::path::Path;

use book::expand::{Page, expand};
use book::lanes::{Room, draw};
use book::ledger;
use book::scene::Recording;
use book::{Course, Problems};

fn fixture() -> Course {
    Course::read(Path::new(common::FIXTURE)).expect("the fixture is whole")
}

/// A page of the lesson `fifo`, expanded.
fn expanded(text: &str) -> String {
    let course = fixture();
    let file = Path::new("lessons/fifo/lesson.md");
    let page = Page {
        file,
        line: 6,
        name: "fifo.md",
        title: "FIFOs",
        lesson: course.lesson("fifo"),
        text,
    };
    let mut problems = Problems::default();
    let expanded = expand(&course, &page, &mut problems);
    if problems.is_empty() { expanded.text } else { format!("{}\n{problems}\n", expanded.text) }
}

#[test]
fn a_chapter() {
    let course = fixture();
    let lesson = course.lesson("pipe").expect("it is there");
    let page = Page {
        file: &lesson.page(),
        line: lesson.text_line,
        name: "pipe.md",
        title: &lesson.head.title,
        lesson: Some(lesson),
        text: &lesson.text,
    };
    let mut problems = Problems::default();
    let expanded = expand(&course, &page, &mut problems);
    assert!(problems.is_empty(), "{problems}");
    insta::assert_snapshot!(expanded.text);
}

#[test]
fn text_that_is_no_directive_stays() {
    let text = "```text\n{{#scene many}}\n```\n\nand `{{#code many}}`, \\{{#scene many}}\n\n`[x](claim:y)`\n";
    let out = expanded(text);
    assert!(out.starts_with(text), "{out}");
}

#[test]
fn chosen_lines_of_a_run() {
    insta::assert_snapshot!(expanded("{{#lines many: makes the mailbox | bob ▶ | of file}}\n"));
}

/// The ledger of the fixture as Markdown, and what the page of its pipes settles.
#[test]
fn the_ledger_and_what_a_page_settles() {
    let course = fixture();
    let mut citations = Vec::new();
    let mut problems = Problems::default();
    for lesson in &course.lessons {
        let name = format!("{}.md", lesson.name);
        let page = Page {
            file: &lesson.page(),
            line: lesson.text_line,
            name: &name,
            title: &lesson.head.title,
            lesson: Some(lesson),
            text: &lesson.text,
        };
        citations.extend(expand(&course, &page, &mut problems).citations);
    }
    insta::assert_snapshot!("ledger", ledger::page(&course, &citations));
    insta::assert_snapshot!("settled", ledger::settled(&course, "pipe.md", &citations));
    assert_eq!(ledger::settled(&course, "words.md", &citations), "");
}

#[test]
fn korean_is_marked_as_such() {
    insta::assert_snapshot!(expanded(
        "# A pipe (익명 파이프)\n\n[이름 있는 파이프는](claim:pipe-one-way) a `파이프`, 세마포어.\n\n{{#scene many}}\n"
    ).lines().take(3).collect::<Vec<_>>().join("\n"), @r#"
    # A pipe (<span lang="ko">익명 파이프</span>)

    <span class="claim" id="cite-pipe-one-way">[<span lang="ko">이름 있는 파이프는</span>](claims.md#pipe-one-way)</span> a `파이프`, <span lang="ko">세마포어</span>.
    "#);
}

#[test]
fn listings_keep_their_text_and_lose_their_anchors() {
    let course = fixture();
    let scene =
        course.lesson("pipe").and_then(|lesson| lesson.scene("hello")).expect("it is there");
    let whole = scene.source.excerpt(None).expect("it has a text");
    assert!(!whole.contains("ANCHOR") && whole.contains("fn child"), "{whole}");
    assert_eq!(scene.source.excerpt(Some("gone")), None);
    assert_eq!(scene.source.anchors(), ["parent", "child"]);
}

fn recording(lesson: &str, scene: &str) -> Recording {
    let course = fixture();
    let scene = course.lesson(lesson).and_then(|lesson| lesson.scene(scene)).expect("it is there");
    scene.recordings[0].clone()
}

#[test]
fn lanes_of_a_pipe() {
    insta::assert_snapshot!(draw(
        &recording("pipe", "eof"),
        Room::Wide,
        "eof",
        "the end of <file>"
    ));
}

#[test]
fn lanes_of_a_hang() {
    insta::assert_snapshot!(draw(&recording("pipe", "own-end"), Room::Narrow, "own-end", "a hang"));
}

#[test]
fn lanes_of_many_on_a_telephone() {
    insta::assert_snapshot!(draw(&recording("fifo", "many"), Room::Narrow, "many", "many writers"));
}

/// Every recording there is, of the real lessons, too: what is not recorded yet is none.
#[test]
fn words_and_names_never_collide_or_run_off() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("it has a parent");
    let (course, _) = Course::survey(root);
    let lessons = fixture().lessons.into_iter().chain(course.lessons);
    let mut looked = 0;
    for scene in lessons.flat_map(|lesson| lesson.scenes) {
        for recording in &scene.recordings {
            for room in [Room::Wide, Room::Narrow] {
                look(&draw(recording, room, "x", &scene.declared.idea), recording);
                looked += 1;
            }
        }
    }
    assert!(looked > 0, "there are recordings");
}

/// The widest that a letter of a common fixed-width font is, in the picture's units.
const LETTER: f64 = 13.0 * 0.61;

struct Placed {
    x: f64,
    y: f64,
    width: f64,
    text: String,
}

fn look(svg: &str, recording: &Recording) {
    let file = recording.file.display();
    let width: f64 = piece(svg, " width=\"", "\"").parse().expect("it has a width");
    let mut placed: Vec<Placed> = Vec::new();
    for text in svg.split("<text ").skip(1) {
        let head = text.split('>').next().unwrap_or_default();
        let y: f64 = piece(head, "y=\"", "\"").parse().expect("it has a y");
        placed.push(at(text, y, head.contains("class=\"name")));
    }
    assert!(placed.len() > recording.placed.len(), "{file}: every row has words");
    for one in &placed {
        assert!(one.x >= 0.0, "{file}: `{}` runs off to the left", one.text);
        assert!(one.x + one.width <= width, "{file}: `{}` runs off to the right", one.text);
    }
    for (nth, one) in placed.iter().enumerate() {
        for other in &placed[nth + 1..] {
            let apart = one.x + one.width <= other.x || other.x + other.width <= one.x;
            assert!(
                apart || (one.y - other.y).abs() >= 14.0,
                "{file}: `{}` meets `{}`",
                one.text,
                other.text
            );
        }
    }
}

fn at(element: &str, y: f64, middle: bool) -> Placed {
    use unicode_width::UnicodeWidthStr as _;
    let text =
        piece(element, ">", "<").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let width = text.width() as f64 * LETTER;
    let element = format!(" {element}");
    let x: f64 = piece(&element, " x=\"", "\"").parse().expect("it has an x");
    Placed { x: if middle { x - width / 2.0 } else { x }, y, width, text }
}

fn piece<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let rest = text.split_once(from).map_or("", |(_, rest)| rest);
    rest.split_once(to).map_or(rest, |(piece, _)| piece)
}

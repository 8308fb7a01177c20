//! What a lesson has made of its recorded measurements stands where its page asks for it.

#[expect(dead_code, reason = "each test file uses what it needs")]
mod common;

use std::path::Path;

use book::expand::{Page, expand};
use book::{Course, Problems};
use common::Workspace;

const HTML: &str = "lessons/pipe/recorded/figures.html";
const SVG: &str = "lessons/pipe/recorded/figures.svg";

/// A page that is no lesson's, expanded, and what is wrong with it.
fn expanded(workspace: &Workspace, text: &str) -> (String, String) {
    let course = Course::read(workspace.root()).expect("the fixture is whole");
    let file = Path::new("book/pages/welcome.md");
    let page = Page { file, line: 1, name: "welcome.md", title: "Welcome", lesson: None, text };
    let mut problems = Problems::default();
    let expanded = expand(&course, &page, &mut problems);
    (expanded.text, problems.to_string())
}

#[test]
fn a_piece_has_its_caption_its_picture_and_the_rest() {
    let workspace = Workspace::new();
    workspace.append(HTML, "<figcaption>How fast?</figcaption>\n\n<table></table>\n");
    workspace.append(SVG, "<svg></svg>\n");
    let (page, wrong) = expanded(&workspace, "{{#measured pipe/figures}}\n");
    assert_eq!(wrong, "");
    assert_eq!(
        page,
        "<figure class=\"measured\" id=\"figures\">\n<figcaption>How fast?</figcaption>\n\
         <div class=\"chart-box\" role=\"group\" aria-label=\"chart figures\">\n<svg></svg>\n</div>\n\
         <table></table>\n</figure>\n\n"
    );
}

#[test]
fn what_is_gone_or_has_no_caption_fails_the_build() {
    let workspace = Workspace::new();
    workspace.append(HTML, "<table></table>\n");
    for (text, why) in [
        (
            "{{#measured pipe/figures}}\n",
            "`lessons/pipe/recorded/figures.html` does not begin with a caption",
        ),
        (
            "{{#measured pipe/gone}}\n",
            "the measurements `lessons/pipe/recorded/gone.html` cannot be read",
        ),
        ("{{#measured figures}}\n", "`figures`: a lesson's page shows its own measurements"),
        ("Look: {{#measured pipe/figures}}\n", "must stand on a line of its own"),
    ] {
        let (_, wrong) = expanded(&workspace, text);
        assert!(wrong.contains(why), "{text}{wrong}");
    }
}

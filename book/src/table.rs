//! The table of lessons: on a page, and in the README.

use std::fmt::Write as _;
use std::path::Path;

use crate::course::Course;
use crate::files;
use crate::html::text as escaped;
use crate::problem::{Problem, Problems};
use crate::scene::recorded;

/// The file that holds the table for people who look at the repository.
pub const README: &str = "README.md";

/// What to run when the README's table is not that of the lessons' folders.
pub const COMMAND: &str = "cargo run -p book -- lessons --write";

/// The table as HTML, for a page of the book.
pub fn html(course: &Course) -> String {
    let mut out = String::from(
        "<div class=\"table-wrapper\"><table class=\"lessons\">\n\
         <thead><tr><th>Lesson</th><th>Run</th><th>What it shows</th></tr></thead>\n<tbody>\n",
    );
    for lesson in &course.lessons {
        let _ = writeln!(
            out,
            "<tr><td><a href=\"{}.html\">{}</a></td><td><code>cargo run -p {}</code></td><td>{}</td></tr>",
            lesson.name,
            escaped(&lesson.head.title),
            lesson.package,
            escaped(&lesson.idea),
        );
    }
    out.push_str("</tbody></table></div>\n");
    out
}

/// The table as Markdown, for the README.
pub fn markdown(course: &Course) -> String {
    let mut out = String::from("| lesson | run | what it shows |\n|---|---|---|\n");
    for lesson in &course.lessons {
        let _ = writeln!(
            out,
            "| [{}](lessons/{}/lesson.md) | `cargo run -p {}` | {} |",
            lesson.head.title, lesson.name, lesson.package, lesson.idea
        );
    }
    out
}

/// Checks that what the README shows is what the folders hold, or rewrites it: the table of lessons
/// between its markers, and the run of a scene between `<!-- recorded pipe/eof -->` and its end.
///
/// # Errors
///
/// No README, no markers in it, or a README that has drifted while `write` is not set.
pub fn readme(course: &Course, write: bool) -> Result<(), Problems> {
    let file = course.root.join(README);
    let wrong = |line: usize, text: String| Problems::from(Problem::new(README, line, text));
    let old = files::read(&course.root, Path::new(README))?;
    let new = renewed(course, &old).map_err(|(line, why)| wrong(line, why))?;
    if new == old {
        return Ok(());
    }
    if !write {
        let same = old.lines().zip(new.lines()).take_while(|(old, new)| old == new).count();
        return Err(wrong(
            same + 1,
            format!("shows something else than the lessons' folders hold: run `{COMMAND}`"),
        ));
    }
    std::fs::write(&file, new).map_err(|error| wrong(1, format!("cannot be written: {error}")))
}

/// The README as the folders want it; or the line, and why there is none.
fn renewed(course: &Course, old: &str) -> Result<String, (usize, String)> {
    let Some(new) = replaced(old, "lessons", "/lessons", |_| Ok(markdown(course)))? else {
        let why = "no table of lessons: put `<!-- lessons -->` and `<!-- /lessons -->` on lines of \
                   their own where it goes";
        return Err((1, why.to_owned()));
    };
    let with_run = replaced(&new, "recorded ", "/recorded", |scene| run(course, scene))?;
    Ok(with_run.unwrap_or(new))
}

/// The text with what stands between the markers `<!-- START.. -->` and `<!-- END -->` replaced by
/// what `with` makes of the rest of the first marker. `None` if there is no first marker.
fn replaced(
    text: &str,
    start: &str,
    end: &str,
    with: impl Fn(&str) -> Result<String, String>,
) -> Result<Option<String>, (usize, String)> {
    let (start, end) = (format!("<!-- {start}"), format!("<!-- {end} -->"));
    let Some((before, rest)) = text.split_once(&start) else { return Ok(None) };
    let line = before.matches('\n').count() + 1;
    let (argument, rest) =
        rest.split_once(" -->").ok_or((line, "the marker has no end".to_owned()))?;
    let (_, after) = rest.split_once(&end).ok_or((line, format!("no `{end}` after `{start}`")))?;
    let new = with(argument).map_err(|why| (line, why))?;
    Ok(Some(format!("{before}{start}{argument} -->\n{new}{end}{after}")))
}

fn run(course: &Course, scene: &str) -> Result<String, String> {
    let (lesson, scene) =
        scene.split_once('/').ok_or(format!("`{scene}` is no scene: write it as `pipe/eof`"))?;
    let picture = recorded(&course.root, lesson, scene)
        .map_err(|error| format!("the recording of `{lesson}/{scene}` cannot be read: {error}"))?;
    Ok(format!("\n```console\n$ cargo run -p lesson-{lesson} -- {scene}\n{picture}\n```\n\n"))
}

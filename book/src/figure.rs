//! What stands on a page in a directive's place: a scene's runs, some lines of one, source.

use std::fmt::Write as _;

use crate::html::{attribute, spoken, text as escaped};
use crate::lanes;
use crate::lesson::Lesson;
use crate::scene::{Recording, Scene, Source};
use crate::wild::{self, Wild};

/// The command, the lanes and the run as text. Without an empty line, so that Markdown leaves it be.
pub fn scene(lesson: &Lesson, scene: &Scene) -> String {
    let (name, idea) = (&scene.declared.name, &scene.declared.idea);
    let mut out = format!(
        "<figure class=\"scene\" id=\"scene-{name}\">\n\
         <figcaption>{idea}</figcaption>\n{command}",
        name = attribute(name),
        idea = escaped(idea),
        command = command(lesson, scene),
    );
    if scene.declared.roles {
        let roles = scene.declared.cast.iter();
        let roles: Vec<String> =
            roles.map(|role| format!("<code>--as {}</code>", escaped(role))).collect();
        let roles = roles.join(", ");
        let _ = writeln!(
            out,
            "<p class=\"scene-note\">or each role in a terminal of its own: {roles}</p>"
        );
    }
    for recording in &scene.recordings {
        let id = match &recording.outcome {
            Some(outcome) => format!("{name}-{outcome}"),
            None => name.clone(),
        };
        if let Some(outcome) = &recording.outcome {
            let _ = writeln!(
                out,
                "<p class=\"scene-outcome\">One legal outcome: <strong>{}</strong></p>",
                escaped(outcome)
            );
        }
        out.push_str(&lanes::both(recording, &id, idea));
        let _ = write!(
            out,
            "<details class=\"scene-text\"><summary>The same run as text</summary>\n\
             <pre tabindex=\"0\" aria-label=\"What the scene {name} prints\">{}</pre></details>\n",
            spoken(&recording.picture, "span"),
            name = attribute(&id),
        );
    }
    if let Some(kernel) = &scene.kernel {
        let _ = write!(
            out,
            "<details class=\"scene-text\"><summary>What the kernel saw</summary>\n\
             <pre tabindex=\"0\" aria-label=\"The system calls of the scene {name}\">{}</pre>\n\
             </details>\n",
            spoken(kernel, "span"),
            name = attribute(&scene.declared.name),
        );
    }
    out.push_str("</figure>\n");
    out
}

fn command(lesson: &Lesson, scene: &Scene) -> String {
    shell(&format!("cargo run -p {} -- {}", lesson.package, scene.declared.name))
}

fn shell(command: &str) -> String {
    format!(
        "<pre class=\"scene-command\" tabindex=\"0\" aria-label=\"The command that plays this scene\"><code class=\"language-console nohighlight\">{}</code></pre>\n",
        escaped(command)
    )
}

/// The recording of programs that are not ours: what is run, the command, the lanes, the same as
/// text, and what was left out.
pub fn wild(wild: &Wild) -> String {
    let Wild { name, selection, script, recording, programs } = wild;
    let id = format!("wild-{name}");
    let file = wild::path(name, "sh");
    let file = file.display();
    let calls = selection.lane.iter().map(|lane| {
        let calls: Vec<String> =
            lane.calls.iter().map(|call| format!("<code>{}</code>", escaped(call))).collect();
        format!("{}: {}", escaped(&lane.name), calls.join(", "))
    });
    let calls = calls.collect::<Vec<_>>().join("; ");
    format!(
        "<p class=\"listing-file\"><code>{file}</code></p>\n\n```bash\n{script}\n```\n\n\
         <figure class=\"scene\" id=\"{id}\">\n<figcaption>{idea}</figcaption>\n{command}{lanes}\
         <details class=\"scene-text\"><summary>The same run as text</summary>\n\
         <pre tabindex=\"0\" aria-label=\"What the kernel saw of {name}\">{picture}</pre></details>\n\
         <p class=\"scene-note wild-note\">Recorded with {programs}. Shown are these calls, {calls}.</p>\n</figure>\n",
        script = script.trim_end(),
        idea = escaped(&selection.idea),
        command = shell(&format!("cargo run -p scope -- --list sh {file}")),
        lanes = lanes::both(recording, &id, &selection.idea),
        picture = escaped(&recording.picture),
        programs = escaped(programs),
    )
}

/// Some lines of a recorded run, with the command and the way to the whole run.
///
/// # Errors
///
/// The pieces that no line of any one recording has.
pub fn lines(lesson: &Lesson, scene: &Scene, pieces: &[&str]) -> Result<String, Vec<String>> {
    let gone = |recording: &Recording| -> Vec<String> {
        let gone = pieces.iter().filter(|piece| !recording.has_line(piece));
        gone.map(|piece| (*piece).to_owned()).collect()
    };
    let Some(recording) = scene.recordings.iter().find(|recording| gone(recording).is_empty())
    else {
        let first = scene.recordings.first().map(gone);
        return Err(first.unwrap_or_else(|| pieces.iter().map(|&piece| piece.into()).collect()));
    };
    let name = &scene.declared.name;
    Ok(format!(
        "<figure class=\"scene excerpt\">\n\
         <figcaption><a href=\"{lesson}.html#scene-{name}\">{idea}</a></figcaption>\n{command}\
         <pre class=\"excerpt-lines\" tabindex=\"0\" aria-label=\"Recorded lines of the scene {name}\">{lines}</pre>\n</figure>\n",
        lesson = attribute(&lesson.name),
        name = attribute(name),
        idea = escaped(&scene.declared.idea),
        command = command(lesson, scene),
        lines = rows(&recording.lines_with(pieces)),
    ))
}

/// Each line by itself, so that on a narrow screen it wraps under its own beginning.
fn rows(lines: &str) -> String {
    let row = |line| format!("<span class=\"row\">{}\n</span>", spoken(line, "span"));
    lines.lines().map(row).collect()
}

/// Source, under the name of its file.
pub fn listing(source: &Source, text: &str) -> String {
    // A fence longer than any run of backticks in the text.
    let fence = "`".repeat(text.split(|c| c != '`').map(str::len).max().unwrap_or(0).max(2) + 1);
    format!(
        "<p class=\"listing-file\"><code>{}</code></p>\n\n{fence}rust\n{text}\n{fence}\n",
        escaped(&source.file.display().to_string())
    )
}

//! The claims as pages show them: the ledger, which holds every claim, and at the end of each page
//! that cites some, the list of what that page settles.

use std::fmt::Write as _;

use crate::claims::{Citation, Claim, Entry, Evidence, Verdict};
use crate::course::Course;
use crate::html::{attribute, korean, spoken, text as escaped};
use crate::{measured, notes};

/// The name of the ledger's page.
pub const PAGE: &str = "claims.md";

/// The title of the ledger's page.
pub const TITLE: &str = "The claims ledger";

const INTRODUCTION: &str = "
Everything that this course retells from study notes about inter-process communication, one entry a
claim: what is said, what the evidence says of it, and where the evidence is. A **verdict** is one of

- **true**: it is so;
- **simplified**: it is so, but there is more to it that matters;
- **depends**: it is so under conditions that the statement does not name;
- **false**: it is not so;
- **opinion**: a matter of taste or of situation.

The evidence is a line of a recorded run, a rule over recorded measurements, or a question of the
quiz; where nothing can be run, the entry says why. The build of this page fails when evidence is
gone, and when no page tells a claim.
";

/// The ledger as a page.
pub fn page(course: &Course, citations: &[Citation]) -> String {
    let mut out = format!("# {TITLE}\n{INTRODUCTION}");
    let topics = topics(course);
    counts(&mut out, course, &topics);
    shelf(&mut out, course);
    filter(&mut out, course, &topics);
    for topic in topics {
        let _ = write!(out, "\n<div class=\"claim-topic\">\n\n### {}", heading(course, topic));
        let _ = writeln!(out, " {{#topic-{topic}}}");
        for claim in course.claims.iter().filter(|claim| claim.entry.topic == topic) {
            entry(&mut out, course, claim, citations);
        }
        out.push_str("\n</div>\n");
    }
    out
}

/// As in the book; what belongs to no chapter comes first.
fn topics(course: &Course) -> Vec<&str> {
    let mut topics: Vec<&str> = Vec::new();
    for claim in &course.claims {
        if !topics.contains(&claim.entry.topic.as_str()) {
            topics.push(&claim.entry.topic);
        }
    }
    topics.sort_by_key(|topic| course.lessons.iter().position(|lesson| lesson.name == *topic));
    topics
}

fn heading(course: &Course, topic: &str) -> String {
    match (course.lesson(topic), topic) {
        (Some(lesson), _) => lesson.head.title.clone(),
        (None, "ipc") => "Inter-process communication".to_owned(),
        (None, other) => other.to_owned(),
    }
}

/// How many claims there are, by topic and verdict.
fn counts(out: &mut String, course: &Course, topics: &[&str]) {
    let count = |topic: Option<&str>, verdict: Option<Verdict>| {
        let counted = course.claims.iter().filter(|Claim { entry, .. }| {
            topic.is_none_or(|topic| entry.topic == topic)
                && verdict.is_none_or(|verdict| entry.verdict == verdict)
        });
        counted.count()
    };
    let row = |topic: Option<&str>| {
        let verdicts = Verdict::ALL.map(Some).into_iter().chain([None]);
        let cells = verdicts.map(|verdict| {
            let word = verdict.map_or("", Verdict::word);
            let count = count(topic, verdict);
            format!(
                "<td data-topic=\"{}\" data-verdict=\"{word}\">{count}</td>",
                attribute(topic.unwrap_or_default())
            )
        });
        cells.collect::<String>()
    };
    let heads = Verdict::ALL.map(|verdict| format!("<th scope=\"col\">{}</th>", verdict.word()));
    let _ = write!(
        out,
        "\n## How many {{#counts}}\n\n<div class=\"table-wrapper\"><table class=\"ledger-counts\">\n\
         <thead><tr><th scope=\"col\">topic</th>{}<th scope=\"col\">all</th></tr></thead>\n<tbody>\n",
        heads.concat()
    );
    for topic in topics {
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\"><a href=\"#topic-{topic}\">{}</a></th>{}</tr>",
            escaped(&heading(course, topic)),
            row(Some(topic))
        );
    }
    let all = row(None);
    let _ = writeln!(
        out,
        "<tr class=\"sum\"><th scope=\"row\">all</th>{all}</tr>\n</tbody></table></div>"
    );
}

/// What the notes are.
fn shelf(out: &mut String, course: &Course) {
    if course.notes.is_empty() {
        return;
    }
    out.push_str(
        "\n## The notes {#notes}\n\nStudy notes in Korean make these claims. The course tells what they say \
         in its own words; an entry names the note and its heading.\n\n<div class=\"ledger-notes\">\n",
    );
    for note in &course.notes {
        let headings: Vec<String> = note
            .headings
            .iter()
            .map(|heading| {
                let (text, english) = (korean(&heading.text), escaped(&heading.english));
                format!("<li>{english}: {text}</li>")
            })
            .collect();
        let _ = writeln!(
            out,
            "<details><summary>note {}: {}</summary>\n<ul>{}</ul></details>",
            escaped(&note.id),
            escaped(&note.title),
            headings.concat()
        );
    }
    out.push_str("</div>\n");
}

/// The form works by a script alone, so that alone shows it.
fn filter(out: &mut String, course: &Course, topics: &[&str]) {
    let select = |name: &str, label: &str, options: Vec<(String, String)>| {
        let options = options.iter().map(|(value, words)| {
            format!("<option value=\"{}\">{}</option>", attribute(value), escaped(words))
        });
        format!(
            "<label>{label} <select name=\"{name}\"><option value=\"\">all</option>{}</select></label>\n",
            options.collect::<String>()
        )
    };
    let topics = topics.iter().map(|topic| ((*topic).to_owned(), heading(course, topic)));
    let verdicts =
        Verdict::ALL.map(|verdict| (verdict.word().to_owned(), verdict.word().to_owned()));
    let notes = course.notes.iter().map(|note| {
        let words = format!("{}: {}", note.id, note.title);
        (note.id.clone(), words)
    });
    let _ = write!(
        out,
        "\n## The claims {{#claims}}\n\nBy topic, in the order of the book.\n\n\
         <form id=\"ledger\" class=\"ledger-filter\" role=\"search\" aria-label=\"Filter the claims\" hidden>\n\
         <label>Words <input type=\"search\" name=\"words\" autocomplete=\"off\" spellcheck=\"false\"></label>\n\
         {}{}{}<button type=\"reset\">Show all</button>\n\
         <p class=\"ledger-shown\" role=\"status\"></p>\n</form>\n",
        select("topic", "Topic", topics.collect()),
        select("verdict", "Verdict", verdicts.to_vec()),
        select("note", "Note", notes.collect()),
    );
}

/// An entry's texts are Markdown, so its frame is HTML with empty lines around them.
fn entry(
    out: &mut String,
    course: &Course,
    Claim { id, entry, .. }: &Claim,
    citations: &[Citation],
) {
    let verdict = entry.verdict.word();
    let mut notes: Vec<&str> =
        entry.notes.iter().map(|place| place.split('#').next().unwrap_or(place)).collect();
    notes.sort_unstable();
    notes.dedup();
    let _ = write!(
        out,
        "\n<article class=\"claim-entry\" id=\"{id}\" data-topic=\"{}\" data-verdict=\"{verdict}\" data-notes=\"{}\">\n\n\
         <p class=\"claim-id\"><a href=\"#{id}\"><code>{id}</code></a> {}</p>\n\n\
         {}\n\n<div class=\"claim-why\">\n\n{}\n\n</div>\n\n<ul class=\"claim-links\">\n",
        attribute(&entry.topic),
        attribute(&notes.join(" ")),
        badge(entry.verdict),
        entry.says.trim(),
        with_links(course, id, entry.why.trim()),
    );
    links(out, course, entry);
    let mut told: Vec<&Citation> = Vec::new();
    for citation in citations.iter().filter(|citation| citation.id == *id) {
        if !told.iter().any(|first| first.page == citation.page) {
            told.push(citation);
        }
    }
    let told: Vec<String> = told
        .into_iter()
        .map(|Citation { page, title, anchor, .. }| {
            format!("<a href=\"{}#{anchor}\">{}</a>", page.replace(".md", ".html"), escaped(title))
        })
        .collect();
    let _ = writeln!(out, "<li>Told in: {}</li>", told.join(", "));
    let said: Vec<String> = entry
        .notes
        .iter()
        .filter_map(|place| notes::find(&course.notes, place).ok())
        .map(|(note, heading)| format!("note {}, {}", escaped(&note.id), korean(&heading.text)))
        .collect();
    if !said.is_empty() {
        let _ = writeln!(out, "<li>Said in: {}</li>", said.join("; "));
    }
    out.push_str("</ul>\n\n</article>\n");
}

/// Markdown in which the name of another claim leads to it.
fn with_links(course: &Course, own: &str, text: &str) -> String {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_name) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !is_name(c)).unwrap_or(from.len()));
        let known = word.contains('-') && word != own && !before.ends_with(['`', '/', '#', '(']);
        let known = known && course.claims.iter().any(|claim| claim.id == word);
        out += before;
        out += &if known { format!("[{word}](#{word})") } else { word.to_owned() };
        rest = after;
    }
    out + rest
}

/// Where each thing that settles the claim can be seen.
fn links(out: &mut String, course: &Course, entry: &Entry) {
    for evidence in &entry.evidence {
        let _ = match evidence {
            Evidence::Line { scene, line } => {
                let address = scene.split_once('/');
                let address = address.map(|(lesson, scene)| format!("{lesson}.html#scene-{scene}"));
                writeln!(
                    out,
                    "<li>Recorded: <a href=\"{}\">{}</a>, <code class=\"nohighlight\">{}</code></li>",
                    attribute(&address.unwrap_or_default()),
                    escaped(scene),
                    spoken(line, "span"),
                )
            }
            Evidence::Rule { rule } => {
                let verdict = measured::verdict(&course.root, rule).unwrap_or_default();
                writeln!(
                    out,
                    "<li>Measured: <a href=\"{}\">{}</a>, {}</li>",
                    attribute(&measured::address(course, rule)),
                    escaped(rule),
                    escaped(&verdict),
                )
            }
        };
    }
    if let Some(question) = &entry.question {
        let command = format!("cargo run -p quiz -- --id {question}");
        let _ = writeln!(out, "<li>Asked by: <code>{}</code></li>", escaped(&command));
    }
    if let Some(reason) = &entry.reason {
        let _ = writeln!(out, "<li>Nothing can be run: {}</li>", escaped(reason));
    }
}

fn badge(verdict: Verdict) -> String {
    let word = verdict.word();
    format!("<span class=\"verdict verdict-{word}\">{word}</span>")
}

/// What is added to the page `name`: the claims that it cites, in its own order, each with the way
/// to where it is told and to its entry. Nothing for a page that cites none.
pub fn settled(course: &Course, name: &str, citations: &[Citation]) -> String {
    let mut told: Vec<(&Citation, &Claim)> = Vec::new();
    for citation in citations.iter().filter(|citation| citation.page == name) {
        let claim = course.claims.iter().find(|claim| claim.id == citation.id);
        if let Some(claim) = claim
            && !told.iter().any(|(_, other)| other.id == claim.id)
        {
            told.push((citation, claim));
        }
    }
    if told.is_empty() {
        return String::new();
    }
    let of = |verdict| told.iter().filter(|(_, claim)| claim.entry.verdict == verdict).count();
    let counts = Verdict::ALL.map(|verdict| (of(verdict), verdict.word()));
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, word)| format!("{count} {word}")).collect();
    let claims = if told.len() == 1 { "claim" } else { "claims" };
    let mut out = format!(
        "\n\n## What this page settles {{#settles}}\n\n{} {claims} of the notes: {}. A name leads to \
         the entry in the [ledger]({PAGE}), its words to where this page tells it.\n\n<ul class=\"settled\">\n",
        told.len(),
        counts.join(", "),
    );
    for (Citation { anchor, .. }, Claim { id, entry, .. }) in told {
        let _ = writeln!(
            out,
            "<li>\n\n[{}](#{anchor}) {} [`{id}`]({PAGE}#{id})\n\n</li>",
            entry.says.trim(),
            badge(entry.verdict)
        );
    }
    out.push_str("</ul>\n");
    out
}

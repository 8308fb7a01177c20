//! How an answer was read and what was looked for in it, for authors of rubrics.

use super::reading::Reading;
use super::{Checker, ReadAs};
use crate::bank::Rubric;
use std::fmt::Write;

impl Checker {
    pub(super) fn tell(&self, rubric: &Rubric, reading: &Reading) -> String {
        let mut out = String::new();
        for ReadAs { typed, read } in &reading.read_as {
            let _ = writeln!(out, "read `{typed}` as `{read}`");
        }
        for (c, clause) in reading.clauses.iter().enumerate() {
            let about: Vec<&str> =
                clause.about.iter().map(|&s| rubric.subjects[s].name.as_str()).collect();
            let named = if clause.explicit { "" } else { " (as before)" };
            let about = if about.is_empty() { "-".to_owned() } else { about.join(" and ") + named };
            let _ = writeln!(out, "clause {}, about {about}", c + 1);
            let _ = write!(out, "   ");
            for i in clause.tokens.clone() {
                let not = if reading.denied[i] { "¬" } else { "" };
                let text = reading.tokens[i].text.replace('\n', "⏎");
                let _ = write!(out, " {not}{text}");
                for hit in reading.hits.iter().filter(|hit| hit.tokens.end == i + 1) {
                    let opposite = if hit.opposite { "¬" } else { "" };
                    let ids = hit.entries.iter().map(|&e| self.lexicon.entries[e].id.as_str());
                    let ids = ids.collect::<Vec<_>>().join("|");
                    let _ = write!(out, "[{opposite}{ids}]");
                }
            }
            out.push('\n');
            if let Some(why) = clause.suspended {
                let _ = writeln!(out, "    counts for nothing: {why}");
            }
        }
        let concepts = rubric.concepts.iter().map(|c| ("concept", &c.id, &c.say));
        let traps = rubric.misconceptions.iter().map(|m| ("trap", &m.id, &m.say));
        for (what, id, say) in concepts.chain(traps) {
            let _ = writeln!(out, "{what} {id}");
            for say in say {
                let clauses = |affirmed| {
                    let found = self.find(say, affirmed, reading);
                    let found: Vec<String> =
                        found.iter().map(|f| (f.clause + 1).to_string()).collect();
                    if found.is_empty() { "nowhere".to_owned() } else { found.join(", ") }
                };
                let _ = writeln!(
                    out,
                    "    {}: in clause {}; the opposite {}",
                    say.written,
                    clauses(say.affirmed),
                    clauses(!say.affirmed)
                );
            }
        }
        out
    }
}

//! The verdicts of two runs side by side.

use std::fmt::Write as _;

use super::table::{Style, wrapped};
use crate::run::Run;
use crate::verdicts::{Agreement, held};

/// Whether a claim that holds in one of the runs does not hold in the other, or a verdict has
/// changed since a comparison has turned round.
pub fn contradicts(old: &Run, new: &Run) -> bool {
    held(old, new).iter().any(|held| held.agreement == Agreement::Contradicts)
}

/// A line for each claim; nothing if the runs have no claim in common.
pub fn agreement(old: &Run, new: &Run, style: &Style) -> String {
    let all = held(old, new);
    if all.is_empty() {
        return String::new();
    }
    let mut out = format!("\nVerdicts\n{:18} {:17} {:17} two runs\n", "", "old", "new");
    for held in &all {
        let word = match held.agreement {
            Agreement::Same => "agree",
            Agreement::TooClose => "too close to call",
            Agreement::Contradicts => "CONTRADICT",
        };
        let _ =
            writeln!(out, "{:18} {:17} {:17} {word}", held.id, held.old.word(), held.new.word());
        let mut more = Vec::new();
        if held.close > 0 {
            more.push(format!("{} of {} comparisons too close to call", held.close, held.made));
        }
        if !held.turned.is_empty() {
            more.push(format!("{} of {} turned round", held.turned.len(), held.made));
        }
        if !more.is_empty() {
            let _ = writeln!(out, "{:18} {}", "", more.join(", "));
        }
        for (then, now) in &held.turned {
            let _ = writeln!(out, "{}", wrapped(then, "  old: ", style.width));
            let _ = writeln!(out, "{}", wrapped(now, "  new: ", style.width));
        }
    }
    let number = |agreement| all.iter().filter(|held| held.agreement == agreement).count();
    let sum = format!(
        "{} verdicts: {} agree, {} differ in what is too close to call, {} contradict each other",
        all.len(),
        number(Agreement::Same),
        number(Agreement::TooClose),
        number(Agreement::Contradicts)
    );
    let _ = writeln!(out, "\n{}", wrapped(&sum, "", style.width));
    out
}

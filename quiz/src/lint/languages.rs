//! What a learner who chose Korean would read in English.

use crate::bank::{Bank, Kind, Next, Question, Text};
use crate::finding::{Finding, Place};

/// Every text that is in English only, although it has words to translate: what is made of code,
/// numbers or recorded lines is the same in both languages.
pub(super) fn untranslated(bank: &Bank) -> Vec<Finding> {
    let mut findings = Vec::new();
    for question in &bank.questions {
        for (key, text, place) in texts(question) {
            if text.ko.is_none() && has_words(&text.en) && !is_recorded(question, key, &text.en) {
                let message = format!(
                    "`{}`: its `{key}` is in English only; write `{{ en = \"…\", ko = \"…\" }}`",
                    question.id
                );
                findings.push(Finding::at(place, message));
            }
        }
    }
    findings
}

/// Everything of a question that a learner reads.
fn texts(question: &Question) -> Vec<(&'static str, &Text, &Place)> {
    let at = &question.place;
    let mut all =
        vec![("prompt", &question.prompt, at), ("explanation", &question.explanation, at)];
    all.extend(question.hints.iter().map(|hint| ("hint", hint, at)));
    all.extend(question.model().map(|model| ("model", model, at)));
    for followup in &question.followups {
        if let Next::Ask { ask, model } = &followup.next {
            all.extend([("ask", ask, &followup.place), ("model", model, &followup.place)]);
        }
    }
    for choice in question.kind.choices().unwrap_or_default() {
        all.extend([("text", &choice.text, &choice.place), ("why", &choice.why, &choice.place)]);
    }
    match &question.kind {
        Kind::Short(key) | Kind::Fill(key) => {
            all.extend(key.traps.iter().map(|trap| ("why", &trap.why, &trap.place)));
        }
        Kind::Order(sequence) => {
            all.extend(sequence.items.iter().map(|item| ("text", &item.text, &item.place)));
            all.extend(sequence.before.iter().map(|rule| ("why", &rule.why, &rule.place)));
        }
        Kind::Match(pairs) => {
            for pair in pairs {
                let texts = [("left", &pair.left), ("right", &pair.right), ("why", &pair.why)];
                all.extend(texts.map(|(key, text)| (key, text, &pair.place)));
            }
        }
        Kind::Free(rubric) => {
            for concept in &rubric.concepts {
                let texts = [("label", &concept.label), ("hint", &concept.hint)];
                all.extend(texts.map(|(key, text)| (key, text, &concept.place)));
            }
            all.extend(rubric.misconceptions.iter().map(|m| ("fix", &m.fix, &m.place)));
        }
        Kind::Single(_) | Kind::Several(_) | Kind::Foresee(_) | Kind::Generated(_) => {}
    }
    all
}

/// Whether something is left of it without code and names.
fn has_words(text: &str) -> bool {
    let prose = text.split('`').step_by(2);
    prose.flat_map(|piece| piece.split(|c: char| !(c.is_alphanumeric() || c == '_'))).any(is_word)
}

/// `writes`, but not `EAGAIN`, `PIPE_BUF`, `x`, `KiB` or `3rd`.
fn is_word(word: &str) -> bool {
    word.chars().count() > 1
        && word.chars().all(char::is_alphabetic)
        && word.chars().skip(1).all(char::is_lowercase)
}

/// Whether it is, or imitates, what a scene prints.
fn is_recorded(question: &Question, key: &str, text: &str) -> bool {
    let line = text.replace('`', "");
    let stands = || question.evidence.iter().any(|e| e.line.contains(line.trim()));
    key == "text" && (matches!(question.kind, Kind::Foresee(_)) || stands())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_need_a_translation() {
        for text in ["It waits.", "`read` waits", "two bytes", "`x`. And `y`.", "waits"] {
            assert!(has_words(text), "{text}");
        }
        let same = ["A", "`read` = 0", "65,536", "EAGAIN", "`SIGKILL` → SIGTERM", "2 KiB"];
        for text in same.into_iter().chain(["```\nit waits\n```"]) {
            assert!(!has_words(text), "{text}");
        }
    }
}

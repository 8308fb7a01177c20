//! Comparing a typed word, name or number with what is accepted.

use super::names;
use super::quantity::Quantity;
use super::squash;
use crate::text;

/// Words that say nothing in a short answer.
const FILLERS: &[&str] = &[
    "a",
    "an",
    "the",
    "it",
    "its",
    "is",
    "are",
    "was",
    "will",
    "be",
    "i",
    "think",
    "with",
    "by",
    "get",
    "gets",
    "return",
    "returns",
    "print",
    "prints",
    "say",
    "says",
    "call",
    "called",
    "fails",
    "about",
    "approximately",
    "exactly",
    "just",
    "error",
    "signal",
    "errno",
    "answer",
    "약",
    "정확히",
    "정답은",
    "답은",
];

/// What a Korean sentence of one word ends in.
const ENDINGS: &[&str] = &["입니다", "이에요", "이다", "예요", "이요", "에요", "요", "임"];

/// Whether `given` says the same as `accepted`.
pub(super) fn same(accepted: &str, given: &str) -> bool {
    let accepted_forms = forms(accepted);
    let given_forms = forms(given);
    for accepted in &accepted_forms {
        for given in &given_forms {
            let (a, b) = (squash(accepted), squash(given));
            if !a.is_empty() && (a == b || names::same(&a, &b)) {
                return true;
            }
            let amounts = Quantity::read(accepted).zip(Quantity::read(given));
            if amounts.is_some_and(|(a, b)| a.same(b)) {
                return true;
            }
        }
    }
    // Nothing but marks, such as `|`: only they can be compared.
    squash(accepted).is_empty() && accepted.trim() == given.trim()
}

/// Whether two lists have the same entries in the same order. What stands between them does not
/// matter, and nothing need to where every entry is one letter or digit: `c a b` is `cab`.
pub(super) fn same_list(accepted: &str, given: &str) -> bool {
    let entries = |text: &str| -> Vec<String> {
        let folded = text::folded(text);
        let words = folded.split(|c: char| !c.is_alphanumeric() && !"-_+".contains(c));
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let (accepted, given) = (entries(accepted), entries(given));
    let alike = |(a, b): (&String, &String)| same(a, b);
    let single = |all: &[String]| all.iter().all(|entry| entry.chars().count() == 1);
    accepted.len() == given.len() && accepted.iter().zip(&given).all(alike)
        || single(&accepted) && given.len() == 1 && given.concat() == accepted.concat()
}

/// The comparable text as it is, without fillers, and without a Korean ending.
fn forms(text: &str) -> Vec<String> {
    let folded = text::folded(text);
    let folded = folded.replace(['`', '"', '\'', '(', ')', '[', ']', '?', '!', ':'], " ");
    let folded = folded.trim().trim_end_matches(['.', ',', ';']).trim();
    let folded = without_manual_section(text, folded);
    let mut forms = vec![folded.clone()];
    let bare: Vec<&str> = folded
        .split_whitespace()
        .filter(|word| !FILLERS.contains(&word.trim_matches([',', '.', '='])) && *word != "=")
        .collect();
    if !bare.is_empty() {
        forms.push(bare.join(" "));
    }
    for form in forms.clone() {
        for ending in ENDINGS {
            if let Some(stem) = form.strip_suffix(ending).filter(|stem| !stem.trim().is_empty()) {
                forms.push(stem.trim().to_owned());
                break;
            }
        }
    }
    forms.dedup();
    forms
}

/// `mkfifo(3)` and `mkfifo()` mean `mkfifo`; the brackets are already gone from `folded`.
fn without_manual_section(original: &str, folded: &str) -> String {
    let Some((name, behind)) = original.trim().trim_matches('`').split_once('(') else {
        return folded.to_owned();
    };
    let section = behind.trim_end_matches(['.', ';', '`', ' ']).trim_end_matches(')');
    let is_section = section.len() <= 2 && section.starts_with(|c: char| ('1'..='9').contains(&c));
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if is_name && is_section { text::folded(name) } else { folded.to_owned() }
}

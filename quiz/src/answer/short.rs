//! Comparing a typed word, name or number with what is accepted.

use super::quantity::{self, Quantity};
use super::squash;
use super::{korean, names};
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
    "still",
    "total",
    "error",
    "signal",
    "errno",
    "answer",
    "약",
    "총",
    "모두",
    "전부",
    "정확히",
    "여전히",
    "그대로",
    "정답은",
    "답은",
    "값은",
    "결과는",
    "받고",
    "의해",
];

/// The same in Korean, with any particle.
const NOUNS: &[&str] = &["오류", "에러", "시그널", "신호", "오류코드", "에러코드"];

/// The same, with any ending: "EAGAIN을 돌려줍니다", "SIGPIPE로 죽는다".
const PREDICATES: &[&str] = &[
    "돌려주",
    "반환",
    "리턴",
    "받",
    "얻",
    "나",
    "나오",
    "생기",
    "발생",
    "실패",
    "출력",
    "보",
    "보이",
    "되",
    "죽",
    "끝나",
    "종료",
    "깨어나",
    "알리",
    "거절",
];

/// What a Korean sentence of one word ends in.
const ENDINGS: &[&str] = &["입니다", "이에요", "이다", "예요", "이요", "에요", "요", "임"];

/// What leads from one entry of a list to the next.
const THEN: &[&str] = &["and", "then", "그리고", "그다음", "다음", "다음에"];

/// Whether `given` says the same as `accepted`.
pub(super) fn same(accepted: &str, given: &str) -> bool {
    let (accepted_forms, given_forms) = (forms(accepted), forms(given));
    for accepted in &accepted_forms {
        for given in &given_forms {
            // Not of a stem: `이하` without its `하` would turn no number.
            let amounts = Quantity::read(accepted).zip(Quantity::answered(given));
            if amounts.is_some_and(|(a, b)| a.same(b))
                || quantity::is_none(accepted) && quantity::is_none(given)
            {
                return true;
            }
        }
    }
    let squashed = |forms: &[String]| -> Vec<String> {
        forms.iter().flat_map(|form| [squash(form), squash(&korean::stemmed(form))]).collect()
    };
    let given_squashed = squashed(&given_forms);
    for a in squashed(&accepted_forms).iter().filter(|a| !a.is_empty()) {
        if given_squashed.iter().any(|b| a == b || names::same(a, b)) {
            return true;
        }
    }
    // Nothing but marks, such as `|`: only they can be compared.
    squash(accepted).is_empty() && accepted.trim() == given.trim()
}

/// Whether two lists have the same entries in the same order. What stands between them does not
/// matter, and nothing need to where every entry is one letter or digit: `c a b` is `cab`. An entry
/// may have several words where commas part them: `7 bytes, 8 bytes`.
pub(super) fn same_list(accepted: &str, given: &str) -> bool {
    let folded = text::folded(given);
    let between = |c: char| !c.is_alphanumeric() && !"-_+".contains(c);
    let accepted = entries(&text::folded(accepted), between);
    let alike = |(a, b): (&String, &String)| same(a, b);
    let all =
        |given: &[String]| accepted.len() == given.len() && accepted.iter().zip(given).all(alike);
    let words = entries(&folded, between);
    let single = |all: &[String]| all.iter().all(|entry| entry.chars().count() == 1);
    all(&words)
        || all(&entries(&folded, |c| ",;/\n".contains(c)))
        || single(&accepted) && words.len() == 1 && words.concat() == accepted.concat()
}

/// The entries of a list, without what leads from one to the next.
fn entries(list: &str, between: impl Fn(char) -> bool) -> Vec<String> {
    let led = |entry: &str| -> String {
        let words = entry.split_whitespace();
        let words = words.skip_while(|word| THEN.contains(word));
        words.collect::<Vec<_>>().join(" ")
    };
    list.split(between).map(led).filter(|entry| !entry.is_empty()).collect()
}

/// The comparable text as it is, without fillers, and without a Korean ending.
fn forms(text: &str) -> Vec<String> {
    let folded = text::folded(text);
    let folded = folded.replace(['`', '"', '\'', '(', ')', '[', ']', '?', '!', ':'], " ");
    let folded = folded.trim().trim_end_matches(['.', ',', ';']).trim();
    let folded = without_manual_section(text, folded);
    let mut forms = vec![folded.clone(), without_fillers(&folded)];
    for form in forms.clone() {
        for ending in ENDINGS {
            if let Some(stem) = form.strip_suffix(ending).filter(|stem| !stem.trim().is_empty()) {
                forms.extend([stem.trim().to_owned(), without_fillers(stem)]);
                break;
            }
        }
    }
    forms.sort();
    forms.dedup();
    forms
}

/// The words that say something; all of them if none does.
fn without_fillers(text: &str) -> String {
    let said = |word: &&str| {
        let bare = word.trim_matches([',', '.', '=']);
        *word != "="
            && !FILLERS.contains(&bare)
            // Behind what stood in marks: "`EAGAIN`을".
            && !korean::PARTICLES.contains(&bare)
            && !korean::bare_nouns(bare).any(|noun| NOUNS.contains(&noun))
            && !korean::stem(bare)
                .is_some_and(|stem| NOUNS.iter().chain(PREDICATES).any(|filler| *filler == stem))
    };
    let words: Vec<&str> = text.split_whitespace().filter(said).map(korean::bare_name).collect();
    if words.is_empty() { text.to_owned() } else { words.join(" ") }
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

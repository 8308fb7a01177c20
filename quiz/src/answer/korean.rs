//! Korean endings: what `막힌다`, `막힙니다`, `막혀요`, `막혔다` and `막힘` have in common.

use crate::text::{is_hangul, parts, syllable};

/// Particles behind a name or a number: `EAGAIN을`, `SIGPIPE로`. None that says more, such as `만`.
pub(super) const PARTICLES: &[&str] =
    &["이라는", "라는", "으로", "로", "을", "를", "이", "가", "은", "는", "에"];

/// Finals, in the order of Unicode.
const N: u32 = 4;
const L: u32 = 8;
const M: u32 = 16;
const B: u32 = 17;
const SS: u32 = 20;

/// The vowel of a stem fuses with the `어` of its ending: 막히어 is 막혀.
const FUSED: &[(&str, &str)] = &[("ㅕ", "ㅣ"), ("ㅘ", "ㅗ"), ("ㅝ", "ㅜ"), ("ㅙ", "ㅚ")];
const VOWELS: &str = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";

/// `EAGAIN을` without its particle. Of Hangul only the object's: another syllable may be the word's own.
pub(super) fn bare_name(word: &str) -> &str {
    let latin = |name: &str| name.ends_with(|c: char| c.is_ascii_alphanumeric());
    let bare =
        PARTICLES.iter().filter_map(|particle| Some((word.strip_suffix(particle)?, particle)));
    let mut bare = bare.filter(|(name, particle)| {
        latin(name) || !name.is_empty() && ["을", "를"].contains(*particle)
    });
    bare.next().map_or(word, |(name, _)| name)
}

/// `오류가` without its particle, where it is known that a noun stands there.
pub(super) fn bare_nouns(word: &str) -> impl Iterator<Item = &str> {
    PARTICLES.iter().filter_map(|particle| word.strip_suffix(particle)).chain([word])
}

/// A predicate without its ending, and a noun without the 하다 or 되다 that makes it one. Tense and
/// politeness do not matter; what is denied stays so. `None` for what is not Korean.
pub(super) fn stem(word: &str) -> Option<String> {
    if word.is_empty() || !word.chars().all(is_hangul) {
        return None;
    }
    let declared = ["습니다", "는다", "음"].iter().find_map(|ending| cut(word, ending));
    let declared = declared
        .or_else(|| cut(word, "니다").and_then(|stem| without_final(&stem, B)))
        .or_else(|| cut(word, "다").and_then(|stem| without_final(&stem, N)))
        .or_else(|| cut(word, "다"))
        .or_else(|| without_final(word, M));
    let stem = declared.unwrap_or_else(|| {
        let word = cut(word, "요").unwrap_or_else(|| word.to_owned());
        ["어", "아"].iter().find_map(|ending| cut(&word, ending)).unwrap_or_else(|| unfused(&word))
    });
    let stem = present(&stem);
    let noun = ["하", "되"].iter().find_map(|made| cut(&stem, made));
    Some(noun.unwrap_or(stem))
}

/// Text whose last word is a [`stem`]; as it is if that is not Korean.
pub(super) fn stemmed(text: &str) -> String {
    let (lead, last) = text.rsplit_once(' ').unwrap_or(("", text));
    stem(last).map_or_else(|| text.to_owned(), |stem| format!("{lead} {stem}").trim().to_owned())
}

/// `word` without `ending`, unless nothing would be left.
fn cut(word: &str, ending: &str) -> Option<String> {
    word.strip_suffix(ending).filter(|stem| !stem.is_empty()).map(str::to_owned)
}

/// `막힙` without its ㅂ.
fn without_final(word: &str, last: u32) -> Option<String> {
    let c = word.chars().last()?;
    let (initial, vowel, _) = parts(c).filter(|&(.., end)| end == last)?;
    Some(with_last(word, syllable(initial, vowel, 0)))
}

/// `막혔` and `죽었` as they are in the present: 막히, 죽. `있` and `겠` are no past.
fn present(stem: &str) -> String {
    if let Some(stem) = ["었", "았"].iter().find_map(|past| cut(stem, past)) {
        return stem;
    }
    let Some(open) = without_final(stem, SS) else { return stem.to_owned() };
    if ["이", "게"].iter().any(|own| open.ends_with(own)) {
        return stem.to_owned();
    }
    unfused(&open)
}

/// `막혀` as it stands in a dictionary: 막히.
fn unfused(word: &str) -> String {
    for (fused, plain) in [("해", "하"), ("써", "쓰")] {
        if let Some(lead) = word.strip_suffix(fused) {
            return format!("{lead}{plain}");
        }
    }
    // 르 doubles its ㄹ: 다르어 is 달라.
    let lead = ["라", "러"].iter().find_map(|end| word.strip_suffix(end));
    if let Some(open) = lead.and_then(|lead| without_final(lead, L)) {
        return format!("{open}르");
    }
    let Some((initial, vowel, 0)) = word.chars().last().and_then(parts) else {
        return word.to_owned();
    };
    let number = |name: &str| VOWELS.find(name).map_or(0, |at| at / name.len());
    let plain = FUSED.iter().find(|(fused, _)| number(fused) == vowel as usize);
    plain.map_or_else(
        || word.to_owned(),
        |(_, plain)| with_last(word, syllable(initial, number(plain) as u32, 0)),
    )
}

fn with_last(word: &str, last: char) -> String {
    let mut chars: Vec<char> = word.chars().collect();
    chars.pop();
    chars.push(last);
    chars.into_iter().collect()
}

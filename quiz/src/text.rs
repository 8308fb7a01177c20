//! Text as people type it, made comparable by fixed tables: no locale, no Unicode library whose
//! next version compares differently.

/// The longest answer that is read, in code points. What is beyond is ignored.
pub const LONGEST: usize = 4000;

/// A character of the comparable text, and where in the original it comes from (in code points).
pub type Folded = (char, usize);

/// Lower-cases ASCII and Latin-1, composes Hangul from jamo of either kind, and replaces full-width
/// forms, ligatures, superscripts, typographic quotes, dashes and spaces by their plain forms.
/// Zero-width characters vanish.
#[must_use]
pub fn fold(text: &str) -> Vec<Folded> {
    let mut folded: Vec<Folded> = Vec::new();
    let mut raised = false;
    for (at, c) in text.chars().take(LONGEST).enumerate() {
        if let Some(digit) = superscript(c) {
            // `2¹⁶` is 2^16: one mark before the first of them.
            let goes_on = std::mem::replace(&mut raised, true);
            if !goes_on && folded.last().is_some_and(|&(c, _)| c.is_ascii_digit()) {
                folded.push(('^', at));
            }
            folded.push((digit, at));
            continue;
        }
        raised = false;
        folded.extend(plain(c).map(|c| (c, at)));
    }
    compose(&folded)
}

/// [`fold`] without the origins.
#[must_use]
pub fn folded(text: &str) -> String {
    fold(text).into_iter().map(|(c, _)| c).collect()
}

fn superscript(c: char) -> Option<char> {
    match c {
        '¹' => Some('1'),
        '²' => Some('2'),
        '³' => Some('3'),
        '⁰' | '⁴'..='⁹' => char::from_digit(c as u32 - 0x2070, 10),
        _ => None,
    }
}

fn plain(c: char) -> impl Iterator<Item = char> {
    let several = match c {
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        '…' => "...",
        '≤' => "<=",
        '≥' => ">=",
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => "",
        _ => return Iter::One(Some(one(c))),
    };
    Iter::More(several.chars())
}

fn one(c: char) -> char {
    match c {
        'A'..='Z' => c.to_ascii_lowercase(),
        'À'..='Ö' | 'Ø'..='Þ' => char::from_u32(c as u32 + 0x20).unwrap_or(c),
        '\u{ff01}'..='\u{ff5e}' => one(char::from_u32(c as u32 - 0xfee0).unwrap_or(c)),
        '\u{3000}' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' => ' ',
        '\u{2028}' | '\u{2029}' | '\r' => '\n',
        '‘' | '’' | '‚' | '′' | '´' => '\'',
        '“' | '”' | '„' | '″' | '«' | '»' | '「' | '」' => '"',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
        '⇒' | '⟶' | '➔' | '➜' | '⟹' => '→',
        'µ' | 'μ' => 'u',
        '×' => '*',
        _ => c,
    }
}

enum Iter {
    One(Option<char>),
    More(std::str::Chars<'static>),
}

impl Iterator for Iter {
    type Item = char;
    fn next(&mut self) -> Option<char> {
        match self {
            Iter::One(c) => c.take(),
            Iter::More(chars) => chars.next(),
        }
    }
}

// Hangul: Unicode Standard, section 3.12. A syllable is base + (initial * 21 + vowel) * 28 + final.
const BASE: u32 = 0xac00;
const INITIALS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const VOWELS: &str = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";
const FINALS: &str = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";

fn index(of: char, among: &str) -> Option<u32> {
    if !('ㄱ'..='ㅣ').contains(&of) {
        return None;
    }
    among.chars().position(|c| c == of).and_then(|at| u32::try_from(at).ok())
}

fn initial(c: char) -> Option<u32> {
    match c {
        '\u{1100}'..='\u{1112}' => Some(c as u32 - 0x1100),
        _ => index(c, INITIALS),
    }
}

fn vowel(c: char) -> Option<u32> {
    match c {
        '\u{1161}'..='\u{1175}' => Some(c as u32 - 0x1161),
        _ => index(c, VOWELS),
    }
}

/// Counted from 1: 0 is a syllable without a final.
fn last(c: char) -> Option<u32> {
    match c {
        '\u{11a8}'..='\u{11c2}' => Some(c as u32 - 0x11a7),
        _ => index(c, FINALS).map(|at| at + 1),
    }
}

/// Joins jamo to syllables. A consonant before a vowel begins the next syllable, as on a keyboard.
fn compose(chars: &[Folded]) -> Vec<Folded> {
    let at = |i: usize| chars.get(i).map(|&(c, _)| c);
    let mut composed = Vec::with_capacity(chars.len());
    let mut i = 0;
    while let Some(&(c, origin)) = chars.get(i) {
        let open = match (initial(c), at(i + 1).and_then(vowel)) {
            (Some(initial), Some(vowel)) => Some((BASE + (initial * 21 + vowel) * 28, 2)),
            // A composed syllable without a final takes one that follows in the conjoining form.
            _ if is_open(c)
                && at(i + 1).is_some_and(|c| ('\u{11a8}'..='\u{11c2}').contains(&c)) =>
            {
                Some((c as u32, 1))
            }
            _ => None,
        };
        let Some((mut syllable, mut used)) = open else {
            composed.push((c, origin));
            i += 1;
            continue;
        };
        let starts_next = at(i + used + 1).is_some_and(|c| vowel(c).is_some());
        if let Some(last) = at(i + used).and_then(last).filter(|_| !starts_next) {
            syllable += last;
            used += 1;
        }
        composed.push((char::from_u32(syllable).unwrap_or(c), origin));
        i += used;
    }
    composed
}

fn is_open(c: char) -> bool {
    is_hangul(c) && (c as u32 - BASE).is_multiple_of(28)
}

/// Whether this is a composed Hangul syllable.
#[must_use]
pub fn is_hangul(c: char) -> bool {
    ('\u{ac00}'..='\u{d7a3}').contains(&c)
}

/// A syllable as the numbers of its initial, vowel and final; 0 is no final.
pub(crate) fn parts(c: char) -> Option<(u32, u32, u32)> {
    is_hangul(c).then(|| {
        let n = c as u32 - BASE;
        (n / 28 / 21, n / 28 % 21, n % 28)
    })
}

/// The reverse of [`parts`].
pub(crate) fn syllable(initial: u32, vowel: u32, last: u32) -> char {
    char::from_u32(BASE + (initial * 21 + vowel) * 28 + last).unwrap_or('?')
}

/// Two-set keyboard: the Latin letter on the key that types this jamo, for people whose input
/// method is on when a single letter is asked for.
#[must_use]
pub fn key_of_jamo(c: char) -> char {
    match c {
        'ㅁ' => 'a',
        'ㅠ' => 'b',
        'ㅊ' => 'c',
        'ㅇ' => 'd',
        'ㄷ' => 'e',
        'ㄹ' => 'f',
        'ㅎ' => 'g',
        'ㅗ' => 'h',
        'ㄴ' => 's',
        'ㅂ' => 'q',
        'ㅛ' => 'y',
        'ㅜ' => 'n',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keyboards_make_of_the_same_text() {
        for (typed, meant) in [
            ("ＳＩＧＰＩＰＥ", "sigpipe"),
            ("\u{1111}\u{1161}\u{110b}\u{1175}\u{1111}\u{1173}", "파이프"),
            ("\u{110c}\u{116e}\u{11bc}", "중"),
            ("ㅍㅏㅇㅣㅍㅡ", "파이프"),
            ("ㅅㅔㅁㅏㅍㅗㅇㅓ", "세마포어"),
            ("ㄱㅏㅂㅅ", "갑ㅅ"),
            ("중\u{200b}단", "중단"),
            ("ㅁ", "ㅁ"),
            ("2¹⁶", "2^16"),
            ("a\u{2060} → b ⇒ c", "a → b → c"),
            ("don’t", "don't"),
            ("ÀÉ", "àé"),
            ("64 KiB", "64 kib"),
        ] {
            assert_eq!(folded(typed), meant, "{typed}");
        }
    }

    #[test]
    fn every_character_knows_where_it_comes_from() {
        let origins: Vec<usize> = fold("ﬁ\u{200b}ㅍㅏx").into_iter().map(|(_, at)| at).collect();
        assert_eq!(origins, [0, 0, 2, 4]);
    }
}

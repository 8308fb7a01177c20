//! Numbers with units: `65536`, `65,536 bytes`, `64 KiB`, `2^16`, `0x10000`, `64킬로바이트`.

use super::korean;

/// A number of something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quantity {
    /// In the base unit: bytes, seconds; or just a number.
    value: f64,
    of: Of,
    /// `64k`: a thousand or 1024, of what the other side says.
    bare_prefix: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Of {
    Number,
    Bytes,
    Bits,
    Seconds,
}

const UNITS: &[(&str, Of, f64)] = &[
    ("b", Of::Bytes, 1.0),
    ("byte", Of::Bytes, 1.0),
    ("bytes", Of::Bytes, 1.0),
    ("바이트", Of::Bytes, 1.0),
    ("kb", Of::Bytes, 1024.0),
    ("kib", Of::Bytes, 1024.0),
    ("kbyte", Of::Bytes, 1024.0),
    ("kbytes", Of::Bytes, 1024.0),
    ("kilobyte", Of::Bytes, 1024.0),
    ("kilobytes", Of::Bytes, 1024.0),
    ("kibibytes", Of::Bytes, 1024.0),
    ("킬로바이트", Of::Bytes, 1024.0),
    ("mb", Of::Bytes, 1_048_576.0),
    ("mib", Of::Bytes, 1_048_576.0),
    ("megabyte", Of::Bytes, 1_048_576.0),
    ("megabytes", Of::Bytes, 1_048_576.0),
    ("킬로", Of::Bytes, 1024.0),
    ("키비바이트", Of::Bytes, 1024.0),
    ("메가바이트", Of::Bytes, 1_048_576.0),
    ("gb", Of::Bytes, 1_073_741_824.0),
    ("gib", Of::Bytes, 1_073_741_824.0),
    ("기가바이트", Of::Bytes, 1_073_741_824.0),
    ("bit", Of::Bits, 1.0),
    ("bits", Of::Bits, 1.0),
    ("비트", Of::Bits, 1.0),
    ("s", Of::Seconds, 1.0),
    ("sec", Of::Seconds, 1.0),
    ("second", Of::Seconds, 1.0),
    ("seconds", Of::Seconds, 1.0),
    ("초", Of::Seconds, 1.0),
    ("ms", Of::Seconds, 1e-3),
    ("millisecond", Of::Seconds, 1e-3),
    ("milliseconds", Of::Seconds, 1e-3),
    ("밀리초", Of::Seconds, 1e-3),
    ("us", Of::Seconds, 1e-6),
    ("microsecond", Of::Seconds, 1e-6),
    ("microseconds", Of::Seconds, 1e-6),
    ("마이크로초", Of::Seconds, 1e-6),
    ("ns", Of::Seconds, 1e-9),
    ("nanosecond", Of::Seconds, 1e-9),
    ("nanoseconds", Of::Seconds, 1e-9),
    ("나노초", Of::Seconds, 1e-9),
    ("min", Of::Seconds, 60.0),
    ("minute", Of::Seconds, 60.0),
    ("minutes", Of::Seconds, 60.0),
    ("분", Of::Seconds, 60.0),
];

const WORDS: &[(&str, f64)] = &[
    ("zero", 0.0),
    ("one", 1.0),
    ("once", 1.0),
    ("two", 2.0),
    ("twice", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("제로", 0.0),
    ("영", 0.0),
    ("하나", 1.0),
    ("한", 1.0),
    ("둘", 2.0),
    ("두", 2.0),
    ("셋", 3.0),
    ("세", 3.0),
    ("넷", 4.0),
    ("네", 4.0),
    ("다섯", 5.0),
    ("여섯", 6.0),
    ("일곱", 7.0),
    ("여덟", 8.0),
    ("아홉", 9.0),
    ("열", 10.0),
];

/// What Korean counts with, right behind the word for the number: `세번`, `두개`.
const COUNTERS: &[&str] = &[
    "번",
    "번째",
    "개",
    "회",
    "차례",
    "명",
    "줄",
    "장",
    "쪽",
    "가지",
    "바이트",
    "페이지",
    "프로세스",
];

/// Words that turn a number into something else: `2 or 3`, `not 2`, `more than 4096`.
const TURNS: &[&str] = &[
    "or", "and", "not", "to", "than", "more", "less", "over", "under", "below", "above", "least",
    "most", "per", "times", "minus", "plus", "또는",
];

/// The same in Korean, where they are bent: `80000보다 작다`, `2개가 아닙니다`.
const KOREAN_TURNS: &[&str] = &[
    "보다", "이상", "이하", "초과", "미만", "아니", "아닌", "아님", "아닙", "않", "넘", "최소",
    "최대", "빼", "혹은", "마다", "사이",
];

/// The same where they are words of their own.
const KOREAN_TURNING_WORDS: &[&str] = &["안", "못", "배", "당", "씩"];

/// Answers that mean zero where a number is asked for.
const NONE: &[&str] = &[
    "none", "never", "nothing", "nobody", "no one", "not any", "no bytes", "no pages", "no lines",
    "no times", "없",
];

/// What such an answer begins with, and what has to follow in Korean.
const NOT_ONE: &[&str] = &["not once", "not one", "not a single"];
const KOREAN_NOT_ONE: &[&str] = &[
    "한 번도",
    "한번도",
    "하나도",
    "한 개도",
    "한개도",
    "전혀",
    "절대",
    "아무도",
    "아무것도",
    "아무 것도",
];
const DENIALS: &[&str] = &["없", "않", "안", "못"];

/// Korean counts by ten thousands: `8만`.
const MYRIADS: &[(&str, f64)] = &[("억", 1e8), ("만", 1e4), ("천", 1e3)];

impl Quantity {
    /// Reads comparable text: a number, then at most three words that say of what.
    pub(super) fn read(text: &str) -> Option<Quantity> {
        let text = text.trim();
        if NOT_ONE.iter().chain(KOREAN_NOT_ONE).any(|none| text.starts_with(none)) {
            return None;
        }
        // Without what is counted they are no numbers: `네` is a yes.
        if ["한", "두", "세", "네"].contains(&text) {
            return None;
        }
        let (value, rest) = number(text)?;
        let rest = rest.trim();
        let mut words = rest.split_whitespace();
        let first = words.next().unwrap_or("");
        let unit = |word: &str| UNITS.iter().find(|(name, ..)| *name == word);
        if let Some(&(_, of, scale)) = unit(first) {
            return words.next().is_none().then_some(Quantity {
                value: value * scale,
                of,
                bare_prefix: false,
            });
        }
        if first == "k" && words.next().is_none() {
            return Some(Quantity { value, of: Of::Number, bare_prefix: true });
        }
        let counts = rest.split_whitespace().count() <= 3
            && !rest.contains(|c: char| c.is_ascii_digit() || "-+*/^=<>%,.;".contains(c))
            && !rest.split_whitespace().any(|w| TURNS.contains(&w) && w != "times")
            && !KOREAN_TURNS.iter().any(|turn| rest.contains(turn))
            && !rest.split_whitespace().any(|w| KOREAN_TURNING_WORDS.contains(&w))
            && !rest.split_whitespace().any(|w| unit(w).is_some() || plain_number(w).is_some());
        counts.then_some(Quantity { value, of: Of::Number, bare_prefix: false })
    }

    /// The same of an answer, which may say `none` where a number is accepted.
    pub(super) fn answered(text: &str) -> Option<Quantity> {
        let zero = Quantity { value: 0.0, of: Of::Number, bare_prefix: false };
        if is_none(text) { Some(zero) } else { Quantity::read(text) }
    }

    /// Whether both are the same amount. A number without a unit is one of the other's base unit.
    pub(super) fn same(self, other: Quantity) -> bool {
        if self.of != other.of && self.of != Of::Number && other.of != Of::Number {
            return false;
        }
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
        let values = |it: Quantity, with: Of| match (it.bare_prefix, with) {
            (false, _) => vec![it.value],
            (true, Of::Bytes) => vec![it.value * 1024.0],
            (true, _) => vec![it.value * 1024.0, it.value * 1000.0],
        };
        values(self, other.of).iter().any(|&a| values(other, self.of).iter().any(|&b| close(a, b)))
    }
}

/// Whether an answer says that there is none of what is asked for.
pub(super) fn is_none(text: &str) -> bool {
    let text = text.trim();
    let stem = korean::stemmed(text);
    if NONE.iter().any(|none| *none == text || *none == stem) {
        return true;
    }
    // `not one but two` goes on.
    let behind = |starts: &[&str]| starts.iter().find_map(|start| text.strip_prefix(start));
    if let Some(rest) = behind(NOT_ONE) {
        return rest.split_whitespace().count() <= 1;
    }
    let Some(rest) = behind(KOREAN_NOT_ONE) else { return false };
    let denied = DENIALS.iter().any(|denial| rest.trim_start().contains(denial));
    // `전혀` is short for a denial; `전혀 모르겠다` says nothing, `하나도 빠짐없이` all.
    (rest.trim().is_empty() || denied)
        && !["모르", "모름", "몰라", "빠짐", "틀림"].iter().any(|no| rest.contains(no))
}

/// A number at the beginning, and what is behind it.
fn number(text: &str) -> Option<(f64, &str)> {
    let minus = ["-", "minus ", "마이너스 "].iter().find_map(|minus| text.strip_prefix(minus));
    let (sign, digits) = match minus {
        Some(rest) => (-1.0, rest.trim_start()),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let (value, rest) = plain_number(digits).or_else(|| sino_digit(digits))?;
    if let Some((rest, times)) =
        MYRIADS.iter().find_map(|(name, times)| Some((rest.strip_prefix(name)?, times)))
    {
        return Some((sign * value * times, rest));
    }
    for (mark, power) in [("**", true), ("^", true), ("*", false)] {
        let Some(behind) = rest.trim_start().strip_prefix(mark) else { continue };
        let (other, rest) = plain_number(behind.trim_start())?;
        return Some((sign * if power { value.powf(other) } else { value * other }, rest));
    }
    Some((sign * value, rest))
}

fn plain_number(text: &str) -> Option<(f64, &str)> {
    if let Some(hex) = text.strip_prefix("0x") {
        let end = hex.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(hex.len());
        let value = u64::from_str_radix(&hex[..end], 16).ok()?;
        return Some((value as f64, &hex[end..]));
    }
    let end = text.find(|c: char| !c.is_ascii_digit() && !",_.".contains(c)).unwrap_or(text.len());
    let written = text[..end].trim_end_matches([',', '.', '_']);
    if written.starts_with(|c: char| c.is_ascii_digit()) {
        let rest = &text[written.len()..];
        if !grouped_by_thousands(written) {
            return None;
        }
        let bare: String = written.chars().filter(|c| !",_".contains(*c)).collect();
        return Some((bare.parse().ok()?, rest));
    }
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let word = &text[..end];
    WORDS.iter().find_map(|&(name, value)| {
        let counted = word.strip_prefix(name)?;
        let whole = counted.is_empty() || COUNTERS.contains(&counted);
        whole.then(|| (value, &text[name.len()..]))
    })
}

/// The `팔` of `팔만`. Alone these syllables mean other things: `이` is this, `일` is work.
fn sino_digit(text: &str) -> Option<(f64, &str)> {
    let digits = "일이삼사오육칠팔구".chars().zip(1..);
    let (digit, value) = digits.into_iter().find(|&(digit, _)| text.starts_with(digit))?;
    let rest = &text[digit.len_utf8()..];
    MYRIADS.iter().any(|(name, _)| rest.starts_with(name)).then_some((f64::from(value), rest))
}

/// `65,536` and `1_000` are numbers; `1,2` is a list.
fn grouped_by_thousands(number: &str) -> bool {
    let whole = number.split('.').next().unwrap_or(number);
    let mut groups = whole.split([',', '_']);
    groups.next().is_some() && groups.all(|group| group.len() == 3)
}

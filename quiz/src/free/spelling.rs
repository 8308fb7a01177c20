//! Slips of the finger: which known word was meant.

use super::korean;

/// Words of everyday English that are one letter from a term of the field. They are themselves.
const PROTECTED: &[&str] = &[
    "lacking",
    "lacked",
    "recursion",
    "border",
    "프로세서",
    "shard",
    "shards",
    "sharded",
    "async",
    "threat",
    "threats",
    "though",
    "through",
    "there",
    "three",
    "where",
    "were",
    "white",
    "while",
    "writer",
    "reader",
    "readers",
    "writers",
    "black",
    "clock",
    "clocks",
    "lack",
    "lacks",
    "stack",
    "slack",
    "naked",
    "names",
    "named",
    "paper",
    "piper",
    "caller",
    "cache",
    "catch",
    "patch",
    "match",
    "batch",
    "great",
    "treat",
    "least",
    "lease",
    "leave",
    "quite",
    "quiet",
    "order",
    "older",
    "other",
    "under",
    "every",
    "event",
    "never",
    "lever",
    "level",
    "local",
    "vocal",
    "focal",
    "stare",
    "store",
    "stored",
    "score",
    "spare",
    "space",
    "trace",
    "track",
    "place",
    "plate",
    "please",
    "close",
    "closed",
    "chose",
    "those",
    "these",
    "whole",
    "phone",
    "alone",
    "along",
    "among",
    "about",
    "above",
    "abort",
    "short",
    "sport",
    "start",
    "state",
    "stale",
    "scale",
    "small",
    "smell",
    "still",
    "skill",
    "basic",
    "basis",
    "based",
    "cased",
    "caused",
    "first",
    "burst",
    "trust",
    "twist",
    "right",
    "light",
    "might",
    "sight",
    "eight",
    "weight",
    "within",
    "without",
    "world",
    "would",
    "could",
    "should",
    "cloud",
    "loud",
    "found",
    "bound",
    "round",
    "sound",
    "around",
    "blocked",
    "locked",
    "locker",
    "docker",
    "blocker",
    "waiter",
    "waited",
    "wanted",
    "granted",
    "greater",
    "creator",
    "creature",
    "process",
    "processor",
    "princess",
    "progress",
    "signed",
    "singed",
    "single",
    "signal",
    "kernel",
    "colonel",
    "number",
    "member",
    "memory",
    "message",
    "massage",
    "passage",
    "package",
    "packet",
    "socket",
    "pocket",
    "rocket",
    "bucket",
    "synchronous",
    "asynchronous",
    "related",
    "unrelated",
    "directed",
    "undirected",
    "named",
    "unnamed",
    "counting",
    "mounting",
    "binary",
    "library",
    "handle",
    "handler",
    "bundle",
    "sender",
    "slender",
    "tender",
    "parent",
    "patent",
    "client",
    "silent",
    "server",
    "sever",
    "severe",
    "serve",
    "switch",
    "stitch",
    "watch",
    "either",
    "neither",
    "whether",
    "weather",
    "later",
    "latter",
    "letter",
    "former",
    "format",
];

/// A known word with its letters, in Korean its jamo.
pub(super) struct Spelt {
    word: String,
    letters: Vec<u32>,
    /// A bit for each letter that it has.
    has: u64,
}

fn has(letters: &[u32]) -> u64 {
    letters.iter().fold(0, |bits, letter| bits | 1 << (letter % 64))
}

impl Spelt {
    pub(super) fn new(word: &str) -> Spelt {
        let letters = korean::jamo(word);
        Spelt { word: word.to_owned(), has: has(&letters), letters }
    }
}

/// Of these words the one that this one was meant to be. At most one slip from five letters, two
/// from nine, one in Korean from three syllables; the first letter is right.
pub(super) fn meant<'w>(word: &str, known: &'w [Spelt]) -> Option<&'w str> {
    let length = word.chars().count();
    let hangul = word.chars().next().is_some_and(crate::text::is_hangul);
    let (allowed, enough) = match (hangul, length) {
        (true, 3..) => (1, 3),
        (false, 9..) => (2, 5),
        (false, 5..) => (1, 5),
        _ => return None,
    };
    if PROTECTED.contains(&word)
        || super::english::is_verb(word)
        || word.chars().any(|c| c.is_ascii_digit() || c == '_')
    {
        return None;
    }
    let given = korean::jamo(word);
    let given_has = has(&given);
    let mut best: Option<(usize, &Spelt)> = None;
    for candidate in known {
        let letters = &candidate.letters;
        if letters.len().abs_diff(given.len()) > allowed
            || letters[0] != given[0]
            // A slip changes two letters at most; this is quicker than to measure.
            || (candidate.has ^ given_has).count_ones() as usize > 2 * allowed
            || candidate.word.chars().count() < enough
            || !hangul && !is_slip(word.as_bytes(), candidate.word.as_bytes())
        {
            continue;
        }
        let distance = distance(&given, letters);
        let better = |(least, other): (usize, &Spelt)| {
            distance < least || (distance == least && letters.len() > other.letters.len())
        };
        if distance <= allowed && best.is_none_or(better) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate.word.as_str())
}

/// Whether a finger may slip so. `possibly` is not `possible`, and `party` not `parts`: another
/// ending makes another word; nor is `fixes` `files`: the keys are too far apart.
fn is_slip(typed: &[u8], meant: &[u8]) -> bool {
    let shorter = typed.len().min(meant.len());
    let prefix = typed.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let suffix = typed.iter().rev().zip(meant.iter().rev());
    let suffix = suffix.take(shorter - prefix).take_while(|(a, b)| a == b).count();
    let at_the_end = suffix == 0;
    let (a, b) = (&typed[prefix..typed.len() - suffix], &meant[prefix..meant.len() - suffix]);
    match (a, b) {
        // `semaphor`, `sigkil`, but not `kernels`.
        ([], [added]) | ([added], []) => {
            !at_the_end || *added == b'e' || *added == typed[shorter - 1]
        }
        ([a], [b]) => !at_the_end && are_confused(*a, *b),
        ([a, b], [c, d]) if at_the_end => (a, b) == (d, c),
        _ => !at_the_end || prefix + 2 < shorter,
    }
}

/// Neighbours on the keyboard, vowels, and letters that sound alike.
fn are_confused(a: u8, b: u8) -> bool {
    const ROWS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
    const ALIKE: [&[u8]; 5] = [b"aeiouy", b"cks", b"sz", b"bvp", b"dt"];
    let place = |letter: u8| {
        let at = |row: &&[u8]| row.iter().position(|&other| other == letter);
        ROWS.iter().enumerate().find_map(|(nth, row)| Some((nth, at(row)?)))
    };
    let near = place(a).zip(place(b)).is_some_and(|((row, column), (other, place))| {
        row.abs_diff(other) <= 1 && column.abs_diff(place) <= 1
    });
    near || ALIKE.iter().any(|alike| alike.contains(&a) && alike.contains(&b))
}

/// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
fn distance(a: &[u32], b: &[u32]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (above[j] + 1).min(row[j - 1] + 1).min(above[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips() {
        let known =
            ["semaphore", "shared", "synchronous", "kernel", "descriptor", "세마포어", "파이프"]
                .map(Spelt::new);
        for (word, expected) in [
            ("semaphor", Some("semaphore")),
            ("semahpore", Some("semaphore")),
            ("desciptor", Some("descriptor")),
            ("kernal", Some("kernel")),
            ("shard", None),
            ("asynchronous", None),
            ("lernel", None),
            ("kern", None),
            ("kernels", None),
            ("descriptors", None),
            ("shares", None),
            ("party", None),
            ("sharad", Some("shared")),
            ("세마포러", Some("세마포어")),
            ("새마포어", Some("세마포어")),
            ("파이브", Some("파이프")),
        ] {
            assert_eq!(meant(word, &known), expected, "{word}");
        }
    }
}

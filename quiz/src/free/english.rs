//! English, as far as it is needed: forms of a word, verbs, words that deny, words that part.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The forms that `+` stands for: -s, -ed, -ing, -er, with doubling and y→ie.
pub(super) fn forms(word: &str) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    let last = word.chars().last().unwrap_or(' ');
    let before = word.chars().rev().nth(1).unwrap_or(' ');
    let vowel = |c: char| "aeiou".contains(c);
    if !word.chars().all(|c| c.is_ascii_alphabetic()) {
        forms.push(format!("{word}s"));
        return forms;
    }
    let ends = |ending: &str| word.ends_with(ending);
    if last == 'y' && !vowel(before) {
        let stem = &word[..word.len() - 1];
        forms.extend(["ies", "ied", "ier"].map(|ending| format!("{stem}{ending}")));
        forms.push(format!("{word}ing"));
        return forms;
    }
    let hisses = ["s", "x", "z", "ch", "sh"].iter().any(|e| ends(e));
    forms.push(format!("{word}{}", if hisses { "es" } else { "s" }));
    if last == 'e' {
        let stem = &word[..word.len() - 1];
        forms.extend([format!("{word}d"), format!("{word}r"), format!("{word}rs")]);
        forms.push(format!("{stem}ing"));
        return forms;
    }
    forms.extend(["ed", "ing", "er", "ers"].map(|ending| format!("{word}{ending}")));
    // `map` gives `mapped`; whether a longer word doubles depends on its stress, so both are known.
    if !vowel(last) && !"wxy".contains(last) && vowel(before) {
        forms.extend(["ed", "ing", "er", "ers"].map(|ending| format!("{word}{last}{ending}")));
    }
    forms
}

pub(super) const AUXILIARIES: &[&str] = &[
    "is", "are", "was", "were", "be", "been", "being", "am", "has", "have", "had", "do", "does",
    "did", "can", "could", "will", "would", "should", "must", "may", "might", "shall", "cannot",
    "cant", "isnt", "arent", "wasnt", "werent", "hasnt", "havent", "hadnt", "dont", "doesnt",
    "didnt", "couldnt", "wont", "wouldnt", "shouldnt", "mustnt", "im", "its", "theres", "therere",
    "youre", "theyre", "lets",
];

/// Verbs that are no terms of the field. Their forms are made like those of `+`.
const VERBS: &[&str] = &[
    "add",
    "agree",
    "allow",
    "appear",
    "arrive",
    "ask",
    "become",
    "begin",
    "belong",
    "bring",
    "build",
    "carry",
    "cause",
    "change",
    "check",
    "choose",
    "come",
    "connect",
    "contain",
    "cost",
    "count",
    "create",
    "decide",
    "delete",
    "depend",
    "destroy",
    "die",
    "disappear",
    "drop",
    "end",
    "enter",
    "exist",
    "expect",
    "fail",
    "fill",
    "find",
    "finish",
    "flow",
    "follow",
    "get",
    "give",
    "go",
    "happen",
    "hold",
    "keep",
    "know",
    "last",
    "leave",
    "let",
    "live",
    "look",
    "lose",
    "make",
    "mean",
    "meet",
    "move",
    "must",
    "occur",
    "offer",
    "open",
    "own",
    "pass",
    "persist",
    "point",
    "provide",
    "put",
    "reach",
    "refer",
    "remain",
    "remember",
    "remove",
    "return",
    "run",
    "save",
    "say",
    "see",
    "seem",
    "show",
    "sit",
    "stand",
    "start",
    "stay",
    "stop",
    "store",
    "support",
    "survive",
    "take",
    "talk",
    "tell",
    "think",
    "touch",
    "travel",
    "try",
    "turn",
    "understand",
    "use",
    "vanish",
    "want",
    "work",
];

const IRREGULAR: &[&str] = &[
    "became",
    "began",
    "brought",
    "built",
    "came",
    "chose",
    "found",
    "gave",
    "got",
    "gone",
    "went",
    "held",
    "kept",
    "knew",
    "known",
    "left",
    "lost",
    "made",
    "meant",
    "met",
    "put",
    "ran",
    "said",
    "saw",
    "seen",
    "sat",
    "stood",
    "taken",
    "took",
    "told",
    "thought",
    "understood",
    "wrote",
    "written",
    "sent",
    "read",
    "got",
    "goes",
    "shown",
];

/// Whether this is a verb of everyday English in any of its forms.
pub(super) fn is_verb(word: &str) -> bool {
    static FORMS: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let doer =
            |verb: &str, form: &str| form != verb && (form.ends_with('r') || form.ends_with("rs"));
        let regular = VERBS
            .iter()
            .flat_map(|verb| forms(verb).into_iter().filter(move |form| !doer(verb, form)));
        let others = AUXILIARIES.iter().chain(IRREGULAR).map(|&word| word.to_owned());
        regular.chain(others).collect()
    });
    FORMS.contains(word)
}

/// Whether this is a verb of the third person that can be no plural noun, as `copies` can.
pub(super) fn is_only_verb(word: &str) -> bool {
    matches!(
        word,
        "becomes"
            | "begins"
            | "belongs"
            | "comes"
            | "dies"
            | "disappears"
            | "exists"
            | "gets"
            | "gives"
            | "goes"
            | "happens"
            | "keeps"
            | "knows"
            | "lives"
            | "makes"
            | "remains"
            | "sits"
            | "stays"
            | "survives"
            | "takes"
            | "vanishes"
    )
}

/// Words that carry no content.
pub(super) fn is_function(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> =
        LazyLock::new(|| AUXILIARIES.iter().chain(FUNCTION).copied().collect());
    WORDS.contains(word)
}

const FUNCTION: &[&str] = &[
    "a",
    "an",
    "the",
    "this",
    "that",
    "these",
    "those",
    "it",
    "they",
    "them",
    "their",
    "its",
    "he",
    "she",
    "we",
    "you",
    "your",
    "i",
    "my",
    "one",
    "ones",
    "each",
    "every",
    "any",
    "some",
    "all",
    "of",
    "in",
    "on",
    "at",
    "to",
    "from",
    "by",
    "for",
    "with",
    "into",
    "onto",
    "over",
    "under",
    "between",
    "among",
    "as",
    "than",
    "like",
    "and",
    "or",
    "but",
    "if",
    "then",
    "else",
    "so",
    "because",
    "while",
    "when",
    "where",
    "which",
    "who",
    "what",
    "how",
    "why",
    "not",
    "no",
    "nor",
    "also",
    "just",
    "only",
    "even",
    "still",
    "too",
    "very",
    "much",
    "more",
    "most",
    "less",
    "such",
    "same",
    "other",
    "another",
    "there",
    "here",
    "e",
    "g",
    "ie",
    "eg",
    "etc",
    "via",
    "per",
    "up",
    "out",
    "about",
    "both",
    "either",
    "neither",
    "whether",
    "however",
    "whereas",
    "although",
    "though",
    "since",
    "until",
    "before",
    "after",
    "again",
    "well",
    "basically",
    "actually",
];

pub(super) const PRONOUNS: &[&str] = &[
    "it", "they", "you", "we", "i", "he", "she", "this", "that", "these", "those", "there", "both",
    "everyone", "nobody", "anyone", "one", "neither", "none",
];

/// Words that begin a clause.
pub(super) const BREAKS: &[&str] = &[
    "but",
    "however",
    "whereas",
    "while",
    "although",
    "though",
    "because",
    "since",
    "so",
    "which",
    "thus",
    "therefore",
    "hence",
    "vs",
    "versus",
    "cuz",
    "bc",
    "cos",
    "yet",
    "otherwise",
    "instead",
    "whilst",
    "then",
    "meanwhile",
    "conversely",
];

/// How a word that denies reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Denies {
    /// `not`: a predicate, so a next predicate is free of it.
    Predicate,
    /// `no`, `without`: things, so also the next thing of a list.
    Thing,
    /// `non-`, `zero-`: the next word alone.
    Next,
}

pub(super) fn denies(word: &str) -> Option<Denies> {
    match word {
        "not" | "never" | "cannot" | "cant" | "isnt" | "arent" | "wasnt" | "werent" | "hasnt"
        | "havent" | "hadnt" | "dont" | "doesnt" | "didnt" | "couldnt" | "wont" | "wouldnt"
        | "shouldnt" | "mustnt" | "nor" | "neither" | "unable" | "impossible" | "hardly"
        | "aint" | "neednt" => Some(Denies::Predicate),
        "no" | "without" | "nobody" | "none" | "nothing" | "lack" | "lacks" | "lacking"
        | "avoid" | "avoids" | "avoiding" | "avoided" | "eliminate" | "eliminates"
        | "eliminating" | "prevent" | "prevents" | "preventing" | "prevented" | "skip"
        | "skips" | "skipping" | "bypass" | "bypasses" | "bypassing" | "rid" | "refuse"
        | "refuses" | "refused" | "reject" | "rejects" | "rejected" | "forbid" | "forbids"
        | "disallow" | "disallows" => Some(Denies::Thing),
        "non" | "zero" | "un" => Some(Denies::Next),
        _ => None,
    }
}

/// Words that deny what stands before them: `copying is avoided`.
pub(super) fn denies_before(word: &str) -> bool {
    matches!(
        word,
        "avoided"
            | "eliminated"
            | "prevented"
            | "skipped"
            | "bypassed"
            | "unnecessary"
            | "absent"
            | "missing"
            | "impossible"
            | "unneeded"
    )
}

/// Two words that deny: `rather than`, `instead of`, `free of`.
pub(super) fn denies_pair(first: &str, second: &str) -> Option<Denies> {
    match (first, second) {
        ("rather", "than") | ("instead", "of") | ("free", "of" | "from") => Some(Denies::Thing),
        _ => None,
    }
}

/// Words behind a denying one that take its force: `not only`, `no doubt`, `not just`.
pub(super) fn is_pseudo(first: &str, second: &str) -> bool {
    matches!(
        (first, second),
        ("not" | "isnt" | "arent" | "dont" | "doesnt", "only" | "just" | "merely" | "simply")
            | ("no", "doubt" | "matter" | "sooner")
            | ("cannot" | "cant", "help")
    )
}

/// What ends the reach of a denying word inside a clause.
pub(super) const SCOPE_ENDS: &[&str] = &["but", "except", "only", "unless", "until"];

/// What one says who has no answer.
pub(super) const GIVES_UP: &[&[&str]] = &[
    &["dont", "know"],
    &["do", "not", "know"],
    &["dont", "remember"],
    &["do", "not", "remember"],
    &["cant", "remember"],
    &["cannot", "remember"],
    &["no", "idea"],
    &["no", "clue"],
    &["forgot"],
    &["idk"],
    &["dunno"],
];

/// What may stand before it: `sorry, I really have …`. `Processes don't know …` is an answer.
pub(super) fn is_of_oneself(word: &str) -> bool {
    matches!(word, "i" | "have" | "sorry" | "really" | "honestly" | "well" | "just" | "simply")
}

/// Phrases whose clause tells what others say.
pub(super) const REPORTED: &[&[&str]] = &[
    &["people", "say"],
    &["people", "think"],
    &["people", "believe"],
    &["some", "say"],
    &["some", "think"],
    &["many", "say"],
    &["many", "think"],
    &["often", "said"],
    &["it", "is", "said"],
    &["a", "myth"],
    &["misconception"],
    &["common", "mistake"],
    &["wrong", "to", "say"],
    &["not", "true", "that"],
    &["false", "that"],
    &["wrongly"],
    &["one", "might", "think"],
    &["you", "might", "think"],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word() {
        for (word, wanted) in [
            ("copy", &["copy", "copies", "copied", "copying", "copier"][..]),
            ("map", &["maps", "mapped", "mapping"]),
            ("share", &["shares", "shared", "sharing"]),
            ("pass", &["passes", "passed", "passing"]),
            ("block", &["blocks", "blocked", "blocking"]),
            ("fd", &["fds"]),
        ] {
            let forms = forms(word);
            for form in wanted {
                assert!(forms.iter().any(|f| f == form), "{form} is missing in {forms:?}");
            }
        }
        // No stemmer: words that share a stem stay apart.
        assert!(!forms("process").contains(&"processor".to_owned()));
        for word in ["is", "flows", "stopped", "using", "carries", "goes", "made"] {
            assert!(is_verb(word), "{word}");
        }
        for word in ["kernel", "memory", "semaphore", "data"] {
            assert!(!is_verb(word), "{word}");
        }
    }
}

//! Korean without a dictionary: particles and endings from closed lists, verb forms by rule.

use crate::text::{parts, syllable};

/// Case, topic and other particles, suffixes of nouns, and forms of the copula.
const PARTICLES: &[&str] = &[
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "에서",
    "에게",
    "에게서",
    "께",
    "한테",
    "으로",
    "로",
    "으로서",
    "로서",
    "으로써",
    "로써",
    "와",
    "과",
    "이랑",
    "랑",
    "하고",
    "도",
    "만",
    "까지",
    "부터",
    "마저",
    "조차",
    "밖에",
    "마다",
    "처럼",
    "같이",
    "보다",
    "만큼",
    "이나",
    "나",
    "이든",
    "든",
    "이라도",
    "라도",
    "이란",
    "란",
    "이라는",
    "라는",
    "이라고",
    "라고",
    "라",
    "들",
    "간",
    "끼리",
    "별",
    "상",
    "내",
    "중",
    "시",
    "등",
    "적",
    "적인",
    "적으로",
    "용",
    "성",
    "화",
    "식",
    "형",
    "이다",
    "다",
    "입니다",
    "이며",
    "이고",
    "이지만",
    "인데",
    "인",
    "일",
    "임",
    "이므로",
    "이라",
    "라서",
    "이라서",
    "예요",
    "이에요",
    "였다",
    "이었다",
    "이면",
    "라면",
    "이라면",
    "여서",
    "이어서",
    "측",
    "쪽",
    "자",
    "기",
    "당",
    "씩",
    "뿐",
    "때",
    "때문에",
    "없이",
    "간에",
    "로부터",
    "으로부터",
    "에서만",
    "에만",
    "에는",
    "에서는",
    "에도",
    "으로만",
    "로만",
    "에게만",
];

/// What makes a verb of a noun; whatever is behind it is a verb's ending.
const DERIVATIONS: &[&str] = &[
    "하",
    "한",
    "할",
    "함",
    "합",
    "해",
    "했",
    "되",
    "된",
    "될",
    "됨",
    "됩",
    "돼",
    "됐",
    "시키",
    "시킨",
    "시킬",
    "시킴",
    "시킵",
    "시켜",
    "시켰",
    "받",
    "당하",
    "당한",
    "당할",
    "이루어",
    "스러",
    "롭",
    "없",
    "있",
    "가능",
    "필요",
    "불가",
];

/// Endings of a verb behind its stem or a generated form of it.
const ENDINGS: &[&str] = &[
    "다",
    "고",
    "며",
    "면",
    "면서",
    "지만",
    "지",
    "게",
    "기",
    "는",
    "은",
    "을",
    "던",
    "는다",
    "습니다",
    "어",
    "아",
    "어서",
    "아서",
    "어야",
    "아야",
    "어도",
    "아도",
    "었",
    "았",
    "었다",
    "았다",
    "음",
    "도록",
    "려고",
    "으려고",
    "러",
    "자",
    "니",
    "니까",
    "으니",
    "으니까",
    "므로",
    "으므로",
    "는데",
    "은데",
    "데",
    "거나",
    "든",
    "든지",
    "네",
    "요",
    "어요",
    "아요",
    "죠",
    "지요",
    "니다",
    "서",
    "야",
    "도",
    "수",
    "때",
    "것",
    "므로써",
    "자마자",
    "려면",
    "으려면",
    "라",
    "다가",
    "는지",
    "은지",
    "지는",
    "지도",
    "지가",
    "지를",
    "기만",
    "기도",
    "기가",
    "기를",
    "기에",
    "으면",
    "으며",
    "는다면",
    "다면",
];

/// Whether this can stand behind a noun of the lexicon inside one word.
pub(super) fn may_follow(rest: &str) -> bool {
    rest.is_empty()
        || DERIVATIONS.iter().any(|derivation| rest.starts_with(derivation))
        || made_of(rest, PARTICLES, 3)
}

/// Whether an expression ends as a verb's stem does: `차이가 없`, `비었`.
pub(super) fn is_verbal(expression: &str) -> bool {
    ["없", "않", "있", "었", "았", "였", "했", "됐", "졌", "찼"]
        .iter()
        .any(|end| expression.len() > end.len() && expression.ends_with(end))
}

/// Whether this can stand behind a verb form of the lexicon inside one word.
pub(super) fn may_end(rest: &str) -> bool {
    rest.is_empty() || made_of(rest, ENDINGS, 3) || endings_then_particles(rest)
}

fn endings_then_particles(rest: &str) -> bool {
    ENDINGS
        .iter()
        .any(|ending| rest.strip_prefix(ending).is_some_and(|behind| made_of(behind, PARTICLES, 2)))
}

fn made_of(text: &str, pieces: &[&str], at_most: usize) -> bool {
    text.is_empty()
        || (at_most > 0
            && pieces.iter().any(|piece| {
                text.strip_prefix(piece).is_some_and(|rest| made_of(rest, pieces, at_most - 1))
            }))
}

/// Whether these are the particles of a topic or subject.
pub(super) fn marks_topic(rest: &str) -> bool {
    let one = |rest: &str| ["은", "는", "이", "가", "란", "이란", "도"].contains(&rest);
    one(rest)
        || ["들", "의 경우", "에서", "에"]
            .iter()
            .any(|lead| rest.strip_prefix(lead).is_some_and(one))
}

/// Whether this word has the particle of a topic. `하는` and the like belong to the noun behind them.
pub(super) fn is_topic(word: &str) -> bool {
    const VERBS: &[&str] = &[
        "하는",
        "되는",
        "있는",
        "없는",
        "않는",
        "시키는",
        "지는",
        "치는",
        "리는",
        "오는",
        "내는",
        "주는",
        "보는",
        "받는",
        "넘는",
    ];
    ["은", "는", "도"].iter().any(|particle| word.ends_with(particle))
        && !VERBS.iter().any(|verb| word.ends_with(verb))
}

/// 있음, 있다, 그렇다: it is so.
pub(super) fn affirms(word: &str) -> bool {
    word.starts_with('있')
        || word.starts_with("가능")
        || ["그렇다", "그렇고", "그렇지만", "그럼", "맞다"].contains(&word)
}

/// Ends with ㄴ, as 빠른 does: it belongs to the noun behind it.
pub(super) fn is_attribute(word: &str) -> bool {
    word.chars().next_back().and_then(parts).is_some_and(|(_, _, last)| last == 4)
}

/// Words between what was said and what is said of another.
pub(super) fn connects(word: &str) -> bool {
    ["그렇지", "반면", "반면에", "그러나", "하지만", "개념이", "것이"].contains(&word)
}

/// What the stem of a verb turns into before its endings: `보내+` stands for 보내, 보낸, 보낼,
/// 보냄, 보냅, 보냈; 기다리 also for 기다려, 기다렸; 나누 for 나눠; 빠르 for 빨라; 쓰 for 써.
pub(super) fn forms(stem: &str) -> Vec<String> {
    let mut forms = vec![stem.to_owned()];
    let mut chars: Vec<char> = stem.chars().collect();
    let Some(last) = chars.pop() else { return forms };
    let Some((initial, vowel, 0)) = parts(last) else { return forms };
    let lead: String = chars.iter().collect();
    // ㄴ ㄹ ㅁ ㅂ as finals
    for end in [4, 8, 16, 17] {
        forms.push(format!("{lead}{}", syllable(initial, vowel, end)));
    }
    // The past and the connective fuse with the vowel.
    let (a, eo) = (0, 4);
    let bright = |c: char| parts(c).is_some_and(|(_, vowel, _)| vowel == 0 || vowel == 8);
    let before = chars.last().copied();
    let fused = match vowel {
        // 하 turns into 해: 피하 gives 피해, 피했.
        0 if initial == 18 => vec![(lead.clone(), initial, 1)],
        0 | 1 | 4 | 5 | 6 => vec![(lead.clone(), initial, vowel)],
        20 => vec![(lead.clone(), initial, 6)],
        13 => vec![(lead.clone(), initial, 14)],
        8 => vec![(lead.clone(), initial, 9)],
        11 => vec![(lead.clone(), initial, 10)],
        // 르 doubles its ㄹ: 빠르 gives 빨라, 흐르 gives 흘러.
        18 if initial == 5 && before.and_then(parts).is_some_and(|(_, _, end)| end == 0) => {
            let open = before.and_then(parts).map_or(last, |(i, v, _)| syllable(i, v, 8));
            let lead: String = chars[..chars.len() - 1].iter().chain([&open]).collect();
            vec![(lead, 5, if before.is_some_and(bright) { a } else { eo })]
        }
        18 => vec![(lead.clone(), initial, if before.is_some_and(bright) { a } else { eo })],
        _ => Vec::new(),
    };
    for (lead, initial, vowel) in fused {
        forms.push(format!("{lead}{}", syllable(initial, vowel, 0)));
        forms.push(format!("{lead}{}", syllable(initial, vowel, 20)));
    }
    forms
}

/// The jamo of a word, to compare spellings.
pub(super) fn jamo(word: &str) -> Vec<u32> {
    let mut jamo = Vec::new();
    for c in word.chars() {
        match parts(c) {
            Some((initial, vowel, last)) => {
                jamo.extend([initial, 100 + vowel]);
                if last > 0 {
                    jamo.push(200 + last);
                }
            }
            None => jamo.push(c as u32),
        }
    }
    jamo
}

/// Whether a clause ends with this word.
pub(super) fn ends_clause(word: &str) -> bool {
    const ENDS: &[&str] = &[
        "고",
        "며",
        "지만",
        "는데",
        "은데",
        "인데",
        "면",
        "니까",
        "므로",
        "면서",
        "해서",
        "아서",
        "어서",
        "여서",
        "라서",
        "려서",
        "워서",
        "와서",
        "져서",
        "줘서",
        "반면에",
        "있어",
        "없어",
        "때문에",
        "거나",
        "나",
    ];
    const NOT: &[&str] = &[
        "참고",
        "최고",
        "창고",
        "경고",
        "사고",
        "보고",
        "화면",
        "표면",
        "측면",
        "장면",
        "나",
        "또는나",
    ];
    const STARTS: &[&str] = &["반면", "하지만", "그러나", "그래서", "따라서", "그런데", "대신"];
    let verbal_na =
        word.ends_with('나') && !["으나", "하나", "지나", "이나"].iter().any(|e| word.ends_with(e));
    word.chars().count() > 1
        && !NOT.iter().any(|not| word.ends_with(not) && word.chars().count() == not.chars().count())
        && ENDS.iter().any(|end| word.ends_with(end))
        && !(verbal_na || word.ends_with("이나") || word == "하나")
        || STARTS.contains(&word)
}

/// How far a Korean word that denies reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Denies {
    /// 안, 못: the next word.
    Next,
    /// 없다, 않다, 아니다: what stands before it.
    Before,
}

pub(super) fn denies(word: &str) -> Option<Denies> {
    if word == "안" || word == "못" {
        return Some(Denies::Next);
    }
    let starts = |heads: &[&str]| heads.iter().any(|head| word.starts_with(head));
    let denies = starts(&[
        "없", "않", "아니", "아닌", "아닙", "아님", "아닐", "말고", "못하", "못한", "못해", "못함",
        "못할", "못합", "불가", "안되", "안돼", "안됐", "안됩", "안하", "안한", "안해", "안했",
        "안함",
    ]) || [
        "없이",
        "불가",
        "없음",
        "없다",
        "없고",
        "없는",
        "않고",
        "않는",
        "않음",
        "안됨",
        "안된다",
        "못함",
        "못한다",
    ]
    .iter()
    .any(|end| word.ends_with(end) && word.chars().count() > end.chars().count());
    // 없애다 is to remove, and denies nothing that stands before it.
    (denies && !starts(&["아니면", "아니까", "못지않", "없애", "없앤", "없앨", "없앴", "없앰"]))
        .then_some(Denies::Before)
}

/// 되다, 하다: what is done stands before them.
pub(super) fn is_light(word: &str) -> bool {
    ["되", "돼", "됨", "됩", "된", "될", "했", "하", "한", "해", "함", "합", "할"]
        .iter()
        .any(|head| word.starts_with(head))
}

/// 뿐만 아니라, 다름없다: no denial in them.
pub(super) fn is_pseudo(before: Option<&str>, word: &str) -> bool {
    word.starts_with("다름없")
        || word.starts_with("틀림없")
        || word.starts_with("상관없")
        // 수밖에 없다: nothing but that.
        || (word.starts_with('없') && before.is_some_and(|b| b.ends_with("밖에")))
        || (word.starts_with("아니라")
            && before.is_some_and(|b| b.ends_with("뿐만") || b.ends_with("뿐")))
}

/// Whether this word has a particle or an ending that ties it to others. A word of a list is bare.
pub(super) fn joins(word: &str) -> bool {
    const TIES: &[&str] = &[
        "은", "는", "을", "를", "이", "가", "의", "에", "에서", "에게", "로", "으로", "와", "과",
        "도", "만", "까지", "부터", "보다", "한", "된", "할", "될", "던", "게", "지", "서", "도록",
    ];
    // A particle may be written apart, behind a Latin word.
    TIES.contains(&word)
        || word == "때"
        || word.starts_with("때문")
        || word.chars().count() > 1
            && (TIES.iter().any(|tie| word.ends_with(tie)) || is_predicate(word))
}

/// Whether a sentence that ends with this word has a predicate.
pub(super) fn is_predicate(word: &str) -> bool {
    word.chars().count() > 1
        && [
            "다", "요", "음", "임", "됨", "함", "것", "죠", "까", "가능", "불가", "필요", "없이",
            "고", "며", "지만", "는데", "면", "해서", "어서", "아서", "없어", "있어", "돼", "해",
            "니까", "기", "줌", "옴", "남", "짐", "때",
        ]
        .iter()
        .any(|end| word.ends_with(end))
}

/// 모르겠습니다, 기억이 안 나요: what one says who has no answer. 상대를 몰라도 and 기억하지 않는다 are
/// said of others.
pub(super) fn gives_up(word: &str, next: &str, second: &str) -> bool {
    const OF_MEMORY: &[&str] = &["나지", "안나", "안남", "안납", "안난", "나질"];
    let forgotten = word.strip_prefix("기억").is_some_and(|rest| {
        let rest = rest.strip_prefix(['이', '은', '도']).unwrap_or(rest);
        let said = format!("{rest}{next}{second}");
        OF_MEMORY.iter().any(|start| said.starts_with(start))
    });
    word.starts_with("모르겠")
        || matches!(word, "몰라요" | "모릅니다" | "까먹었습니다")
        || forgotten
}

/// Phrases whose clause tells what others say.
pub(super) const REPORTED: &[&str] =
    &["라고하지만", "라고들", "흔히", "오해", "착각", "라고생각하"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_verb() {
        for (stem, wanted) in [
            ("보내", &["보낸", "보낼", "보냄", "보냅", "보냈"][..]),
            ("기다리", &["기다려", "기다렸", "기다린"]),
            ("피하", &["피해", "피했", "피한"]),
            ("나누", &["나눠", "나눴"]),
            ("빠르", &["빨라", "빨랐", "빠른"]),
            ("흐르", &["흘러", "흘렀"]),
            ("쓰", &["써", "썼", "쓴", "씁"]),
            ("보", &["봐", "봤"]),
        ] {
            let forms = forms(stem);
            for form in wanted {
                assert!(forms.iter().any(|f| f == form), "{form} is missing in {forms:?}");
            }
        }
        assert_eq!(forms("읽"), ["읽"]);
    }

    #[test]
    fn what_follows_a_noun() {
        for rest in ["", "은", "에서는", "들의", "하지", "됩니다", "적으로", "이다", "로부터"]
        {
            assert!(may_follow(rest), "{rest}");
        }
        for rest in ["팀", "폭발"] {
            assert!(!may_follow(rest), "{rest}");
        }
    }

    #[test]
    fn what_ends_a_clause() {
        for word in ["빠르고", "있지만", "없으며", "인데", "하면", "때문에", "반면", "필요해서"]
        {
            assert!(ends_clause(word), "{word}");
        }
        for word in ["참고", "화면", "하나", "파이프", "복사"] {
            assert!(!ends_clause(word), "{word}");
        }
    }
}

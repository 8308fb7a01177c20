//! A question file as it is written, before its rules are enforced.

use crate::bank::Text;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use toml::Spanned;

/// The file as written. Everything that only some kinds need is optional here.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBank {
    #[serde(default)]
    pub(super) question: Vec<Spanned<RawQuestion>>,
    #[serde(default)]
    pub(super) lex: Vec<RawLex>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLex {
    pub(super) id: Spanned<String>,
    #[serde(default)]
    pub(super) en: Vec<String>,
    #[serde(default)]
    pub(super) ko: Vec<String>,
    #[serde(default)]
    pub(super) anti_ko: Vec<String>,
    #[serde(default)]
    pub(super) verb: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawQuestion {
    pub(super) id: Spanned<String>,
    pub(super) rev: Option<u32>,
    pub(super) kind: RawKind,
    pub(super) difficulty: Spanned<u8>,
    #[serde(default)]
    pub(super) about: RawAbout,
    pub(super) prompt: Spanned<Text>,
    pub(super) hint: Spanned<Hints>,
    pub(super) explanation: Spanned<Text>,
    pub(super) chapter: Spanned<String>,
    #[serde(default)]
    pub(super) evidence: Vec<Spanned<RawEvidence>>,
    pub(super) claim: Option<Spanned<OneOrMore>>,
    pub(super) cite: Option<Spanned<OneOrMore>>,
    pub(super) options: Option<Spanned<Vec<Spanned<RawChoice>>>>,
    pub(super) accept: Option<Spanned<Vec<Spanned<String>>>>,
    pub(super) traps: Option<Spanned<Vec<Spanned<RawTrap>>>>,
    pub(super) key: Option<Spanned<String>>,
    pub(super) model: Option<Spanned<Text>>,
    pub(super) subjects: Option<Spanned<BTreeMap<String, String>>>,
    pub(super) topic: Option<Spanned<String>>,
    pub(super) concept: Option<Spanned<Vec<Spanned<RawConcept>>>>,
    pub(super) misconception: Option<Spanned<Vec<Spanned<RawMisconception>>>>,
    pub(super) pass: Option<Spanned<u32>>,
    pub(super) reject: Option<Spanned<Vec<Spanned<String>>>>,
    pub(super) items: Option<Spanned<Vec<Spanned<RawItem>>>>,
    pub(super) before: Option<Spanned<Vec<Spanned<RawRule>>>>,
    pub(super) pairs: Option<Spanned<Vec<Spanned<RawPair>>>>,
    pub(super) generator: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) followups: Vec<Spanned<RawFollowup>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawItem {
    pub(super) id: Spanned<String>,
    pub(super) text: Text,
    pub(super) line: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRule {
    pub(super) first: String,
    pub(super) then: String,
    pub(super) why: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPair {
    pub(super) left: Text,
    pub(super) right: Text,
    pub(super) why: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFollowup {
    pub(super) ask: Option<Text>,
    pub(super) model: Option<Text>,
    pub(super) question: Option<String>,
    pub(super) missing: Option<String>,
}

/// One text or several, from the gentlest hint to the clearest.
pub(super) struct Hints(pub(super) Vec<Text>);

impl<'de> Deserialize<'de> for Hints {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Hints, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Hints;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, `{ en = \"…\", ko = \"…\" }`, or a list of them")
            }
            fn visit_str<E>(self, en: &str) -> Result<Hints, E> {
                Ok(Hints(vec![Text { en: en.to_owned(), ko: None }]))
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Hints, A::Error> {
                let map = serde::de::value::MapAccessDeserializer::new(map);
                Text::deserialize(map).map(|text| Hints(vec![text]))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut seq: A,
            ) -> Result<Hints, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = seq.next_element()? {
                    all.push(one);
                }
                Ok(Hints(all))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawConcept {
    pub(super) id: Spanned<String>,
    pub(super) label: Text,
    #[serde(default = "one")]
    pub(super) points: u32,
    #[serde(default)]
    pub(super) required: bool,
    pub(super) say: Vec<Spanned<String>>,
    pub(super) hint: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMisconception {
    pub(super) id: Spanned<String>,
    pub(super) say: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) fatal: bool,
    pub(super) fix: Text,
}

fn one() -> u32 {
    1
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawKind {
    Single,
    Several,
    Short,
    Predict,
    Order,
    Match,
    Free,
    Generated,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawAbout {
    #[default]
    Behaviour,
    Term,
    Choice,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawChoice {
    pub(super) text: Text,
    pub(super) why: Text,
    #[serde(default)]
    pub(super) right: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTrap {
    pub(super) answers: Vec<String>,
    pub(super) why: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEvidence {
    pub(super) scene: String,
    pub(super) line: String,
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Both {
            en: String,
            ko: Option<String>,
        }
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, or `{ en = \"…\", ko = \"…\" }`")
            }
            fn visit_str<E>(self, en: &str) -> Result<Text, E> {
                Ok(Text { en: en.to_owned(), ko: None })
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Text, A::Error> {
                let map = serde::de::value::MapAccessDeserializer::new(map);
                Both::deserialize(map).map(|Both { en, ko }| Text { en, ko })
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

pub(super) struct OneOrMore(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<OneOrMore, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = OneOrMore;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a list of strings")
            }
            fn visit_str<E>(self, one: &str) -> Result<OneOrMore, E> {
                Ok(OneOrMore(vec![one.to_owned()]))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut seq: A,
            ) -> Result<OneOrMore, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = seq.next_element()? {
                    all.push(one);
                }
                Ok(OneOrMore(all))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

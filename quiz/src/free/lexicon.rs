//! Finding the expressions of the lexicon in an answer.

use super::spelling::{self, Spelt};
use super::tokens::{Script, Token};
use super::{english, korean};
use crate::bank::Lex;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// The lexicon, ready to be looked up in.
pub(super) struct Lexicon {
    pub(super) entries: Vec<Entry>,
    ids: HashMap<String, usize>,
    /// Words with one space between; the entries that have them.
    english: HashMap<String, Vec<usize>>,
    /// The most words of an English expression that begins with this one.
    longest: HashMap<String, usize>,
    /// Korean expressions without spaces, by their first syllable, longest first.
    korean: HashMap<char, Vec<Form>>,
    /// Every single word of the lexicon, by its first letter (first consonant in Korean).
    words: HashMap<u32, Vec<Spelt>>,
    known: HashSet<String>,
}

pub(super) struct Entry {
    pub(super) id: String,
    pub(super) verb: bool,
}

struct Form {
    text: String,
    entry: usize,
    kind: FormKind,
}

#[derive(Clone, Copy, PartialEq)]
enum FormKind {
    Noun,
    Verb,
    /// Means the opposite of its entry.
    Opposite,
}

/// An expression of the lexicon in an answer.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    /// The entries that have it.
    pub(super) entries: Vec<usize>,
    pub(super) tokens: Range<usize>,
    /// Code points of the original.
    pub(super) span: Range<usize>,
    /// The word itself denies: 불필요, unrelated.
    pub(super) opposite: bool,
    /// What stands behind the expression inside its word: particles, endings.
    pub(super) rest: String,
}

/// A word that was read as another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadAs {
    /// As it was typed.
    pub typed: String,
    /// As it was read.
    pub read: String,
}

impl Hit {
    pub(super) fn is_any(&self, entries: &[usize]) -> bool {
        self.entries.iter().any(|entry| entries.contains(entry))
    }
}

impl Lexicon {
    /// Whether this is said by a verb.
    pub(super) fn is_verb(&self, hit: &Hit) -> bool {
        hit.entries.iter().any(|&entry| self.entries[entry].verb)
    }

    pub(super) fn new(lexes: &[Lex]) -> Lexicon {
        let mut lexicon = Lexicon {
            entries: Vec::new(),
            ids: lexes.iter().enumerate().map(|(i, lex)| (lex.id.clone(), i)).collect(),
            english: HashMap::new(),
            longest: HashMap::new(),
            korean: HashMap::new(),
            words: HashMap::new(),
            known: HashSet::new(),
        };
        for (entry, lex) in lexes.iter().enumerate() {
            lexicon.entries.push(Entry { id: lex.id.clone(), verb: lex.verb });
            for expression in &lex.en {
                lexicon.add_english(entry, expression);
            }
            for (kind, expressions) in
                [(FormKind::Noun, &lex.ko), (FormKind::Opposite, &lex.anti_ko)]
            {
                for expression in expressions {
                    lexicon.add_korean(entry, expression, kind);
                }
            }
        }
        for forms in lexicon.korean.values_mut() {
            // Longest first; of equal ones a verb last, since its endings allow more.
            forms.sort_by_key(|form| std::cmp::Reverse(form.text.chars().count()));
        }
        lexicon
    }

    pub(super) fn entry(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }

    /// The surface forms of an English expression, one per combination of its words' forms.
    pub(super) fn surfaces(expression: &str) -> Vec<String> {
        let mut surfaces = vec![String::new()];
        for word in expression.split_whitespace() {
            let forms = match word.strip_suffix('+') {
                Some(stem) => super::tokens::tokens(stem)
                    .first()
                    .map_or_else(Vec::new, |token| english::forms(&token.text)),
                None => {
                    super::tokens::tokens(word).iter().map(|t| t.text.clone()).collect::<Vec<_>>()
                }
            };
            // A hyphenated word is several words, always all of them.
            let forms = if word.ends_with('+') { forms } else { vec![forms.join(" ")] };
            surfaces = surfaces
                .iter()
                .flat_map(|lead| {
                    forms.iter().map(move |form| format!("{lead} {form}").trim().to_owned())
                })
                .collect();
        }
        surfaces
    }

    fn add_english(&mut self, entry: usize, expression: &str) {
        for surface in Lexicon::surfaces(expression) {
            let first = surface.split(' ').next().unwrap_or_default().to_owned();
            let longest = self.longest.entry(first).or_default();
            *longest = (*longest).max(surface.split(' ').count());
            for word in surface.split(' ') {
                self.learn(word);
            }
            let entries = self.english.entry(surface).or_default();
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
    }

    fn add_korean(&mut self, entry: usize, expression: &str, kind: FormKind) {
        let joined: String = crate::text::folded(expression).split_whitespace().collect();
        let (forms, kind) = match joined.strip_suffix('+') {
            Some(stem) => (korean::forms(stem), FormKind::Verb),
            None => (vec![joined], kind),
        };
        for text in forms {
            let Some(first) = text.chars().next() else { continue };
            if kind == FormKind::Noun {
                self.learn(&text);
            }
            self.korean.entry(first).or_default().push(Form { text, entry, kind });
        }
    }

    fn learn(&mut self, word: &str) {
        if self.known.insert(word.to_owned()) {
            self.words.entry(first_letter(word)).or_default().push(Spelt::new(word));
        }
    }

    /// Corrects slips of the finger, in words that are neither of the lexicon, nor everyday English,
    /// nor of the prompt.
    pub(super) fn correct(&self, tokens: &mut [Token], prompt: &HashSet<String>) -> Vec<ReadAs> {
        let mut corrected: Vec<ReadAs> = Vec::new();
        let mut tried: HashMap<String, Option<String>> = HashMap::new();
        for i in 0..tokens.len() {
            let word = tokens[i].text.clone();
            if !tried.contains_key(&word) {
                let meant = self.correction(tokens, i, prompt);
                tried.insert(word.clone(), meant);
            }
            let meant = tried.get(&word).cloned().flatten();
            if let Some(read) = meant {
                let read_as = ReadAs { typed: word, read: read.clone() };
                if !corrected.contains(&read_as) {
                    corrected.push(read_as);
                }
                tokens[i].text = read;
            }
        }
        corrected
    }

    fn correction(&self, tokens: &[Token], i: usize, prompt: &HashSet<String>) -> Option<String> {
        let word = &tokens[i].text;
        if prompt.contains(word) {
            return None;
        }
        match tokens[i].kind {
            Script::Word => {
                let known = self.known.contains(word)
                    || english::is_function(word)
                    || english::is_verb(word);
                if known { None } else { self.meant(word) }
            }
            Script::Hangul if !tokens[i].glued => {
                let known = self.korean_at(tokens, i, 0, &self.all()).is_some();
                if known { None } else { self.meant_korean(word) }
            }
            _ => None,
        }
    }

    fn meant(&self, word: &str) -> Option<String> {
        let words = self.words.get(&first_letter(word))?;
        spelling::meant(word, words).map(str::to_owned)
    }

    /// The word without its particles is a slip; they stay.
    fn meant_korean(&self, word: &str) -> Option<String> {
        // `않아서` is no slip of `알아서`.
        if korean::denies(word).is_some() {
            return None;
        }
        let ends: Vec<usize> =
            word.char_indices().map(|(at, _)| at).skip(3).chain([word.len()]).collect();
        ends.into_iter().rev().find_map(|end| {
            let (stem, rest) = word.split_at(end);
            let meant = korean::may_follow(rest).then(|| self.meant(stem)).flatten()?;
            // `자신이` is no slip of `자신의`: another particle, or none.
            let head = |word: &str| word.chars().take(word.chars().count() - 1).collect::<String>();
            let particle = stem.chars().last().is_some_and(|c| korean::may_follow(&c.to_string()));
            if particle && (head(stem) == head(&meant) || head(stem) == meant) {
                return None;
            }
            Some(format!("{meant}{rest}"))
        })
    }

    /// Every expression of these entries, from left to right, longest first, each token once. An
    /// expression may belong to several entries; a phrase that only other questions use does not
    /// swallow the words of this one, nor does an English phrase that is `left_out`.
    pub(super) fn find(&self, tokens: &[Token], of: &[bool], left_out: Option<&str>) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut i = 0;
        while i < tokens.len() {
            let next = match tokens[i].kind {
                Script::Word => self.english_at(tokens, i, of, left_out, &mut hits),
                Script::Hangul => self.korean_word(tokens, i, of, &mut hits),
                Script::Mark(_) => None,
            };
            i = next.unwrap_or(i + 1);
        }
        hits
    }

    /// All entries.
    pub(super) fn all(&self) -> Vec<bool> {
        vec![true; self.entries.len()]
    }

    fn english_of(&self, words: &str, of: &[bool]) -> Option<Vec<usize>> {
        let entries = self.english.get(words)?;
        let entries: Vec<usize> = entries.iter().copied().filter(|&e| of[e]).collect();
        (!entries.is_empty()).then_some(entries)
    }

    fn english_at(
        &self,
        tokens: &[Token],
        i: usize,
        of: &[bool],
        left_out: Option<&str>,
        hits: &mut Vec<Hit>,
    ) -> Option<usize> {
        let longest = self.longest.get(&tokens[i].text).copied().unwrap_or(1);
        let words = tokens[i..].iter().take(longest).take_while(|t| t.kind == Script::Word);
        let words: Vec<&str> = words.map(|t| t.text.as_str()).collect();
        for n in (1..=words.len()).rev() {
            let expression = words[..n].join(" ");
            if left_out == Some(&expression) {
                continue;
            }
            if let Some(entries) = self.english_of(&expression, of) {
                let rest = suffix(tokens, i + n);
                hits.push(Hit {
                    entries,
                    tokens: i..i + n,
                    span: tokens[i].span.start..tokens[i + n - 1].span.end,
                    opposite: false,
                    rest: rest.unwrap_or_default(),
                });
                return Some(i + n);
            }
        }
        for prefix in ["un", "non"] {
            let positive = words[0].strip_prefix(prefix).and_then(|word| self.english_of(word, of));
            if let Some(entries) = positive {
                hits.push(Hit {
                    entries,
                    tokens: i..i + 1,
                    span: tokens[i].span.clone(),
                    opposite: true,
                    rest: suffix(tokens, i + 1).unwrap_or_default(),
                });
                return Some(i + 1);
            }
        }
        None
    }

    fn korean_word(
        &self,
        tokens: &[Token],
        i: usize,
        of: &[bool],
        hits: &mut Vec<Hit>,
    ) -> Option<usize> {
        // `은` of `SIGTERM은` belongs to the word before it.
        // A whole word of the lexicon is that: `unlock해야`.
        if tokens[i].glued && korean::may_follow(&tokens[i].text) && !self.is_word(tokens, i, of) {
            return None;
        }
        let found = self.korean_at(tokens, i, 0, of)?;
        let next = found.last().map_or(i + 1, |hit| hit.tokens.end);
        hits.extend(found);
        Some(next)
    }

    fn is_word(&self, tokens: &[Token], i: usize, of: &[bool]) -> bool {
        let text = &tokens[i].text;
        let forms = text.chars().next().and_then(|first| self.korean.get(&first));
        text.chars().count() > 1
            && forms.is_some_and(|forms| forms.iter().any(|f| of[f.entry] && f.text == *text))
    }

    /// The expressions that begin at this syllable of this token: one, or several that stand
    /// together in one word. `None` if the word does not come out even.
    fn korean_at(&self, tokens: &[Token], i: usize, from: usize, of: &[bool]) -> Option<Vec<Hit>> {
        let start = tokens[i].text.chars().nth(from)?;
        let mut tried = "";
        let forms = self.korean.get(&start)?;
        for form in forms.iter().filter(|form| of[form.entry]) {
            let Some((last, used)) = spans(tokens, i, from, &form.text) else { continue };
            if form.text == tried {
                continue;
            }
            let rest: String = tokens[last].text.chars().skip(used).collect();
            let fits = |form: &&Form| match form.kind {
                FormKind::Noun => {
                    korean::may_follow(&rest)
                        || (korean::is_verbal(&form.text) && korean::may_end(&rest))
                }
                FormKind::Verb => korean::may_end(&rest),
                FormKind::Opposite => true,
            };
            let same: Vec<&Form> =
                forms.iter().filter(|f| of[f.entry] && f.text == form.text).collect();
            let fitting: Vec<&Form> = same.iter().copied().filter(fits).collect();
            let more = if fitting.is_empty() {
                self.korean_at(tokens, last, used, of)
            } else {
                Some(Vec::new())
            };
            let Some(more) = more else {
                tried = &form.text;
                continue;
            };
            let said = if fitting.is_empty() { same } else { fitting };
            let mut hits = vec![Hit {
                entries: said.iter().map(|form| form.entry).collect(),
                tokens: i..last + 1,
                span: place(&tokens[i], from).start..place(&tokens[last], used - 1).end,
                opposite: said.iter().all(|form| form.kind == FormKind::Opposite),
                rest,
            }];
            hits.extend(more);
            return Some(hits);
        }
        None
    }
}

/// The particles that stand at this token, behind a Latin word.
fn suffix(tokens: &[Token], at: usize) -> Option<String> {
    tokens.get(at).filter(|t| t.glued && t.kind == Script::Hangul).map(|t| t.text.clone())
}

/// Where the text ends, if it begins at this syllable: the last token and how many of its syllables
/// are used. Spaces between words do not count.
fn spans(tokens: &[Token], i: usize, from: usize, text: &str) -> Option<(usize, usize)> {
    let mut wanted = text.chars().peekable();
    let mut at = i;
    let mut skip = from;
    loop {
        let token = tokens.get(at).filter(|t| t.kind == Script::Hangul)?;
        let mut used = skip;
        for c in token.text.chars().skip(skip) {
            match wanted.peek() {
                None => return Some((at, used)),
                Some(&w) if w == c => {
                    wanted.next();
                    used += 1;
                }
                Some(_) => return None,
            }
        }
        if wanted.peek().is_none() {
            return Some((at, used));
        }
        at += 1;
        skip = 0;
    }
}

/// The code points of one syllable of a token; of all of it where they were typed as jamo.
fn place(token: &Token, syllable: usize) -> Range<usize> {
    if token.span.len() == token.text.chars().count() {
        token.span.start + syllable..token.span.start + syllable + 1
    } else {
        token.span.clone()
    }
}

fn first_letter(word: &str) -> u32 {
    korean::jamo(word).first().copied().unwrap_or(0)
}

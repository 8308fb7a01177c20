//! Posing a question: what is shown before the answer, and how the answer is typed.

use super::console::Console;
use super::editor;
use super::words::{Words, fill};
use quiz::answer::Unclear;
use quiz::bank::{Kind, Language};
use quiz::shuffle::Seed;
use quiz::{Question, recording};
use std::io;
use std::path::Path;

/// In which order options, items or right sides are shown.
pub(super) fn order(question: &Question, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..question.kind.letters()).collect();
    Seed::named(seed, &question.id).shuffle(&mut order);
    if let Kind::Order(sequence) = &question.kind
        && quiz::answer::broken(sequence, &order).is_empty()
    {
        // An order that is right already asks nothing; turned round it breaks every rule.
        order.reverse();
    }
    order
}

/// Where a problem that was made comes from.
pub(super) fn origin(console: &mut Console, question: &Question) -> io::Result<()> {
    let Some(posed) = &question.posed else { return Ok(()) };
    let words = console.words;
    let line = match &posed.recorded {
        None => fill(words.fresh, &[&posed.seed]),
        Some(why) => fill(words.recorded_problem, &[&posed.seed, why]),
    };
    console.plain("", "  ", &line)?;
    console.blank()
}

pub(super) fn show(
    console: &mut Console,
    root: &Path,
    question: &Question,
    order: &[usize],
) -> io::Result<()> {
    let language = console.language;
    console.text("", "", question.prompt.in_language(language))?;
    console.blank()?;
    let lettered: Vec<&str> = match &question.kind {
        Kind::Order(sequence) => {
            order.iter().map(|&i| sequence.items[i].text.in_language(language)).collect()
        }
        Kind::Match(pairs) => {
            for (pair, number) in pairs.iter().zip(1..) {
                let left = pair.left.in_language(language);
                console.text(&format!("  {number}. "), "     ", left)?;
            }
            console.blank()?;
            let rights = quiz::bank::rights(pairs);
            order.iter().map(|&i| rights[i].in_language(language)).collect()
        }
        kind => {
            let choices = kind.choices().unwrap_or_default();
            order.iter().map(|&i| choices[i].text.in_language(language)).collect()
        }
    };
    for (text, at) in lettered.iter().zip(0..) {
        console.text(&format!("  {}) ", letter(at)), "     ", text)?;
    }
    if !lettered.is_empty() {
        console.blank()?;
    }
    if let Kind::Fill(key) = &question.kind {
        blanked(console, root, question, &key.accept[0])?;
    }
    Ok(())
}

pub(super) fn prompt(words: &'static Words, kind: &Kind) -> &'static str {
    match kind {
        Kind::Single(_) | Kind::Foresee(_) => words.one,
        Kind::Several(_) => words.several,
        Kind::Short(_) | Kind::Generated(_) => words.short,
        Kind::Fill(_) => words.blank,
        Kind::Order(_) => words.in_order,
        Kind::Match(_) => words.in_pairs,
        Kind::Free(_) => words.free,
    }
}

/// What one can type, where nothing was typed.
fn empty(console: &Console) -> &'static str {
    if console.hints { console.words.empty } else { console.words.empty_in_mock }
}

/// So many bytes without an empty line are not somebody's answer.
const GIVE_UP: usize = 1024 * 1024;

/// Reads on until an empty line, or what the editor was closed with. `None` if nothing was said.
pub(super) fn free(console: &mut Console, first: String) -> io::Result<Option<String>> {
    let words = console.words;
    if command(&first) == Some('e') {
        return match editor::edit() {
            Ok(text) if text.trim().is_empty() => {
                console.plain("", "", empty(console))?;
                Ok(None)
            }
            Ok(text) => {
                for line in text.trim().lines() {
                    let shown: String = line.chars().filter(|c| !c.is_control()).collect();
                    console.plain("  ", "  ", &shown)?;
                }
                Ok(Some(text.trim().to_owned()))
            }
            Err(why) => {
                console.plain("", "  ", &fill(words.no_editor, &[&why]))?;
                Ok(None)
            }
        };
    }
    if first.is_empty() {
        console.plain("", "", empty(console))?;
        return Ok(None);
    }
    let mut answer = first;
    let mut read = 0;
    // What is longer than any answer is read all the same: it is none to the next question. Only an
    // input without an end is given up.
    while read < GIVE_UP
        && let Some(line) = console.ask(words.more)?
        && (!line.is_empty() || console.is_pasting())
    {
        read += line.len();
        if answer.chars().count() < quiz::text::LONGEST {
            answer.push('\n');
            answer.push_str(&line);
        }
    }
    Ok(Some(answer.trim_end().to_owned()))
}

/// The recorded line with its key hidden.
fn blanked(console: &mut Console, root: &Path, question: &Question, key: &str) -> io::Result<()> {
    let Some(evidence) = question.evidence.first() else { return Ok(()) };
    let scene = format!("{}/{}", evidence.lesson, evidence.scene);
    let (before, behind) = recording::around(root, evidence, key).map_err(io::Error::other)?;
    console.text("", "", &fill(console.words.fill, &[&scene]))?;
    console.plain("    ", "      ", &format!("{before}____{behind}"))?;
    console.blank()
}

pub(super) fn unclear(console: &mut Console, unclear: &Unclear, letters: usize) -> io::Result<()> {
    let words = console.words;
    let message = match unclear {
        Unclear::Empty => empty(console).to_owned(),
        Unclear::OnlyOne => words.only_one.to_owned(),
        Unclear::NoOption(typed) => {
            let shown: String = typed.chars().filter(|c| !c.is_control()).take(20).collect();
            fill(words.no_option, &[&shown, &letter(letters.saturating_sub(1))])
        }
        Unclear::Missing(missing) => fill(words.missing_letters, &[&missing]),
        Unclear::Twice(letter) => fill(words.twice, &[&letter]),
        // Read on its own, above.
        Unclear::Free | Unclear::NotPosed => empty(console).to_owned(),
    };
    console.plain("", "", &message)
}

/// The command that this line is, whatever keyboard it was typed on. `e` is one only where an
/// answer is free: elsewhere it is an option.
pub(super) fn command(line: &str) -> Option<char> {
    let folded = quiz::text::folded(line.trim());
    let mut chars = folded.chars().map(quiz::text::key_of_jamo);
    let command = chars.next().filter(|c| matches!(c, '?' | '!' | 's' | 'q' | 'e'));
    command.filter(|_| chars.next().is_none())
}

/// The right answer, as it would be typed.
pub(super) fn answer(question: &Question, order: &[usize], language: Language) -> String {
    let at = |wanted: usize| {
        letter(order.iter().position(|&shown| shown == wanted).unwrap_or_default()).to_string()
    };
    match &question.kind {
        Kind::Single(choices) | Kind::Several(choices) | Kind::Foresee(choices) => {
            let right = order.iter().enumerate().filter(|(_, i)| choices[**i].right);
            right.map(|(at, _)| letter(at).to_string()).collect::<Vec<_>>().join(" ")
        }
        Kind::Order(sequence) => (0..sequence.items.len()).map(at).collect::<Vec<_>>().join(" "),
        Kind::Match(pairs) => {
            let rights = quiz::bank::rights(pairs);
            let of = |pair: &quiz::bank::Pair| rights.iter().position(|r| **r == pair.right);
            let pairs = pairs.iter().zip(1..);
            pairs
                .map(|(pair, number)| format!("{number}{}", at(of(pair).unwrap_or_default())))
                .collect::<Vec<_>>()
                .join(" ")
        }
        Kind::Free(rubric) => rubric.model.in_language(language).to_owned(),
        Kind::Fill(key) => key.accept.first().cloned().unwrap_or_default(),
        Kind::Generated(_) => String::new(),
        Kind::Short(key) => {
            // The bank's first answer is in English where there is a choice.
            let korean = key.accept.iter().find(|a| a.chars().any(quiz::text::is_hangul));
            let shown = match language {
                Language::Korean => korean.or(key.accept.first()),
                Language::English => key.accept.first(),
            };
            shown.cloned().unwrap_or_default()
        }
    }
}

pub(super) fn letter(at: usize) -> char {
    ('a'..='z').nth(at).unwrap_or('z')
}

//! What the learner sees of a free answer: each concept with the words that said it, what is
//! missing with its hint, and every trap with why it is one.

use super::console::{Console, Style};
use super::words::fill;
use quiz::Verdict;
use quiz::free::{Reason, Report};
use std::io;
use std::ops::Range;

pub(super) fn show(console: &mut Console, answer: &str, report: &Report) -> io::Result<()> {
    let (words, language) = (console.words, console.language);
    let (style, verdict) = match report.verdict {
        Verdict::Pass => (Style::Good, words.right),
        Verdict::Partial => (Style::Strong, words.partial),
        Verdict::Fail => (Style::Bad, words.wrong),
        Verdict::CannotTell => (Style::Strong, words.cannot_tell),
    };
    let points = fill(words.points, &[&report.points, &report.of]);
    let verdict = console.styled(style, verdict);
    console.plain("", "", &format!("{verdict} {points}"))?;
    if let Some(reason) = report.reason.filter(|reason| *reason != Reason::Trap) {
        console.plain("", "", words.reason(reason))?;
    }
    for concept in &report.concepts {
        let label = concept.concept.label.in_language(language);
        let points = concept.concept.points;
        if let Some(said) = &concept.said {
            let line = fill(words.said, &[&label, &quote(answer, said), &points]);
            console.text("  ", "    ", &line)?;
            continue;
        }
        console.text("  ", "    ", &fill(words.missing, &[&label, &points]))?;
        if let Some(denied) = &concept.denied {
            console.text("    ", "    ", &fill(words.denied, &[&quote(answer, denied)]))?;
        }
        let hint = concept.concept.hint.in_language(language);
        console.text("    ", "    ", &format!("{} {hint}", words.hint))?;
    }
    for trap in &report.traps {
        let fix = trap.misconception.fix.in_language(language);
        console.text("  ", "    ", &fill(words.trap, &[&quote(answer, &trap.said), &fix]))?;
    }
    for swap in &report.swaps {
        let line =
            fill(words.swapped, &[&quote(answer, &swap.said_of), &quote(answer, &swap.said)]);
        console.plain("  ", "    ", &line)?;
    }
    for both in &report.contradictions {
        let line = fill(words.both, &[&quote(answer, &both.said), &quote(answer, &both.denied)]);
        console.plain("  ", "    ", &line)?;
    }
    for read in &report.read_as {
        console.plain("  ", "    ", &fill(words.read_as, &[&read.typed, &read.read]))?;
    }
    Ok(())
}

/// The learner's own words, on one line; the last of them whole, where the checker read its stem.
fn quote(answer: &str, span: &Range<usize>) -> String {
    let rest = answer.chars().skip(span.end).take_while(|c| c.is_alphanumeric());
    let said: String = answer.chars().skip(span.start).take(span.len()).chain(rest).collect();
    let said: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("\"{}\"", said.split_whitespace().collect::<Vec<_>>().join(" "))
}

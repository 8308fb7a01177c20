//! The small language of `say`: `A: -(copy & kernel)`, `+[end & !collect]`.

pub(crate) use crate::bank::Proposition;
use crate::bank::Subject;

/// Reads a proposition. The error completes the sentence "the proposition …".
pub(crate) fn parse(written: &str, subjects: &[Subject]) -> Result<Proposition, String> {
    let (name, rest) = match written.split_once(':') {
        Some((name, rest)) => (Some(name.trim()), rest.trim()),
        None => (None, written.trim()),
    };
    let subject = match name {
        Some(name) => Some(subjects.iter().position(|s| s.name == name).ok_or_else(|| {
            format!("speaks of `{name}`, which `subjects` does not have; add it there")
        })?),
        None => None,
    };
    let affirmed = match rest.chars().next() {
        Some('+') => true,
        Some('-') => false,
        _ => return Err("has to begin with `+(` (said) or `-(` (denied)".to_owned()),
    };
    let between = |open, close| {
        rest[1..].trim().strip_prefix(open).and_then(|rest: &str| rest.strip_suffix(close))
    };
    let wide = between('[', ']');
    let inner = wide.or_else(|| between('(', ')'));
    let inner = inner.ok_or("has to be in brackets: `+(lex & lex)` or `+[lex & !lex]`")?;
    let wide = wide.is_some();
    if wide && !affirmed {
        return Err(
            "begins with `-[`; write `+[lex & !lex]`, with `!` before what is denied".to_owned()
        );
    }
    let (inner, unless) = match inner.split_once(" unless ") {
        Some((inner, lexes)) => {
            (inner, lexes.split('|').map(|lex| lex.trim().to_owned()).collect())
        }
        None => (inner, Vec::new()),
    };
    let (inner, within) = match inner.split_once('~') {
        Some((inner, n)) => {
            let n = n.trim().parse().map_err(|_| "needs a number of words behind `~`")?;
            (inner, Some(n))
        }
        None => (inner, None),
    };
    let ordered = inner.contains('>');
    if ordered && inner.contains('&') {
        return Err("mixes `&` and `>`; use one of them".to_owned());
    }
    let (denied, classes): (Vec<bool>, Vec<Vec<String>>) = inner
        .split(['&', '>'])
        .map(|class| {
            let lexes = class.trim().strip_prefix('!').unwrap_or(class);
            let lexes = lexes.split('|').map(|lex| lex.trim().to_owned()).collect();
            (class.trim().starts_with('!'), lexes)
        })
        .unzip();
    if !wide && denied.contains(&true) {
        return Err("has `!` in round brackets; begin it with `-(`, or use `+[…]`".to_owned());
    }
    if classes.iter().flatten().chain(&unless).any(String::is_empty) {
        return Err("has an empty class".to_owned());
    }
    let least = if subject.is_some() { 1 } else { 2 };
    if !(least..=4).contains(&classes.len()) {
        return Err(format!(
            "has {} classes; 2 to 4 make a statement (1 if it names a subject)",
            classes.len()
        ));
    }
    let written = written.to_owned();
    Ok(Proposition { subject, affirmed, classes, ordered, within, wide, denied, unless, written })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_proposition() {
        let subjects = [Subject { name: "A".to_owned(), lexes: vec!["pipe".to_owned()] }];
        let shown = |written: &str| match parse(written, &subjects) {
            Ok(p) => format!(
                "{:?} {} {:?} ordered {} within {:?} wide {} denied {:?} unless {:?}",
                p.subject, p.affirmed, p.classes, p.ordered, p.within, p.wide, p.denied, p.unless
            ),
            Err(why) => why,
        };
        let written = [
            "+(copy & kernel)",
            "A: -(name)",
            "A: +(write > read | get ~5)",
            "-(copy)",
            "B: +(copy & kernel)",
            "copy & kernel",
            "+copy",
            "+(a & b > c)",
            "+(a & )",
            "+(a & b ~x)",
            "A: +[a & !b|c & d ~9 unless e | f]",
            "-[a & b]",
            "+(a & !b)",
        ];
        let shown = written.map(|written| format!("{written}: {}", shown(written))).join("\n");
        insta::assert_snapshot!(shown, @r#"
        +(copy & kernel): None true [["copy"], ["kernel"]] ordered false within None wide false denied [false, false] unless []
        A: -(name): Some(0) false [["name"]] ordered false within None wide false denied [false] unless []
        A: +(write > read | get ~5): Some(0) true [["write"], ["read", "get"]] ordered true within Some(5) wide false denied [false, false] unless []
        -(copy): has 1 classes; 2 to 4 make a statement (1 if it names a subject)
        B: +(copy & kernel): speaks of `B`, which `subjects` does not have; add it there
        copy & kernel: has to begin with `+(` (said) or `-(` (denied)
        +copy: has to be in brackets: `+(lex & lex)` or `+[lex & !lex]`
        +(a & b > c): mixes `&` and `>`; use one of them
        +(a & ): has an empty class
        +(a & b ~x): needs a number of words behind `~`
        A: +[a & !b|c & d ~9 unless e | f]: Some(0) true [["a"], ["b", "c"], ["d"]] ordered false within Some(9) wide true denied [false, true, false] unless ["e", "f"]
        -[a & b]: begins with `-[`; write `+[lex & !lex]`, with `!` before what is denied
        +(a & !b): has `!` in round brackets; begin it with `-(`, or use `+[…]`
        "#);
    }
}

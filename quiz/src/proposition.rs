//! The small language of `say`: `A: -(copy & kernel)`.

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
    let inner = rest[1..].trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let inner = inner.ok_or("has to be in brackets: `+(lex & lex)`")?;
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
    let classes: Vec<Vec<String>> = inner
        .split(['&', '>'])
        .map(|class| class.split('|').map(|lex| lex.trim().to_owned()).collect())
        .collect();
    if classes.iter().flatten().any(String::is_empty) {
        return Err("has an empty class".to_owned());
    }
    let least = if subject.is_some() { 1 } else { 2 };
    if !(least..=4).contains(&classes.len()) {
        return Err(format!(
            "has {} classes; 2 to 4 make a statement (1 if it names a subject)",
            classes.len()
        ));
    }
    Ok(Proposition { subject, affirmed, classes, ordered, within, written: written.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_proposition() {
        let subjects = [Subject { name: "A".to_owned(), lexes: vec!["pipe".to_owned()] }];
        let shown = |written: &str| match parse(written, &subjects) {
            Ok(p) => format!(
                "{:?} {} {:?} ordered {} within {:?}",
                p.subject, p.affirmed, p.classes, p.ordered, p.within
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
        ];
        let shown = written.map(|written| format!("{written}: {}", shown(written))).join("\n");
        insta::assert_snapshot!(shown, @r#"
        +(copy & kernel): None true [["copy"], ["kernel"]] ordered false within None
        A: -(name): Some(0) false [["name"]] ordered false within None
        A: +(write > read | get ~5): Some(0) true [["write"], ["read", "get"]] ordered true within Some(5)
        -(copy): has 1 classes; 2 to 4 make a statement (1 if it names a subject)
        B: +(copy & kernel): speaks of `B`, which `subjects` does not have; add it there
        copy & kernel: has to begin with `+(` (said) or `-(` (denied)
        +copy: has to be in brackets: `+(lex & lex)`
        +(a & b > c): mixes `&` and `>`; use one of them
        +(a & ): has an empty class
        +(a & b ~x): needs a number of words behind `~`
        "#);
    }
}

//! For teachers and authors: grading many answers, seeing why one got its verdict, and whether the
//! questions are sound.

use super::console::Console;
use super::words::{fill, say};
use super::{DONE, FAILED, Stop, figures, report};
use clap::ArgMatches;
use quiz::bank::{Kind, Language};
use quiz::free::Report;
use quiz::{Bank, Checker};
use serde_json::{Value, json};
use std::io::{self, BufRead, Read, Write};
use std::path::Path;

/// `quiz grade`: a line of JSON in, a line out.
pub(super) fn grade(bank: &Bank) -> Result<u8, Stop> {
    let checker = Checker::new(bank);
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut code = DONE;
    for line in io::stdin().lock().split(b'\n') {
        let line = line.map_err(|e| figures::unread(&e))?;
        let line = String::from_utf8_lossy(&line);
        if line.trim().is_empty() {
            continue;
        }
        let graded = grade_line(bank, &checker, &line);
        if graded.get("error").is_some() {
            code = FAILED;
        }
        writeln!(out, "{graded}")?;
    }
    out.flush()?;
    Ok(code)
}

fn grade_line(bank: &Bank, checker: &Checker, line: &str) -> Value {
    let answer: Value = match serde_json::from_str(line) {
        Ok(answer) => answer,
        Err(e) => return json!({ "id": null, "error": format!("no JSON object: {e}") }),
    };
    let id = answer.get("id").cloned().unwrap_or(Value::Null);
    let error = |message: String| json!({ "id": id, "error": message });
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    let Some(key) = text("key") else {
        return error("`key`, the question's id, is missing".to_owned());
    };
    let Some(text) = text("text") else {
        return error("`text`, the answer, is missing".to_owned());
    };
    let Some(question) = bank.get(key) else {
        return error(format!("no question has the id `{key}`"));
    };
    let Some(report) = checker.check(question, text) else {
        return error(format!("the question `{key}` does not ask for a free answer"));
    };
    as_json(&id, key, &report)
}

fn as_json(id: &Value, key: &str, report: &Report) -> Value {
    let ids = |said: bool| -> Vec<&str> {
        let concepts = report.concepts.iter().filter(|c| c.said.is_some() == said);
        concepts.map(|c| c.concept.id.as_str()).collect()
    };
    let traps: Vec<&str> = report.traps.iter().map(|t| t.misconception.id.as_str()).collect();
    let read_as: Vec<Value> =
        report.read_as.iter().map(|r| json!({ "typed": r.typed, "read": r.read })).collect();
    json!({
        "id": id,
        "key": key,
        "verdict": report.verdict.name(),
        "points": report.points,
        "of": report.of,
        "concepts": ids(true),
        "missing": ids(false),
        "traps": traps,
        "reason": report.reason.map(quiz::free::Reason::name),
        "read_as": read_as,
    })
}

/// `quiz lint`
pub(super) fn lint(root: &Path) -> Result<u8, Stop> {
    let (findings, asked) = match Bank::read(root) {
        Ok(bank) => {
            let findings = [quiz::lint(&bank, root), quiz::aloud(&bank)].concat();
            (findings, bank.questions.len())
        }
        Err(findings) => (findings, 0),
    };
    let mut out = io::stdout().lock();
    if findings.is_empty() {
        writeln!(out, "questions: {asked}, nothing to mend")?;
        return Ok(DONE);
    }
    writeln!(out, "{}", super::shown(&findings))?;
    writeln!(out, "to mend: {}", findings.len())?;
    Ok(FAILED)
}

/// `quiz explain ID`: what the learner would see, or with `--trace` how it came about.
pub(super) fn explain(bank: &Bank, matches: &ArgMatches, language: Language) -> Result<u8, Stop> {
    let id = matches.get_one::<String>("question").map_or("", String::as_str);
    let question = bank.get(id).ok_or_else(|| Stop::Usage(super::unknown_id(bank, id)))?;
    let Kind::Free(_) = &question.kind else {
        let message = say(
            "the question `{}` does not ask for a free answer",
            "`{}`은(는) 자기 말로 답하는 문제가 아닙니다",
        );
        return Err(Stop::Usage(fill(message, &[&id])));
    };
    let mut bytes = Vec::new();
    // More than this is cut off by the checker anyway.
    let limit = 4 * quiz::text::LONGEST as u64;
    io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(|e| figures::unread(&e))?;
    let answer = String::from_utf8_lossy(&bytes);
    let checker = Checker::new(bank);
    if matches.get_flag("trace") {
        let trace = checker.trace(question, &answer).unwrap_or_default();
        write!(io::stdout().lock(), "{trace}")?;
    }
    if let Some(checked) = checker.check(question, &answer) {
        let mut console = Console::new(language);
        report::show(&mut console, &answer, &checked)?;
    }
    Ok(DONE)
}

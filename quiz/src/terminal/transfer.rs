//! In and out: the questions for other programs, the answers from other machines.

use super::words::{self, fill, say};
use super::{DONE, FAILED, Stop, anki, complain, pose, whole};
use clap::ArgMatches;
use quiz::Question;
use quiz::bank::{Kind, Language};
use quiz::clock::Moment;
use quiz::log::Log;
use serde_json::{Value, json};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

/// `quiz export`
pub(super) fn export(
    questions: &[&Question],
    root: &Path,
    matches: &ArgMatches,
    language: Language,
    now: Moment,
) -> Result<u8, Stop> {
    let output = matches.get_one::<PathBuf>("output").map(PathBuf::as_path);
    let to = matches.get_one::<String>("to").map(String::as_str);
    if to == Some("anki") {
        if output.is_none() && io::stdout().is_terminal() {
            let message = say(
                "a package is no text: name its file with `--output quiz.apkg`",
                "패키지는 텍스트가 아닙니다. `--output quiz.apkg`로 파일 이름을 쓰세요",
            );
            return Err(Stop::Usage(message.to_owned()));
        }
        return put(output, &anki::package(questions, root, language, now)?);
    }
    let text = match to {
        Some("csv") => csv(questions, root, language)?,
        Some("json") => {
            let all: Result<Vec<Value>, Stop> =
                questions.iter().map(|q| as_json(q, root, language)).collect();
            let text =
                serde_json::to_string_pretty(&all?).map_err(|e| Stop::Failed(e.to_string()))?;
            text + "\n"
        }
        _ => markdown(questions, root, language)?,
    };
    put(output, text.as_bytes())
}

/// Writes the file whole or not at all, or to standard output.
fn put(output: Option<&Path>, bytes: &[u8]) -> Result<u8, Stop> {
    let Some(path) = output else {
        io::stdout().lock().write_all(bytes)?;
        return Ok(DONE);
    };
    whole::replace(path, bytes).map_err(|e| {
        let message = say(
            "failed to write `{}`: {}; make room, or name a file elsewhere",
            "`{}`을(를) 쓰지 못했습니다: {}. 공간을 비우거나 다른 곳의 파일 이름을 쓰세요",
        );
        Stop::Failed(fill(message, &[&path.display(), &e]))
    })?;
    Ok(DONE)
}

/// What is shown with the prompt: options and items shuffled as in a session, left sides before
/// right ones, a recorded line with its blank.
///
/// # Errors
///
/// The recording cannot be read, or no longer has this line.
pub(super) fn front(
    question: &Question,
    root: &Path,
    language: Language,
) -> Result<Vec<String>, Stop> {
    let order = pose::order(question, 0);
    Ok(match &question.kind {
        Kind::Order(sequence) => {
            order.iter().map(|&i| text(&sequence.items[i].text, language)).collect()
        }
        Kind::Match(pairs) => {
            let rights = quiz::bank::rights(pairs);
            let lefts = pairs.iter().map(|pair| text(&pair.left, language));
            lefts.chain(order.iter().map(|&i| text(rights[i], language))).collect()
        }
        Kind::Fill(_) => vec![blanked(question, root).map_err(|why| {
            let message = say(
                "nothing is exported, since `{}` shows a recorded line: {}; `quiz lint` says what \
                 to mend, and `--topic NAME` exports the other topics until then",
                "`{}`에 기록된 줄을 보일 수 없어 내보내지 않았습니다: {}. 고칠 것은 `quiz lint`가 \
                 알려 주고, 그때까지 다른 주제는 `--topic NAME`으로 내보낼 수 있습니다",
            );
            Stop::Failed(fill(message, &[&question.id, &why]))
        })?],
        kind => {
            let choices = kind.choices().unwrap_or_default();
            order.iter().map(|&i| text(&choices[i].text, language)).collect()
        }
    })
}

/// The recorded line of a `predict` question with its key hidden.
fn blanked(question: &Question, root: &Path) -> Result<String, String> {
    let (Kind::Fill(key), Some(evidence)) = (&question.kind, question.evidence.first()) else {
        return Err("it names no recorded line".to_owned());
    };
    let hidden = key.accept.first().map_or("", String::as_str);
    let (before, behind) = quiz::recording::around(root, evidence, hidden)?;
    Ok(format!("{before}____{behind}"))
}

/// The right answers.
pub(super) fn back(question: &Question, language: Language) -> Vec<String> {
    match &question.kind {
        Kind::Order(sequence) => {
            sequence.items.iter().map(|item| text(&item.text, language)).collect()
        }
        Kind::Match(pairs) => pairs
            .iter()
            .map(|p| format!("{} → {}", text(&p.left, language), text(&p.right, language)))
            .collect(),
        kind => match kind.choices() {
            Some(choices) => choices
                .iter()
                .filter(|choice| choice.right)
                .map(|choice| text(&choice.text, language))
                .collect(),
            None => vec![pose::answer(question, &[], language)],
        },
    }
}

pub(super) fn text(text: &quiz::bank::Text, language: Language) -> String {
    text.in_language(language).trim().to_owned()
}

fn as_json(question: &Question, root: &Path, language: Language) -> Result<Value, Stop> {
    let evidence: Vec<Value> = question
        .evidence
        .iter()
        .map(|e| json!({ "scene": format!("{}/{}", e.lesson, e.scene), "line": e.line }))
        .collect();
    Ok(json!({
        "id": question.id,
        "rev": question.rev,
        "topic": question.topic,
        "kind": question.kind.name(),
        "difficulty": question.difficulty,
        "prompt": text(&question.prompt, language),
        "options": front(question, root, language)?,
        "answer": back(question, language),
        "model": question.model().map(|model| text(model, language)),
        "hints": question.hints.iter().map(|hint| text(hint, language)).collect::<Vec<_>>(),
        "explanation": text(&question.explanation, language),
        "chapter": question.chapter.to_string(),
        "evidence": evidence,
        "claims": question.claims,
        "cites": question.cites,
    }))
}

/// As RFC 4180 has it: every field in quotes, lines end in CR LF, the first one names the columns.
fn csv(questions: &[&Question], root: &Path, language: Language) -> Result<String, Stop> {
    let row = |fields: &[&str]| {
        let quoted: Vec<String> =
            fields.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
        quoted.join(",") + "\r\n"
    };
    let columns = [
        "id",
        "rev",
        "topic",
        "kind",
        "difficulty",
        "prompt",
        "options",
        "answer",
        "explanation",
        "chapter",
    ];
    let mut csv = row(&columns);
    for q in questions {
        csv += &row(&[
            &q.id,
            &q.rev.to_string(),
            &q.topic,
            q.kind.name(),
            &q.difficulty.to_string(),
            &text(&q.prompt, language),
            &front(q, root, language)?.join("\n"),
            &back(q, language).join("\n"),
            &text(&q.explanation, language),
            &q.chapter.to_string(),
        ]);
    }
    Ok(csv)
}

fn markdown(questions: &[&Question], root: &Path, language: Language) -> Result<String, Stop> {
    let mut page = String::new();
    let mut topic = "";
    let list = |items: &[String]| -> String {
        let item = |item: &String| format!("- {}\n", item.replace('\n', "\n  "));
        items.iter().map(item).collect()
    };
    for q in questions {
        if q.topic != topic {
            topic = &q.topic;
            page += &format!("# {topic}\n\n");
        }
        page += &format!("## {}\n\n{}\n\n", q.id, text(&q.prompt, language));
        let front = front(q, root, language)?;
        if !front.is_empty() {
            page += &(list(&front) + "\n");
        }
        let back = back(q, language);
        let back = if back.len() == 1 { back[0].clone() + "\n" } else { list(&back) };
        page += &format!("### {}\n\n{back}\n", say("Answer", "답"));
        page += &format!("{}\n\n{}\n\n", text(&q.explanation, language), q.chapter);
    }
    Ok(page)
}

/// How many skipped lines of a file are shown one by one.
const SHOWN: usize = 5;

/// `quiz import`
pub(super) fn import(log: Result<Log, String>, matches: &ArgMatches) -> Result<u8, Stop> {
    let log = log.map_err(Stop::Failed)?;
    let mut code = DONE;
    let files = matches.get_many::<PathBuf>("file").into_iter().flatten();
    for file in files {
        let name = file.display();
        let bytes = read(file).map_err(|e| {
            let message = say(
                "failed to read the log `{}`: {}; name the `reviews.jsonl` of the other machine",
                "기록 `{}`을(를) 읽지 못했습니다: {}. 다른 컴퓨터의 `reviews.jsonl`을 쓰세요",
            );
            Stop::Failed(fill(message, &[&name, &e]))
        })?;
        let imported = log.import(&bytes).map_err(Stop::Failed)?;
        let skipped = say("skipped", "건너뜀");
        for (line, why) in imported.skipped.iter().take(SHOWN) {
            code = complain(
                FAILED,
                &format!("{name}:{line}: {skipped}: {}", why.in_language(words::language())),
            );
        }
        let rest = imported.skipped.len().saturating_sub(SHOWN);
        if rest > 0 {
            let message = say("{}: and {} more lines", "{}: 그 밖에 {}줄");
            code = complain(FAILED, &fill(message, &[&name, &rest]));
        }
        let message = say(
            "{}: new: {}, known already: {}, skipped: {}",
            "{}: 새것 {}, 이미 있는 것 {}, 건너뛴 것 {}",
        );
        let (new, known, skipped) = (imported.new, imported.known, imported.skipped.len());
        writeln!(io::stdout(), "{}", fill(message, &[&name, &new, &known, &skipped]))?;
    }
    Ok(code)
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(file)
}

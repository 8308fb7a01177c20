//! An Anki package: a ZIP archive with an SQLite database, in the shape that every Anki since 2.1
//! imports (schema 11).
//!
//! Notes are told apart by `guid`, which is made of the question's id, and the newer one wins: to
//! import again updates the questions and keeps what was learned.

use super::transfer::{back, front, text};
use super::{Stop, paper};
use quiz::Question;
use quiz::bank::{Kind, Language};
use quiz::clock::Moment;
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::path::Path;
use zip::CompressionMethod::Stored;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const COURSE: &str = "Between Processes";

/// What a note is made of. The first one is what Anki sorts by.
const FIELDS: [&str; 6] = ["Question", "Choices", "Answer", "Why", "Read", "Id"];

const FRONT: &str = "{{Question}}\n{{Choices}}";
const BACK: &str =
    "{{FrontSide}}\n<hr id=answer>\n{{Answer}}\n{{Why}}\n<p><small>{{Read}}</small></p>";
const STYLE: &str = ".card { font: 1.1rem/1.5 sans-serif; max-width: 40rem; margin: 0 auto; \
                     text-align: left }\npre { overflow-x: auto }";

const SCHEMA: &str = "
CREATE TABLE col (id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL,
    scm integer NOT NULL, ver integer NOT NULL, dty integer NOT NULL, usn integer NOT NULL,
    ls integer NOT NULL, conf text NOT NULL, models text NOT NULL, decks text NOT NULL,
    dconf text NOT NULL, tags text NOT NULL);
CREATE TABLE notes (id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL,
    mod integer NOT NULL, usn integer NOT NULL, tags text NOT NULL, flds text NOT NULL,
    sfld integer NOT NULL, csum integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL,
    ord integer NOT NULL, mod integer NOT NULL, usn integer NOT NULL, type integer NOT NULL,
    queue integer NOT NULL, due integer NOT NULL, ivl integer NOT NULL, factor integer NOT NULL,
    reps integer NOT NULL, lapses integer NOT NULL, left integer NOT NULL, odue integer NOT NULL,
    odid integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
CREATE TABLE revlog (id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL,
    ease integer NOT NULL, ivl integer NOT NULL, lastIvl integer NOT NULL,
    factor integer NOT NULL, time integer NOT NULL, type integer NOT NULL);
CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);";

/// The package, as the bytes of its file.
pub(super) fn package(
    questions: &[&Question],
    root: &Path,
    language: Language,
    now: Moment,
) -> Result<Vec<u8>, Stop> {
    let notes: Result<Vec<_>, Stop> =
        questions.iter().map(|q| Ok((*q, fields(q, root, language)?))).collect();
    let database = collection(&notes?, language, now.unix())
        .map_err(|e| Stop::Failed(format!("failed to make the database of the package: {e}")))?;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, bytes: &[u8]| {
        let options = SimpleFileOptions::default().compression_method(Stored);
        archive.start_file(name, options)?;
        archive.write_all(bytes).map_err(zip::result::ZipError::from)
    };
    add("collection.anki2", &database)
        .and_then(|()| add("media", b"{}"))
        .and_then(|()| archive.finish())
        .map(Cursor::into_inner)
        .map_err(|e| Stop::Failed(format!("failed to pack the package: {e}")))
}

/// A question and what its note says.
type Note<'q> = (&'q Question, [String; FIELDS.len()]);

fn collection(notes: &[Note], language: Language, now: i64) -> rusqlite::Result<Vec<u8>> {
    let mut database = Connection::open_in_memory()?;
    database.execute_batch(SCHEMA)?;
    let model = number(&format!("note type {}", tag(language)));
    // Deck 1 has to be there, although nothing is in it.
    let mut decks = BTreeMap::from([(1, "Default".to_owned())]);
    for (question, _) in notes {
        let deck = deck_name(question, language);
        decks.insert(number(&deck), deck);
    }
    let decks: serde_json::Map<String, Value> =
        decks.iter().map(|(id, name)| (id.to_string(), deck(*id, name, now))).collect();
    let models = json!({ model.to_string(): note_type(model, language, now) });
    let options = json!({ "1": options() });
    database.execute(
        "INSERT INTO col VALUES (1, ?1, ?2, ?2, 11, 0, 0, 0, '{}', ?3, ?4, ?5, '{}')",
        params![now, now * 1000, models.to_string(), json!(decks).to_string(), options.to_string()],
    )?;
    for (place, (question, fields)) in (1_i64..).zip(notes) {
        let guid = format!("between-processes/{}/{}", question.id, tag(language));
        let id = number(&guid);
        let tags =
            format!(" {} {} level-{} ", question.topic, question.kind.name(), question.difficulty);
        database.execute(
            "INSERT INTO notes VALUES (?1, ?2, ?3, ?4, -1, ?5, ?6, ?7, 0, 0, '')",
            params![id, guid, model, now, tags, fields.join("\u{1f}"), fields[0]],
        )?;
        let deck = number(&deck_name(question, language));
        database.execute(
            "INSERT INTO cards VALUES (?1, ?1, ?2, 0, ?3, -1, 0, 0, ?4, 0, 0, 0, 0, 0, 0, 0, 0, '')",
            params![id, deck, now, place],
        )?;
    }
    Ok(database.serialize("main")?.to_vec())
}

fn fields(
    question: &Question,
    root: &Path,
    language: Language,
) -> Result<[String; FIELDS.len()], Stop> {
    let shown = front(question, root, language)?;
    let list = |items: &[String], tag: &str| {
        let items = items.iter().map(|item| format!("<li>{}</li>", paper::inline(item)));
        format!("<{tag}>{}</{tag}>", items.collect::<String>())
    };
    let shown = match &question.kind {
        _ if shown.is_empty() => String::new(),
        Kind::Fill(_) => format!("<pre>{}</pre>", paper::escaped(&shown[0])),
        _ => list(&shown, "ul"),
    };
    let right = back(question, language);
    let right = match right.as_slice() {
        [one] => paper::paragraphs(one),
        many if matches!(question.kind, Kind::Order(_)) => list(many, "ol"),
        many => list(many, "ul"),
    };
    Ok([
        paper::paragraphs(&text(&question.prompt, language)),
        shown,
        right,
        paper::paragraphs(&text(&question.explanation, language)),
        paper::escaped(&question.chapter.to_string()),
        question.id.clone(),
    ])
}

fn deck_name(question: &Question, language: Language) -> String {
    match language {
        Language::English => format!("{COURSE}::{}", question.topic),
        Language::Korean => format!("{COURSE} (한국어)::{}", question.topic),
    }
}

fn deck(id: i64, name: &str, now: i64) -> Value {
    json!({
        "id": id, "name": name, "mod": now, "usn": -1, "desc": "", "dyn": 0, "conf": 1,
        "collapsed": false, "browserCollapsed": false, "extendNew": 0, "extendRev": 0,
        "newToday": [0, 0], "revToday": [0, 0], "lrnToday": [0, 0], "timeToday": [0, 0],
    })
}

/// The options that Anki gives to every deck; a learner's own ones stay as they are.
fn options() -> Value {
    json!({
        "id": 1, "name": "Default", "mod": 0, "usn": 0, "maxTaken": 60, "autoplay": true,
        "timer": 0, "replayq": true, "dyn": false,
        "new": {
            "bury": false, "delays": [1, 10], "initialFactor": 2500, "ints": [1, 4, 0],
            "order": 1, "perDay": 20,
        },
        "rev": {
            "bury": false, "ease4": 1.3, "ivlFct": 1, "maxIvl": 36500, "perDay": 200,
            "hardFactor": 1.2,
        },
        "lapse": { "delays": [10], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0 },
    })
}

fn note_type(id: i64, language: Language, now: i64) -> Value {
    let field = |(ord, name): (usize, &&str)| json!({ "name": name, "ord": ord, "sticky": false, "rtl": false, "font": "Arial", "size": 20 });
    json!({
        "id": id, "name": format!("{COURSE} ({})", tag(language)), "type": 0, "mod": now, "usn": -1,
        "sortf": 0, "did": 1, "css": STYLE, "latexPre": "", "latexPost": "", "vers": [], "tags": [],
        "flds": FIELDS.iter().enumerate().map(field).collect::<Vec<_>>(),
        "tmpls": [{
            "name": "Card 1", "ord": 0, "qfmt": FRONT, "afmt": BACK, "bqfmt": "", "bafmt": "",
            "did": null,
        }],
        "req": [[0, "any", [0]]],
    })
}

fn tag(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::Korean => "ko",
    }
}

/// A number for a name, the same for ever, of the size that Anki gives its own: milliseconds since
/// 1970. FNV-1a, since it has to be the same in every build.
fn number(name: &str) -> i64 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    1_000_000_000_000 + i64::try_from(hash % 500_000_000_000).unwrap_or_default()
}

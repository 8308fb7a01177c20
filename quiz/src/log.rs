//! What the learner answered, kept for ever: one line of JSON per answer in `reviews.jsonl`.
//!
//! Only answers are kept, never what follows from them: the schedule is replayed from the log at
//! each start, so that a better schedule reads the old answers. Two machines are merged by joining
//! their files; lines are told apart by their `id`.
//!
//! Rules: every access holds a lock on `reviews.lock` beside the log; a line is one `write`, and
//! is on the disk before its verdict is shown; a last line that was not finished is cut off and
//! reported; a bad line elsewhere is skipped and reported, never removed; fields and questions that
//! this version does not know stay as they are.

mod lines;

use crate::answer::Verdict;
use crate::bank::Language;
use crate::clock::Moment;
use crate::schedule::Grade;
pub use lines::{Answer, Bad};
use rustix::fs::{FlockOperation, flock};
use serde_json::json;
use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// An answer of an ordinary session.
pub const REVIEW: &str = "review";
/// An answer of a mock interview. The schedule does not see it.
pub const MOCK: &str = "mock";

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its own id: sorts by time, unique without asking anybody.
    pub id: String,
    /// When it was given.
    pub at: Moment,
    /// The question's id.
    pub question: String,
    /// The question's revision.
    pub rev: u32,
    /// Where it was given: [`REVIEW`], [`MOCK`], or `page`.
    pub mode: String,
    /// How it was answered, for the schedule.
    pub grade: Grade,
    /// `pass`, `partial`, `fail`, or `self` where the learner judged.
    pub verdict: String,
    /// Milliseconds from the question to the answer.
    pub ms: u64,
    /// How many hints were shown.
    pub hints: u32,
    /// Concepts of a free answer that were said.
    pub concepts: Vec<String>,
    /// Concepts that were missing.
    pub miss: Vec<String>,
    /// Traps that were stepped into.
    pub trap: Vec<String>,
    /// Of a generated question the seed of its problem.
    pub seed: Option<u64>,
}

impl Event {
    /// An answer to this question, at this time.
    #[must_use]
    pub fn new(question: &str, rev: u32, at: Moment, verdict: Verdict, grade: Grade) -> Event {
        let verdict = match verdict {
            Verdict::CannotTell => "self",
            known => known.name(),
        };
        Event {
            id: fresh_id(at),
            at,
            question: question.to_owned(),
            rev,
            mode: REVIEW.to_owned(),
            grade,
            verdict: verdict.to_owned(),
            ms: 0,
            hints: 0,
            concepts: Vec::new(),
            miss: Vec::new(),
            trap: Vec::new(),
            seed: None,
        }
    }

    fn line(&self) -> String {
        let mut line = json!({
            "v": 1,
            "id": self.id,
            "t": self.at.to_string(),
            "q": self.question,
            "rev": self.rev,
            "mode": self.mode,
            "verdict": self.verdict,
            "grade": self.grade as u8,
            "ms": self.ms,
            "hints": self.hints,
            "concepts": self.concepts,
            "miss": self.miss,
            "trap": self.trap,
        });
        if let Some(seed) = self.seed {
            line["seed"] = json!(seed);
        }
        format!("{line}\n")
    }
}

/// An answer that was judged wrong and that the learner holds to be right: for the bank's author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// The question's id.
    pub question: String,
    /// The question's revision.
    pub rev: u32,
    /// The verdict.
    pub verdict: String,
    /// The answer, as it was typed.
    pub answer: String,
    /// Of a generated question the seed of its problem.
    pub seed: Option<u64>,
}

/// The log of one learner.
#[derive(Clone, Debug)]
pub struct Log {
    file: PathBuf,
    lock: PathBuf,
}

/// What was read from a log.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The answers, each once, in the order of time.
    pub events: Vec<Event>,
    /// What was skipped or cut off.
    pub damage: Vec<Damage>,
    /// Why nothing can be added: the folder or the file does not let us write.
    pub read_only: Option<String>,
}

/// A line of a log that does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// The last line was not finished: what it is, and whether it was cut off or stays.
    Unfinished(String, bool),
    /// A line of this file, from 1, is no answer.
    Skipped(PathBuf, usize, Bad),
}

impl Damage {
    /// What is said of it.
    #[must_use]
    pub fn in_language(&self, language: Language) -> String {
        match (self, language) {
            (Damage::Unfinished(line, cut), Language::English) => {
                let done = if *cut { "it is cut off" } else { "it stays" };
                format!("the last line was not finished, {done}: {line}")
            }
            (Damage::Unfinished(line, cut), Language::Korean) => {
                let done = if *cut { "잘라 냈습니다" } else { "그대로 둡니다" };
                format!("마지막 줄이 끝나지 않아 {done}: {line}")
            }
            (Damage::Skipped(file, line, why), language) => {
                let skipped = match language {
                    Language::English => "skipped",
                    Language::Korean => "건너뜀",
                };
                format!("{}:{line}: {skipped}: {}", file.display(), why.in_language(language))
            }
        }
    }
}

/// The finished lines of a log.
struct Written {
    text: String,
    damage: Vec<Damage>,
    read_only: Option<String>,
}

/// What became of another log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many answers are new.
    pub new: usize,
    /// How many were here already.
    pub known: usize,
    /// Lines that are no answers, from 1, and why.
    pub skipped: Vec<(usize, Bad)>,
}

impl Log {
    /// The log in this folder. The folder is made when the first answer is kept.
    #[must_use]
    pub fn new(dir: &Path) -> Log {
        Log { file: dir.join("reviews.jsonl"), lock: dir.join("reviews.lock") }
    }

    /// The log of this user: in `$IPC_QUIZ_DATA`, or `ipc-quiz` in `$XDG_DATA_HOME`, or in
    /// `~/.local/share`.
    ///
    /// # Errors
    ///
    /// None of these variables is set.
    pub fn of_user() -> Result<Log, String> {
        let set = |name: &str| {
            std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
        };
        let absolute = |path: &PathBuf| path.is_absolute();
        set("IPC_QUIZ_DATA")
            .or_else(|| Some(set("XDG_DATA_HOME").filter(absolute)?.join("ipc-quiz")))
            .or_else(|| Some(set("HOME")?.join(".local/share/ipc-quiz")))
            .map(|dir| Log::new(&dir))
            .ok_or_else(|| {
                "no folder to keep answers in: set `HOME`, `XDG_DATA_HOME` or `IPC_QUIZ_DATA`, or give \
                 `--data-dir DIR`"
                    .to_owned()
            })
    }

    /// Where the log is.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Reads the log. A last line that was not finished is cut off.
    ///
    /// # Errors
    ///
    /// The file is there and cannot be read.
    pub fn load(&self) -> Result<Loaded, String> {
        let Written { text, mut damage, read_only } = self.written()?;
        let (events, bad) = lines::read(&text);
        damage.extend(self.skipped(bad));
        Ok(Loaded { events, damage, read_only })
    }

    /// Reads the log as [`load`](Log::load) does, for the schedule alone: what else an answer says is
    /// passed over. `replay` takes the answers in the order of time; beside what it gives is what was
    /// skipped or cut off.
    ///
    /// # Errors
    ///
    /// The file is there and cannot be read.
    pub fn glance<T>(
        &self,
        replay: impl FnOnce(Vec<Answer>) -> T,
    ) -> Result<(T, Vec<Damage>), String> {
        let Written { text, mut damage, .. } = self.written()?;
        let (answers, bad) = lines::read(&text);
        damage.extend(self.skipped(bad));
        Ok((replay(answers), damage))
    }

    fn skipped(&self, bad: Vec<(usize, Bad)>) -> impl Iterator<Item = Damage> {
        bad.into_iter().map(|(line, why)| Damage::Skipped(self.file.clone(), line, why))
    }

    fn written(&self) -> Result<Written, String> {
        let failed = |e: io::Error| format!("failed to read `{}`: {e}", self.file.display());
        let mut damage = Vec::new();
        let (_lock, read_only) = match self.locked() {
            Ok(lock) => (Some(lock), None),
            Err(e) => (None, Some(e.to_string())),
        };
        let mut bytes = Vec::new();
        match File::open(&self.file) {
            Ok(mut file) => file.read_to_end(&mut bytes).map(|_| ()).map_err(failed)?,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(failed(e)),
        }
        let whole = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        if whole < bytes.len() {
            let cut = String::from_utf8_lossy(&bytes[whole..]).into_owned();
            // What is no text is not written to a terminal.
            let cut = cut.chars().filter(|c| !c.is_control()).collect();
            let done = read_only.is_none() && self.truncate(whole as u64).is_ok();
            damage.push(Damage::Unfinished(cut, done));
        }
        bytes.truncate(whole);
        let text = String::from_utf8(bytes)
            .unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
        Ok(Written { text, damage, read_only })
    }

    /// Adds an answer to `disputes.jsonl` beside the log, with the fields `v`, `t`, `q`, `rev`,
    /// `verdict`, `answer`.
    ///
    /// # Errors
    ///
    /// Why it could not be kept.
    pub fn dispute(&self, dispute: &Dispute, at: Moment) -> Result<(), String> {
        let file = self.file.with_file_name("disputes.jsonl");
        let mut line = json!({
            "v": 1,
            "t": at.to_string(),
            "q": dispute.question,
            "rev": dispute.rev,
            "verdict": dispute.verdict,
            "answer": dispute.answer,
        });
        if let Some(seed) = dispute.seed {
            line["seed"] = json!(seed);
        }
        self.try_append(&file, format!("{line}\n").as_bytes())
            .map_err(|e| format!("failed to write `{}`: {e}", file.display()))
    }

    /// Adds an answer. When this returns, it is on the disk.
    ///
    /// # Errors
    ///
    /// Why it could not be kept. The log is as it was before.
    pub fn append(&self, event: &Event) -> Result<(), String> {
        self.try_append(&self.file, event.line().as_bytes())
            .map_err(|e| format!("failed to write `{}`: {e}", self.file.display()))
    }

    fn try_append(&self, path: &Path, line: &[u8]) -> io::Result<()> {
        let _lock = self.locked()?;
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        // A session that was killed in the middle of its line may have left a piece of it.
        let found = file.metadata()?.len();
        let length = finished(&mut file, found)?;
        if length < found {
            file.set_len(length)?;
        }
        // One `write`, so that no other reader sees half a line; `write_all` would go on after a
        // short one.
        let written = file.write(line).and_then(|n| {
            if n == line.len() { Ok(()) } else { Err(io::ErrorKind::StorageFull.into()) }
        });
        let named = |()| match path.parent() {
            // The name of a new file is on the disk when its folder is.
            Some(dir) if length == 0 => File::open(dir)?.sync_all(),
            _ => Ok(()),
        };
        if let Err(e) = written.and_then(|()| file.sync_data()).and_then(named) {
            // What stays behind if this fails too is cut off by the next load.
            let _ = file.set_len(length);
            return Err(e);
        }
        Ok(())
    }

    /// Adds the answers of another log that are not in this one, told by their ids; each line as it
    /// stands there, with fields that this version does not know. When this returns, they are on the
    /// disk; if it fails, none is added.
    ///
    /// # Errors
    ///
    /// Why they could not be kept.
    pub fn import(&self, other: &[u8]) -> Result<Imported, String> {
        let mut seen: HashSet<String> = self.load()?.events.into_iter().map(|e| e.id).collect();
        let mut imported = Imported::default();
        let mut lines = String::new();
        for (n, line) in other.split(|&b| b == b'\n').enumerate() {
            let line = String::from_utf8_lossy(line);
            let line = line.trim().trim_start_matches('\u{feff}');
            if line.is_empty() {
                continue;
            }
            match lines::event(line) {
                Err(why) => imported.skipped.push((n + 1, why)),
                Ok(event) if !seen.insert(event.id.clone()) => imported.known += 1,
                Ok(_) => {
                    imported.new += 1;
                    lines.push_str(line);
                    lines.push('\n');
                }
            }
        }
        if !lines.is_empty() {
            self.try_append(&self.file, lines.as_bytes())
                .map_err(|e| format!("failed to write `{}`: {e}", self.file.display()))?;
        }
        Ok(imported)
    }

    /// Puts the log aside, so that the next session begins with nothing. Gives the file that it is
    /// now, or `None` if there was no log.
    ///
    /// # Errors
    ///
    /// Why it could not be put aside. The log is as it was before.
    pub fn reset(&self) -> Result<Option<PathBuf>, String> {
        let failed = |e| format!("failed to put `{}` aside: {e}", self.file.display());
        if !self.file.exists() {
            return Ok(None);
        }
        let _lock = self.locked().map_err(failed)?;
        // Another one may have put it aside while this one waited.
        if !self.file.exists() {
            return Ok(None);
        }
        for n in 1.. {
            let aside = self.file.with_file_name(format!("reviews-{n}.old.jsonl"));
            if aside.exists() {
                continue;
            }
            std::fs::rename(&self.file, &aside).map_err(failed)?;
            return Ok(Some(aside));
        }
        Ok(None)
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        OpenOptions::new().write(true).open(&self.file)?.set_len(length)
    }

    fn locked(&self) -> io::Result<File> {
        if let Some(dir) = self.lock.parent() {
            std::fs::create_dir_all(dir)?;
        }
        let lock = OpenOptions::new().create(true).append(true).open(&self.lock)?;
        rustix::io::retry_on_intr(|| flock(&lock, FlockOperation::LockExclusive))?;
        Ok(lock)
    }
}

/// Where the last line that was finished ends, in a file of this length.
fn finished(file: &mut File, length: u64) -> io::Result<u64> {
    const PIECE: u64 = 64 * 1024;
    let mut end = length;
    let mut piece = Vec::new();
    while end > 0 {
        let from = end.saturating_sub(PIECE);
        piece.clear();
        file.seek(SeekFrom::Start(from))?;
        Read::by_ref(file).take(end - from).read_to_end(&mut piece)?;
        if let Some(at) = piece.iter().rposition(|&b| b == b'\n') {
            return Ok(from + at as u64 + 1);
        }
        // A long answer that was disputed may be longer than a piece.
        end = from;
    }
    Ok(0)
}

/// Time and chance in the alphabet of Crockford, 26 letters, as a ULID.
fn fresh_id(at: Moment) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let millis = u128::try_from(at.unix()).unwrap_or(0) * 1000;
    // The hasher of a new map is seeded by the system's random numbers.
    let random = || u128::from(std::hash::RandomState::new().build_hasher().finish());
    let chance = (random() << 64 | random()) & ((1 << 80) - 1);
    let mut bits = (millis << 80) | chance;
    let mut id = [0; 26];
    for letter in id.iter_mut().rev() {
        *letter = LETTERS[(bits % 32) as usize];
        bits /= 32;
    }
    String::from_utf8_lossy(&id).into_owned()
}

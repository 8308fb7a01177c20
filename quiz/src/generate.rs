//! Fresh problems: a `generated` question becomes one of another kind, with numbers of its own.
//!
//! What makes them is a hidden command of a lesson, `cargo run -p lesson-pipe -- gen room --seed 7
//! --json`, which does what the problem describes and finds the answer out. Where no lesson can be
//! run, a problem is taken that was recorded with its answer: `lessons/pipe/recorded/gen-room.jsonl`
//! has one line of the same JSON a seed.

use crate::bank::{Choice, Generator, Key, Kind, Language, Question, Text, Trap};
use crate::finding::Place;
use serde_json::Value;
use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{ErrorKind, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// Where a posed problem comes from, and how it went.
#[derive(Clone, Debug)]
pub struct Posed {
    /// The same problem again for the same number.
    pub seed: u64,
    /// The lines of the run that settled it.
    pub run: Vec<String>,
    /// What to type to see it again.
    pub command: String,
    /// Why it is a recorded one; `None` if it was run just now.
    pub recorded: Option<String>,
}

/// The recorded problems of a generator, relative to the root of the workspace.
#[must_use]
pub fn file(generator: &Generator) -> PathBuf {
    let folder = Path::new("lessons").join(&generator.lesson).join("recorded");
    folder.join(format!("gen-{}.jsonl", generator.name))
}

/// Poses problems for as long as a session lasts.
pub struct Problems<'r> {
    root: &'r Path,
    cargo: Cargo,
    language: Language,
    /// Why no lesson is run any more.
    given_up: RefCell<Option<String>>,
}

/// How a lesson is run.
#[derive(Clone, Debug)]
pub struct Cargo {
    /// The program.
    pub program: OsString,
    /// After so long whoever waits should be told why.
    pub soon: Duration,
    /// After so long it hangs.
    pub limit: Duration,
}

impl Default for Cargo {
    /// The cargo that runs this program, if one does, and the patience that compiling takes.
    fn default() -> Cargo {
        let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Cargo { program, soon: Duration::from_secs(2), limit: Duration::from_secs(180) }
    }
}

impl<'r> Problems<'r> {
    /// Problems of the course below `root`. `recorded` is why only recorded ones are wanted.
    #[must_use]
    pub fn new(root: &'r Path, recorded: Option<&str>) -> Problems<'r> {
        let given_up = RefCell::new(recorded.map(str::to_owned));
        Problems { root, cargo: Cargo::default(), language: Language::English, given_up }
    }

    /// The same, with reasons in this language.
    #[must_use]
    pub fn in_language(self, language: Language) -> Problems<'r> {
        Problems { language, ..self }
    }

    /// The same with another way to run lessons.
    #[must_use]
    pub fn with(self, cargo: Cargo) -> Problems<'r> {
        Problems { cargo, ..self }
    }

    /// The question with the problem of this seed; any other kind of question as it is. `slow` is
    /// called when it takes long, which means that the lesson is being compiled.
    ///
    /// # Errors
    ///
    /// Says why there is neither a fresh problem nor a recorded one.
    pub fn pose(
        &self,
        question: &Question,
        seed: u64,
        slow: &mut dyn FnMut(),
    ) -> Result<Question, String> {
        let Kind::Generated(generator) = &question.kind else { return Ok(question.clone()) };
        let given_up = self.given_up.borrow().clone();
        let why = match given_up {
            Some(why) => why,
            None => match self.run(generator, seed, slow) {
                Ok(line) => return posed(question, &line, None),
                Err(Failure::Missing(why)) => why,
                // The next one would fail as slowly.
                Err(Failure::Broken(why)) => {
                    *self.given_up.borrow_mut() = Some(why.clone());
                    why
                }
            },
        };
        let lines = recorded(self.root, generator)?;
        let at = usize::try_from(seed % lines.len() as u64).unwrap_or(0);
        posed(question, &lines[at], Some(why))
    }

    /// What the lesson prints: one line of JSON.
    fn run(
        &self,
        generator: &Generator,
        seed: u64,
        slow: &mut dyn FnMut(),
    ) -> Result<String, Failure> {
        let Generator { lesson, name } = generator;
        let folder = self.root.join("lessons").join(lesson);
        if !self.root.join("Cargo.toml").is_file() || !folder.join("Cargo.toml").is_file() {
            let root = self.root.display();
            return Err(Failure::Broken(match self.language {
                Language::English => format!("there is no workspace at `{root}` to run it in"),
                Language::Korean => format!("`{root}`에 실행할 작업 공간이 없습니다"),
            }));
        }
        let mut command = Command::new(&self.cargo.program);
        command.args(["run", "--quiet", "--package", &format!("lesson-{lesson}")]);
        command.args(["--", "gen", name, "--seed", &seed.to_string(), "--json"]);
        command.current_dir(self.root);
        let (status, out, errors) = output(command, &self.cargo, slow).map_err(|failed| {
            Failure::Broken(match (failed, self.language) {
                (Failed::Io(what, e), Language::English) => format!("failed to {what}: {e}"),
                (Failed::Io(what, e), Language::Korean) => format!("실패했습니다({what}): {e}"),
                (Failed::Hung(limit), Language::English) => {
                    format!("it did not end within {limit} seconds")
                }
                (Failed::Hung(limit), Language::Korean) => {
                    format!("{limit}초 안에 끝나지 않았습니다")
                }
            })
        })?;
        if !status.success() {
            // One that was killed has said nothing.
            let ended = status.to_string();
            let last = errors.lines().rfind(|line| line.starts_with("error")).unwrap_or(&ended);
            let shown: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
            let failed = match self.language {
                Language::English => "failed",
                Language::Korean => "실패",
            };
            let message = format!("`cargo run -p lesson-{lesson}` {failed}: {shown}");
            return Err(Failure::Broken(message));
        }
        let value: Value = serde_json::from_str(&out).unwrap_or_default();
        match value["missing"].as_str() {
            Some(why) => Err(Failure::Missing(why.to_owned())),
            None => Ok(out),
        }
    }
}

/// The recorded problems of a generator, as its lesson has printed them. There is at least one.
///
/// # Errors
///
/// A message that names the file.
pub fn recorded(root: &Path, generator: &Generator) -> Result<Vec<String>, String> {
    let file = file(generator);
    let again = format!(
        "record it with `INSTA_UPDATE=always cargo test -p lesson-{} --test generated`",
        generator.lesson
    );
    let text = std::fs::read_to_string(root.join(&file))
        .map_err(|e| format!("failed to read `{}`: {e}; {again}", file.display()))?;
    let lines: Vec<String> =
        text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
    if lines.is_empty() {
        return Err(format!("`{}` has no problem in it; {again}", file.display()));
    }
    Ok(lines)
}

/// The question with the problem that this line of JSON states.
///
/// # Errors
///
/// Says what the line lacks.
pub fn posed(question: &Question, line: &str, why: Option<String>) -> Result<Question, String> {
    let value: Value = serde_json::from_str(line).map_err(|e| format!("no JSON: {e}"))?;
    let read = || -> Option<Question> {
        let explanation = text(&value["explanation"])?;
        let joined = |own: &str, general: &str| format!("{own}\n\n{general}");
        let general = &question.explanation;
        let ko = explanation.ko.as_ref().zip(general.ko.as_ref());
        Some(Question {
            prompt: text(&value["prompt"])?,
            explanation: Text {
                en: joined(&explanation.en, &general.en),
                ko: ko.map(|(own, general)| joined(own, general)).or(explanation.ko.clone()),
            },
            kind: kind(&value, &question.place)?,
            posed: Some(Posed {
                seed: value["seed"].as_u64()?,
                run: strings(&value["run"])?,
                command: value["command"].as_str()?.to_owned(),
                recorded: why,
            }),
            ..question.clone()
        })
    };
    read().ok_or_else(|| format!("this is no problem of version 1: `{line}`"))
}

fn kind(value: &Value, place: &Place) -> Option<Kind> {
    if value["v"] != 1 {
        return None;
    }
    let place = || place.clone();
    if value["kind"] == "choice" {
        let choices: Option<Vec<Choice>> = value["options"]
            .as_array()?
            .iter()
            .map(|option| {
                Some(Choice {
                    text: text(&option["text"])?,
                    right: option["right"].as_bool()?,
                    why: text(&option["why"])?,
                    place: place(),
                })
            })
            .collect();
        let choices = choices.filter(|all| all.iter().filter(|c| c.right).count() == 1)?;
        return Some(Kind::Single(choices));
    }
    let traps = value["traps"].as_array()?.iter().map(|trap| {
        let answers = strings(&trap["answers"])?;
        Some(Trap { answers, why: text(&trap["why"])?, place: place() })
    });
    let mut accept = strings(&value["accept"]).filter(|accept| !accept.is_empty())?;
    accept.extend(in_korean(value));
    let listed = value["kind"] == "list";
    Some(Kind::Short(Key { accept, traps: traps.collect::<Option<_>>()?, listed }))
}

/// What Korean counts by, for the unit of a number.
const UNITS: &[(&str, &str)] =
    &[("bytes", "바이트"), ("lines", "줄"), ("pages", "페이지"), ("writers", "개")];

/// The answer to a problem that asks for a number of something.
fn in_korean(value: &Value) -> Option<String> {
    let unit = value["unit"].as_str()?;
    let (_, korean) = UNITS.iter().find(|(english, _)| *english == unit)?;
    let number = value["answer"].as_str()?.split_whitespace().next()?;
    Some(format!("{number}{korean}"))
}

/// The unit that a recorded problem has and Korean lacks.
pub(crate) fn foreign_unit(line: &str) -> Option<String> {
    let value: Value = serde_json::from_str(line).ok()?;
    let unit = value["unit"].as_str()?;
    UNITS.iter().all(|(known, _)| *known != unit).then(|| unit.to_owned())
}

fn text(value: &Value) -> Option<Text> {
    let ko = value["ko"].as_str().map(str::to_owned);
    Some(Text { en: value["en"].as_str()?.to_owned(), ko })
}

fn strings(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|one| Some(one.as_str()?.to_owned())).collect()
}

/// Why a lesson has made no problem.
enum Failure {
    /// This machine lacks what the problem is about.
    Missing(String),
    Broken(String),
}

/// Why a command gave nothing.
enum Failed {
    /// What could not be done with it.
    Io(String, std::io::Error),
    /// So many seconds were not enough.
    Hung(u64),
}

/// How the command ended and what it printed. It is in a process group of its own, which is ended as
/// a whole if it hangs or if this process is killed: cargo alone would leave its compilers behind.
fn output(
    mut command: Command,
    cargo: &Cargo,
    slow: &mut dyn FnMut(),
) -> Result<(ExitStatus, String, String), Failed> {
    // It is there first: at no moment is there a command that nobody watches.
    let watch = Watch::new();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.process_group(watch.as_ref().map_or(0, Watch::group));
    let parent = i32::try_from(std::process::id()).unwrap_or(0);
    // SAFETY: these two calls may be made between fork and exec.
    unsafe {
        command.pre_exec(move || {
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM);
            // It may have ended before the wish was made.
            if libc::getppid() == parent { Ok(()) } else { Err(ErrorKind::BrokenPipe.into()) }
        });
    }
    let mut child = command.spawn().map_err(|e| {
        Failed::Io(format!("start `{}`", command.get_program().to_string_lossy()), e)
    })?;
    let (sender, receiver) = mpsc::channel();
    let pipes: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
        child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
    ];
    for (which, pipe) in pipes.into_iter().enumerate() {
        let sender = sender.clone();
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
            let _ = sender.send((which, String::from_utf8_lossy(&bytes).into_owned()));
        });
    }
    let mut texts = [String::new(), String::new()];
    let mut told = false;
    let mut left = 2;
    while left > 0 {
        match receiver.recv_timeout(if told { cargo.limit } else { cargo.soon }) {
            Ok((which, text)) => {
                texts[which] = text;
                left -= 1;
            }
            Err(RecvTimeoutError::Timeout) if !told => {
                slow();
                told = true;
            }
            Err(_) => {
                let own = || i32::try_from(child.id()).ok();
                if let Some(group) = watch.as_ref().map(Watch::group).or_else(own) {
                    // SAFETY: the call takes numbers only; the group is that of a child which is not
                    // reaped yet.
                    unsafe { libc::kill(-group, libc::SIGKILL) };
                }
                let _ = child.wait();
                drop(watch);
                return Err(Failed::Hung(cargo.limit.as_secs()));
            }
        }
    }
    let status = child.wait().map_err(|e| Failed::Io("wait for it".to_owned(), e))?;
    drop(watch);
    let [out, errors] = texts;
    Ok((status, out, errors))
}

/// The first process of a group. It ends the group when its standard input ends, and so also when
/// this process is killed.
struct Watch(Child);

impl Watch {
    /// `None` where there is no shell.
    fn new() -> Option<Watch> {
        let watch = Command::new("sh")
            .args(["-c", "read -r line; kill -KILL 0"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        watch.ok().map(Watch)
    }

    fn group(&self) -> i32 {
        i32::try_from(self.0.id()).unwrap_or(0)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

//! Problems that are made fresh from a seed, and whose answer is found by running them.
//!
//! The seed decides what is asked. What is right is decided by the run: the play really does what
//! the problem describes and says what came out with [`Actor::finds`], or the lines of the run say
//! it. A formula would only know what its author believed.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::actor::Actor;
use crate::cli::{complain, end_by};
use crate::error::Result;
use crate::first::{Ending, First, Wishes};
use crate::line::{Act, Line, VERSION};
use crate::order::arrange;
use crate::picture;
use crate::register::{Run, sweep};
use crate::scene::{Lesson, Part, Scene};
use crate::screen::{Kept, Screen, Show, wrap};

/// Makes a fresh problem from a seed.
#[derive(Clone, Copy)]
pub struct Generator {
    /// The name it is called by on the command line.
    pub name: &'static str,
    /// What it asks about, in one line.
    pub idea: &'static str,
    /// Draws the parameters and states the problem. The same draws give the same problem.
    pub make: fn(&mut Seed) -> Problem,
}

/// A small generator of pseudo-random numbers (SplitMix64, Steele, Lea and Flood 2014). It is part
/// of what `--seed` promises, so it is here and not in a crate that may change its numbers.
#[derive(Clone, Debug)]
pub struct Seed(u64);

impl Seed {
    /// Starts from a number and a generator's name: two generators draw different numbers.
    pub fn new(seed: u64, name: &str) -> Self {
        // FNV-1a.
        let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(seed ^ name.bytes().fold(0xcbf2_9ce4_8422_2325, fnv))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `least` to `most`, both included. If `most` is less, it is `least`.
    pub fn within(&mut self, least: usize, most: usize) -> usize {
        let width = most.saturating_sub(least) as u128 + 1;
        // Below `width`, so that it fits.
        least + ((u128::from(self.next()) * width) >> 64) as usize
    }

    /// One of two.
    pub fn coin(&mut self) -> bool {
        self.within(0, 1) == 1
    }

    /// One of the items.
    ///
    /// # Panics
    ///
    /// If there are none.
    pub fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.within(0, items.len() - 1)].clone()
    }

    /// Puts the items into a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.within(0, last));
        }
    }
}

/// The same text in English and in Korean.
type Both = (String, String);

/// How the answer is given.
enum Form {
    /// A number of something, such as `bytes`; nothing, if it is a mere number.
    Number(&'static str),
    /// A word, such as the name of an error.
    Name,
    /// Words or numbers in an order.
    List,
    /// One of these.
    Choice(Vec<Choice>),
}

struct Choice {
    /// What the run calls it.
    value: &'static str,
    text: Both,
    why: Both,
}

struct Trap {
    answer: String,
    why: Both,
}

type Finder = Box<dyn Fn(&Actor) -> Result + Send + Sync>;

/// A problem: what is asked, and the play that finds the answer.
///
/// `{answer}` in the explanation stands for the answer.
pub struct Problem {
    prompt: Both,
    explanation: Both,
    form: Form,
    traps: Vec<Trap>,
    actor: &'static str,
    part: Finder,
    /// Finds the answer in the lines of a run that may hang.
    in_lines: Option<fn(&[Line]) -> String>,
}

impl Problem {
    /// What is asked, in English and in Korean.
    pub fn new(en: impl Into<String>, ko: impl Into<String>) -> Self {
        Self {
            prompt: (en.into(), ko.into()),
            explanation: Both::default(),
            form: Form::Name,
            traps: Vec::new(),
            actor: "process",
            part: Box::new(|_| Ok(())),
            in_lines: None,
        }
    }

    /// The answer is a number, of `unit` (a plural that ends in s) unless that is empty.
    pub fn number(mut self, unit: &'static str) -> Self {
        self.form = Form::Number(unit);
        self
    }

    /// The answer is a list of words or numbers, with blanks between them.
    pub fn list(mut self) -> Self {
        self.form = Form::List;
        self
    }

    /// The answer may be `value`, which is shown as the text and explained by the reason, each in
    /// English and in Korean.
    pub fn choice(mut self, value: &'static str, text: [&str; 2], why: [&str; 2]) -> Self {
        let both = |[en, ko]: [&str; 2]| (en.to_owned(), ko.to_owned());
        let choice = Choice { value, text: both(text), why: both(why) };
        match &mut self.form {
            Form::Choice(choices) => choices.push(choice),
            form => *form = Form::Choice(vec![choice]),
        }
        self
    }

    /// Why the answer is what it is.
    pub fn explained(mut self, en: impl Into<String>, ko: impl Into<String>) -> Self {
        self.explanation = (en.into(), ko.into());
        self
    }

    /// A wrong answer that people give, and why it is wrong. It may turn out to be right for these
    /// parameters; then it is no trap.
    pub fn trap(
        mut self,
        answer: impl ToString,
        en: impl Into<String>,
        ko: impl Into<String>,
    ) -> Self {
        self.traps.push(Trap { answer: answer.to_string(), why: (en.into(), ko.into()) });
        self
    }

    /// What is done to find the answer, by an actor of this name.
    pub fn played_by(
        mut self,
        actor: &'static str,
        part: impl Fn(&Actor) -> Result + Send + Sync + 'static,
    ) -> Self {
        self.actor = actor;
        self.part = Box::new(part);
        self
    }

    /// The run may hang, and its lines tell the answer, also those of the processes that got stuck
    /// ([`Act::Stuck`]).
    pub fn found_in_lines(mut self, find: fn(&[Line]) -> String) -> Self {
        self.in_lines = Some(find);
        self
    }
}

/// How many processes wait for ever in this call.
pub fn stuck_in(lines: &[Line], call: &str) -> usize {
    let words = format!("waits in {call}");
    let stuck = |line: &&Line| {
        line.act == Act::Stuck
            && line.text.strip_prefix(&words).is_some_and(|rest| !rest.starts_with('_'))
    };
    lines.iter().filter(stuck).count()
}

pub(crate) fn command() -> Command {
    Command::new("gen")
        .about("Makes a fresh problem from a seed and finds its answer by running it")
        .hide(true)
        .arg(Arg::new("name").value_name("NAME").help("Which kind of problem"))
        .arg(
            Arg::new("seed")
                .long("seed")
                .value_name("N")
                .value_parser(value_parser!(u64))
                .help("The same problem again for the same number"),
        )
        .arg(
            Arg::new("list")
                .long("list")
                .action(ArgAction::SetTrue)
                .help("Lists the kinds of problems"),
        )
        .arg(
            Arg::new("json")
                .long("json")
                .action(ArgAction::SetTrue)
                .help("Prints the problem as a JSON object"),
        )
}

/// What the command line asks for.
pub(crate) fn run(lesson: &Lesson, matches: &ArgMatches) -> io::Result<ExitCode> {
    let json = matches.get_flag("json");
    if matches.get_flag("list") {
        return list(lesson, json).map(|()| ExitCode::SUCCESS);
    }
    let wanted = matches.get_one::<String>("name").map_or("", String::as_str);
    let Some(generator) = lesson.generators.iter().find(|known| known.name == wanted) else {
        let names: Vec<&str> = lesson.generators.iter().map(|known| known.name).collect();
        let what = if wanted.is_empty() { "name a generator".to_owned() } else { unknown(wanted) };
        return Ok(complain(&format!("{what}: {} has {}", lesson.package, names.join(", ")), 2));
    };
    let seed = matches.get_one::<u64>("seed").copied().unwrap_or_else(any_seed);
    let problem = (generator.make)(&mut Seed::new(seed, generator.name));
    let _ = sweep();
    let (problem, ending, kept) = play(lesson, generator, problem)?;
    let asked = Asked { lesson, generator, seed, problem };
    let text = match ending {
        Ending::Signal(signal) => return Ok(end_by(signal)),
        Ending::Failed(why) => Err(why),
        Ending::Missing => Ok(asked.missing(kept.missing.as_deref().unwrap_or_default(), json)),
        Ending::Played => asked.solved(kept).map(|solved| match json {
            true => asked.json(&solved),
            false => asked.text(&solved),
        }),
    };
    match text {
        Ok(text) => put(&text).map(|()| ExitCode::SUCCESS),
        Err(why) => {
            let text = format!("`gen {wanted} --seed {seed}` of {} failed: {why}", lesson.package);
            Ok(complain(&text, 1))
        }
    }
}

fn unknown(name: &str) -> String {
    format!("there is no generator `{name}`")
}

fn list(lesson: &Lesson, json: bool) -> io::Result<()> {
    let width = lesson.generators.iter().map(|known| known.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for Generator { name, idea, .. } in lesson.generators {
        text += &match json {
            true => nojson::object(|f| {
                f.member("v", VERSION)?;
                f.member("generator", name)?;
                f.member("idea", idea)
            })
            .to_string(),
            false => format!("{name:width$}  {idea}"),
        };
        text.push('\n');
    }
    put(&text)
}

/// A seed that is short enough to type again.
fn any_seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| u64::from(now.subsec_nanos()) ^ now.as_secs()) % 10_000
}

/// The play of the problem that this execution is about. A cast has no parameters, so that they
/// are kept where the processes inherit them.
static PLAYED: OnceLock<Finder> = OnceLock::new();

fn part(me: &Actor) -> Result {
    PLAYED.get().map_or(Ok(()), |part| part(me))
}

fn play(
    lesson: &Lesson,
    generator: &Generator,
    mut problem: Problem,
) -> io::Result<(Problem, Ending, Kept)> {
    let _ = PLAYED.set(std::mem::replace(&mut problem.part, Box::new(|_| Ok(()))));
    let cast: &'static [(&'static str, Part); 1] =
        Box::leak(Box::new([(problem.actor, part as Part)]));
    let mut scene = Scene::new(generator.name, generator.idea, cast);
    scene.undecided = problem.in_lines.is_some();
    let limit = Duration::from_secs(10);
    let mut first = First::new(Screen::new(false, Show::Later), Wishes { step: false, limit })?;
    let run = Run::whole(&format!("{}-gen-{}", lesson.name(), generator.name));
    let ending = first.play(&scene, run)?;
    Ok((problem, ending, first.screen.take()))
}

/// A problem that was played.
struct Asked<'a> {
    lesson: &'a Lesson,
    generator: &'a Generator,
    seed: u64,
    problem: Problem,
}

/// What came of it.
struct Solved {
    answer: String,
    /// The lines of the run in logical order.
    rows: Vec<String>,
}

impl Asked<'_> {
    fn solved(&self, kept: Kept) -> std::result::Result<Solved, String> {
        let lines = arrange(&[self.problem.actor], &kept.lines).map_err(|why| why.to_string())?;
        let lines: Vec<Line> = lines.into_iter().map(|placed| placed.line).collect();
        let answer = match (self.problem.in_lines, &kept.found[..]) {
            (Some(find), []) => find(&lines),
            (None, [answer]) => answer.clone(),
            (_, found) => return Err(format!("the run found {} answers", found.len())),
        };
        let fits = match &self.problem.form {
            Form::Number(_) => answer.parse::<i64>().is_ok(),
            Form::Choice(choices) => choices.iter().any(|choice| choice.value == answer),
            Form::Name | Form::List => !answer.trim().is_empty(),
        };
        if !fits {
            return Err(format!("`{answer}` is no answer to the question"));
        }
        let rows: Vec<String> = lines.iter().map(picture::row).collect();
        Ok(Solved { answer, rows })
    }

    fn name(&self) -> String {
        format!("{}/{}", self.lesson.name(), self.generator.name)
    }

    fn command(&self) -> String {
        let (package, name, seed) = (self.lesson.package, self.generator.name, self.seed);
        format!("cargo run -p {package} -- gen {name} --seed {seed}")
    }

    fn missing(&self, why: &str, json: bool) -> String {
        if !json {
            return format!("missing: {why}\n");
        }
        let object = nojson::object(|f| {
            f.member("v", VERSION)?;
            f.member("generator", self.name())?;
            f.member("seed", self.seed)?;
            f.member("missing", why)
        });
        format!("{object}\n")
    }

    /// The answer as a person says it, in both languages.
    fn shown(&self, answer: &str) -> Both {
        let en = match &self.problem.form {
            Form::Number("") | Form::Name | Form::List => answer.to_owned(),
            Form::Number(unit) if answer == "1" => format!("1 {}", unit.trim_end_matches('s')),
            Form::Number(unit) => format!("{answer} {unit}"),
            Form::Choice(choices) => {
                let said = choices.iter().find(|choice| choice.value == answer);
                return said.map_or_else(Both::default, |choice| choice.text.clone());
            }
        };
        (en, answer.to_owned())
    }

    fn explanation(&self, solved: &Solved) -> Both {
        let (en, ko) = &self.problem.explanation;
        let shown = self.shown(&solved.answer);
        (en.replace("{answer}", &shown.0), ko.replace("{answer}", &shown.1))
    }

    fn json(&self, solved: &Solved) -> String {
        let Problem { prompt, form, traps, .. } = &self.problem;
        let explanation = self.explanation(solved);
        let answer = &solved.answer;
        let (shown, _) = self.shown(answer);
        let (kind, unit) = match form {
            Form::Number(unit) => ("number", *unit),
            Form::Name => ("name", ""),
            Form::List => ("list", ""),
            Form::Choice(_) => ("choice", ""),
        };
        let object = nojson::object(|f| {
            f.member("v", VERSION)?;
            f.member("generator", self.name())?;
            f.member("seed", self.seed)?;
            f.member("prompt", both(prompt))?;
            f.member("kind", kind)?;
            if !unit.is_empty() {
                f.member("unit", unit)?;
            }
            f.member("answer", &shown)?;
            if let Form::Choice(choices) = form {
                let options = nojson::array(|f| {
                    choices.iter().try_for_each(|choice| {
                        f.element(nojson::object(|f| {
                            f.member("text", both(&choice.text))?;
                            f.member("right", choice.value == *answer)?;
                            f.member("why", both(&choice.why))
                        }))
                    })
                });
                f.member("options", options)?;
            } else {
                let also: &[&str] = if shown == *answer { &[answer] } else { &[&shown, answer] };
                f.member("accept", also)?;
                let traps = nojson::array(|f| {
                    traps.iter().filter(|trap| trap.answer != *answer).try_for_each(|trap| {
                        f.element(nojson::object(|f| {
                            f.member("answers", [&trap.answer])?;
                            f.member("why", both(&trap.why))
                        }))
                    })
                });
                f.member("traps", traps)?;
            }
            f.member("explanation", both(&explanation))?;
            f.member("run", &solved.rows)?;
            f.member("command", self.command())
        });
        format!("{object}\n")
    }

    fn text(&self, solved: &Solved) -> String {
        let width = picture::PAGE_WIDTH;
        let mut text = format!("{}: {}\n\n", self.generator.name, self.generator.idea);
        for row in self.problem.prompt.0.lines() {
            text += &format!("{}\n", wrap(row, 0, width));
        }
        text.push('\n');
        for row in &solved.rows {
            text += &format!("{row}\n");
        }
        text += &format!("\nanswer: {}\n", self.shown(&solved.answer).0);
        text += &format!("{}\n", wrap(&self.explanation(solved).0, 0, width));
        text + &format!("again: {}\n", self.command())
    }
}

fn both((en, ko): &Both) -> impl nojson::DisplayJson {
    nojson::object(move |f| {
        f.member("en", en)?;
        f.member("ko", ko)
    })
}

fn put(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_promise() {
        let mut first = Seed(1_234_567);
        // The reference values of SplitMix64 for this seed.
        assert_eq!(first.next(), 6_457_827_717_110_365_317);
        assert_eq!(first.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn draws_stay_within_their_bounds() {
        let mut seed = Seed::new(0, "");
        let drawn: Vec<usize> = (0..1000).map(|_| seed.within(3, 5)).collect();
        assert!((3..=5).all(|wanted| drawn.contains(&wanted)));
        assert!(drawn.iter().all(|n| (3..=5).contains(n)));
        assert_eq!(seed.within(7, 7), 7);
    }
}

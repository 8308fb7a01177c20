//! What a lesson is made of.

use std::process::ExitCode;

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::generate::Generator;

/// What one process of a scene does, from its birth to its end.
pub type Part = fn(&Actor) -> Result;

/// What a scene takes for granted: an error, by [`missing`](crate::missing), where it is not there.
pub type Need = fn() -> Result;

/// A mechanism's lesson: its scenes in the order in which they are played.
pub struct Lesson {
    /// The name of its package, such as `lesson-pipe`.
    pub package: &'static str,
    /// What it is about, in one line.
    pub idea: &'static str,
    /// Its scenes.
    pub scenes: &'static [Scene],
    /// Subcommands of its own, beside what every lesson can do.
    pub extras: &'static [Extra],
    /// Problems that are made fresh from a seed, for the quiz.
    pub generators: &'static [Generator],
}

impl Lesson {
    /// The name of its folder, such as `pipe`.
    pub fn name(&self) -> &'static str {
        self.package.strip_prefix("lesson-").unwrap_or(self.package)
    }
}

/// The name and the idea of the lesson that is being compiled, and nothing else yet:
/// `Lesson { scenes: stage::scenes![hello], ..stage::lesson!() }`.
#[macro_export]
macro_rules! lesson {
    () => {
        $crate::Lesson {
            package: env!("CARGO_PKG_NAME"),
            idea: env!("CARGO_PKG_DESCRIPTION"),
            scenes: &[],
            extras: &[],
            generators: &[],
        }
    };
}

/// A subcommand that one lesson adds to the command line of all.
pub struct Extra {
    /// How it is called, what it takes, and its help.
    pub command: fn() -> clap::Command,
    /// What it does. An error ends the lesson with exit code 1, after its text; an
    /// [`io::Error`](std::io::Error) of a closed pipe ends it quietly.
    pub run: fn(&clap::ArgMatches) -> std::result::Result<ExitCode, Box<dyn std::error::Error>>,
    /// Whether the lesson does this when the command line is empty, instead of playing its scenes.
    pub first: bool,
}

/// One runnable idea.
#[derive(Clone, Copy)]
pub struct Scene {
    /// The name it is called by on the command line.
    pub name: &'static str,
    /// Its idea, in one line.
    pub idea: &'static str,
    /// The processes that exist from the start.
    pub cast: &'static [(&'static str, Part)],
    /// Whether those processes are unrelated: separate executions of the lesson, each of which a
    /// person can play in a terminal of their own.
    pub roles: bool,
    /// Whether the scene ends in all its processes waiting for each other.
    pub hangs: bool,
    /// The names of the outcomes that are all legal, if there is more than one.
    pub outcomes: &'static [&'static str],
    /// The calls, by the names of `scope`, whose number a race decides.
    pub races: &'static [&'static str],
    /// What it takes for granted.
    pub needs: &'static [Need],
    /// Whether it hangs or ends is what the run finds out.
    pub(crate) undecided: bool,
}

impl Scene {
    /// A scene that begins with one process, which makes the others.
    pub const fn new(
        name: &'static str,
        idea: &'static str,
        cast: &'static [(&'static str, Part); 1],
    ) -> Self {
        Self::of(name, idea, cast, false)
    }

    /// A scene of unrelated processes.
    pub const fn of_roles(
        name: &'static str,
        idea: &'static str,
        cast: &'static [(&'static str, Part)],
    ) -> Self {
        Self::of(name, idea, cast, true)
    }

    const fn of(
        name: &'static str,
        idea: &'static str,
        cast: &'static [(&'static str, Part)],
        roles: bool,
    ) -> Self {
        let (hangs, outcomes, races): (_, &[_], &[_]) = (false, &[], &[]);
        Self { name, idea, cast, roles, hangs, outcomes, races, needs: &[], undecided: false }
    }

    /// Where this is not there, the scene is missing. The first process looks before it starts the
    /// cast: what it does then is no part of the scene.
    pub const fn needs(mut self, needs: &'static [Need]) -> Self {
        self.needs = needs;
        self
    }

    /// Why the scene cannot be played here, if so.
    pub(crate) fn lacks(&self) -> Option<Error> {
        self.needs.iter().find_map(|need| need().err())
    }

    /// The scene ends when every process waits and none can wake another: that is its point.
    pub const fn hangs(mut self) -> Self {
        self.hangs = true;
        self
    }

    /// How often these calls are made, or whether they are, differs from run to run, although
    /// what they achieve does not. A long `read` comes in pieces: its calls are folded into one
    /// line. `server msgrcv` are those of one actor; `open?` are calls that need not be made at
    /// all, which are left out. With `*` the scene is audited, and its calls are not recorded.
    pub const fn races(mut self, calls: &'static [&'static str]) -> Self {
        self.races = calls;
        self
    }

    /// The kernel decides between several legal outcomes: each has a recording of its own, and the
    /// scene says with [`Actor::outcome`] which one it was.
    pub const fn outcomes(mut self, names: &'static [&'static str]) -> Self {
        self.outcomes = names;
        self
    }
}

/// The scenes of a lesson, in order: `scenes![hello, eof]` is each module's `SCENE`.
#[macro_export]
macro_rules! scenes {
    ($($module:ident),+ $(,)?) => { &[$($module::SCENE),+] };
}

/// The generators of a lesson, in order: `generators![capacity, blocked]` is each module's
/// `GENERATOR`.
#[macro_export]
macro_rules! generators {
    ($($module:ident),+ $(,)?) => { &[$($module::GENERATOR),+] };
}

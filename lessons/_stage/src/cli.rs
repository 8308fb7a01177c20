//! The command line that every lesson shares.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use nix::sys::signal::{SigHandler, SigSet, SigmaskHow, Signal, raise, signal, sigprocmask};
use nix::unistd::getuid;
use scope::End;

use crate::actor::{Actor, FAILED};
use crate::first::{Ending, First, Wishes};
use crate::generate;
use crate::launch::executed_role;
use crate::line::VERSION;
use crate::register::{Refused, Run, sweep};
use crate::scene::{Extra, Lesson, Scene};
use crate::scoped::{self, Scoped};
use crate::screen::{self, Screen, Show, wrap};

const AFTER_HELP: &str = "\
Exit status:
  0  every scene was played (one may hang on purpose), or this machine lacks it
  1  a scene went wrong or got stuck
  2  the command line was wrong
  A signal that ends the run ends the lesson with that signal.

The environment variable NO_COLOR turns colours off.";

/// Runs a lesson: the whole of its `main`.
pub fn play(lesson: &Lesson) -> ExitCode {
    // Some who start programs ignore it, and pass that on. Then no child could be waited for.
    // SAFETY: the default action runs no code of ours.
    let _ = unsafe { signal(Signal::SIGCHLD, SigHandler::SigDfl) };
    let matches = match command(lesson).try_get_matches() {
        Ok(matches) => matches,
        Err(error) => match beyond_scenes(lesson, &error) {
            Some((extra, matches)) => return play_extra(extra, &matches),
            None => return behind_scene(lesson).unwrap_or_else(|| error.exit()),
        },
    };
    if let Some((events, step, names)) = executed_role() {
        return play_executed(lesson, &matches, events, step, names);
    }
    if let Some(("gen", matches)) = matches.subcommand() {
        drop_inherited();
        return said(lesson, generate::run(lesson, matches));
    }
    if let Some((extra, matches)) = asked(lesson, &matches) {
        return play_extra(extra, &matches);
    }
    drop_inherited();
    said(lesson, run(lesson, &matches))
}

/// Closes what whoever has started us had open, beside the three: a scene's own descriptors have
/// numbers that begin at 3. Where the kernel has no such call yet, the numbers may differ.
fn drop_inherited() {
    // SAFETY: nothing of ours is open yet.
    unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, 0) };
}

fn said(lesson: &Lesson, result: io::Result<ExitCode>) -> ExitCode {
    match result {
        Ok(code) => code,
        // Whoever read our output has had enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => end_by(Signal::SIGPIPE),
        Err(error) => complain(&format!("{}: {error}", lesson.package), 1),
    }
}

fn play_extra(extra: &Extra, matches: &ArgMatches) -> ExitCode {
    match (extra.run)(matches) {
        Ok(code) => code,
        Err(error) => match error.downcast_ref::<io::Error>().map(io::Error::kind) {
            Some(io::ErrorKind::BrokenPipe) => end_by(Signal::SIGPIPE),
            _ => complain(&error.to_string(), 1),
        },
    }
}

/// The first subcommand, without its name, if it has the options that playing scenes has not.
fn beyond_scenes<'a>(lesson: &'a Lesson, error: &clap::Error) -> Option<(&'a Extra, ArgMatches)> {
    if error.kind() != clap::error::ErrorKind::UnknownArgument {
        return None;
    }
    let extra = lesson.extras.iter().find(|extra| extra.first)?;
    let matches = (extra.command)().try_get_matches_from(std::env::args_os()).ok()?;
    Some((extra, matches))
}

/// Answers a word that stands behind a scene: the parser takes it for a subcommand.
fn behind_scene(lesson: &Lesson) -> Option<ExitCode> {
    let more = Arg::new("more").num_args(1..);
    let matches = command(lesson).arg(more).try_get_matches().ok()?;
    let (name, word) = (matches.get_one::<String>("scene")?, matches.get_one::<String>("more")?);
    let Some(scene) = lesson.scenes.iter().find(|scene| scene.name == *name) else {
        return Some(unknown_scene(lesson, name));
    };
    let mut options = "--step, --json, --scope, --limit SECONDS".to_owned();
    if scene.roles {
        let roles = scene.cast.iter().map(|(role, _)| format!(", --as {role}"));
        options.extend(roles.chain([", --name NAME".to_owned()]));
    }
    Some(complain_wrapped(&format!(
        "`{word}` cannot follow the scene `{name}`: one scene is played at a time, and only options \
         follow it ({options})"
    )))
}

/// The subcommand that the command line asks for, by name or by saying nothing at all.
fn asked<'a>(lesson: &'a Lesson, matches: &ArgMatches) -> Option<(&'a Extra, ArgMatches)> {
    if let Some((name, matches)) = matches.subcommand() {
        let extra = lesson.extras.iter().find(|extra| (extra.command)().get_name() == name)?;
        return Some((extra, matches.clone()));
    }
    let extra = lesson.extras.iter().find(|extra| extra.first)?;
    let empty = std::env::args_os().len() <= 1;
    empty.then(|| (extra, (extra.command)().get_matches_from([lesson.package])))
}

fn command(lesson: &Lesson) -> Command {
    let seconds = value_parser!(u64).range(1..=3600);
    Command::new(lesson.package)
        .subcommands(lesson.extras.iter().map(|extra| (extra.command)()))
        .subcommands((!lesson.generators.is_empty()).then(generate::command))
        .args_conflicts_with_subcommands(true)
        .disable_help_subcommand(true)
        .bin_name(format!("cargo run -p {} --", lesson.package))
        .about(lesson.idea)
        .after_help(AFTER_HELP)
        .version(env!("CARGO_PKG_VERSION"))
        .arg(Arg::new("scene").value_name("SCENE").help("Plays this scene instead of all"))
        .arg(flag("list").help("Lists the scenes with their ideas"))
        .arg(flag("step").help("Waits for Enter before each line"))
        .arg(flag("json").help("Prints JSON Lines: a scene, its lines, how it ended"))
        .arg(flag("scope").help("Shows between the lines which calls the kernel saw"))
        .arg(flag("witness").hide(true).conflicts_with_all(["scope", "step", "as"]))
        .arg(
            Arg::new("show")
                .long("show")
                .value_parser(["all", "ends", "nothing"])
                .default_value("all")
                .hide(true),
        )
        .arg(
            Arg::new("as")
                .long("as")
                .value_name("ROLE")
                .requires("scene")
                .help("Plays one role; another terminal plays its partner"),
        )
        .arg(
            Arg::new("name")
                .long("name")
                .value_name("NAME")
                .requires("as")
                .help("Meets the partner under this name, not the default"),
        )
        .arg(
            Arg::new("limit")
                .long("limit")
                .value_name("SECONDS")
                .value_parser(seconds)
                .default_value("10")
                .help("Ends a scene that stands still so long"),
        )
}

fn flag(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}

fn run(lesson: &Lesson, matches: &ArgMatches) -> io::Result<ExitCode> {
    let json = matches.get_flag("json");
    if matches.get_flag("list") {
        return list(lesson, json).map(|()| ExitCode::SUCCESS);
    }
    let wanted = matches.get_one::<String>("scene");
    let scenes: Vec<&Scene> = match wanted {
        None => lesson.scenes.iter().collect(),
        Some(name) => match lesson.scenes.iter().find(|scene| scene.name == *name) {
            Some(scene) => vec![scene],
            None => return Ok(unknown_scene(lesson, name)),
        },
    };
    let limit = Duration::from_secs(matches.get_one("limit").copied().unwrap_or(10));
    let step = matches.get_flag("step");
    let show = match matches.get_one::<String>("show").map(String::as_str) {
        Some("ends") => Show::Ends,
        Some("nothing") => Show::Nothing,
        _ => Show::All,
    };
    let wishes = Wishes { step, limit };
    if matches.get_flag("witness") {
        scenes.iter().try_for_each(|scene| scoped::witness(scene, &passed(matches)))?;
        return Ok(ExitCode::SUCCESS);
    }
    if matches.get_flag("scope")
        && let Some(code) = under_scope(matches, &scenes, Screen::new(json, show))?
    {
        return Ok(code);
    }
    // Without a folder for names, scenes that need one will say so.
    let _ = sweep();
    if let Some(role) = matches.get_one::<String>("as") {
        let name = matches.get_one::<String>("name").map(String::as_str);
        return play_role(lesson, scenes[0], role, name, Screen::new(json, show), wishes);
    }
    let mut first = First::new(Screen::new(json, show), wishes)?;
    if step {
        first.screen.invite()?;
    }
    let mut code = ExitCode::SUCCESS;
    for (at, scene) in scenes.into_iter().enumerate() {
        first.take_enters()?;
        first.screen.heading(scene, at == 0)?;
        let ending = first.play(scene, Run::whole(&format!("{}-{}", lesson.name(), scene.name)))?;
        match finish(lesson, scene, &mut first.screen, ending)? {
            None => {}
            Some(Over::Failed) => code = ExitCode::from(1),
            Some(Over::Signal(signal)) => return Ok(end_by(signal)),
        }
    }
    Ok(code)
}

/// Plays the scenes under scope; `None` where that is forbidden, after saying so.
fn under_scope(
    matches: &ArgMatches,
    scenes: &[&Scene],
    mut screen: Screen,
) -> io::Result<Option<ExitCode>> {
    let mut code = ExitCode::SUCCESS;
    for (at, scene) in scenes.iter().enumerate() {
        screen.heading(scene, at == 0)?;
        match scoped::show(&mut screen, scene, &passed(matches))? {
            Scoped::Ended(End::Status(0)) => {}
            Scoped::Ended(End::Status(_)) => code = ExitCode::from(1),
            Scoped::Ended(end) => scope::end_as(end),
            Scoped::Forbidden(why) => {
                let _ = writeln!(io::stderr(), "{why}\nplays on without --scope");
                return Ok(None);
            }
        }
    }
    Ok(Some(code))
}

/// What a lesson's own execution under scope gets of the command line.
fn passed(matches: &ArgMatches) -> Vec<OsString> {
    let mut words: Vec<OsString> = Vec::new();
    for key in ["as", "name", "limit"] {
        let given = matches.value_source(key) == Some(ValueSource::CommandLine);
        for value in matches.get_raw(key).filter(|_| given).into_iter().flatten() {
            words.extend([format!("--{key}").into(), value.to_owned()]);
        }
    }
    if matches.get_flag("step") {
        words.push("--step".into());
    }
    words
}

enum Over {
    Failed,
    Signal(Signal),
}

fn finish(
    lesson: &Lesson,
    scene: &Scene,
    screen: &mut Screen,
    ending: Ending,
) -> io::Result<Option<Over>> {
    match ending {
        Ending::Played => screen.ending("played", "").map(|()| None),
        Ending::Missing => Ok(None),
        Ending::Failed(why) => {
            screen.ending("failed", &why)?;
            complain(&format!("scene `{}` of {} failed: {why}", scene.name, lesson.package), 1);
            Ok(Some(Over::Failed))
        }
        Ending::Signal(signal) => Ok(Some(Over::Signal(signal))),
    }
}

fn list(lesson: &Lesson, json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let width = lesson.scenes.iter().map(|scene| scene.name.len()).max().unwrap_or(0);
    for Scene { name, idea, cast, roles, hangs, outcomes, races, .. } in lesson.scenes {
        let roles: Vec<&str> =
            if *roles { cast.iter().map(|(role, _)| *role).collect() } else { Vec::new() };
        if json {
            let about = nojson::object(|f| {
                f.member("v", VERSION)?;
                f.member("scene", name)?;
                f.member("idea", idea)?;
                f.member("roles", &roles)?;
                f.member("hangs", hangs)?;
                f.member("outcomes", outcomes)?;
                f.member("races", races)
            });
            writeln!(out, "{about}")?;
        } else {
            let roles = if roles.is_empty() {
                String::new()
            } else {
                format!(" (--as {})", roles.join(", --as "))
            };
            let row = format!("{name:width$}  {idea}{roles}");
            writeln!(out, "{}", wrap(&row, width + 2, screen::width(io::stdout())))?;
        }
    }
    Ok(())
}

fn play_role(
    lesson: &Lesson,
    scene: &Scene,
    role: &str,
    name: Option<&str>,
    screen: Screen,
    wishes: Wishes,
) -> io::Result<ExitCode> {
    let roles: Vec<&str> = scene.cast.iter().map(|(role, _)| *role).collect();
    if !scene.roles {
        let text = format!("the processes of `{}` are related: it has no roles", scene.name);
        return Ok(complain(&text, 2));
    }
    if !roles.contains(&role) {
        let text = format!("`{}` has no role `{role}`; it has {}", scene.name, roles.join(", "));
        return Ok(complain(&text, 2));
    }
    let default = format!("{}-{}", getuid(), scene.name);
    let meeting = name.unwrap_or(&default);
    if meeting.is_empty() || !meeting.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    {
        return Ok(complain(&format!("`{meeting}` is no name: use letters, digits, - and _"), 2));
    }
    let command = |role: &str| {
        let name = name.map_or(String::new(), |name| format!(" --name {name}"));
        format!("cargo run -p {} -- {} --as {role}{name}", lesson.package, scene.name)
    };
    let run = match Run::role(lesson.name(), meeting, role) {
        Ok(run) => run,
        Err(Refused::Broken(error)) => return Err(error),
        Err(Refused::Taken) => {
            let text = format!(
                "`{role}` is played already under the name `{meeting}`; \
                 choose another name for this pair: {} --name NAME",
                command(role).split(" --name").next().unwrap_or_default()
            );
            return Ok(complain(&text, 1));
        }
    };
    let others: Vec<&str> = roles.into_iter().filter(|other| *other != role).collect();
    let mut first = First::new(screen, wishes)?;
    if first.wishes.step {
        first.screen.invite()?;
    }
    first.screen.heading(scene, true)?;
    if !others.iter().any(|other| run.is_played(other)) {
        for other in &others {
            eprintln!("waits for `{other}`; start it in another terminal:\n  {}", command(other));
        }
    }
    let ending = first.play_role(scene, role, run, &others)?;
    Ok(match finish(lesson, scene, &mut first.screen, ending)? {
        None => ExitCode::SUCCESS,
        Some(Over::Failed) => ExitCode::from(1),
        Some(Over::Signal(signal)) => end_by(signal),
    })
}

/// Plays the role for which a first process has started this execution.
fn play_executed(
    lesson: &Lesson,
    matches: &ArgMatches,
    events: i32,
    step: bool,
    names: crate::register::Names,
) -> ExitCode {
    let wanted = |key: &str| matches.get_one::<String>(key).cloned().unwrap_or_default();
    let (scene, role) = (wanted("scene"), wanted("as"));
    let scene = lesson.scenes.iter().find(|known| known.name == scene);
    let part = scene.and_then(|scene| scene.cast.iter().find(|(known, _)| *known == role));
    match part {
        Some((_, part)) => match Actor::born(&role, events, step, names) {
            Ok(actor) => actor.plays(part),
            Err(error) => complain(&format!("failed to start `{role}`: {error}"), FAILED as u8),
        },
        None => complain(&format!("no role `{role}`"), FAILED as u8),
    }
}

fn unknown_scene(lesson: &Lesson, name: &str) -> ExitCode {
    let names: Vec<&str> = lesson.scenes.iter().map(|scene| scene.name).collect();
    complain_wrapped(&format!(
        "{} has no scene `{name}`; it has {}",
        lesson.package,
        names.join(", ")
    ))
}

/// Says what is wrong with the command line, on as many rows as it needs.
fn complain_wrapped(text: &str) -> ExitCode {
    let room = screen::width(io::stderr()).saturating_sub("error: ".len());
    complain(&wrap(text, 0, room), 2)
}

pub(crate) fn complain(text: &str, code: u8) -> ExitCode {
    // A closed standard error is no reason to fail in another way.
    let _ = writeln!(io::stderr(), "error: {text}");
    ExitCode::from(code)
}

/// Ends this process by the signal, so that whoever waits for it sees what happened.
pub(crate) fn end_by(wanted: Signal) -> ExitCode {
    // SAFETY: the default action runs no code of ours.
    let _ = unsafe { signal(wanted, SigHandler::SigDfl) };
    let _ = sigprocmask(SigmaskHow::SIG_SETMASK, Some(&SigSet::empty()), None);
    let _ = raise(wanted);
    ExitCode::from(128_u8.wrapping_add(wanted as u8))
}

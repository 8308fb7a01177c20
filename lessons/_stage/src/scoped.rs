//! A lesson under `--scope`: what its processes tell, and between the lines what the kernel saw.

use std::ffi::OsString;
use std::io::{self, Write};

use scope::{End, Error, Event, Options, Program};

use crate::line::VERSION;
use crate::scene::Scene;
use crate::screen::Screen;
use crate::witness::{News, Witness};

/// How a scene ended under scope.
pub(crate) enum Scoped {
    /// As its own execution ended.
    Ended(End),
    /// ptrace is forbidden here; the scene has not been played.
    Forbidden(String),
}

/// Plays a scene, and shows what the kernel saw of it as it happens.
pub(crate) fn show(
    screen: &mut Screen,
    scene: &Scene,
    arguments: &[OsString],
) -> io::Result<Scoped> {
    let mut witness = Witness::default();
    let mut failed = Ok(());
    let end = run(scene, arguments, "ends", &mut |event| {
        let result = match witness.take(event) {
            Some(News::Line(line)) => screen.line(line),
            Some(News::Call(actor, text) | News::Fate(actor, text)) => screen.call(actor, &text),
            None => Ok(()),
        };
        if failed.is_ok() {
            failed = result;
        }
    })?;
    failed.map(|()| end)
}

/// Plays a scene, and prints one JSON object: `end`, `why`, the `kernel` picture, and the `lies`,
/// lines that tell what the kernel did not see.
pub(crate) fn witness(scene: &Scene, arguments: &[OsString]) -> io::Result<()> {
    let mut witness = Witness::default();
    // A recorded program runs slower, and nobody waits for this one.
    let patient: Vec<OsString> = ["--limit".into(), "600".into()].into();
    let arguments = if arguments.is_empty() { &patient } else { arguments };
    let scoped = run(scene, arguments, "nothing", &mut |event| drop(witness.take(event)))?;
    // What the first process finds missing, no actor tells.
    let missing = witness.missing.take().or_else(|| scene.lacks().map(|error| error.text));
    let (end, why) = match (scoped, missing) {
        (Scoped::Forbidden(why), _) => ("forbidden", why),
        (_, Some(why)) => ("missing", why),
        (Scoped::Ended(End::Status(0)), None) => ("played", String::new()),
        (Scoped::Ended(end), None) => ("failed", end.to_string()),
    };
    let cast: Vec<&str> = scene.cast.iter().map(|(name, _)| *name).collect();
    let kernel = witness.picture(&cast, scene.races);
    let lies = witness.audit();
    let object = nojson::object(|f| {
        f.member("v", VERSION)?;
        f.member("scene", scene.name)?;
        f.member("end", end)?;
        f.member("why", &why)?;
        f.member("kernel", &kernel)?;
        f.member("lies", &lies)
    });
    writeln!(io::stdout(), "{object}")
}

fn run(
    scene: &Scene,
    arguments: &[OsString],
    show: &str,
    sink: &mut dyn FnMut(Event),
) -> io::Result<Scoped> {
    let mut argv = vec![std::env::current_exe()?.into_os_string(), scene.name.into()];
    argv.extend(["--show".into(), show.into()]);
    argv.extend_from_slice(arguments);
    let mut sink = sink;
    match scope::job(Program::new(argv), &Options::default(), &mut sink) {
        Ok(end) => Ok(Scoped::Ended(end)),
        Err(error @ Error::Forbidden { .. }) => Ok(Scoped::Forbidden(error.to_string())),
        Err(error) => Err(io::Error::other(error.to_string())),
    }
}

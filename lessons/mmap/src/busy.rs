//! A program's file cannot be written while it runs, nor be run while it is written.

use std::ffi::CString;
use std::fs::{self, File};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::unistd::{dup2_stdin, execv, pipe2, read};
use stage::{Actor, Error, Result, Scene, missing, token};

use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "busy",
    "a running program is protected from writers, and the other way round",
    &[("owner", owner)],
);

const RUNNING: &str = "becomes a program that reads until end of file";

// ANCHOR: owner
fn owner(owner: &Actor) -> Result {
    let program = owner.path("cat")?;
    let cat = ["/bin/cat", "/usr/bin/cat"].into_iter().find(|path| Path::new(path).exists());
    let cat = cat.ok_or_else(|| missing("there is no `cat`", "install coreutils or busybox"))?;
    fs::copy(cat, &program)?;

    let (input, keyboard) = pipe2(OFlag::O_CLOEXEC)?;
    let (executed, signal) = pipe2(OFlag::O_CLOEXEC)?;
    let runner = fork(owner, "cat", |me| {
        me.sends(token("exec"), RUNNING);
        dup2_stdin(&input)?;
        Err(runs(&program))
    })?;
    drop(signal); // the child's copy closes when it becomes the program
    stage::ensure!(read(&executed, &mut [0])? == 0, "somebody wrote");
    owner.gets(token("exec"), RUNNING);

    let open = || File::options().write(true).open(&program).map_err(|error| errno(&error));
    let Err(running) = open() else {
        return Err(missing("this kernel lets a running program be written", "use another one"));
    };
    owner.says(format_args!("opens the running program for writing: {running:?}"));
    owner.says("closes the end that the program reads from");
    drop(keyboard); // end of file for the program
    owner.waits(runner)?;

    let _writing = open()?;
    owner.says("opens it when it has ended: no error");
    let late = fork(owner, "late", |me| {
        let error = execute(&program);
        me.says(format_args!("runs it while it is open for writing: {error:?}"));
        stage::ensure!(error == Errno::ETXTBSY, "execve: {error:?}");
        Ok(())
    })?;
    stage::ensure!(running == Errno::ETXTBSY, "open: {running:?}");
    owner.waits(late)
}
// ANCHOR_END: owner

/// Returns only if it fails.
fn execute(program: &Path) -> Errno {
    let Ok(path) = CString::new(program.as_os_str().as_encoded_bytes()) else {
        return Errno::EINVAL;
    };
    let Err(error) = execv(&path, &[c"cat"]);
    error
}

fn runs(program: &Path) -> Error {
    match execute(program) {
        Errno::EACCES => missing(
            "programs in the temporary folder may not be run",
            "name a folder in TMPDIR that is not mounted with noexec",
        ),
        other => other.into(),
    }
}

fn errno(error: &std::io::Error) -> Errno {
    Errno::from_raw(error.raw_os_error().unwrap_or_default())
}

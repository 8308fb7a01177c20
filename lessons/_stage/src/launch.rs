//! How a process of the cast comes to be: a fork of the first process, and for a role another
//! execution of the lesson.

use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::path::PathBuf;

use nix::unistd::{ForkResult, Pid, dup2_stderr, dup2_stdin, dup2_stdout, execv, fork, setpgid};

use crate::actor::{Actor, FAILED, die_with};
use crate::error::Result;
use crate::register::{Names, hold};
use crate::scene::{Part, Scene};

/// The environment variable through which a role that is executed anew finds its run.
const ROLE_ENV: &str = "BETWEEN_PROCESSES_ROLE";

/// What the processes of a cast have in common when they start.
pub(crate) struct Start<'a> {
    pub(crate) scene: &'a Scene,
    /// Whether this is one role, whose partners are played in other terminals.
    pub(crate) alone: bool,
    pub(crate) step: bool,
    pub(crate) names: &'a Names,
    /// The end of the socket that actors talk into.
    pub(crate) events: OwnedFd,
}

impl Start<'_> {
    /// Starts one process in the group, or in a group of its own if that is 0.
    pub(crate) fn process(&self, name: &str, part: Part, group: Pid) -> nix::Result<Pid> {
        let first = Pid::this();
        // SAFETY: the first process has one thread.
        match unsafe { fork() }? {
            ForkResult::Parent { child } => {
                // The child does the same: whoever comes first, the group is there. Children are
                // not reaped before the whole cast is started, so that it stays.
                let _ = setpgid(child, group);
                Ok(child)
            }
            ForkResult::Child => {
                die_with(first);
                match self.actor(name, group) {
                    Ok(actor) => actor.plays(part),
                    Err(error) => {
                        eprintln!("error: failed to start `{name}`: {error}");
                        // SAFETY: ends this process at once.
                        unsafe { libc::_exit(FAILED) }
                    }
                }
            }
        }
    }

    fn actor(&self, name: &str, group: Pid) -> Result<Actor> {
        setpgid(Pid::from_raw(0), group)?;
        leave_terminal()?;
        let events = self.events.as_raw_fd();
        if self.scene.roles && !self.alone {
            execute_role(self.scene, name, events, self.step, self.names)?;
        }
        Actor::born(name, events, self.step, self.names.clone())
    }
}

/// The terminal's input is the first process's, and so is its output: what a program of the scene
/// prints without being asked goes where errors go.
fn leave_terminal() -> Result {
    dup2_stdin(File::open("/dev/null")?)?;
    dup2_stdout(io::stderr())?;
    dup2_stderr(io::stderr())?;
    Ok(())
}

/// Becomes a separate execution of the lesson that plays one role.
fn execute_role(scene: &Scene, role: &str, events: RawFd, step: bool, names: &Names) -> Result {
    let folder = names.folder().map_or(String::new(), |folder| folder.display().to_string());
    // SAFETY: clearing the close-on-exec flag concerns nobody else: this process has one thread.
    unsafe { libc::fcntl(events, libc::F_SETFD, 0) };
    // SAFETY: for the same reason nobody reads the environment meanwhile.
    unsafe { std::env::set_var(ROLE_ENV, format!("{events} {step} {folder}")) };
    let me = std::env::args_os().next().unwrap_or_default();
    let words = [me.to_string_lossy().as_ref(), scene.name, "--as", role]
        .map(|word| CString::new(word).unwrap_or_default());
    execv(c"/proc/self/exe", &words)?;
    Ok(())
}

/// The role that this execution has been started for by a first process, if it has been.
pub(crate) fn executed_role() -> Option<(RawFd, bool, Names)> {
    let value = std::env::var(ROLE_ENV).ok()?;
    let mut words = value.splitn(3, ' ');
    let events = words.next()?.parse().ok()?;
    let step = words.next()? == "true";
    let folder = words.next().filter(|folder| !folder.is_empty());
    let folder = folder.map(PathBuf::from).ok_or_else(|| "see above".to_owned());
    // The execution has closed the lock that the fork had inherited.
    let folder = folder.and_then(|folder| match hold(&folder) {
        Ok(()) => Ok(folder),
        Err(error) => Err(error.to_string()),
    });
    Some((events, step, Names::of(folder)))
}

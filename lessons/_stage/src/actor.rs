//! A process with a name, and the verbs it has.

use std::ffi::CString;
use std::fmt::Display;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use nix::errno::Errno;
use nix::sys::prctl;
use nix::sys::signal::{SigHandler, SigSet, SigmaskHow, Signal, signal, sigprocmask};
use nix::sys::socket::UnixAddr;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{
    ForkResult, Gid, Pid, Uid, fork, geteuid, getppid, setgroups, setresgid, setresuid,
};

use crate::error::{Error, Kind, Result, missing};
use crate::lacking::{no_larger_file, no_room};
use crate::line::{Act, Channel, Line};
use crate::picture::NAME_WIDTH;
use crate::register::Names;
use crate::wire;

/// The exit status of a process whose scene went wrong. It has told the first process why.
pub(crate) const FAILED: i32 = 101;

/// A process with a name. It is the first parameter of every function that is a process.
pub struct Actor {
    name: String,
    events: RawFd,
    answers: OwnedFd,
    step: bool,
    names: Names,
}

/// Both sides of a fork, see [`Actor::forks`].
pub enum Fork {
    /// In the new process: who it is.
    Child(Actor),
    /// In the old one: whom to wait for.
    Parent(Child),
}

/// A child process, to be waited for.
#[must_use = "a child that nobody waits for stays a zombie"]
pub struct Child {
    name: String,
    pid: Pid,
}

impl Child {
    /// Its process id.
    pub fn pid(&self) -> Pid {
        self.pid
    }
}

impl Actor {
    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Tells what this process does or sees.
    pub fn says(&self, text: impl Display) {
        self.tell(Act::Says, text);
    }

    /// Announces, before the act, what is about to go into a channel.
    pub fn sends(&self, to: impl Into<Channel>, what: impl Display) {
        self.tell(Act::Sends(to.into()), what);
    }

    /// Reports, after the act, what has come out of a channel.
    pub fn gets(&self, from: impl Into<Channel>, what: impl Display) {
        self.tell(Act::Gets(from.into()), what);
    }

    /// Makes a child process, which dies when this one dies.
    ///
    /// # Errors
    ///
    /// Those of `fork(2)`. The scene is missing where no further process may be made.
    #[track_caller]
    pub fn forks(&self, child: &str) -> Result<Fork> {
        self.tell(Act::Forks(child.to_owned()), "fork");
        let parent = Pid::this();
        // SAFETY: a scene that forks has one thread, so nothing is locked or half done in the copy.
        match unsafe { fork() }.map_err(no_room)? {
            ForkResult::Parent { child: pid } => {
                Ok(Fork::Parent(Child { name: child.to_owned(), pid }))
            }
            ForkResult::Child => {
                die_with(parent);
                Self::born(child, self.events, self.step, self.names.clone()).map(Fork::Child)
            }
        }
    }

    /// Plays a part to its end and ends the process: with status 0, or, after telling why, with
    /// another one. What the part did not take with it stays open until then.
    pub fn plays(self, part: impl FnOnce(&Self) -> Result) -> ! {
        let result = catch_unwind(AssertUnwindSafe(|| part(&self)))
            .unwrap_or_else(|panic| Err(Error::new(panic_text(&*panic))));
        let status = match result {
            Ok(()) => 0,
            Err(error) => self.confesses(&error),
        };
        // SAFETY: `_exit` ends this process at once. Its parent's buffers, copied by fork, are
        // not written a second time.
        unsafe { libc::_exit(status) }
    }

    /// A process that has become this one's child when its own parent ended: an orphan, which
    /// its nearest subreaper takes over. It is waited for like any other child.
    pub fn adopts(&self, orphan: &str, pid: Pid) -> Child {
        Child { name: orphan.to_owned(), pid }
    }

    /// Waits for a child, which must end with status 0.
    ///
    /// # Errors
    ///
    /// Those of `waitpid(2)`, and any other end of the child.
    #[track_caller]
    pub fn waits(&self, child: Child) -> Result {
        let name = child.name.clone();
        match self.reaps(child)? {
            WaitStatus::Exited(_, 0) => Ok(()),
            status => Err(Error::new(format!("`{name}` ended with {}", ending(status)))),
        }
    }

    /// Waits for a child and tells how it ended, whatever that was.
    ///
    /// # Errors
    ///
    /// Those of `waitpid(2)`. The scene is missing where the child may not make its files as large
    /// as they are.
    #[track_caller]
    pub fn reaps(&self, child: Child) -> Result<WaitStatus> {
        let status = loop {
            match waitpid(child.pid, None) {
                Err(Errno::EINTR) => {}
                other => break other?,
            }
        };
        self.tell(Act::Reaps(child.name.clone()), ending(status));
        match status {
            WaitStatus::Signaled(_, Signal::SIGXFSZ, _) => Err(no_larger_file(&child.name)),
            status => Ok(status),
        }
    }

    /// Returns when the kernel shows the actor asleep in the call, such as `read` or `open`. The
    /// first process looks, since it is the one that may: it is everybody's ancestor.
    ///
    /// # Errors
    ///
    /// When the first process has gone.
    #[track_caller]
    pub fn until_waiting(&self, actor: &str, call: &str) -> Result {
        if !crate::calls::is_known(call) {
            return Err(Error::new(format!("no call is known as `{call}`")));
        }
        self.asks(&object([("until", actor), ("call", call)]))
    }

    /// Returns when the actor is asleep in the call, or has ended: whichever it is that happens.
    ///
    /// # Errors
    ///
    /// When the first process has gone.
    #[track_caller]
    pub fn until_waiting_or_ended(&self, actor: &str, call: &str) -> Result {
        if !crate::calls::is_known(call) {
            return Err(Error::new(format!("no call is known as `{call}`")));
        }
        self.asks(&object([("until", actor), ("call", call), ("or", "ended")]))
    }

    /// Says which of the scene's outcomes this run has.
    pub fn outcome(&self, name: &str) {
        let _ = wire::tell(self.events, &object([("outcome", name)]), None);
    }

    /// Says what this run has found out: the answer to the problem that it belongs to. It is said
    /// once, and is a value of the run: never what a formula says that it must be.
    pub fn finds(&self, answer: impl Display) {
        let _ = wire::tell(self.events, &object([("found", &answer.to_string())]), None);
    }

    /// A path of this run's own, for a FIFO, a socket or a file. It is removed after the run.
    ///
    /// # Errors
    ///
    /// When there is no folder for such names.
    pub fn path(&self, label: &str) -> Result<PathBuf> {
        self.names.path(label)
    }

    /// A path of this run's own for a Unix socket, whose address has room for few bytes. It is
    /// removed after the run.
    ///
    /// # Errors
    ///
    /// When there is no folder for such names. The scene is missing where its path is too long.
    pub fn socket_path(&self, label: &str) -> Result<PathBuf> {
        let path = self.names.path(label)?;
        match UnixAddr::new(&path) {
            Err(Errno::ENAMETOOLONG) => Err(missing(
                format!("`{}` is too long for the address of a Unix socket", path.display()),
                "name a folder with a shorter path in TMPDIR",
            )),
            checked => Ok(checked.map(|_| path)?),
        }
    }

    /// A name of this run's own for a POSIX shared memory object, removed after the run.
    ///
    /// # Errors
    ///
    /// When the name cannot be registered.
    pub fn shm_name(&self, label: &str) -> Result<CString> {
        self.names.posix("shm", label)
    }

    /// A name of this run's own for a POSIX named semaphore, removed after the run.
    ///
    /// # Errors
    ///
    /// When the name cannot be registered.
    pub fn sem_name(&self, label: &str) -> Result<CString> {
        self.names.posix("sem", label)
    }

    /// A name of this run's own for a POSIX message queue, removed after the run.
    ///
    /// # Errors
    ///
    /// When the name cannot be registered.
    pub fn mq_name(&self, label: &str) -> Result<CString> {
        self.names.posix("mq", label)
    }

    /// A key of this run's own for System V shared memory, removed after the run.
    ///
    /// # Errors
    ///
    /// When the key cannot be registered.
    pub fn shm_key(&self, label: &str) -> Result<libc::key_t> {
        self.names.key("sysv-shm", label)
    }

    /// A key of this run's own for a System V semaphore set, removed after the run.
    ///
    /// # Errors
    ///
    /// When the key cannot be registered.
    pub fn sem_key(&self, label: &str) -> Result<libc::key_t> {
        self.names.key("sysv-sem", label)
    }

    /// A key of this run's own for a System V message queue, removed after the run.
    ///
    /// # Errors
    ///
    /// When the key cannot be registered.
    pub fn msg_key(&self, label: &str) -> Result<libc::key_t> {
        self.names.key("sysv-msg", label)
    }

    /// Makes sure that this process is refused what file modes refuse: root becomes user 65534
    /// (`nobody`), since root is refused nothing. Anybody else stays who they are.
    ///
    /// # Errors
    ///
    /// The scene is missing where root may not become somebody else.
    pub fn obeys_permissions(&self) -> Result {
        if !geteuid().is_root() {
            return Ok(());
        }
        let nobody = 65534;
        let (uid, gid) = (Uid::from_raw(nobody), Gid::from_raw(nobody));
        setgroups(&[])
            .and_then(|()| setresgid(gid, gid, gid))
            .and_then(|()| setresuid(uid, uid, uid))
            .map_err(|error| {
                missing(
                    format!("root may not become another user here ({error})"),
                    "run the lesson as an ordinary user, or give it CAP_SETUID and CAP_SETGID",
                )
            })?;
        // A change of user cancels the wish to die with the parent, and hides /proc/self.
        prctl::set_dumpable(true)?;
        Ok(prctl::set_pdeathsig(Signal::SIGKILL)?)
    }

    /// A process that begins to exist as an actor.
    #[track_caller]
    pub(crate) fn born(name: &str, events: RawFd, step: bool, names: Names) -> Result<Self> {
        if name.chars().count() > NAME_WIDTH {
            return Err(Error::new(format!("`{name}` is longer than {NAME_WIDTH} letters")));
        }
        start_afresh()?;
        let (answers, theirs) = wire::pair()?;
        let birth = nojson::object(|f| {
            f.member("born", name)?;
            f.member("answers", answers.as_raw_fd())
        })
        .to_string();
        wire::tell(events, &birth, Some(theirs.as_raw_fd()))?;
        Ok(Self { name: name.to_owned(), events, answers, step, names })
    }

    #[track_caller]
    fn tell(&self, act: Act, text: impl Display) {
        let line = Line { actor: self.name.clone(), act, text: text.to_string() };
        let message = line.to_wire();
        let told = if self.step {
            self.asks(&message)
        } else {
            wire::tell(self.events, &message, None).map_err(Error::from)
        };
        if told.is_err() {
            // Without a first process the kernel is about to end us. What we did until then, to
            // partners in another terminal too, nobody would be told.
            // SAFETY: ends this process at once.
            unsafe { libc::_exit(FAILED) }
        }
    }

    fn asks(&self, message: &str) -> Result {
        wire::tell(self.events, message, None)?;
        Ok(wire::await_answer(self.answers.as_raw_fd())?)
    }

    fn confesses(&self, error: &Error) -> i32 {
        let (key, status) = match error.kind {
            Kind::Failed => ("failed", FAILED),
            Kind::Missing => ("missing", 0),
        };
        let _ = wire::tell(self.events, &object([(key, &error.text)]), None);
        status
    }
}

fn object<const N: usize>(members: [(&str, &str); N]) -> String {
    nojson::object(|f| f.members(members)).to_string()
}

/// The kernel ends this process when its parent ends.
pub(crate) fn die_with(parent: Pid) {
    let set = prctl::set_pdeathsig(Signal::SIGKILL);
    // The parent may have ended before the wish was made; then nobody will end us but ourselves.
    if set.is_err() || getppid() != parent {
        // SAFETY: ends this process at once, like the signal would have.
        unsafe { libc::_exit(FAILED) }
    }
}

/// A process begins as the kernel starts a program: every signal at its default, none blocked.
/// Rust's runtime ignores SIGPIPE, which programs that the scene executes would inherit, and
/// catches SIGSEGV and SIGBUS to tell of an overflown stack. A shell that starts the lesson in the
/// background lets it ignore SIGINT, and `nohup` SIGHUP.
fn start_afresh() -> Result {
    let fixed = [Signal::SIGKILL, Signal::SIGSTOP];
    for changeable in Signal::iterator().filter(|signal| !fixed.contains(signal)) {
        // SAFETY: the default action runs no code of ours.
        unsafe { signal(changeable, SigHandler::SigDfl) }?;
    }
    Ok(sigprocmask(SigmaskHow::SIG_SETMASK, Some(&SigSet::empty()), None)?)
}

/// How a process ended: `exit 0` or `killed by SIGPIPE`.
pub(crate) fn ending(status: WaitStatus) -> String {
    match status {
        WaitStatus::Exited(_, code) => format!("exit {code}"),
        WaitStatus::Signaled(_, signal, _) => format!("killed by {signal}"),
        other => format!("{other:?}"),
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panic".to_owned())
}

//! The first process: it starts the actors, listens to them, and sees to it that nothing stays.
//!
//! It stays in the shell's process group and alone reads the terminal; the actors have a group of
//! their own. It is their ancestor, also of those whose parent has ended (a subreaper), so that it
//! may look at them, end them and reap them.

use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl;
use nix::sys::signal::{SigSet, SigmaskHow, Signal, raise, sigprocmask};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::unistd::read;

use crate::play::Play;
use crate::register::{Names, Run};
use crate::scene::Scene;
use crate::screen::Screen;
use crate::wire::out_of_the_way;

/// How a scene ended.
pub(crate) enum Ending {
    /// It was played to its end, or hangs as it should.
    Played,
    /// The machine lacks what it is about.
    Missing,
    /// It went wrong; the text says how.
    Failed(String),
    /// A signal ended it, which the first process now owes to itself.
    Signal(Signal),
}

/// What the command line asked for.
pub(crate) struct Wishes {
    pub(crate) step: bool,
    pub(crate) limit: Duration,
}

/// The first process as it is during a whole lesson.
pub(crate) struct First {
    pub(crate) screen: Screen,
    pub(crate) wishes: Wishes,
    pub(crate) signals: SignalFd,
    /// Whether Enter can still be pressed.
    pub(crate) keyboard: bool,
    /// How often it was pressed without having released a line yet.
    pub(crate) pressed: usize,
}

impl First {
    pub(crate) fn new(screen: Screen, wishes: Wishes) -> io::Result<Self> {
        if crate::watch::shows_others() {
            return Err(io::Error::other(
                "`/proc` shows the processes of another namespace, by other numbers; mount one for \
                 this namespace (`unshare --pid --fork --mount-proc`)",
            ));
        }
        prctl::set_child_subreaper(true)?;
        let mut set = SigSet::empty();
        set.add(Signal::SIGCHLD);
        set.add(Signal::SIGCONT);
        for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGTSTP] {
            // `nohup` and shells without job control have us ignore some: so we do.
            if !is_ignored(signal)? {
                set.add(signal);
            }
        }
        sigprocmask(SigmaskHow::SIG_BLOCK, Some(&set), None)?;
        let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
        let signals = out_of_the_way(SignalFd::with_flags(&set, flags)?.into())?;
        // SAFETY: it is the descriptor of a signalfd, under another number.
        let signals = unsafe { SignalFd::from_owned_fd(signals) };
        let keyboard = wishes.step;
        if keyboard {
            screen.forget_typed();
        }
        Ok(Self { screen, wishes, signals, keyboard, pressed: 0 })
    }

    /// Takes in what was typed meanwhile. It has been echoed already, so this comes before each
    /// line that is shown: what is typed ahead must not move the rows apart.
    pub(crate) fn take_enters(&mut self) -> io::Result<()> {
        let mut enters = 0;
        while self.keyboard && is_readable(io::stdin()) {
            let mut typed = [0; 256];
            let count = match read(io::stdin(), &mut typed) {
                Ok(count) => count,
                Err(Errno::EINTR | Errno::EAGAIN) => break,
                // A background job may not read; then nobody can press Enter either.
                Err(_) => 0,
            };
            self.keyboard = count > 0;
            enters += typed[..count].iter().filter(|&&byte| byte == b'\n').count();
        }
        self.pressed += enters;
        self.screen.after_enter(enters)
    }

    /// Plays a scene whole: every process of its cast.
    pub(crate) fn play(&mut self, scene: &Scene, run: io::Result<Run>) -> io::Result<Ending> {
        let run = run.map_err(|error| error.to_string());
        let names =
            Names::of(run.as_ref().map_err(Clone::clone).and_then(|run| {
                run.names().folder().map(ToOwned::to_owned).ok_or_else(String::new)
            }));
        let ending = Play::begin(self, scene, None, &names).and_then(|play| play.run(&|| false));
        if let Ok(run) = run {
            run.leave();
        }
        ending
    }

    /// Plays one role of a scene, whose partners are the others.
    pub(crate) fn play_role(
        &mut self,
        scene: &Scene,
        role: &str,
        run: Run,
        others: &[&str],
    ) -> io::Result<Ending> {
        let alone = || !others.iter().any(|other| run.is_played(other));
        let mut ending =
            Play::begin(self, scene, Some(role), &run.names()).and_then(|play| play.run(&alone));
        if let Ok(Ending::Played) = ending
            && let Some(other) = others.iter().find(|other| !run.has_come(other))
        {
            eprintln!("`{role}` has ended; what it has made is kept until `{other}` comes");
            ending = self.keep_until_come(&run, other);
        }
        run.leave();
        ending
    }

    /// What a role leaves to a partner that has not come yet must not be swept: the entry stays
    /// locked until the partner holds it, too.
    fn keep_until_come(&self, run: &Run, other: &str) -> io::Result<Ending> {
        let arrivals = run.arrivals()?;
        while !run.has_come(other) {
            let mut wanted = [
                PollFd::new(arrivals.as_fd(), PollFlags::POLLIN),
                PollFd::new(self.signals.as_fd(), PollFlags::POLLIN),
            ];
            poll(&mut wanted, PollTimeout::NONE)?;
            let _ = arrivals.read_events();
            while let Ok(Some(info)) = self.signals.read_signal() {
                match Signal::try_from(info.ssi_signo.cast_signed())? {
                    Signal::SIGCHLD | Signal::SIGCONT => {}
                    Signal::SIGTSTP => raise(Signal::SIGSTOP)?,
                    signal => return Ok(Ending::Signal(signal)),
                }
            }
        }
        Ok(Ending::Played)
    }
}

fn is_readable(input: impl AsFd) -> bool {
    let mut wanted = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
    poll(&mut wanted, PollTimeout::ZERO).is_ok_and(|ready| ready > 0)
}

fn is_ignored(signal: Signal) -> io::Result<bool> {
    // SAFETY: all zeros is a valid `sigaction`; the call only fills it, since there is no new one.
    unsafe {
        let mut found: libc::sigaction = std::mem::zeroed();
        match libc::sigaction(signal as i32, std::ptr::null(), &raw mut found) {
            0 => Ok(found.sa_sigaction == libc::SIG_IGN),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

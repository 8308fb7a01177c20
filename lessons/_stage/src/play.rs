//! A scene that is being played: the first process listens, answers, and watches.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill, killpg, raise};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getpgid};

use crate::actor::ending;
use crate::error::Error;
use crate::first::{Ending, First};
use crate::launch::Start;
use crate::line::{Act, Line};
use crate::register::Names;
use crate::scene::Scene;
use crate::{json, lacking, watch, wire};

/// An actor, as the first process knows it.
struct Known {
    name: String,
    pid: i32,
    answers: OwnedFd,
    /// The number that its own end of that socket has in the actor.
    listens_on: Option<u64>,
}

/// What an actor wants to be told.
struct Wonder {
    actor: String,
    call: String,
    or_ended: bool,
}

/// What an actor can tell the first process.
enum Told {
    /// It exists, by this name, and listens for answers on this descriptor.
    Born(String, Option<u64>),
    Line(Line),
    /// It wants to know when that actor waits in that call, or, if so it says, has ended.
    Until(Wonder),
    Outcome(String),
    /// It has found the answer to a problem.
    Found(String),
    Missing(String),
    Failed(String),
}

impl Told {
    fn read(body: json::Object<'_, '_>, text: &str) -> Option<Self> {
        if let Some(name) = body.text("born") {
            return Some(Self::Born(name, body.number("answers")));
        }
        if let (Some(actor), Some(call)) = (body.text("until"), body.text("call")) {
            let or_ended = body.text("or").is_some();
            return Some(Self::Until(Wonder { actor, call, or_ended }));
        }
        let outcome = body.text("outcome").map(Self::Outcome);
        let found = || body.text("found").map(Self::Found);
        let missing = || body.text("missing").map(Self::Missing);
        let failed = || body.text("failed").map(Self::Failed);
        let line = || Line::from_json(text).map(Self::Line);
        outcome.or_else(found).or_else(missing).or_else(failed).or_else(line)
    }
}

/// A scene that is being played.
pub(crate) struct Play<'a> {
    first: &'a mut First,
    scene: &'a Scene,
    events: OwnedFd,
    roots: Vec<(&'static str, Pid, Option<WaitStatus>)>,
    group: Pid,
    actors: Vec<Known>,
    /// Lines that wait for Enter, in the order of asking.
    held: VecDeque<(usize, Line)>,
    /// Who wants to know when which actor waits in which call.
    wonders: Vec<(usize, Wonder)>,
    outcome: Option<String>,
    ending: Option<Ending>,
    /// When the run last moved.
    moved: Instant,
    /// When the actors will be made to end: a signal has asked them to, or one of them has failed.
    grace: Option<Instant>,
}

impl<'a> Play<'a> {
    /// Starts the cast, or one role of it.
    pub(crate) fn begin(
        first: &'a mut First,
        scene: &'a Scene,
        role: Option<&str>,
        names: &Names,
    ) -> io::Result<Self> {
        let (events, theirs) = wire::pair()?;
        wire::name_senders(&events)?;
        let start =
            Start { scene, alone: role.is_some(), step: first.wishes.step, names, events: theirs };
        let mut play = Self {
            first,
            scene,
            events,
            roots: Vec::new(),
            group: Pid::from_raw(0),
            actors: Vec::new(),
            held: VecDeque::new(),
            wonders: Vec::new(),
            outcome: None,
            ending: None,
            moved: Instant::now(),
            grace: None,
        };
        if let Some(error) = scene.lacks() {
            play.cannot_play("failed to look for what it needs", error)?;
            return Ok(play);
        }
        for (name, part) in scene.cast.iter().filter(|(name, _)| role.is_none_or(|r| r == *name)) {
            match start.process(name, *part, play.group) {
                Ok(pid) => play.has_started(name, pid),
                Err(errno) => {
                    play.cannot_play(
                        &format!("failed to start `{name}`"),
                        lacking::no_room(errno),
                    )?;
                    break;
                }
            }
        }
        Ok(play)
    }

    fn has_started(&mut self, name: &'static str, pid: Pid) {
        if self.roots.is_empty() {
            self.group = pid;
        }
        self.roots.push((name, pid, None));
    }

    fn cannot_play(&mut self, what: &str, error: Error) -> io::Result<()> {
        if error.is_missing() {
            return self.is_missing(&error.text);
        }
        self.ending = Some(Ending::Failed(format!("{what}: {error}")));
        Ok(())
    }

    /// The machine lacks something, which also explains that somebody has failed.
    fn is_missing(&mut self, why: &str) -> io::Result<()> {
        if let None | Some(Ending::Failed(_)) = self.ending {
            self.first.screen.ending("missing", why)?;
            self.ending = Some(Ending::Missing);
            self.grace = None;
        }
        Ok(())
    }

    /// Listens until every process of the cast has ended, and clears away what is left.
    pub(crate) fn run(mut self, alone: &dyn Fn() -> bool) -> io::Result<Ending> {
        let result = self.until_all_ended(alone);
        let left = self.clear_away();
        result?;
        let ending = self.judge(&left)?;
        if let Ending::Failed(_) = ending
            && let Err(error) = lacking::processes()
        {
            return self.first.screen.ending("missing", &error.text).map(|()| Ending::Missing);
        }
        Ok(ending)
    }

    fn judge(&mut self, left: &[String]) -> io::Result<Ending> {
        let failed = |text: String| Ok(Ending::Failed(text));
        if let Some(ending) = self.ending.take() {
            return Ok(ending);
        }
        for (name, _, status) in &self.roots {
            match status {
                Some(WaitStatus::Exited(_, 0)) => {}
                Some(WaitStatus::Signaled(_, Signal::SIGXFSZ, _)) => {
                    let why = lacking::no_larger_file(name).text;
                    return self.first.screen.ending("missing", &why).map(|()| Ending::Missing);
                }
                Some(status) => return failed(format!("`{name}` ended with {}", ending(*status))),
                None => return failed(format!("`{name}` has gone, and nobody knows how")),
            }
        }
        if !left.is_empty() {
            return failed(format!("{} still ran when the scene had ended", left.join(", ")));
        }
        if self.scene.hangs {
            return failed("it ended, although its point is that it hangs".to_owned());
        }
        let expected = self.scene.outcomes;
        match &self.outcome {
            None if expected.is_empty() => Ok(Ending::Played),
            Some(name) if expected.contains(&name.as_str()) => Ok(Ending::Played),
            outcome => failed(format!("the outcome is {outcome:?}, not one of {expected:?}")),
        }
    }

    fn until_all_ended(&mut self, alone: &dyn Fn() -> bool) -> io::Result<()> {
        loop {
            self.hear()?;
            self.reap();
            if self.ending.is_some() && self.grace.is_none() {
                return Ok(());
            }
            if self.roots.iter().all(|(_, _, status)| status.is_some()) {
                // What they said last has arrived before they ended.
                return self.hear();
            }
            if self.grace.is_some_and(|until| Instant::now() >= until) {
                return Ok(());
            }
            self.answer_wonders()?;
            let may_hang = self.scene.hangs || self.scene.undecided;
            if self.ending.is_none() && may_hang && self.hangs()? {
                self.ending = Some(Ending::Played);
                return Ok(());
            }
            if self.moved.elapsed() >= self.first.wishes.limit {
                if self.waits_for_a_person(alone) {
                    self.moved = Instant::now();
                } else {
                    return self.stuck();
                }
            }
            self.sleep()?;
        }
    }

    /// Sleeps until something happens that the first process has to act on.
    fn sleep(&mut self) -> io::Result<()> {
        let looking = self.scene.hangs || self.scene.undecided || !self.wonders.is_empty();
        let left = self.first.wishes.limit.saturating_sub(self.moved.elapsed());
        let left = self.grace.map_or(left, |until| until.saturating_duration_since(Instant::now()));
        let millis = u16::try_from(left.as_millis() + 1).unwrap_or(u16::MAX);
        let timeout = PollTimeout::from(if looking { 1 } else { millis });
        let stdin = io::stdin();
        let mut wanted = vec![
            PollFd::new(self.events.as_fd(), PollFlags::POLLIN),
            PollFd::new(self.first.signals.as_fd(), PollFlags::POLLIN),
        ];
        if self.first.keyboard && !self.held.is_empty() {
            wanted.push(PollFd::new(stdin.as_fd(), PollFlags::POLLIN));
        }
        match poll(&mut wanted, timeout) {
            Err(Errno::EINTR) | Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        let pressed = wanted.get(2).is_some_and(|fd| fd.any().unwrap_or(false));
        self.obey_signals()?;
        if pressed {
            self.moved = Instant::now();
            self.release()?;
        }
        Ok(())
    }

    /// Takes in everything that the actors have said.
    fn hear(&mut self) -> io::Result<()> {
        while let Some(message) = wire::next(&self.events)? {
            self.moved = Instant::now();
            let told = json::object(&message.body, |body| Some(Told::read(body, &message.body)));
            let Some(told) = told.flatten() else { continue };
            if let Told::Born(name, listens_on) = told {
                if let Some(answers) = message.along {
                    self.actors.push(Known { name, pid: message.pid, answers, listens_on });
                }
                continue;
            }
            let who = self.actors.iter().rposition(|actor| actor.pid == message.pid);
            if let Some(who) = who {
                self.take_in(who, told)?;
            }
        }
        Ok(())
    }

    fn take_in(&mut self, who: usize, told: Told) -> io::Result<()> {
        match told {
            Told::Born(..) => {}
            Told::Line(line) => self.line(who, line)?,
            Told::Until(wonder) => self.wonders.push((who, wonder)),
            Told::Outcome(name) => {
                self.first.screen.outcome(&name)?;
                self.outcome = Some(name);
            }
            Told::Found(answer) => self.first.screen.found(answer),
            Told::Missing(why) => self.is_missing(&why)?,
            Told::Failed(why) => {
                let why = format!("{}: {why}", self.actors[who].name);
                self.ending.get_or_insert(Ending::Failed(why));
                // Another one may be about to tell what is missing: it has closed its ends before.
                self.grace.get_or_insert_with(|| Instant::now() + Duration::from_secs(1));
            }
        }
        Ok(())
    }

    fn line(&mut self, who: usize, line: Line) -> io::Result<()> {
        self.held.push_back((who, line));
        self.release()
    }

    /// Shows the lines that need not wait for Enter, or not any longer.
    fn release(&mut self) -> io::Result<()> {
        loop {
            self.first.take_enters()?;
            if self.held.is_empty() || self.first.keyboard && self.first.pressed == 0 {
                return Ok(());
            }
            self.first.pressed = self.first.pressed.saturating_sub(1);
            let Some((who, line)) = self.held.pop_front() else { return Ok(()) };
            self.first.screen.line(&line)?;
            if self.first.wishes.step {
                wire::answer(&self.actors[who].answers);
            }
        }
    }

    fn answer_wonders(&mut self) -> io::Result<()> {
        if !self.wonders.is_empty() && !watch::is_shown() {
            let why = "this machine hides which call a process waits in (`/proc/self/syscall`); \
                       run on a kernel with CONFIG_HAVE_ARCH_TRACEHOOK, outside gVisor";
            return self.is_missing(why);
        }
        let actors = &self.actors;
        let met = |(_, wonder): &(usize, Wonder)| {
            let Some(at) = actors.iter().rposition(|actor| actor.name == wonder.actor) else {
                return false;
            };
            if wonder.or_ended && watch::has_ended(actors[at].pid) {
                return true;
            }
            // An actor that waits for our answer has not come to its call yet.
            let waiting = watch::waiting(actors[at].pid);
            waiting.is_some_and(|waiting| {
                waiting.call.name == wonder.call && waiting.fd() != actors[at].listens_on
            })
        };
        let mut answered = Vec::new();
        self.wonders.retain(|wonder| {
            let done = met(wonder);
            if done {
                answered.push(wonder.0);
            }
            !done
        });
        for who in answered {
            self.moved = Instant::now();
            wire::answer(&self.actors[who].answers);
        }
        Ok(())
    }

    /// Whether all processes wait and none can wake another; if so, it is told.
    fn hangs(&mut self) -> io::Result<bool> {
        if !self.wonders.is_empty() || !self.held.is_empty() || !watch::is_shown() {
            return Ok(false);
        }
        let heard = self.moved;
        let first = std::process::id().cast_signed();
        let pids = watch::descendants(first)?;
        if self.actors.len() < self.roots.len() || pids.is_empty() || !watch::all_wait(&pids) {
            return Ok(false);
        }
        // One that was forked while the list was made stands in the next list.
        if watch::descendants(first)? != pids {
            return Ok(false);
        }
        // What was said before they all slept has arrived by now.
        self.hear()?;
        if self.moved != heard {
            return Ok(false);
        }
        self.tell_diagnosis()?;
        Ok(true)
    }

    fn stuck(&mut self) -> io::Result<()> {
        self.tell_diagnosis()?;
        let limit = self.first.wishes.limit.as_secs();
        self.ending = Some(Ending::Failed(format!("it got stuck: nothing moved for {limit} s")));
        Ok(())
    }

    fn tell_diagnosis(&mut self) -> io::Result<()> {
        let pids = watch::descendants(std::process::id().cast_signed())?;
        let mut named: Vec<watch::Named> = Vec::new();
        for actor in self.actors.iter().filter(|actor| pids.contains(&actor.pid)) {
            named.push(watch::Named { name: actor.name.clone(), pid: actor.pid });
        }
        named.sort_by_key(|process| self.rank(&process.name));
        for (actor, text) in watch::diagnose(&named) {
            self.first.screen.line(&Line { actor, act: Act::Stuck, text })?;
        }
        Ok(())
    }

    /// The cast first, in its order; then the others as they were born.
    fn rank(&self, name: &str) -> usize {
        let cast = self.roots.iter().position(|(root, _, _)| *root == name);
        let born = self.actors.iter().position(|actor| actor.name == name).unwrap_or(0);
        cast.unwrap_or(self.roots.len() + born)
    }

    fn waits_for_a_person(&self, alone: &dyn Fn() -> bool) -> bool {
        !self.held.is_empty() || alone()
    }

    fn reap(&mut self) {
        while let Ok(status) = waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            let Some(pid) = status.pid() else { return };
            for root in self.roots.iter_mut().filter(|root| root.1 == pid) {
                root.2 = Some(status);
            }
        }
    }

    fn obey_signals(&mut self) -> io::Result<()> {
        while let Ok(Some(info)) = self.first.signals.read_signal() {
            let number = i32::try_from(info.ssi_signo).map_err(io::Error::other)?;
            match Signal::try_from(number)? {
                Signal::SIGCHLD => {}
                Signal::SIGCONT => {
                    self.pass_on(Signal::SIGCONT)?;
                    self.moved = Instant::now();
                }
                Signal::SIGTSTP => {
                    self.pass_on(Signal::SIGTSTP)?;
                    raise(Signal::SIGSTOP)?;
                }
                signal => {
                    self.pass_on(signal)?;
                    // The second time is an order.
                    let soon = Duration::from_secs(if self.grace.is_some() { 0 } else { 1 });
                    self.grace = Some(Instant::now() + soon);
                    self.ending = Some(Ending::Signal(signal));
                }
            }
        }
        Ok(())
    }

    /// The actors' group gets the signal, and those of them that have left it.
    fn pass_on(&self, signal: Signal) -> io::Result<()> {
        let _ = killpg(self.group, signal);
        for pid in watch::descendants(std::process::id().cast_signed())? {
            let pid = Pid::from_raw(pid);
            if getpgid(Some(pid)).is_ok_and(|group| group != self.group) {
                let _ = kill(pid, signal);
            }
        }
        Ok(())
    }

    /// Ends and reaps whatever still lives. Returns the names of those that should not have.
    fn clear_away(&mut self) -> Vec<String> {
        self.reap();
        let mut left = Vec::new();
        loop {
            let pids = watch::descendants(std::process::id().cast_signed()).unwrap_or_default();
            for &pid in &pids {
                let known = self.actors.iter().rfind(|actor| actor.pid == pid);
                left.push(
                    known.map_or_else(|| format!("process {pid}"), |a| format!("`{}`", a.name)),
                );
                let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
            }
            match waitpid(None, None) {
                Err(Errno::EINTR) | Ok(_) => {}
                Err(_) => break,
            }
        }
        left.sort();
        left.dedup();
        left
    }
}

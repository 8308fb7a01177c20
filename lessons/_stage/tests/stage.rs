//! What the first process does, held against a lesson of the test's own.
//!
//! This program is both: with `REHEARSAL` in its environment it is the lesson, otherwise the test
//! that runs it.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitCode, Stdio};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use nix::sys::signal::{SigHandler, Signal, kill, signal};
use nix::unistd::{Pid, execvp, mkfifo, pipe, read, write};
use stage::{
    Actor, Fork, Generator, Lesson, Problem, Result, Scene, Seed, lacking, missing, scenes, varies,
};

fn main() -> ExitCode {
    if std::env::var_os("REHEARSAL").is_some() {
        return stage::play(&LESSON);
    }
    // A shell starts what is in the background with this ignored, and that is inherited.
    // SAFETY: the default action runs no code of ours.
    let _ = unsafe { signal(Signal::SIGINT, SigHandler::SigDfl) };
    libtest_mimic::run(&Arguments::from_args(), tests()).exit_code()
}

const LESSON: Lesson = Lesson {
    package: "lesson-rehearsal",
    idea: "what a lesson can do wrong",
    scenes: scenes![
        talks,
        gets_stuck,
        fails,
        lacks,
        leaves_one,
        waits,
        meets,
        leaves_word,
        inherits,
        deadlocks,
        lies,
        grows,
        divides,
        listens,
        telegraphs,
        acts,
        explains
    ],
    generators: stage::generators![
        adds,
        waits_or_not,
        chooses,
        finds_nothing,
        finds_two,
        finds_text
    ],
    ..stage::lesson!()
};

mod adds {
    use super::*;
    pub const GENERATOR: Generator = Generator { name: "adds", idea: "a sum, by adding", make };
    fn make(seed: &mut Seed) -> Problem {
        let (a, b) = (seed.within(1, 9), seed.within(1, 9));
        asked(format!("What is {a} plus {b}?"))
            .number("apples")
            .trap(a, "That is one of them.", "하나뿐입니다.")
            .trap(a + b, "A trap that is right for these numbers is none.", "함정이 아닙니다.")
            .played_by("parent", move |parent| {
                parent.says(format!("has {a} and gets {b}"));
                parent.finds((0..a).chain(0..b).count());
                Ok(())
            })
    }
}

mod waits_or_not {
    use super::*;
    pub const GENERATOR: Generator =
        Generator { name: "waits-or-not", idea: "how many wait for ever", make };
    fn make(seed: &mut Seed) -> Problem {
        let bytes = seed.within(0, 2);
        asked(format!("Two read one byte each, and there are {bytes}. How many wait?"))
            .number("")
            .played_by("parent", move |parent| {
                let (source, sink) = pipe()?;
                write(&sink, &vec![b'x'; bytes])?;
                let mut children = Vec::new();
                for name in ["first", "second"] {
                    children.push(match parent.forks(name)? {
                        Fork::Child(me) => me.plays(|_| Ok(read(&source, &mut [0]).map(drop)?)),
                        Fork::Parent(child) => child,
                    });
                    parent.until_waiting_or_ended(name, "read")?;
                }
                children.into_iter().try_for_each(|child| parent.waits(child))
            })
            .found_in_lines(|lines| stage::stuck_in(lines, "read").to_string())
    }
}

mod chooses {
    use super::*;
    pub const GENERATOR: Generator =
        Generator { name: "chooses", idea: "one of two, or the machine lacks it", make };
    fn make(seed: &mut Seed) -> Problem {
        let lacks = seed.coin();
        asked("Which?")
            .choice("this", ["This one.", "이것."], ["It is.", "맞습니다."])
            .choice("that", ["That one.", "저것."], ["It is not.", "아닙니다."])
            .played_by("parent", move |parent| {
                if lacks {
                    return Err(missing("this machine has no telegraph", "lay a wire"));
                }
                parent.says("takes this one");
                parent.finds("this");
                Ok(())
            })
    }
}

mod finds_nothing {
    use super::*;
    pub const GENERATOR: Generator =
        Generator { name: "finds-nothing", idea: "a bug: no answer", make };
    fn make(_: &mut Seed) -> Problem {
        asked("What?").played_by("parent", |_| Ok(()))
    }
}

mod finds_two {
    use super::*;
    pub const GENERATOR: Generator =
        Generator { name: "finds-two", idea: "a bug: two answers", make };
    fn make(_: &mut Seed) -> Problem {
        asked("What?").played_by("parent", |parent| {
            ["this", "that"].iter().for_each(|answer| parent.finds(answer));
            Ok(())
        })
    }
}

mod finds_text {
    use super::*;
    pub const GENERATOR: Generator =
        Generator { name: "finds-text", idea: "a bug: it is no number", make };
    fn make(_: &mut Seed) -> Problem {
        asked("How many?").number("").played_by("parent", |parent| {
            parent.finds("many");
            Ok(())
        })
    }
}

fn asked(prompt: impl Into<String>) -> Problem {
    Problem::new(prompt, "무엇입니까?").explained("It is {answer}.", "{answer}입니다.")
}

mod talks {
    use super::*;
    pub const SCENE: Scene = Scene::new("talks", "everything goes well", &[("parent", parent)]);
    fn parent(parent: &Actor) -> Result {
        parent.says(format!("is process {}", varies("pid", std::process::id())));
        let child = match parent.forks("child")? {
            Fork::Child(me) => me.plays(|me| {
                me.says("is here, too");
                Ok(())
            }),
            Fork::Parent(child) => child,
        };
        parent.waits(child)
    }
}

mod gets_stuck {
    use super::*;
    pub const SCENE: Scene = Scene::new("gets-stuck", "a bug: it hangs", &[("reader", reader)]);
    fn reader(_: &Actor) -> Result {
        let (source, _sink) = pipe()?;
        read(&source, &mut [0])?;
        Ok(())
    }
}

mod deadlocks {
    use super::*;
    pub const SCENE: Scene =
        Scene::new("deadlocks", "it hangs on purpose", &[("parent", parent)]).hangs();
    fn parent(parent: &Actor) -> Result {
        let (source, sink) = pipe()?;
        let child = match parent.forks("child")? {
            Fork::Child(me) => {
                drop(sink);
                me.plays(|_| Ok(read(&source, &mut [0]).map(drop)?))
            }
            Fork::Parent(child) => child,
        };
        parent.waits(child)?;
        drop(sink);
        Ok(())
    }
}

mod fails {
    use super::*;
    pub const SCENE: Scene = Scene::new("fails", "a bug: it differs", &[("parent", parent)]);
    fn parent(parent: &Actor) -> Result {
        parent.says("counts");
        stage::ensure!(parent.shm_name("x")?.is_empty(), "there is a name");
        Ok(())
    }
}

mod lacks {
    use super::*;
    pub const SCENE: Scene = Scene::new("lacks", "the machine lacks it", &[("parent", parent)]);
    fn parent(_: &Actor) -> Result {
        Err(missing("this machine has no telegraph", "lay a wire"))
    }
}

mod leaves_one {
    use super::*;
    pub const SCENE: Scene = Scene::new("leaves-one", "a bug: an orphan", &[("parent", parent)]);
    fn parent(parent: &Actor) -> Result {
        let (source, sink) = pipe()?;
        match parent.forks("child")? {
            Fork::Child(me) => me.plays(|_| {
                // A process that does not want to die with its parent.
                nix::sys::prctl::set_pdeathsig(None)?;
                write(&sink, b"!")?;
                loop {
                    nix::unistd::pause();
                }
            }),
            Fork::Parent(_) => read(&source, &mut [0])?,
        };
        Ok(())
    }
}

mod waits {
    use super::*;
    pub const SCENE: Scene = Scene::new("waits", "waits to be killed", &[("parent", parent)]);
    fn parent(parent: &Actor) -> Result {
        mkfifo(&parent.path("fifo")?, nix::sys::stat::Mode::S_IRWXU)?;
        let name = parent.shm_name("object")?;
        let flags = nix::fcntl::OFlag::O_CREAT | nix::fcntl::OFlag::O_RDWR;
        nix::sys::mman::shm_open(name.as_c_str(), flags, nix::sys::stat::Mode::S_IRWXU)?;
        let (source, _sink) = pipe()?;
        let _child = match parent.forks("child")? {
            Fork::Child(me) => me.plays(|_| Ok(read(&source, &mut [0]).map(drop)?)),
            Fork::Parent(child) => child,
        };
        parent.until_waiting("child", "read")?;
        parent.says(format!("has {}", name.to_string_lossy()));
        read(&source, &mut [0])?;
        Ok(())
    }
}

mod meets {
    use super::*;
    pub const SCENE: Scene =
        Scene::of_roles("meets", "two programs", &[("reader", reader), ("writer", writer)]);
    fn path(actor: &Actor) -> Result<std::path::PathBuf> {
        let path = actor.path("fifo")?;
        match mkfifo(&path, nix::sys::stat::Mode::S_IRWXU) {
            Err(error) if error != nix::Error::EEXIST => Err(error.into()),
            _ => Ok(path),
        }
    }
    fn reader(reader: &Actor) -> Result {
        let text = std::fs::read_to_string(path(reader)?)?;
        reader.gets("fifo", text);
        Ok(())
    }
    fn writer(writer: &Actor) -> Result {
        writer.sends("fifo", "hello");
        Ok(std::fs::write(path(writer)?, "hello")?)
    }
}

mod leaves_word {
    use super::*;
    pub const SCENE: Scene = Scene::of_roles(
        "leaves-word",
        "one has gone when the other comes",
        &[("sender", sender), ("receiver", receiver)],
    );
    fn sender(sender: &Actor) -> Result {
        sender.sends("file", "word");
        Ok(std::fs::write(sender.path("file")?, "word")?)
    }
    fn receiver(receiver: &Actor) -> Result {
        receiver.gets("file", std::fs::read_to_string(receiver.path("file")?)?);
        Ok(())
    }
}

mod inherits {
    use super::*;
    pub const SCENE: Scene = Scene::new("inherits", "what a program gets", &[("parent", parent)]);
    fn parent(parent: &Actor) -> Result {
        let (source, sink) = pipe()?;
        let child = match parent.forks("child")? {
            Fork::Child(me) => me.plays(|_| {
                nix::unistd::dup2_stdout(&sink)?;
                execvp(c"grep", &[c"grep", c"-E", c"Sig(Blk|Ign)", c"/proc/self/status"])?;
                Ok(())
            }),
            Fork::Parent(child) => child,
        };
        drop(sink);
        let mut buffer = [0; 256];
        let length = read(&source, &mut buffer)?;
        for line in str::from_utf8(&buffer[..length])?.lines() {
            // A shell or a container may have had us ignore others: those are not ours to reset.
            let (name, bits) = line.split_once(":\t").unwrap_or_default();
            let sigpipe = u64::from_str_radix(bits, 16)? >> (Signal::SIGPIPE as u32 - 1) & 1;
            parent.says(format!("{name} of SIGPIPE: {sigpipe}"));
        }
        parent.waits(child)
    }
}

mod grows {
    use super::*;
    pub const SCENE: Scene = Scene::new("grows", "one process too many", &[("parent", parent)]);
    fn parent(parent: &Actor) -> Result {
        parent.says("is alone");
        no_more_processes()?;
        match parent.forks("child")? {
            Fork::Child(me) => me.plays(|_| Ok(())),
            Fork::Parent(child) => parent.waits(child),
        }
    }
}

mod divides {
    use super::*;
    pub const SCENE: Scene = Scene::new("divides", "one thread too many", &[("one", one)]);
    fn one(_: &Actor) -> Result {
        no_more_processes()?;
        let thread = std::thread::Builder::new().spawn(|| ()).map_err(lacking::no_room)?;
        thread.join().map_err(|_| stage::Error::new("it has panicked"))
    }
}

mod telegraphs {
    use super::*;
    pub const SCENE: Scene =
        Scene::new("telegraphs", "needs what is not there", &[("one", one)]).needs(&[telegraph]);
    fn telegraph() -> Result {
        Err(missing("this machine has no telegraph", "lay a wire"))
    }
    fn one(one: &Actor) -> Result {
        one.says("is never played");
        Ok(())
    }
}

mod explains {
    use super::*;
    pub const SCENE: Scene =
        Scene::new("explains", "one fails, since another lacks something", &[("parent", parent)]);
    fn parent(parent: &Actor) -> Result {
        let child = match parent.forks("child")? {
            Fork::Child(me) => me.plays(|_| Err(stage::Error::new("nobody answers"))),
            Fork::Parent(child) => child,
        };
        parent.reaps(child)?;
        Err(missing("this machine has no telegraph", "lay a wire"))
    }
}

mod acts {
    use super::*;
    pub const SCENE: Scene = Scene::new("acts", "announces an act, and acts", &[("one", one)]);
    fn one(one: &Actor) -> Result {
        one.sends("file", "word");
        Ok(std::fs::write(std::env::var("ACT")?, "word")?)
    }
}

mod listens {
    use super::*;
    pub const SCENE: Scene = Scene::new("listens", "a socket with a name", &[("one", one)]);
    fn one(one: &Actor) -> Result {
        std::os::unix::net::UnixListener::bind(one.socket_path("door")?)?;
        one.says("listens");
        Ok(())
    }
}

/// From now on this process is told that there is no room for another one.
fn no_more_processes() -> std::io::Result<()> {
    let calls = [
        libc::SYS_clone,
        libc::SYS_clone3,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_fork,
    ];
    scope::Filter::refuse(&calls, libc::EAGAIN).expect("this processor is known").install()
}

mod lies {
    use super::*;
    pub const SCENE: Scene = Scene::new("lies", "a bug: it tells what is not", &[("one", one)]);
    fn one(one: &Actor) -> Result {
        let (source, sink) = pipe()?;
        let mut buffer = [0; 16];
        one.sends("pipe", "bread");
        write(&sink, b"stone")?;
        read(&source, &mut buffer)?;
        one.gets("pipe", "bread");

        // Honest, and vouched for once: the second report has nothing left to stand on.
        one.sends("pipe", "water");
        write(&sink, b"water")?;
        one.sends("pipe", "5 bytes");
        write(&sink, b"water")?;
        read(&source, &mut buffer[..5])?;
        one.gets("pipe", "water");
        one.gets("pipe", "5 bytes");
        Ok(())
    }
}

fn tests() -> Vec<Trial> {
    vec![
        pictured("a-scene-that-goes-well", &["talks"], ""),
        pictured("json-lines", &["talks", "--json"], ""),
        pictured("a-deadlock-on-purpose", &["deadlocks"], ""),
        pictured("a-hang-is-diagnosed", &["gets-stuck", "--limit", "1"], ""),
        pictured("a-difference-fails", &["fails"], ""),
        pictured("what-is-missing-is-no-failure", &["lacks"], ""),
        pictured("a-process-left-over", &["leaves-one"], ""),
        pictured("programs-start-afresh", &["inherits"], ""),
        pictured("the-list", &["--list"], ""),
        pictured("one-process-too-many", &["grows"], ""),
        pictured("one-thread-too-many", &["divides"], ""),
        pictured("what-is-missing-explains-a-failure", &["explains"], ""),
        pictured("what-a-scene-needs", &["telegraphs", "--json"], ""),
        test("what-a-scene-needs-under-scope", needs_under_scope),
        pictured("an-unknown-scene", &["dances"], ""),
        pictured("a-word-behind-a-scene", &["talks", "dances", "--json"], ""),
        pictured("a-word-behind-a-scene-of-roles", &["meets", "talks"], ""),
        pictured("a-word-behind-an-unknown-scene", &["dances", "talks"], ""),
        Trial::ignorable_test("another-namespace's-proc", another_namespaces_proc),
        pictured("an-unknown-role", &["meets", "--as", "singer"], ""),
        pictured("no-roles", &["talks", "--as", "parent"], ""),
        pictured("help", &["--help"], ""),
        pictured("enter-releases-a-line", &["talks", "--step"], "\n\n"),
        pictured("generators", &["gen", "--list"], ""),
        pictured("a-problem", &["gen", "adds", "--seed", "7"], ""),
        pictured("a-problem-as-json", &["gen", "adds", "--seed", "7", "--json"], ""),
        pictured("a-problem-that-hangs", &["gen", "waits-or-not", "--seed", "1"], ""),
        pictured("a-problem-that-ends", &["gen", "waits-or-not", "--seed", "4"], ""),
        pictured("a-choice-as-json", &["gen", "chooses", "--seed", "3", "--json"], ""),
        pictured("a-problem-that-is-missing", &["gen", "chooses", "--seed", "1"], ""),
        pictured("no-answer", &["gen", "finds-nothing", "--seed", "1"], ""),
        pictured("two-answers", &["gen", "finds-two", "--seed", "1"], ""),
        pictured("no-number", &["gen", "finds-text", "--seed", "1"], ""),
        pictured("an-unknown-generator", &["gen", "dances"], ""),
        test("a-lie-is-found", lies_are_found),
        test("a-closed-output-ends-it-quietly", closed_output),
        test("without-ptrace-it-plays-on", without_ptrace),
        test("whoever-starts-it-ignores-sigchld", sigchld_ignored),
        test("without-a-process-nothing-stays", no_process),
        test("a-path-too-long-for-a-socket", path_too_long),
        test("a-file-too-large", file_too_large),
        test("enter-typed-ahead", enter_typed_ahead),
        test("roles-meet", roles_meet),
        test("a-role-is-played-once", played_once),
        test("a-role-keeps-what-its-partner-needs", kept_for_partner),
        test("a-signal-is-passed-on", || ends_by(Signal::SIGTERM)),
        test("an-interrupt-is-passed-on", || ends_by(Signal::SIGINT)),
        test("a-killed-first-process", killed_first),
        test("a-killed-actor", killed_actor),
        test("without-a-first-process-nobody-acts", killed_before_the_act),
        test("a-stopped-job", stopped_job),
    ]
}

fn test(name: &'static str, run: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, move || {
        run();
        Ok::<(), Failed>(())
    })
}

fn pictured(name: &'static str, arguments: &'static [&str], typed: &'static str) -> Trial {
    test(name, move || shows(name, arguments, typed))
}

/// There our numbers are those of other processes, which must not get our signals.
fn another_namespaces_proc() -> std::result::Result<Completion, Failed> {
    let new = ["--user", "--map-root-user", "--pid", "--fork"];
    let unshare = |program: &std::ffi::OsStr, arguments: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(new).arg(program).args(arguments).env("REHEARSAL", "1");
        command.stdin(Stdio::null()).output()
    };
    if !unshare("true".as_ref(), &[]).is_ok_and(|output| output.status.success()) {
        return Ok(Completion::ignored_with("no pid namespace can be had with unshare(1) here"));
    }
    let lesson = std::env::current_exe()?;
    let output = unshare(lesson.as_os_str(), &["talks"])?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("`/proc` shows the processes of another namespace"), "{said}");
    assert_eq!((output.status.code(), &*output.stdout), (Some(1), &b""[..]));
    Ok(Completion::Completed)
}

fn rehearsal(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command.arg0("lesson-rehearsal").env("REHEARSAL", "1").args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A machine without ptrace: the lesson says so, and plays on.
fn without_ptrace() {
    let refused = || {
        let filter = scope::Filter::refuse(&[libc::SYS_ptrace], libc::EPERM);
        filter.expect("this processor is known").install()
    };
    let run = |arguments: &[&str]| {
        let mut command = rehearsal(arguments);
        // SAFETY: the child makes two system calls between fork and exec, and allocates nothing
        // that another thread of this program could have locked.
        unsafe { command.pre_exec(refused) };
        command.output().expect("the rehearsal ends")
    };
    let output = run(&["talks", "--scope"]);
    assert!(output.status.success(), "{output:?}");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.contains("plays on without --scope"), "{errors}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("is here, too"));
    let seen = run(&["talks", "--witness"]);
    assert!(String::from_utf8_lossy(&seen.stdout).contains("\"end\":\"forbidden\""), "{seen:?}");
}

/// On a terminal, which echoes Enter at once: each one releases a line, and no line is overwritten.
fn enter_typed_ahead() {
    let pty = nix::pty::openpty(None, None).expect("there is a terminal to be had");
    let end = || pty.slave.try_clone().expect("it is open");
    let mut command = rehearsal(&["talks", "--step"]);
    command.env("TERM", "xterm").env("NO_COLOR", "1").stdin(end()).stdout(end());
    let mut child = command.spawn().expect("it starts");
    drop(command);
    let mut terminal = std::fs::File::from(pty.master);
    let mut screen = BufReader::new(terminal.try_clone().expect("it is open"));
    let mut shown = String::new();
    while !shown.contains("talks: ") {
        assert!(screen.read_line(&mut shown).expect("text") > 0, "{shown}");
    }

    // It is stopped meanwhile, so that all are there when it looks.
    let pid = Pid::from_raw(child.id().cast_signed());
    let flags = Some(nix::sys::wait::WaitPidFlag::WUNTRACED);
    kill(pid, Signal::SIGSTOP).expect("it lives");
    nix::sys::wait::waitpid(pid, flags).expect("it is ours");
    terminal.write_all(b"\n\n\n\n").expect("it takes what is typed");
    kill(pid, Signal::SIGCONT).expect("it lives");
    assert!(child.wait().expect("it ends").success());
    drop(pty.slave);

    shown.clear();
    // The end of the last descriptor of a terminal is an error.
    while screen.read_line(&mut shown).is_ok_and(|length| length > 0) {}
    let rows: Vec<&str> = shown.split("\r\n").collect();
    let row = |text: &str| rows.iter().position(|row| row.ends_with(text));
    assert_eq!(rows[..4], ["", "", "", ""], "{shown:?}");
    assert!(rows[4].starts_with("\x1b[4A\r\x1b[J"), "{shown:?}");
    assert_eq!(row("fork"), Some(5), "{shown:?}");
    assert_eq!(row("is here, too"), Some(6), "{shown:?}");
    assert_eq!(row("exit 0"), Some(7), "{shown:?}");
}

fn sigchld_ignored() {
    let mut command = rehearsal(&["talks", "--limit", "2"]);
    let ignore = || {
        // SAFETY: an ignored signal runs no code of ours.
        unsafe { signal(Signal::SIGCHLD, SigHandler::SigIgn) }?;
        Ok(())
    };
    // SAFETY: the child makes one system call between fork and exec.
    unsafe { command.pre_exec(ignore) };
    let output = command.output().expect("it ends");
    assert!(output.status.success(), "{output:?}");
}

fn no_process() {
    let mut command = rehearsal(&["meets"]);
    // SAFETY: the child makes two system calls between fork and exec, and allocates nothing
    // that another thread of this program could have locked.
    unsafe { command.pre_exec(no_more_processes) };
    let child = command.spawn().expect("it starts");
    let mark = format!("meets-{}-", child.id());
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{output:?}");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("missing: no further process or thread may be made here"), "{shown}");
    assert!(leftovers(&mark).is_empty());
}

fn path_too_long() {
    let folder = std::env::temp_dir().join(format!("{}{}", "long-".repeat(20), std::process::id()));
    std::fs::create_dir(&folder).expect("there is room");
    let output = rehearsal(&["listens"]).env("TMPDIR", &folder).output().expect("it ends");
    std::fs::remove_dir_all(&folder).expect("it is ours");
    assert!(output.status.success(), "{output:?}");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("too long for the address of a Unix socket; name a folder"), "{shown}");
}

fn file_too_large() {
    use nix::sys::resource::{Resource, setrlimit};
    let mut command = rehearsal(&["fails"]);
    // SAFETY: the child makes one system call between fork and exec.
    unsafe { command.pre_exec(|| Ok(setrlimit(Resource::RLIMIT_FSIZE, 0, 0)?)) };
    let output = command.output().expect("it ends");
    assert!(output.status.success(), "{output:?}");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("missing: `parent` may not make a file"), "{shown}");
}

/// Compares what a run prints with its picture.
fn shows(name: &str, arguments: &[&str], typed: &str) {
    let mut child = rehearsal(arguments).spawn().expect("the rehearsal starts");
    // A scene that reads nothing may have ended before anything is typed.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(typed.as_bytes()));
    let output = child.wait_with_output().expect("the rehearsal ends");
    let picture = format!(
        "$ lesson-rehearsal {}\n{}--- standard error\n{}--- {}\n",
        arguments.join(" "),
        masked(&String::from_utf8_lossy(&output.stdout)),
        masked(&String::from_utf8_lossy(&output.stderr)),
        output.status,
    );
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pictures"));
    settings.bind(|| insta::assert_snapshot!(name, picture));
}

/// Masks what differs from run to run, or whenever this file changes.
fn masked(text: &str) -> String {
    let mask = |text: String, before: &str| {
        let mut parts = text.split(before);
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
            let number = if rest == part { "" } else { "‹number›" };
            out.push_str(&format!("{before}{number}{rest}"));
        }
        out
    };
    ["is process ", "stage.rs:"].into_iter().fold(text.to_owned(), mask)
}

/// What an actor tells and the kernel did not see is reported, and nothing else.
fn lies_are_found() {
    let output = rehearsal(&["lies", "--witness"]).output().expect("the rehearsal ends");
    let seen = String::from_utf8_lossy(&output.stdout).into_owned();
    if seen.contains(r#""end":"forbidden""#) {
        return;
    }
    assert!(seen.contains(r#""end":"played""#), "{seen}");
    let (_, lies) = seen.split_once(r#""lies":"#).expect("an audit");
    let wanted = [
        "`one` tells `one ▶ pipe      bread`, but gave nothing like it",
        "`one` tells `one ◀ pipe      bread`, but got nothing like it",
        "`one` tells `one ◀ pipe      5 bytes`, but got nothing like it",
    ];
    let wanted: Vec<String> = wanted.iter().map(|lie| format!("\"{lie}\"")).collect();
    assert_eq!(lies.trim(), format!("[{}]}}", wanted.join(",")));
}

/// No actor tells what the first process finds missing, and yet it is known.
fn needs_under_scope() {
    let output = rehearsal(&["telegraphs", "--witness"]).output().expect("the rehearsal ends");
    let seen = String::from_utf8_lossy(&output.stdout).into_owned();
    if seen.contains(r#""end":"forbidden""#) {
        return;
    }
    assert!(
        seen.contains(r#""end":"missing","why":"this machine has no telegraph; lay"#),
        "{seen}"
    );
}

fn closed_output() {
    let mut child = rehearsal(&["waits"]).spawn().expect("the rehearsal starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the rehearsal ends");
    assert_eq!(output.status.signal(), Some(Signal::SIGPIPE as i32));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// Starts a rehearsal and reads what it prints up to the line that contains the text.
fn start(arguments: &[&str], until: &str) -> (Child, String) {
    let mut child = rehearsal(arguments).spawn().expect("the rehearsal starts");
    let mut out = BufReader::new(child.stdout.take().expect("its output is a pipe"));
    let mut line = String::new();
    while !line.contains(until) {
        line.clear();
        assert!(out.read_line(&mut line).expect("its output is text") > 0, "no line has `{until}`");
    }
    // The pipe is kept open: a closed one would end the rehearsal.
    child.stdout = Some(out.into_inner());
    (child, line)
}

fn roles_meet() {
    let name = format!("meet-{}", std::process::id());
    for order in [["reader", "writer"], ["writer", "reader"]] {
        let [one, other] = order;
        let mut first =
            rehearsal(&["meets", "--as", one, "--name", &name]).spawn().expect("starts");
        let mut errors = BufReader::new(first.stderr.take().expect("a pipe"));
        let mut advice = String::new();
        while !advice.contains("cargo run") {
            assert!(errors.read_line(&mut advice).expect("text") > 0, "no advice: {advice}");
        }
        assert!(advice.contains(&format!("-- meets --as {other} --name {name}")), "{advice}");
        let second = rehearsal(&["meets", "--as", other, "--name", &name]).output().expect("ends");
        assert!(second.status.success(), "{second:?}");
        assert!(first.wait().expect("ends").success());
    }
    assert!(leftovers(&name).is_empty());
}

/// A role whose partner has not come keeps what it has made, and nothing stays after both.
fn kept_for_partner() {
    let name = format!("kept-{}", std::process::id());
    let start = |role| rehearsal(&["leaves-word", "--as", role, "--name", &name]).spawn();
    let mut first = start("sender").expect("it starts");
    let mut errors = BufReader::new(first.stderr.take().expect("a pipe"));
    let mut told = String::new();
    while !told.contains("is kept until `receiver` comes") {
        assert!(errors.read_line(&mut told).expect("text") > 0, "{told}");
    }
    let second = start("receiver").expect("it starts").wait_with_output().expect("it ends");
    assert!(second.status.success(), "{second:?}");
    assert!(first.wait().expect("it ends").success());
    assert!(leftovers(&name).is_empty());
}

fn played_once() {
    let name = format!("once-{}", std::process::id());
    let mut first =
        rehearsal(&["meets", "--as", "reader", "--name", &name]).spawn().expect("starts");
    let mut errors = BufReader::new(first.stderr.take().expect("a pipe"));
    errors.read_line(&mut String::new()).expect("text");
    let second = rehearsal(&["meets", "--as", "reader", "--name", &name]).output().expect("ends");
    assert_eq!(second.status.code(), Some(1));
    let text = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(text.contains("is played already") && text.contains("--name NAME"), "{text}");
    kill(Pid::from_raw(first.id().cast_signed()), Signal::SIGKILL).expect("it lives");
    first.wait().expect("it ends");
    // Its actor has the same standard error, and ends a moment later.
    std::io::Read::read_to_end(&mut errors, &mut Vec::new()).expect("bytes");
    rehearsal(&["talks"]).output().expect("ends");
    assert!(leftovers(&name).is_empty(), "the next run sweeps");
}

fn ends_by(signal: Signal) {
    let (mut child, line) = start(&["waits"], "has ");
    kill(Pid::from_raw(child.id().cast_signed()), signal).expect("it lives");
    assert_eq!(child.wait().expect("it ends").signal(), Some(signal as i32));
    assert!(!object(&line).exists(), "its object is removed");
}

fn killed_first() {
    let (mut child, line) = start(&["waits"], "has ");
    let actors = children(child.id());
    assert!(!actors.is_empty());
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGKILL).expect("it lives");
    child.wait().expect("it ends");
    // The pipe ends when the last of the actors, who hold it as their standard error, has ended.
    let mut rest = String::new();
    let mut errors = child.stderr.take().expect("a pipe");
    std::io::Read::read_to_string(&mut errors, &mut rest).expect("text");
    assert!(object(&line).exists(), "nobody could remove it");
    rehearsal(&["talks"]).output().expect("ends");
    assert!(!object(&line).exists(), "the next run sweeps");
}

/// The announcement waits for Enter when the first process is killed.
fn killed_before_the_act() {
    let file = std::env::temp_dir().join(format!("rehearsal-act-{}", std::process::id()));
    let mut child = rehearsal(&["acts", "--step"]).env("ACT", &file).spawn().expect("it starts");
    // All that it ever sleeps for is the answer.
    let asleep = |pid: &i32| {
        std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|it| it.contains(") S "))
    };
    while !children(child.id()).iter().any(asleep) {
        std::thread::yield_now();
    }
    child.kill().expect("it lives");
    child.wait().expect("it ends");
    let mut errors = child.stderr.take().expect("a pipe");
    std::io::Read::read_to_end(&mut errors, &mut Vec::new()).expect("bytes");
    let acted = std::fs::remove_file(&file).is_ok();
    assert!(!acted, "the actor has acted when nobody could be told any more");
}

fn killed_actor() {
    let (child, line) = start(&["waits"], "has ");
    for actor in children(child.id()) {
        kill(Pid::from_raw(actor), Signal::SIGKILL).expect("it lives");
    }
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.contains("`parent` ended with killed by SIGKILL"), "{errors}");
    assert!(!object(&line).exists());
}

/// A stopped lesson stops its actors, and both go on.
fn stopped_job() {
    let (mut child, _) = start(&["waits", "--limit", "3600"], "has ");
    let pid = Pid::from_raw(child.id().cast_signed());
    kill(pid, Signal::SIGTSTP).expect("it lives");
    let flags = nix::sys::wait::WaitPidFlag::WUNTRACED;
    let status = nix::sys::wait::waitpid(pid, Some(flags)).expect("it is ours");
    assert!(matches!(status, nix::sys::wait::WaitStatus::Stopped(_, Signal::SIGSTOP)));
    kill(pid, Signal::SIGCONT).expect("it lives");
    kill(pid, Signal::SIGTERM).expect("it lives");
    assert_eq!(child.wait().expect("it ends").signal(), Some(Signal::SIGTERM as i32));
}

/// The file of the shared memory object that the line names.
fn object(line: &str) -> std::path::PathBuf {
    let name = line.rsplit("has /").next().expect("the line names it").trim();
    std::path::Path::new("/dev/shm").join(name)
}

fn children(of: u32) -> Vec<i32> {
    let path = format!("/proc/{of}/task/{of}/children");
    let text = std::fs::read_to_string(path).expect("the kernel lists children");
    text.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

/// The folders of runs under that name.
fn leftovers(name: &str) -> Vec<std::path::PathBuf> {
    let base = std::env::temp_dir().join(format!("between-processes-{}", nix::unistd::geteuid()));
    let entries = std::fs::read_dir(base).expect("the register is there");
    let paths = entries.flatten().map(|entry| entry.path());
    paths.filter(|path| path.to_string_lossy().contains(name)).collect()
}

//! What must hold whenever either side is killed, and on a terminal.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};

use nix::pty::openpty;
use nix::sys::signal::{SigHandler, Signal, kill, killpg, signal};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, fork, setpgid, tcsetpgrp};

use crate::{Test, nothing};

pub fn tests() -> Vec<Test> {
    macro_rules! tests {
        ($($name:ident)*) => { vec![$(Test { name: stringify!($name), needs: nothing, run: $name }),*] };
    }
    tests!(scope_killed_at_any_moment the_program_killed_at_any_moment
        scope_killed_while_attached signals_are_passed_on signals_go_to_the_job_that_runs stop_and_go_on_at_a_terminal)
}

/// Processes that make others, stop, go on and talk, without an end.
const BUSY: &str = "while :; do (kill -STOP $$; kill -CONT $$); echo x | cat >/dev/null; done";

/// `scope --list` of a program that would never end, and its output.
fn busy(pipe: OwnedFd) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scope"));
    command.args(["--list", "sh", "-c", BUSY]).stdin(Stdio::null()).stdout(pipe);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let told = BufReader::new(child.stderr.take().unwrap());
    (child, told)
}

fn lines(told: &mut impl BufRead, count: usize) {
    for _ in 0..count {
        told.read_line(&mut String::new()).unwrap();
    }
}

/// Every process of the program holds the pipe's other end: its end of file is their end.
fn scope_killed_at_any_moment() {
    for moment in 0..30 {
        let (reader, writer) = nix::unistd::pipe().unwrap();
        let (mut scope, mut told) = busy(writer);
        lines(&mut told, moment * 3);
        scope.kill().unwrap();
        scope.wait().unwrap();
        File::from(reader).read_to_end(&mut Vec::new()).unwrap();
    }
}

/// The first process is killed at any moment; those that it leaves behind are told to their ends.
fn the_program_killed_at_any_moment() {
    for moment in 0..30 {
        let (reader, writer) = nix::unistd::pipe().unwrap();
        let (mut scope, mut told) = busy(writer);
        let mut line = String::new();
        told.read_line(&mut line).unwrap();
        lines(&mut told, moment * 3);
        // Its shell is the only child of scope.
        let children = format!("/proc/{0}/task/{0}/children", scope.id());
        let children = std::fs::read_to_string(children).unwrap();
        let leader = children.split_whitespace().next().expect("it runs").parse().unwrap();
        // One that is stopped for ever would be waited for as long.
        kill(Pid::from_raw(leader), Signal::SIGKILL).unwrap();
        std::io::copy(&mut told, &mut std::io::sink()).unwrap();
        assert_eq!(scope.wait().unwrap().signal(), Some(libc::SIGKILL));
        File::from(reader).read_to_end(&mut Vec::new()).unwrap();
    }
}

/// A program that was not ours goes on when its recorder is killed.
fn scope_killed_while_attached() {
    for moment in 0..20 {
        let mut cat = Command::new("cat");
        let mut cat = cat.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut asks = cat.stdin.take().unwrap();
        let mut answer = BufReader::new(cat.stdout.take().unwrap());
        let mut scope = Command::new(env!("CARGO_BIN_EXE_scope"));
        scope.args(["--list", "--attach", &cat.id().to_string()]).stdout(Stdio::null());
        let mut scope = scope.stderr(Stdio::piped()).spawn().unwrap();
        let mut told = BufReader::new(scope.stderr.take().unwrap());
        lines(&mut told, moment % 2);
        for number in 0..10 {
            if number == moment / 2 {
                scope.kill().unwrap();
            }
            writeln!(asks, "{number}").unwrap();
            let mut line = String::new();
            answer.read_line(&mut line).unwrap();
            assert_eq!(line.trim(), number.to_string());
        }
        scope.wait().unwrap();
        drop(asks);
        assert!(cat.wait().unwrap().success());
    }
}

/// What is sent to scope reaches the program, and nothing else.
fn signals_are_passed_on() {
    // None that whoever runs the tests may have ignored: a shell would not hear of it.
    for (name, sent) in
        [("TERM", Signal::SIGTERM), ("USR1", Signal::SIGUSR1), ("USR2", Signal::SIGUSR2)]
    {
        let program = format!("trap 'exit 7' {name}; echo it is up; read line");
        let mut scope = Command::new(env!("CARGO_BIN_EXE_scope"));
        scope.args(["--list", "sh", "-c", &program]).stderr(Stdio::null());
        let mut scope = scope.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(scope.stdout.take().unwrap());
        lines(&mut said, 1);
        // What the program waits for stays open: nothing but the signal ends it.
        let _waited_for = scope.stdin.take().unwrap();
        kill(Pid::from_raw(scope.id() as i32), sent).unwrap();
        assert_eq!(scope.wait().unwrap().code(), Some(7), "{sent}");
    }
}

/// Several jobs, one after the other, by one process: a signal is for the one that runs.
fn signals_go_to_the_job_that_runs() {
    let mut jobs = Command::new(std::env::current_exe().unwrap());
    jobs.args(["subject", "jobs"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut jobs = jobs.spawn().unwrap();
    lines(&mut BufReader::new(jobs.stdout.take().unwrap()), 1);
    kill(Pid::from_raw(jobs.id() as i32), Signal::SIGTERM).unwrap();
    // What the last one reads stays open: nothing but the signal ends it.
    let _read = jobs.stdin.take().unwrap();
    assert_eq!(jobs.wait().unwrap().signal(), Some(libc::SIGTERM));
}

/// Jobs that end by themselves, and one that does not.
pub fn jobs() {
    let job = |argv: &[&str]| {
        let program = scope::Program::new(argv.iter().copied());
        scope::job(program, &scope::Options::default(), &mut |_| {}).unwrap()
    };
    for _ in 0..5 {
        job(&["true"]);
    }
    scope::end_as(job(&["sh", "-c", "echo it is up; read line"]))
}

/// Ctrl-Z stops scope and its program, `fg` lets both go on, and both end as the program ends.
fn stop_and_go_on_at_a_terminal() {
    let terminal = openpty(None, None).unwrap();
    let screen = terminal.master.try_clone().unwrap();
    let mut shell = Command::new(std::env::current_exe().unwrap());
    shell.args(["subject", "shell"]).env("SCOPE", env!("CARGO_BIN_EXE_scope"));
    for input in [Command::stdin, Command::stdout, Command::stderr] {
        input(&mut shell, Stdio::from(terminal.slave.try_clone().unwrap()));
    }
    // SAFETY: system calls only.
    unsafe {
        shell.pre_exec(|| {
            nix::unistd::setsid()?;
            match libc::ioctl(0, libc::TIOCSCTTY, 0) {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            }
        })
    };
    let mut shell = shell.spawn().unwrap();
    drop(terminal.slave);
    let mut keys = File::from(terminal.master);
    // An end of the terminal is an error, not an end of file.
    let mut rows = BufReader::new(File::from(screen)).lines().map_while(Result::ok);
    let mut until = |wanted: &str| rows.find(|row| row.contains(wanted));
    until("the program is up").expect("it begins");
    keys.write_all(b"\x1a").unwrap();
    until("the job is stopped").expect("Ctrl-Z stops scope");
    until("the job goes on").expect("and `fg` begins");
    keys.write_all(b"a line\n").unwrap();
    until("got a line").expect("the program reads on");
    until("the job ended: 5").expect("scope ends as its program");
    assert!(shell.wait().unwrap().success());
}

/// As much of a shell as job control needs (credentials(7), tcsetpgrp(3)).
pub fn shell() {
    // SAFETY: to ignore a signal runs no code of ours. Who takes the terminal back would be stopped.
    unsafe { signal(Signal::SIGTTOU, SigHandler::SigIgn) }.unwrap();
    // SAFETY: this process has one thread.
    let job = match unsafe { fork() }.unwrap() {
        ForkResult::Parent { child } => child,
        ForkResult::Child => {
            let _ = setpgid(Pid::from_raw(0), Pid::from_raw(0));
            let _ = tcsetpgrp(std::io::stdin(), nix::unistd::getpid());
            // SAFETY: as above; the program should find the default.
            unsafe { signal(Signal::SIGTTOU, SigHandler::SigDfl) }.unwrap();
            let program = "echo the program is up; read line; echo got $line; exit 5";
            let mut scope = Command::new(std::env::var_os("SCOPE").unwrap());
            panic!("{}", scope.args(["--quiet", "sh", "-c", program]).exec());
        }
    };
    let _ = setpgid(job, job);
    let stopped = waitpid(job, Some(WaitPidFlag::WUNTRACED)).unwrap();
    assert!(matches!(stopped, WaitStatus::Stopped(..)), "{stopped:?}");
    tcsetpgrp(std::io::stdin(), nix::unistd::getpid()).unwrap();
    println!("the job is stopped");
    tcsetpgrp(std::io::stdin(), job).unwrap();
    killpg(job, Signal::SIGCONT).unwrap();
    println!("the job goes on");
    let WaitStatus::Exited(_, status) = waitpid(job, None).unwrap() else { panic!() };
    println!("the job ended: {status}");
}

//! The program `scope` from outside: statuses, signals, what it leaves behind.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use scope::{Filter, Options, Outcome, What};

use crate::pictures::record;
use crate::{Test, nothing};

pub fn tests() -> Vec<Test> {
    macro_rules! tests {
        ($($name:ident)*) => { vec![$(Test { name: stringify!($name), needs: nothing, run: $name }),*] };
    }
    tests!(the_same_status the_same_death not_found no_ptrace no_filter a_thousand_processes
        two_hundred_threads garbage_in_memory strict_mode killing_scope_kills_the_program
        an_attached_program_runs_on own_descriptors_are_left_out a_reader_that_goes_away)
}

fn scope() -> Command {
    Command::new(env!("CARGO_BIN_EXE_scope"))
}

fn the_same_status() {
    let status = scope().args(["--quiet", "sh", "-c", "exit 42"]).status().unwrap();
    assert_eq!(status.code(), Some(42));
}

fn the_same_death() {
    let status = scope().args(["--quiet", "sh", "-c", "kill -TERM $$"]).status().unwrap();
    assert_eq!(status.signal(), Some(libc::SIGTERM));
}

fn not_found() {
    let output = scope().args(["no-such-program"]).output().unwrap();
    assert_eq!(output.status.code(), Some(127));
    let said = String::from_utf8(output.stderr).unwrap();
    insta::assert_snapshot!(said, @"scope: failed to start `no-such-program`: No such file or directory (os error 2)");
    let output = scope().args(["/etc/passwd"]).output().unwrap();
    assert_eq!(output.status.code(), Some(126), "{output:?}");
}

/// `scope` under a filter that answers as a container without ptrace does.
fn refusing(calls: &[i64], errno: i32) -> Command {
    let filter = Filter::refuse(calls, errno).expect("the filter knows this processor");
    let mut command = scope();
    // SAFETY: installing a filter is system calls only.
    unsafe { command.pre_exec(move || filter.install()) };
    command
}

fn no_ptrace() {
    let output =
        refusing(&[libc::SYS_ptrace], libc::EPERM).args(["echo", "never"]).output().unwrap();
    assert_eq!(output.status.code(), Some(125));
    assert!(output.stdout.is_empty(), "the program did not run");
    insta::assert_snapshot!(String::from_utf8(output.stderr).unwrap(), @r"
    scope: failed to trace: Operation not permitted (os error 1)
      what forbids it: a seccomp filter around this process refuses ptrace, as containers set one
      what would allow it: start the container with `--cap-add=SYS_PTRACE` or `--security-opt seccomp=unconfined`
    ");
}

fn no_filter() {
    // The filter is installed by prctl; exec and the rest must still be seen.
    let mut command = refusing(&[libc::SYS_prctl, libc::SYS_seccomp], libc::EINVAL);
    let output = command.args(["--list", "sh", "-c", "echo x | cat"]).output().unwrap();
    assert_eq!(output.stdout, b"x\n");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("the kernel refuses a seccomp filter here"), "{said}");
    assert!(said.contains(r#"write(1: pipe 1 (write end), "x\n", 2) = 2"#), "{said}");
}

fn a_thousand_processes() {
    let (end, events) = record("tree", &Options::default());
    assert_eq!(end, scope::End::Status(0));
    let count = |test: fn(&What) -> bool| events.iter().filter(|event| test(&event.what)).count();
    assert_eq!(count(|what| matches!(what, What::Born { .. })), 1000);
    assert_eq!(count(|what| matches!(what, What::Ended(scope::End::Status(0)))), 1000);
    assert_eq!(
        count(|what| matches!(what, What::Call(call) if call.name == "fork"
        && matches!(call.outcome, Outcome::Value(_)))),
        999
    );
}

fn two_hundred_threads() {
    let (end, events) = record("many_threads", &Options::default());
    assert_eq!(end, scope::End::Status(0));
    let mut written: Vec<u8> = events
        .iter()
        .filter_map(|event| match &event.what {
            What::Call(call) if call.name == "write" => {
                call.bytes.as_ref().map(|bytes| bytes.data[0])
            }
            _ => None,
        })
        .collect();
    written.sort_unstable();
    assert_eq!(written, (0..200).collect::<Vec<u8>>());
    let threads =
        events.iter().filter(|event| matches!(event.what, What::Born { thread: true, .. }));
    assert_eq!(threads.count(), 200);
}

fn garbage_in_memory() {
    for filter in [true, false] {
        let (end, events) = record("garbage", &Options { filter, all: true, ..Options::default() });
        assert_eq!(end, scope::End::Status(0));
        assert!(events.len() > 100);
    }
}

fn strict_mode() {
    let (end, events) = record("strict", &Options::default());
    assert_eq!(end, scope::End::Status(1), "a filter forbids the strict mode");
    let said = |note: &str| {
        events.iter().any(|e| matches!(&e.what, What::Note(text) if text.contains(note)))
    };
    assert!(said("--no-filter"));
    let (end, _) = record("strict", &Options { filter: false, ..Options::default() });
    assert_eq!(end, scope::End::Status(0), "and without one it can be set");
}

fn killing_scope_kills_the_program() {
    // The program's end of this pipe tells when the last of its processes is gone.
    let mut command = scope();
    command.args(["--quiet", "sh", "-c", "(echo up; exec sleep 1000) | cat; sleep 1000"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert_eq!(line, "up\n");
    child.kill().unwrap();
    child.wait().unwrap();
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

fn an_attached_program_runs_on() {
    let mut command = Command::new("cat");
    let mut cat = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut scope = scope();
    scope.args(["--list", "--attach", &cat.id().to_string()]);
    let mut scope = scope.stderr(Stdio::piped()).spawn().unwrap();
    let mut seen = BufReader::new(scope.stderr.take().unwrap());
    let mut answer = BufReader::new(cat.stdout.take().unwrap());
    let mut asks = cat.stdin.take().unwrap();
    let ask = |asks: &mut dyn std::io::Write, answer: &mut dyn BufRead, word: &str| {
        asks.write_all(word.as_bytes()).unwrap();
        let mut line = String::new();
        answer.read_line(&mut line).unwrap();
        assert_eq!(line, word);
    };
    // The first line says that from here on each call is seen.
    let mut line = String::new();
    seen.read_line(&mut line).unwrap();
    assert!(line.contains("cat"), "{line}");
    ask(&mut asks, &mut answer, "word\n");
    while !line.contains("write(") {
        line.clear();
        assert!(seen.read_line(&mut line).unwrap() > 0, "scope tells of the write");
    }
    assert!(line.contains(r#""word\n""#), "{line}");
    kill(Pid::from_raw(scope.id() as i32), Signal::SIGINT).unwrap();
    std::io::copy(&mut seen, &mut std::io::sink()).unwrap();
    assert!(scope.wait().unwrap().success());
    ask(&mut asks, &mut answer, "still here\n");
    drop(asks);
    assert!(cat.wait().unwrap().success());
}

fn own_descriptors_are_left_out() {
    let exclude_fds = [9].into_iter().collect();
    let (_, events) = record("dup", &Options { exclude_fds, ..Options::default() });
    let writes =
        events.iter().filter(|e| matches!(&e.what, What::Call(call) if call.name == "write"));
    assert_eq!(writes.count(), 0);
    // What was written there is followed all the same.
    let from = events.iter().find_map(|event| match &event.what {
        What::Call(call) if call.name == "read" => call.from.clone(),
        _ => None,
    });
    assert_eq!(from.expect("the read knows whose bytes it got").call, "write");
}

fn a_reader_that_goes_away() {
    let mut command = scope();
    command.args([
        "--list",
        "sh",
        "-c",
        "for i in 1 2 3 4 5 6 7 8 9; do echo $i | cat; done; exit 3",
    ]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

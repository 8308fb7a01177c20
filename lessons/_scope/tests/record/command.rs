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
        an_attached_program_runs_on own_descriptors_are_left_out a_reader_that_goes_away
        under_another_tracer no_room_for_a_thread no_place_for_the_picture
        exec_from_a_thread ptrace_is_refused_politely a_filter_of_its_own nobody_to_attach_to)
    .into_iter()
    .chain([
        Test { name: "set_user_id", needs: no_set_user_id, run: set_user_id },
        #[cfg(target_arch = "x86_64")]
        Test { name: "a_32_bit_program", needs: no_32_bit_programs, run: a_32_bit_program },
    ])
    .collect()
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

fn under_another_tracer() {
    let program = env!("CARGO_BIN_EXE_scope");
    let output = scope().args(["--quiet", program, "echo", "never"]).output().unwrap();
    assert_eq!(output.status.code(), Some(125));
    assert!(output.stdout.is_empty(), "the program did not run");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("traces this one, and so what it starts"), "{said}");
    assert!(said.contains("start scope outside of the other tracer"), "{said}");
}

fn no_room_for_a_thread() {
    let mut command = refusing(&[libc::SYS_clone, libc::SYS_clone3], libc::EAGAIN);
    let output = command.arg("true").output().unwrap();
    assert_eq!(output.status.code(), Some(125), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    insta::assert_snapshot!(said, @"scope: failed to start a thread: Resource temporarily unavailable (os error 11)");
}

/// It is known before the program runs, not when everything has been recorded.
fn no_place_for_the_picture() {
    let output = scope().args(["--svg", "/no/such/folder", "echo", "never"]).output().unwrap();
    assert_eq!(output.status.code(), Some(125));
    assert!(output.stdout.is_empty(), "the program did not run");
    let said = String::from_utf8(output.stderr).unwrap();
    insta::assert_snapshot!(said, @"scope: failed to create the output: `/no/such/folder`: No such file or directory (os error 2)");
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

fn notes(events: &[scope::Event]) -> String {
    let note = |event: &scope::Event| match &event.what {
        What::Note(text) => Some(format!("{text}\n")),
        _ => None,
    };
    events.iter().filter_map(note).collect()
}

/// The thread takes its process's id, and what comes after is the new program's.
fn exec_from_a_thread() {
    let (end, events) = record("thread_exec", &Options::default());
    assert_eq!(end, scope::End::Status(0));
    let first = events[0].pid;
    let births = events.iter().filter(|e| matches!(e.what, What::Born { thread: true, .. }));
    assert_eq!(births.count(), 1);
    let calls = |event: &scope::Event| match &event.what {
        What::Call(call) => Some((event.tid, call.name, call.outcome)),
        _ => None,
    };
    let calls: Vec<_> = events.iter().filter_map(calls).collect();
    let execs: Vec<_> = calls.iter().filter(|call| call.1 == "exec").collect();
    let done = Outcome::Value(0);
    assert_eq!(execs, [&(first, "exec", done), &(first, "exec", done)]);
    assert_eq!(calls.last(), Some(&(first, "exit", Outcome::None)));
    let ends: Vec<_> = events.iter().filter(|e| matches!(e.what, What::Ended(_))).collect();
    assert_eq!(ends.len(), 1, "one process has ended: {ends:?}");
}

fn ptrace_is_refused_politely() {
    let (end, events) = record("traceme", &Options::default());
    assert_eq!(end, scope::End::Status(libc::EPERM));
    insta::assert_snapshot!(notes(&events), @"ptrace is refused: a process has one tracer, and here it is the recorder");
}

fn a_filter_of_its_own() {
    for filter in [true, false] {
        let (end, events) = record("own_filter", &Options { filter, ..Options::default() });
        assert_eq!(end, scope::End::Status(libc::EACCES), "its own filter works as ever");
        assert_eq!(
            notes(&events),
            "the program set a seccomp mode of its own: calls that it refuses are not seen\n"
        );
        let is_write =
            |e: &scope::Event| matches!(&e.what, What::Call(call) if call.name == "write");
        assert!(events.iter().any(is_write), "what the filter allows is seen on");
    }
}

fn nobody_to_attach_to() {
    // A child that has been reaped: its id is nobody's, as long as ids do not come round.
    let mut gone = Command::new("true").spawn().unwrap();
    gone.wait().unwrap();
    for (pid, why) in [
        (gone.id(), "there is no such process"),
        // Itself, through a shell that scope takes the place of.
        (0, "a process cannot trace itself"),
    ] {
        let mut command = Command::new("sh");
        let script = if pid == 0 { "exec $0 --attach $$" } else { "exec $0 --attach $1" };
        command.args(["-c", script, env!("CARGO_BIN_EXE_scope"), &pid.to_string()]);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(125));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(why), "{said}");
    }
}

const SET_USER_ID: [&str; 4] = ["/usr/bin/passwd", "/usr/bin/su", "/bin/su", "/usr/bin/mount"];

fn set_user_id_program() -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt;
    let is_set =
        |path: &&&str| std::fs::metadata(path).is_ok_and(|about| about.mode() & libc::S_ISUID != 0);
    SET_USER_ID.iter().find(is_set).copied()
}

/// `scope` as somebody without privileges.
fn unprivileged() -> Command {
    let mut command = scope();
    if nix::unistd::geteuid().is_root() {
        command.uid(65534).gid(65534);
    }
    command
}

fn no_set_user_id() -> Option<String> {
    if set_user_id_program().is_none() {
        return Some(format!("none of {SET_USER_ID:?} is here and set-user-ID"));
    }
    let tried = unprivileged().arg("--help").stdout(Stdio::null()).status();
    tried.err().map(|error| format!("an ordinary user cannot run scope here ({error})"))
}

fn set_user_id() {
    let program = set_user_id_program().unwrap();
    let output = unprivileged().args(["--list", program, "--help"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let note = "is set-user-ID: it runs without that privilege while it is traced";
    assert!(said.contains(note), "{said}");
}

/// The smallest program for the processor's other call table: `exit(7)`.
#[cfg(target_arch = "x86_64")]
fn small_program(folder: &std::path::Path) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    const BASE: u32 = 0x0804_8000;
    const CODE: [u8; 12] = [0xb8, 1, 0, 0, 0, 0xbb, 7, 0, 0, 0, 0xcd, 0x80];
    let mut file = b"\x7fELF\x01\x01\x01".to_vec();
    file.resize(16, 0);
    // An executable (2) for the 386 (3), of one segment; elf(5) has the fields.
    file.extend([2, 0, 3, 0]);
    for word in [1, BASE + 84, 52, 0, 0] {
        file.extend(u32::to_le_bytes(word));
    }
    for half in [52u16, 32, 1, 0, 0, 0] {
        file.extend(half.to_le_bytes());
    }
    let size = 84 + CODE.len() as u32;
    for word in [1, 0, BASE, BASE, size, size, 5, 0x1000] {
        file.extend(u32::to_le_bytes(word));
    }
    file.extend(CODE);
    let path = folder.join("small");
    std::fs::write(&path, file).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[cfg(target_arch = "x86_64")]
fn no_32_bit_programs() -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let tried = Command::new(small_program(folder.path())).status();
    tried.err().map(|error| format!("this kernel runs no 32-bit programs ({error})"))
}

#[cfg(target_arch = "x86_64")]
fn a_32_bit_program() {
    let folder = tempfile::tempdir().unwrap();
    for more in [&["--list"][..], &["--list", "--no-filter"]] {
        let program = small_program(folder.path());
        let output = scope().args(more).arg(&program).output().unwrap();
        assert_eq!(output.status.code(), Some(7));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("is a 32-bit program: its calls are not seen"), "{said}");
    }
}

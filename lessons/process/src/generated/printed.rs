//! How often a text comes out that stood in a buffer when the process forked.

use std::ffi::CString;
use std::fs::File;
use std::io::read_to_string;
use std::os::fd::IntoRawFd;

use nix::errno::Errno;
use nix::sys::wait::waitpid;
use nix::unistd::{fork, getpid, pipe};
use stage::{Actor, Error, Generator, Problem, Result, Seed};

pub const GENERATOR: Generator =
    Generator { name: "printed", idea: "how often printf prints around a fork", make };

#[derive(Clone, Copy)]
struct Drawn {
    before: usize,
    after: usize,
    newline: bool,
    terminal: bool,
    flushed: bool,
}

fn make(seed: &mut Seed) -> Problem {
    let drawn = Drawn {
        before: seed.within(0, 1),
        after: seed.within(1, 2),
        newline: seed.coin(),
        terminal: seed.coin(),
        flushed: seed.within(0, 3) == 0,
    };
    let newline = if drawn.newline { "\\n" } else { "" };
    let mut code = "fork();\n".repeat(drawn.before);
    code += &format!("printf(\"hello{newline}\");\n");
    code += if drawn.flushed { "fflush(stdout);\n" } else { "" };
    code += &"fork();\n".repeat(drawn.after);
    code += "exit(0);";
    let (out, out_ko) = match drawn.terminal {
        true => ("a terminal: it is line-buffered", "터미널입니다(줄 단위 버퍼)"),
        false => ("a pipe: it is fully buffered", "파이프입니다(완전 버퍼)"),
    };
    Problem::new(
        format!(
            "A C program's `stdout` is {out}. How often does `hello` come out?\n\n```c\n{code}\n```"
        ),
        format!(
            "어떤 C 프로그램의 `stdout`은 {out_ko}. `hello`는 몇 번 나옵니까?\n\n```c\n{code}\n```"
        ),
    )
    .number("")
    .trap(
        1 << drawn.before,
        "What still stands in the buffer is copied by `fork`, and each copy is written at `exit`.",
        "아직 버퍼에 있는 것은 `fork`가 복사하고, 복사본마다 `exit`에서 출력됩니다.",
    )
    .trap(
        1 << (drawn.before + drawn.after),
        "What has left the buffer already is not copied by a later `fork`.",
        "이미 버퍼를 떠난 것은 나중의 `fork`가 복사하지 않습니다.",
    )
    .explained(
        "{answer}. `printf` puts its text into a buffer of the process. `fork` copies what is still \
         in it, and `exit` writes each copy. The buffer is emptied before by `fflush`, and by a \
         newline only where `stdout` is line-buffered, as on a terminal.",
        "{answer}번입니다. `printf`는 프로세스의 버퍼에 글자를 넣습니다. `fork`는 아직 버퍼에 있는 것을 \
         복사하고, `exit`는 복사본마다 출력합니다. 그 전에 버퍼를 비우는 것은 `fflush`이고, 줄바꿈은 \
         터미널처럼 `stdout`이 줄 단위 버퍼일 때만 비웁니다.",
    )
    .played_by("process", move |me| process(me, drawn))
}

fn process(me: &Actor, drawn: Drawn) -> Result {
    let (reader, writer) = pipe()?;
    // SAFETY: the descriptor is handed over, and the mode is a string.
    let stdout = unsafe { libc::fdopen(writer.into_raw_fd(), c"w".as_ptr()) };
    if stdout.is_null() {
        return Err(Errno::last().into());
    }
    let how = if drawn.terminal { libc::_IOLBF } else { libc::_IOFBF };
    // SAFETY: nothing has been written yet, and the library makes its own buffer.
    unsafe { libc::setvbuf(stdout, std::ptr::null_mut(), how, 4096) };
    let first = getpid();
    let text = CString::new(if drawn.newline { "hello\n" } else { "hello" })?;

    fork_times(drawn.before)?;
    // SAFETY: the stream is open, and the text ends with a zero byte.
    unsafe { libc::fputs(text.as_ptr(), stdout) };
    if drawn.flushed {
        // SAFETY: the stream is open.
        unsafe { libc::fflush(stdout) };
    }
    fork_times(drawn.after)?;

    while waitpid(None, None) != Err(Errno::ECHILD) {}
    // What `exit` does: it writes what is in the buffer. The stream is not used after this.
    // SAFETY: the stream is open.
    let closed = unsafe { libc::fclose(stdout) };
    if getpid() != first {
        // SAFETY: ends this process at once.
        unsafe { libc::_exit(closed) }
    }
    let out = read_to_string(File::from(reader))?;
    let times = out.matches("hello").count();
    if out.replace("hello", "").trim() != "" {
        return Err(Error::new(format!("something else came out: `{out}`")));
    }
    me.says(format!("has read hello so often: {times}"));
    me.finds(times);
    Ok(())
}

fn fork_times(times: usize) -> nix::Result<()> {
    for _ in 0..times {
        // SAFETY: a process of the lesson has one thread.
        unsafe { fork() }?;
    }
    Ok(())
}

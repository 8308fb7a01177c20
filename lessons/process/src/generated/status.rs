//! What a parent learns of how a program ended.

use std::io::ErrorKind;
use std::process::{Command, Stdio};

use nix::sys::wait::WaitStatus;
use stage::lacking::no_room;
use stage::{Actor, Error, Generator, Problem, Result, Seed, missing};

use crate::process::{SHELL, fork};

pub const GENERATOR: Generator =
    Generator { name: "status", idea: "what a parent learns of an end", make };

/// Signals whose numbers are the same on every Linux, and that leave no core behind.
const SIGNALS: [(&str, i32); 5] =
    [("HUP", 1), ("KILL", 9), ("PIPE", 13), ("ALRM", 14), ("TERM", 15)];

fn make(seed: &mut Seed) -> Problem {
    let by_signal = seed.coin();
    let (name, number) = seed.pick(&SIGNALS);
    let code = seed.pick(&[0, 1, 3, 42, 127, 200, 255, 256, 257, 300, 511, 512, 1000]);
    let trap = if by_signal { number } else { code };
    Problem::new(
        match by_signal {
            true => format!(
                "A shell runs a program, which is killed by SIG{name} (signal {number}). What does \
                 `echo $?` print then?"
            ),
            false => format!(
                "A child process calls `exit({code})`. What does `WEXITSTATUS` of its status say in \
                 the parent?"
            ),
        },
        match by_signal {
            true => format!(
                "셸이 실행한 프로그램이 SIG{name}(시그널 {number})로 죽었습니다. 그다음 `echo $?`는 무엇을 \
                 출력합니까?"
            ),
            false => format!(
                "자식 프로세스가 `exit({code})`을 부릅니다. 부모에서 그 상태의 `WEXITSTATUS`는 얼마입니까?"
            ),
        },
    )
    .number("")
    .trap(
        trap,
        if by_signal {
            "A shell tells an end by a signal from an exit status: it adds 128 to its number."
        } else {
            "Only the lowest 8 bits of what `exit` is given reach the parent."
        },
        if by_signal {
            "셸은 시그널로 끝난 것을 종료 상태와 구별하려고 번호에 128을 더합니다."
        } else {
            "`exit`에 준 값 가운데 아래 8비트만 부모에게 전해집니다."
        },
    )
    .explained(
        "{answer}. `wait` tells a parent either the lowest 8 bits of what `exit` was given, or the \
         number of the signal that has killed the child. A shell has only one number for both, and \
         shows a signal as 128 plus its number.",
        "{answer}입니다. `wait`는 부모에게 `exit`에 준 값의 아래 8비트나 자식을 죽인 시그널의 번호를 \
         알려 줍니다. 셸은 둘을 숫자 하나로 보여 주므로 시그널은 128을 더해 나타냅니다.",
    )
    .played_by("parent", move |me| match by_signal {
        true => shell(me, name),
        false => parent(me, code),
    })
}

fn parent(parent: &Actor, code: i32) -> Result {
    let child = fork(parent, "child", |me| {
        me.says(format!("exit({code})"));
        // SAFETY: ends this process at once, as `exit` does when there is nothing to tidy up.
        unsafe { libc::_exit(code) }
    })?;
    let status = parent.reaps(child)?;
    let WaitStatus::Exited(_, found) = status else {
        return Err(Error::new(format!("it ended with {status:?}")));
    };
    parent.finds(found);
    Ok(())
}

fn shell(me: &Actor, signal: &str) -> Result {
    let program = format!("kill -{signal} $$");
    let output = Command::new(SHELL)
        .args(["-c", "\"$0\" -c \"$1\"; echo $?", SHELL, &program])
        .stderr(Stdio::null())
        .output()
        .map_err(|error| match error.kind() {
            ErrorKind::WouldBlock => no_room(error),
            _ => missing(format!("`{SHELL}` cannot be executed ({error})"), "install it"),
        })?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    stage::ensure!(!said.is_empty(), "the shell said nothing, and ended with {}", output.status);
    me.says(format!("lets a shell run a program that does {program}"));
    me.says(format!("echo $? prints {said}"));
    me.finds(said);
    Ok(())
}

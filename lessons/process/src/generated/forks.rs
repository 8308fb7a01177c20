//! How many processes a few forks make.

use nix::errno::Errno;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork, getpid, pipe, read, write};
use stage::{Actor, Generator, Problem, Result, Seed};

pub const GENERATOR: Generator =
    Generator { name: "forks", idea: "how many lines a few forks print", make };

/// A statement of the program.
#[derive(Clone, Copy, PartialEq)]
enum Statement {
    Fork,
    And,
    Or,
    InChild,
}

impl Statement {
    fn code(self) -> &'static str {
        match self {
            Self::Fork => "fork();",
            Self::And => "fork() && fork();",
            Self::Or => "fork() || fork();",
            Self::InChild => "if (fork() == 0) fork();",
        }
    }

    fn execute(self) -> nix::Result<()> {
        match self {
            Self::Fork => drop(is_parent()?),
            Self::And => drop(is_parent()? && is_parent()?),
            Self::Or => drop(is_parent()? || is_parent()?),
            Self::InChild => {
                if !is_parent()? {
                    is_parent()?;
                }
            }
        }
        Ok(())
    }
}

/// What C calls true: `fork` returns the child's pid in the parent, and 0 in the child.
fn is_parent() -> nix::Result<bool> {
    // SAFETY: a process of the lesson has one thread.
    Ok(matches!(unsafe { fork() }?, ForkResult::Parent { .. }))
}

fn make(seed: &mut Seed) -> Problem {
    let kinds = [Statement::Fork, Statement::And, Statement::Or, Statement::InChild];
    let program: Vec<Statement> = (0..seed.within(2, 3)).map(|_| seed.pick(&kinds)).collect();
    let code: Vec<&str> = program.iter().map(|statement| statement.code()).collect();
    let code = format!("```c\n{}\nwrite(1, \"x\\n\", 2);\n```", code.join("\n"));
    let calls = code.matches("fork()").count();
    Problem::new(
        format!("How many lines does this print? Every `fork` succeeds.\n\n{code}"),
        format!("다음은 몇 줄을 출력합니까? 모든 `fork`는 성공합니다.\n\n{code}"),
    )
    .number("lines")
    .trap(
        calls + 1,
        "Each process that comes to a `fork` makes one more, also those that were made before.",
        "`fork`에 이른 프로세스는 앞에서 만들어진 것까지 모두 하나씩 더 만듭니다.",
    )
    .trap(
        1 << calls,
        "`&&` and `||` do not always come to their right side: in the child the left one is 0, which \
         is false.",
        "`&&`와 `||`는 오른쪽을 늘 실행하지는 않습니다. 자식에서는 왼쪽이 0, 곧 거짓입니다.",
    )
    .explained(
        "{answer}: each process that comes to a `fork` is two afterwards, and each process at the \
         end writes one line. `fork` is 0 in the child, so `fork() && fork()` goes on in the parent \
         only and `fork() || fork()` in the child only: such a statement makes three out of one.",
        "{answer}줄입니다. `fork`에 이른 프로세스는 그 뒤에 둘이 되고, 끝에 이른 프로세스마다 한 줄을 \
         씁니다. `fork`는 자식에서 0이므로 `fork() && fork()`는 부모에서만, `fork() || fork()`는 \
         자식에서만 이어집니다. 이런 문장은 하나를 셋으로 만듭니다.",
    )
    .played_by("process", move |me| process(me, &program))
}

fn process(me: &Actor, program: &[Statement]) -> Result {
    let (reader, writer) = pipe()?;
    let first = getpid();
    for statement in program {
        me_only(me, first, statement.code());
        statement.execute()?;
    }
    let written = write(&writer, b"x\n");
    // Nobody goes before those that it has made.
    while waitpid(None, None) != Err(Errno::ECHILD) {}
    if getpid() != first {
        // SAFETY: ends this process at once.
        unsafe { libc::_exit(i32::from(written.is_err())) }
    }
    drop(writer);
    let (mut lines, mut buffer) = (0, [0; 64]);
    loop {
        match read(&reader, &mut buffer)? {
            0 => break,
            length => lines += buffer[..length].iter().filter(|&&byte| byte == b'\n').count(),
        }
    }
    me.says(format!("has read {lines} lines, and then the end of file"));
    me.finds(lines);
    Ok(())
}

/// The others have no voice: they are copies of a process that speaks for itself.
fn me_only(me: &Actor, first: nix::unistd::Pid, code: &str) {
    if getpid() == first {
        me.says(code);
    }
}

//! Which number the next descriptor gets.

use std::collections::BTreeSet;

use nix::errno::Errno;
use stage::{Actor, Error, Generator, Problem, Result, Seed};

pub const GENERATOR: Generator =
    Generator { name: "descriptor", idea: "which number the next descriptor gets", make };

/// What the process does, in this order; only the last one is asked for.
#[derive(Clone, Copy)]
enum Call {
    Open,
    Dup(i32),
    Dup2(i32, i32),
    Close(i32),
}

impl Call {
    fn code(self) -> String {
        match self {
            Self::Open => "open(\"/dev/null\", O_RDONLY)".to_owned(),
            Self::Dup(fd) => format!("dup({fd})"),
            Self::Dup2(fd, to) => format!("dup2({fd}, {to})"),
            Self::Close(fd) => format!("close({fd})"),
        }
    }

    fn execute(self) -> nix::Result<i32> {
        // SAFETY: the calls take numbers and a string; all that is closed was opened here, and
        // nothing else owns these numbers.
        Errno::result(unsafe {
            match self {
                Self::Open => libc::open(c"/dev/null".as_ptr(), libc::O_RDONLY),
                Self::Dup(fd) => libc::dup(fd),
                Self::Dup2(fd, to) => libc::dup2(fd, to),
                Self::Close(fd) => libc::close(fd),
            }
        })
    }
}

fn make(seed: &mut Seed) -> Problem {
    let opened = 3 + seed.within(1, 2) as i32;
    let mut calls: Vec<Call> = (3..=opened).map(|_| Call::Open).collect();
    // What is open is followed here only so that the drawn calls make sense.
    let mut open: BTreeSet<i32> = (3..=opened).collect();
    for _ in 0..seed.within(2, 4) {
        let some: Vec<i32> = open.iter().copied().collect();
        let fd = seed.pick(&some);
        let call = match seed.within(0, 3) {
            0 | 1 if open.len() > 1 => Call::Close(fd),
            2 => Call::Dup2(fd, (fd + seed.within(1, 3) as i32).min(9)),
            _ => Call::Dup(fd),
        };
        match call {
            Call::Close(fd) => drop(open.remove(&fd)),
            Call::Dup2(_, to) => drop(open.insert(to)),
            Call::Dup(_) => drop((3..).find(|fd| open.insert(*fd))),
            Call::Open => {}
        }
        calls.push(call);
    }
    let some: Vec<i32> = open.iter().copied().collect();
    calls.push(if seed.coin() { Call::Open } else { Call::Dup(seed.pick(&some)) });
    let code: Vec<String> = calls.iter().map(|call| format!("{};", call.code())).collect();
    let code = format!("```c\n{}\n```", code.join("\n"));
    let highest = open.last().copied().unwrap_or(2);
    Problem::new(
        format!(
            "A process has the descriptors 0, 1 and 2 open and no others. It makes these calls. What \
             does the last one return?\n\n{code}"
        ),
        format!(
            "어떤 프로세스에 디스크립터 0, 1, 2만 열려 있습니다. 다음 호출을 차례로 합니다. 마지막 \
             호출은 무엇을 돌려줍니까?\n\n{code}"
        ),
    )
    .number("")
    .trap(
        highest + 1,
        "Not the next number after the highest: a number that was closed is given out again.",
        "가장 큰 번호의 다음이 아닙니다. 닫힌 번호는 다시 쓰입니다.",
    )
    .explained(
        "{answer}: `open` and `dup` return the lowest number that is not in use. `dup2` takes the \
         number that it is told, and closes what was there.",
        "{answer}입니다. `open`과 `dup`은 쓰이지 않는 가장 작은 번호를 돌려줍니다. `dup2`는 지정한 \
         번호를 쓰고, 거기 있던 것을 닫습니다.",
    )
    .played_by("process", move |me| process(me, &calls))
}

fn process(me: &Actor, calls: &[Call]) -> Result {
    // The stage keeps its own descriptors from 10 on.
    for fd in 3..10 {
        // SAFETY: the call only looks.
        if unsafe { libc::fcntl(fd, libc::F_GETFD) } != -1 {
            return Err(Error::new(format!("descriptor {fd} is open from the start")));
        }
    }
    let mut last = -1;
    for call in calls {
        last = call.execute()?;
        me.says(format!("{} = {last}", call.code()));
    }
    me.finds(last);
    Ok(())
}

//! What becomes of a process that a signal finds asleep in `read`.

use std::os::fd::OwnedFd;

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, kill, sigaction};
use nix::sys::wait::WaitStatus;
use nix::unistd::{pipe, read, write};
use stage::{Actor, Generator, Problem, Result, Seed, token};

use crate::signals::{fork, note};

pub const GENERATOR: Generator =
    Generator { name: "woken", idea: "what a signal does to a process asleep in read", make };

/// What the process has decided about the signal.
#[derive(Clone, Copy)]
enum Disposition {
    Default,
    Ignored,
    Handled(SaFlags),
    Blocked,
}

fn make(seed: &mut Seed) -> Problem {
    let signal = seed.pick(&[Signal::SIGUSR1, Signal::SIGTERM, Signal::SIGCHLD, Signal::SIGINT]);
    let dispositions = [
        (Disposition::Default, "left {} at its default", "기본 동작으로 두었습니다"),
        (Disposition::Ignored, "set {} to `SIG_IGN`", "`SIG_IGN`으로 했습니다"),
        (
            Disposition::Handled(SaFlags::empty()),
            "set a handler for {}, without `SA_RESTART`",
            "`SA_RESTART` 없이 핸들러를 두었습니다",
        ),
        (
            Disposition::Handled(SaFlags::SA_RESTART),
            "set a handler for {}, with `SA_RESTART`",
            "`SA_RESTART`로 핸들러를 두었습니다",
        ),
        (Disposition::Blocked, "blocked {}", "블록했습니다"),
    ];
    // What does not simply go on comes up as often as what does.
    let (disposition, has, has_ko) = dispositions[seed.pick(&[0, 0, 1, 2, 2, 2, 3, 3, 4])];
    let has = has.replace("{}", signal.as_str());
    Problem::new(
        format!(
            "A process sleeps in `read` on an empty pipe. Before, it has {has}. Now it is sent \
             {signal}, and after that somebody writes 5 bytes into the pipe. What becomes of the \
             `read`?"
        ),
        format!(
            "어떤 프로세스가 빈 파이프의 `read`에서 잠들어 있습니다. {signal}을(를) {has_ko}. 이제 \
             {signal}을(를) 받고, 그다음 누군가 파이프에 5바이트를 씁니다. `read`는 어떻게 됩니까?"
        ),
    )
    .choice(
        "5",
        ["It returns the 5 bytes.", "5바이트를 돌려줍니다."],
        [
            "So it is when the signal wakes nobody, because it is ignored or blocked, and when the \
             call is begun again after the handler.",
            "시그널이 무시되거나 블록되어 아무도 깨우지 않을 때, 그리고 핸들러 뒤에 호출이 다시 시작될 때 \
             그렇습니다.",
        ],
    )
    .choice(
        "EINTR",
        ["It fails with `EINTR`.", "`EINTR`로 실패합니다."],
        [
            "So it is when a handler has run that was set without `SA_RESTART`.",
            "`SA_RESTART` 없이 둔 핸들러가 실행되었을 때 그렇습니다.",
        ],
    )
    .choice(
        "killed",
        ["The process is killed in it.", "프로세스가 그 안에서 죽습니다."],
        [
            "So it is when the default action of the signal is to end the process.",
            "그 시그널의 기본 동작이 프로세스를 끝내는 것일 때 그렇습니다.",
        ],
    )
    .choice(
        "0",
        ["It returns 0.", "0을 돌려줍니다."],
        [
            "0 means the end of file: nobody can write any more. A signal never makes that of it.",
            "0은 더 쓸 프로세스가 없다는 파일 끝입니다. 시그널 때문에 그렇게 되지는 않습니다.",
        ],
    )
    .explained(
        "A signal that is ignored or blocked wakes nobody; the default action of SIGCHLD is to be \
         ignored, that of most others to kill. A handler interrupts the call: it then fails with \
         `EINTR`, or is begun again if the handler was set with `SA_RESTART`.",
        "무시되거나 블록된 시그널은 아무도 깨우지 않습니다. SIGCHLD의 기본 동작은 무시이고, 다른 \
         대부분은 죽이는 것입니다. 핸들러는 호출을 끊습니다. 호출은 `EINTR`로 실패하거나, 핸들러를 \
         `SA_RESTART`로 두었다면 다시 시작됩니다.",
    )
    .played_by("parent", move |me| parent(me, signal, disposition))
}

fn parent(parent: &Actor, signal: Signal, disposition: Disposition) -> Result {
    let (from_child, to_parent) = pipe()?;
    let (data, sink) = pipe()?;
    let child = fork(parent, "child", |me| {
        // Its own write end would hide the end of file.
        child(me, &data, &to_parent, signal, disposition)
    })?;
    parent.until_waiting("child", "read")?;
    parent.sends(token("signal"), signal);
    kill(child.pid(), signal)?;
    // Whatever the signal does, it has done before the bytes come.
    parent.until_waiting_or_ended("child", "read")?;
    let bytes = b"bytes";
    parent.sends("pipe", format!("{} bytes", bytes.len()));
    write(&sink, bytes)?;
    drop(to_parent);
    let status = parent.reaps(child)?;
    let mut said = [0; 16];
    let length = read(&from_child, &mut said)?;
    let said = str::from_utf8(&said[..length])?;
    parent.finds(match status {
        WaitStatus::Signaled(..) => "killed",
        _ => said,
    });
    Ok(())
}

fn child(
    me: &Actor,
    data: &OwnedFd,
    to_parent: &OwnedFd,
    signal: Signal,
    disposition: Disposition,
) -> Result {
    match disposition {
        Disposition::Default => {}
        Disposition::Blocked => SigSet::from(signal).thread_block()?,
        Disposition::Ignored => set(signal, SigHandler::SigIgn, SaFlags::empty())?,
        Disposition::Handled(flags) => set(signal, SigHandler::Handler(note), flags)?,
    }
    let result = read(data, &mut [0; 64]);
    let text = result.map_or_else(|errno| format!("{errno:?}"), |length| length.to_string());
    match result {
        Ok(length) => me.gets("pipe", format!("{length} bytes")),
        Err(_) => me.says(format!("read: {text}")),
    }
    write(to_parent, text.as_bytes())?;
    Ok(())
}

fn set(signal: Signal, handler: SigHandler, flags: SaFlags) -> nix::Result<()> {
    let action = SigAction::new(handler, flags, SigSet::empty());
    // SAFETY: the handler does what a handler may do.
    unsafe { sigaction(signal, &action) }.map(drop)
}

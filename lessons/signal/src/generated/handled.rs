//! How often a handler runs for signals that came while they were blocked.

use std::ffi::c_int;

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::unistd::getpid;
use stage::lacking::queued_signals;
use stage::{Actor, Generator, Problem, Result, Seed};

use crate::data::sigqueue;
use crate::queued::real_time;
use crate::signals::{note, runs};

pub const GENERATOR: Generator =
    Generator { name: "handled", idea: "how often a handler runs for blocked signals", make };

fn make(seed: &mut Seed) -> Problem {
    let (usr1, usr2, real) = (seed.within(1, 5), seed.within(0, 4), seed.within(0, 4));
    let first = seed.pick(&["unblocked", "blocked"]);
    let blocked = first == "blocked";
    let (before, before_ko) = match blocked {
        true => ("blocks them all", "모두 블록하고"),
        false => ("blocks none of them", "아무것도 블록하지 않고"),
    };
    let (after, after_ko) = match blocked {
        true => (" Then it unblocks them.", " 그다음 블록을 풉니다."),
        false => ("", ""),
    };
    Problem::new(
        format!(
            "A process has one handler for SIGUSR1, SIGUSR2 and SIGRTMIN. It {before}, and sends \
             itself, one after the other: SIGUSR1 {usr1} times, SIGUSR2 {usr2} times, SIGRTMIN \
             {real} times.{after} How often has the handler run?"
        ),
        format!(
            "어떤 프로세스에 SIGUSR1, SIGUSR2, SIGRTMIN의 핸들러가 하나 있습니다. 이 프로세스는 \
             {before_ko} 자신에게 차례로 SIGUSR1을 {usr1}번, SIGUSR2를 {usr2}번, SIGRTMIN을 {real}번 \
             보냅니다.{after_ko} 핸들러는 몇 번 실행됩니까?"
        ),
    )
    .number("")
    .trap(
        usr1 + usr2 + real,
        "A standard signal is pending or not: sent again while it is pending, it is the same one.",
        "표준 시그널은 대기 중이거나 아닐 뿐입니다. 대기 중에 다시 보내도 하나입니다.",
    )
    .trap(
        usize::from(usr1 > 0) + usize::from(usr2 > 0) + usize::from(real > 0),
        "Real-time signals queue, each is delivered; and what is not blocked comes at once.",
        "실시간 시그널은 큐에 쌓여 하나하나 전달됩니다. 블록하지 않은 시그널은 바로 옵니다.",
    )
    .explained(
        "{answer}. While it is blocked, a standard signal is one bit: any number of them is one. \
         Real-time signals queue, and each is delivered. A signal that is not blocked is delivered \
         at once, so that the next one finds the bit free again.",
        "{answer}번입니다. 블록된 동안 표준 시그널은 비트 하나여서 몇 번을 보내도 하나입니다. 실시간 \
         시그널은 큐에 쌓여 모두 전달됩니다. 블록하지 않은 시그널은 바로 전달되므로 다음 것이 올 때는 \
         비트가 다시 비어 있습니다.",
    )
    .played_by("process", move |me| process(me, blocked, [usr1, usr2, real]))
}

fn process(me: &Actor, blocked: bool, times: [usize; 3]) -> Result {
    queued_signals()?;
    let handler = SigHandler::Handler(note);
    for signal in [Signal::SIGUSR1, Signal::SIGUSR2] {
        let action = SigAction::new(handler, SaFlags::empty(), SigSet::empty());
        // SAFETY: the handler does what a handler may do.
        unsafe { sigaction(signal, &action) }?;
    }
    real_time_action()?;
    let mut all = SigSet::from(Signal::SIGUSR1);
    all.add(Signal::SIGUSR2);
    let sets = [all, real_time(&[0])];
    if blocked {
        sets.iter().try_for_each(SigSet::thread_block)?;
        me.says("blocks them");
    }
    let numbers = [Signal::SIGUSR1 as c_int, Signal::SIGUSR2 as c_int, libc::SIGRTMIN()];
    for ((number, name), times) in
        numbers.into_iter().zip(["SIGUSR1", "SIGUSR2", "SIGRTMIN"]).zip(times)
    {
        for _ in 0..times {
            sigqueue(getpid(), number, 0)?;
        }
        me.says(format!("sends itself {name}, so often: {times}"));
    }
    if blocked {
        me.says(format!("runs of the handler so far: {}", runs()));
        sets.iter().try_for_each(SigSet::thread_unblock)?;
    }
    me.says(format!("runs of the handler: {}", runs()));
    me.finds(runs());
    Ok(())
}

/// `nix` knows no real-time signals.
fn real_time_action() -> nix::Result<()> {
    // SAFETY: all zeros is a valid `sigaction`, and the handler does what a handler may do.
    let set = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = note as extern "C" fn(c_int) as usize;
        libc::sigaction(libc::SIGRTMIN(), &raw const action, std::ptr::null_mut())
    };
    nix::errno::Errno::result(set).map(drop)
}

//! In which order pending real-time signals come.

use std::ffi::c_int;

use nix::unistd::getpid;
use stage::lacking::queued_signals;
use stage::{Actor, Generator, Problem, Result, Seed, token};

use crate::data::sigqueue;
use crate::queued::real_time;
use crate::signals::take;

pub const GENERATOR: Generator =
    Generator { name: "fetched", idea: "in which order pending real-time signals come", make };

fn make(seed: &mut Seed) -> Problem {
    let count = seed.within(4, 6);
    let sent: Vec<(char, c_int)> =
        ('a'..).take(count).map(|c| (c, seed.within(0, 2) as c_int)).collect();
    let list = sent.iter().map(|(c, which)| format!("`{c}` with SIGRTMIN+{which}"));
    let list = list.collect::<Vec<_>>().join(", ");
    let letters = |sent: &[(char, c_int)]| {
        sent.iter().map(|(c, _)| c.to_string()).collect::<Vec<_>>().join(" ")
    };
    let mut highest = sent.clone();
    highest.sort_by_key(|(_, which)| -which);
    Problem::new(
        format!(
            "A process has blocked the real-time signals, and these are sent to it with `sigqueue`, \
             one after the other, each with a letter as its value: {list}. Then it calls \
             `sigwaitinfo` until it has them all. In which order do the letters come?"
        ),
        format!(
            "어떤 프로세스가 실시간 시그널을 블록해 두었고, `sigqueue`로 글자를 값으로 하여 차례로 다음 \
             시그널을 받습니다: {list}. 그다음 `sigwaitinfo`로 모두 꺼냅니다. 글자는 어떤 순서로 옵니까?"
        ),
    )
    .list()
    .trap(
        letters(&sent),
        "Different numbers do not keep the order of sending: the lowest number comes first.",
        "번호가 다르면 보낸 순서대로 오지 않습니다. 번호가 작은 것이 먼저 옵니다.",
    )
    .trap(
        letters(&highest),
        "The lowest number comes first, not the highest.",
        "번호가 큰 것이 아니라 작은 것이 먼저 옵니다.",
    )
    .explained(
        "{answer}: the lowest number first, and of one number the oldest first.",
        "{answer}. 번호가 작은 것이 먼저, 같은 번호에서는 먼저 보낸 것이 먼저 옵니다.",
    )
    .played_by("process", move |me| process(me, &sent))
}

fn process(me: &Actor, sent: &[(char, c_int)]) -> Result {
    queued_signals()?;
    let set = real_time(&[0, 1, 2]);
    set.thread_block()?;
    for (letter, which) in sent {
        me.sends(token("signal"), title(*letter, *which));
        sigqueue(getpid(), libc::SIGRTMIN() + which, *letter as usize)?;
    }
    let mut letters = Vec::new();
    for _ in sent {
        let info = take(&set)?;
        // SAFETY: a signal of `sigqueue` has a value.
        let value = unsafe { info.si_value() }.sival_ptr.addr();
        let letter = u8::try_from(value).map(char::from)?;
        let which = info.si_signo - libc::SIGRTMIN();
        me.gets(token("signal"), title(letter, which));
        letters.push(letter.to_string());
    }
    me.finds(letters.join(" "));
    Ok(())
}

fn title(letter: char, which: c_int) -> String {
    format!("{letter} with SIGRTMIN+{which}")
}

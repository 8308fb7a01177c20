//! In which order a POSIX queue gives its messages.

use nix::mqueue::{mq_open, mq_send, mq_unlink};
use stage::{Actor, Generator, Problem, Result, Seed};

use crate::lacking;
use crate::posix::{NEW, OWNER, mq_receive_text, room};

pub const GENERATOR: Generator =
    Generator { name: "order", idea: "in which order a POSIX queue gives its messages", make };

fn make(seed: &mut Seed) -> Problem {
    let count = seed.within(4, 6);
    let mut sent: Vec<(char, u32)> =
        ('a'..).take(count).map(|c| (c, seed.within(0, 3) as u32)).collect();
    if sent.iter().all(|(_, priority)| *priority == sent[0].1) {
        sent[count - 1].1 += 1;
    }
    let list = sent.iter().map(|(c, priority)| format!("`{c}`:{priority}"));
    let list = list.collect::<Vec<_>>().join(", ");
    let letters = |sent: &[(char, u32)]| {
        sent.iter().map(|(c, _)| c.to_string()).collect::<Vec<_>>().join(" ")
    };
    let mut lowest = sent.clone();
    lowest.sort_by_key(|(_, priority)| *priority);
    Problem::new(
        format!(
            "Into an empty POSIX message queue go these messages, each with its priority, in this \
             order: {list}. Then all are received. In which order do they come out?"
        ),
        format!(
            "빈 POSIX 메시지 큐에 다음 메시지를 우선순위와 함께 차례로 보냅니다: {list}. 그다음 모두 \
             받습니다. 어떤 순서로 나옵니까?"
        ),
    )
    .list()
    .trap(
        letters(&sent),
        "A POSIX queue is no plain queue: a higher priority overtakes.",
        "POSIX 큐는 단순한 큐가 아닙니다. 우선순위가 높으면 앞지릅니다.",
    )
    .trap(
        letters(&lowest),
        "The highest number is the most urgent, not the lowest.",
        "가장 큰 수가 가장 급합니다. 가장 작은 수가 아닙니다.",
    )
    .explained(
        "{answer}: the highest priority first, and the oldest first among equals.",
        "{answer}. 우선순위가 높은 것이 먼저, 같으면 먼저 보낸 것이 먼저 나옵니다.",
    )
    .played_by("process", move |me| process(me, &sent))
}

fn process(me: &Actor, sent: &[(char, u32)]) -> Result {
    let name = me.mq_name("queue")?;
    let attributes = room(10, 16);
    let queue = mq_open(name.as_c_str(), NEW, OWNER, Some(&attributes)).map_err(lacking::posix)?;
    for (text, priority) in sent {
        me.sends("queue", format!("{text}, priority {priority}"));
        mq_send(&queue, text.to_string().as_bytes(), *priority)?;
    }
    let mut received = Vec::new();
    for _ in sent {
        let (text, priority) = mq_receive_text(&queue)?;
        me.gets("queue", format!("{text}, priority {priority}"));
        received.push(text);
    }
    mq_unlink(name.as_c_str())?;
    me.finds(received.join(" "));
    Ok(())
}

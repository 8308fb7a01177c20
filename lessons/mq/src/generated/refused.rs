//! At which send a queue is full.

use nix::errno::Errno;
use nix::mqueue::{MQ_OFlag, mq_open, mq_send, mq_unlink};
use stage::{Actor, Error, Generator, Problem, Result, Seed};

use crate::lacking;
use crate::posix::{NEW, OWNER, mq_receive_text, room};

pub const GENERATOR: Generator =
    Generator { name: "refused", idea: "at which send a POSIX queue is full", make };

fn make(seed: &mut Seed) -> Problem {
    let places = seed.within(2, 6);
    let every = seed.within(2, 4);
    let bytes = seed.pick(&[1, 8, 64]);
    Problem::new(
        format!(
            "A POSIX message queue is made with `mq_maxmsg` {places} and `mq_msgsize` 64. A process \
             sends messages of {bytes} bytes with `O_NONBLOCK`, and receives one message after \
             every {every} of them that were accepted. Which `mq_send` is the first that says \
             `EAGAIN`? Count them from 1."
        ),
        format!(
            "`mq_maxmsg` {places}, `mq_msgsize` 64로 POSIX 메시지 큐를 만듭니다. 한 프로세스가 \
             `O_NONBLOCK`으로 {bytes}바이트 메시지를 보내고, {every}개가 들어갈 때마다 하나를 받습니다. \
             처음으로 `EAGAIN`이라고 하는 것은 몇 번째 `mq_send`입니까?"
        ),
    )
    .number("")
    .trap(
        places + 1,
        "What was received in between has made room again.",
        "그사이에 받은 만큼 자리가 다시 났습니다.",
    )
    .trap(
        places * (64 / bytes) + 1,
        "A queue has room for messages, whatever their length: it counts them.",
        "큐는 길이와 상관없이 메시지의 수를 셉니다.",
    )
    .explained(
        format!(
            "Number {{answer}}: the queue has {places} places, and a message takes one, be it short \
             or long. After every {every} sends one place is free again."
        ),
        format!(
            "{{answer}}번째입니다. 큐에는 자리가 {places}개 있고, 메시지는 짧든 길든 한 자리를 \
             차지합니다. {every}번 보낼 때마다 한 자리가 다시 납니다."
        ),
    )
    .played_by("process", move |me| process(me, places, every, bytes))
}

fn process(me: &Actor, places: usize, every: usize, bytes: usize) -> Result {
    let name = me.mq_name("queue")?;
    let attributes = room(u16::try_from(places)?, 64);
    let flags = NEW | MQ_OFlag::O_NONBLOCK;
    let queue =
        mq_open(name.as_c_str(), flags, OWNER, Some(&attributes)).map_err(lacking::posix)?;
    let message = vec![b'x'; bytes];
    for number in 1..1000 {
        match mq_send(&queue, &message, 0) {
            Ok(()) => me.says(format!("sends message {number}")),
            Err(errno @ Errno::EAGAIN) => {
                me.says(format!("sends message {number}: {errno:?}"));
                mq_unlink(name.as_c_str())?;
                me.finds(number);
                return Ok(());
            }
            Err(errno) => return Err(errno.into()),
        }
        if number % every == 0 {
            mq_receive_text(&queue)?;
            me.says("receives one");
        }
    }
    Err(Error::new("the queue is never full"))
}

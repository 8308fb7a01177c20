//! How many bytes each receive gets, of messages and of a stream.

use std::os::fd::AsRawFd;

use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, recv, send, socketpair};
use stage::{Actor, Generator, Problem, Result, Seed};

pub const GENERATOR: Generator =
    Generator { name: "received", idea: "what receives of datagrams return", make: make_messages };

/// What is sent, and with which buffers it is received.
#[derive(Clone)]
struct Drawn {
    sent: Vec<usize>,
    buffers: Vec<usize>,
}

fn draw(seed: &mut Seed) -> Drawn {
    Drawn {
        sent: (0..seed.within(2, 4)).map(|_| seed.within(3, 20)).collect(),
        buffers: (0..seed.within(2, 4)).map(|_| seed.within(2, 24)).collect(),
    }
}

fn joined(numbers: &[usize], by: &str) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(by)
}

fn prompt(drawn: &Drawn, kind: &str) -> (String, String) {
    let (sent, buffers) = (joined(&drawn.sent, ", "), joined(&drawn.buffers, ", "));
    (
        format!(
            "Through a pair of {kind} sockets so many bytes are sent, in separate calls: {sent}. \
             Then the other side calls `recv` with `MSG_DONTWAIT` and buffers of so many bytes: \
             {buffers}. What does each `recv` return? Write `EAGAIN` where there is nothing."
        ),
        format!(
            "{kind} 소켓 한 쌍으로 따로따로 {sent}바이트를 보냅니다. 그다음 반대쪽이 `MSG_DONTWAIT`으로, \
             버퍼를 {buffers}바이트로 하여 차례로 `recv`를 부릅니다. `recv`는 각각 무엇을 돌려줍니까? \
             없으면 `EAGAIN`이라고 쓰세요."
        ),
    )
}

fn make_messages(seed: &mut Seed) -> Problem {
    let drawn = draw(seed);
    let kind = seed.pick(&[SockType::Datagram, SockType::SeqPacket]);
    let name = if kind == SockType::Datagram { "SOCK_DGRAM" } else { "SOCK_SEQPACKET" };
    let (en, ko) = prompt(&drawn, name);
    Problem::new(en, ko)
        .list()
        .trap(
            as_a_stream(&drawn),
            "Messages are never joined, and what did not fit the buffer is lost.",
            "메시지는 이어 붙지 않고, 버퍼에 들어가지 않은 것은 사라집니다.",
        )
        .explained(
            "{answer}: each receive gets one message. What does not fit its buffer is cut off and \
             gone; the next receive gets the next message.",
            "{answer}. 받을 때마다 메시지 하나를 얻습니다. 버퍼에 들어가지 않은 것은 잘려 사라지고, 다음 \
             받기는 다음 메시지를 얻습니다.",
        )
        .played_by("both", move |me| both(me, kind, &drawn))
}

pub fn make_stream(seed: &mut Seed) -> Problem {
    let drawn = draw(seed);
    let (en, ko) = prompt(&drawn, "SOCK_STREAM");
    let cut: Vec<usize> = drawn.sent.iter().zip(&drawn.buffers).map(|(a, b)| *a.min(b)).collect();
    Problem::new(en, ko)
        .list()
        .trap(
            joined(&cut, " "),
            "A stream knows no messages: a receive takes what is there, and nothing is cut off.",
            "스트림은 메시지를 모릅니다. 있는 만큼 가져가고 잘려 나가는 것은 없습니다.",
        )
        .explained(
            "{answer}: a stream is one row of bytes. A receive takes as many as are there and its \
             buffer holds, from however many sends; the rest waits for the next one.",
            "{answer}. 스트림은 한 줄로 이어진 바이트입니다. 몇 번에 보냈든 있는 만큼, 버퍼가 허락하는 \
             만큼 가져가고 나머지는 다음 받기를 기다립니다.",
        )
        .played_by("both", move |me| both(me, SockType::Stream, &drawn))
}

/// What somebody expects who takes messages for a stream.
fn as_a_stream(drawn: &Drawn) -> String {
    let mut left: usize = drawn.sent.iter().sum();
    let mut parts = Vec::new();
    for &buffer in &drawn.buffers {
        let part = buffer.min(left);
        left -= part;
        parts.push(if part == 0 { "EAGAIN".to_owned() } else { part.to_string() });
    }
    parts.join(" ")
}

fn both(me: &Actor, kind: SockType, drawn: &Drawn) -> Result {
    let (one, other) = socketpair(AddressFamily::Unix, kind, None, SockFlag::empty())?;
    for &length in &drawn.sent {
        me.says(format!("sends {length} bytes"));
        send(one.as_raw_fd(), &vec![b'x'; length], MsgFlags::empty())?;
    }
    let mut returned = Vec::new();
    for &buffer in &drawn.buffers {
        let result = recv(other.as_raw_fd(), &mut vec![0; buffer], MsgFlags::MSG_DONTWAIT);
        let text = result.map_or_else(|errno| format!("{errno:?}"), |length| length.to_string());
        me.says(format!("receives with a buffer of {buffer}: {text}"));
        returned.push(text);
    }
    me.finds(returned.join(" "));
    Ok(())
}

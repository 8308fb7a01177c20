//! What is left of a connection of which a direction, or one side, has been closed.

use std::os::fd::{AsRawFd, OwnedFd};

use nix::sys::socket::{
    AddressFamily, MsgFlags, Shutdown, SockFlag, SockType, recv, send, shutdown, socketpair,
};
use stage::{Actor, Generator, Problem, Result, Seed};

pub const GENERATOR: Generator =
    Generator { name: "ended", idea: "what is left of a connection after shutdown or close", make };

#[derive(Clone, Copy, PartialEq)]
enum End {
    Nothing,
    ShutWrite,
    ShutRead,
    Close,
}

/// What is asked for.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    ReceivesThere,
    SendsThere,
    ReceivesHere,
}

fn make(seed: &mut Seed) -> Problem {
    let waiting = seed.pick(&[0, 0, 7, 12]);
    let (end, does, does_ko) = seed.pick(&[
        (End::Nothing, "does nothing more", "더 아무것도 하지 않습니다"),
        (End::ShutWrite, "calls `shutdown(SHUT_WR)`", "`shutdown(SHUT_WR)`을 부릅니다"),
        (End::ShutRead, "calls `shutdown(SHUT_RD)`", "`shutdown(SHUT_RD)`을 부릅니다"),
        (End::Close, "closes its socket", "소켓을 닫습니다"),
    ]);
    let then = match end {
        End::Close => seed.pick(&[Then::ReceivesThere, Then::SendsThere]),
        _ => seed.pick(&[Then::ReceivesThere, Then::SendsThere, Then::ReceivesHere]),
    };
    let (asked, asked_ko) = match then {
        Then::ReceivesThere => ("B receives once", "B가 한 번 받으면"),
        Then::SendsThere => ("B sends 5 bytes", "B가 5바이트를 보내면"),
        Then::ReceivesHere => ("A receives once", "A가 한 번 받으면"),
    };
    let sent = match waiting {
        0 => String::new(),
        n => format!("A sends {n} bytes. "),
    };
    let sent_ko = match waiting {
        0 => String::new(),
        n => format!("A가 {n}바이트를 보냅니다. "),
    };
    Problem::new(
        format!(
            "A and B are the two ends of a connected `SOCK_STREAM` pair. {sent}Then A {does}. Now \
             {asked}, with `MSG_DONTWAIT | MSG_NOSIGNAL`. What does the call return: a number of \
             bytes, or which error?"
        ),
        format!(
            "A와 B는 연결된 `SOCK_STREAM` 한 쌍의 두 끝입니다. {sent_ko}그다음 A가 {does_ko}. 이제 \
             `MSG_DONTWAIT | MSG_NOSIGNAL`로 {asked_ko} 무엇을 돌려줍니까? 바이트 수, 또는 에러의 \
             이름을 쓰세요."
        ),
    )
    .trap(
        "0",
        "0 is the end of file: it comes when no more bytes can come, after the last of those that \
         are there.",
        "0은 파일 끝입니다. 있는 바이트를 다 읽은 다음, 더 올 수 없을 때 옵니다.",
    )
    .trap(
        "EPIPE",
        "`EPIPE` is for who sends where nobody can receive any more.",
        "`EPIPE`는 아무도 받을 수 없는 곳으로 보내는 쪽이 받습니다.",
    )
    .trap(
        "EAGAIN",
        "`EAGAIN` means that something may still come.",
        "`EAGAIN`은 아직 무언가 올 수 있다는 뜻입니다.",
    )
    .explained(
        "{answer}. A connection has two directions. `shutdown(SHUT_WR)` ends one of them: the other \
         side gets what was sent before, then 0, and can go on sending. `SHUT_RD` and `close` leave \
         nobody who receives: sending there is `EPIPE`. As long as nothing has ended, nothing to \
         receive is `EAGAIN`.",
        "{answer}. 연결에는 두 방향이 있습니다. `shutdown(SHUT_WR)`은 한 방향을 끝냅니다. 반대쪽은 먼저 \
         보낸 것을 받고 그다음 0을 받으며, 계속 보낼 수 있습니다. `SHUT_RD`와 `close` 뒤에는 받는 이가 \
         없으므로 거기로 보내면 `EPIPE`입니다. 아무것도 끝나지 않았다면 받을 것이 없을 때 `EAGAIN`입니다.",
    )
    .played_by("both", move |me| both(me, waiting, end, then))
}

fn both(me: &Actor, waiting: usize, end: End, then: Then) -> Result {
    let (a, b) = socketpair(AddressFamily::Unix, SockType::Stream, None, SockFlag::empty())?;
    let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_NOSIGNAL;
    if waiting > 0 {
        me.says(format!("A sends {waiting} bytes"));
        send(a.as_raw_fd(), &vec![b'x'; waiting], flags)?;
    }
    let mut a: Option<OwnedFd> = Some(a);
    match (end, &a) {
        (End::ShutWrite, Some(a)) => shutdown(a.as_raw_fd(), Shutdown::Write)?,
        (End::ShutRead, Some(a)) => shutdown(a.as_raw_fd(), Shutdown::Read)?,
        (End::Close, _) => a = None,
        _ => {}
    }
    me.says(match end {
        End::Nothing => "A goes on as before",
        End::ShutWrite => "A: shutdown(SHUT_WR)",
        End::ShutRead => "A: shutdown(SHUT_RD)",
        End::Close => "A is closed",
    });
    let (what, result) = match (then, &a) {
        (Then::SendsThere, _) => ("B sends 5 bytes", send(b.as_raw_fd(), b"bytes", flags)),
        (Then::ReceivesHere, Some(a)) => ("A receives", recv(a.as_raw_fd(), &mut [0; 64], flags)),
        _ => ("B receives", recv(b.as_raw_fd(), &mut [0; 64], flags)),
    };
    let text = result.map_or_else(|errno| format!("{errno:?}"), |length| length.to_string());
    me.says(format!("{what}: {text}"));
    me.finds(text);
    Ok(())
}

//! A stream takes as much as it has room for; two writers may then tear each other's records.

use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, recv, send, socketpair};
use stage::{Actor, Result, Scene, varies};

use crate::facts::refusal;

pub const SCENE: Scene = Scene::new(
    "torn",
    "a short send lets another writer in between; a packet is never cut",
    &[("writers", writers)],
);

const RECORD: usize = 10_000_000;

fn writers(writers: &Actor) -> Result {
    // ANCHOR: stream
    let (sink, source) = pair(SockType::Stream)?;
    let record = vec![b'a'; RECORD];
    let first = send(sink.as_raw_fd(), &record, MsgFlags::MSG_DONTWAIT)?;
    let short = first < record.len();
    writers.says(format!("one writer, {} bytes, non-blocking: short: {short}", record.len()));
    stage::ensure!(short, "all {first} bytes went in at once");

    let mut stream = take(&source, first)?;
    send(sink.as_raw_fd(), b"B", MsgFlags::empty())?;
    writers.says("another writer sends its record meanwhile");
    send(sink.as_raw_fd(), &record[..1], MsgFlags::empty())?;
    writers.says("the first one goes on with its record");
    stream.extend(take(&source, 2)?);

    let middle = stream.iter().position(|&byte| byte == b'B');
    let torn = middle.is_some_and(|at| at > 0 && at + 1 < stream.len());
    let place = varies("somewhere", middle.unwrap_or(0));
    writers.says(format!("the other record is inside the first, at {place}: {torn}"));
    stage::ensure!(torn, "the other record is at {middle:?}");
    // ANCHOR_END: stream

    // ANCHOR: packet
    let (sink, _source) = pair(SockType::SeqPacket)?;
    let errno = refusal(send(sink.as_raw_fd(), &record, MsgFlags::MSG_DONTWAIT))?;
    writers.says(format!("the same as one packet: {errno:?}, all or nothing"));
    stage::ensure!(errno == Errno::EMSGSIZE, "send gave {errno}");
    // ANCHOR_END: packet
    Ok(())
}

/// That many bytes, in however many pieces they come.
fn take(source: &OwnedFd, bytes: usize) -> Result<Vec<u8>> {
    let mut buffer = vec![0; bytes];
    let mut taken = 0;
    while taken < bytes {
        let length = recv(source.as_raw_fd(), &mut buffer[taken..], MsgFlags::empty())?;
        stage::ensure!(length > 0, "the stream has ended");
        taken += length;
    }
    Ok(buffer)
}

fn pair(kind: SockType) -> nix::Result<(OwnedFd, OwnedFd)> {
    socketpair(AddressFamily::Unix, kind, None, SockFlag::empty())
}

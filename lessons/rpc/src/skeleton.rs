//! The server's side of a remote procedure call: what calls the function.

use std::io::{self, ErrorKind, Read, Write};

use stage::{Actor, EOF};

use crate::wire::{Answer, Outcome, Request, give, nonsense, take};

// ANCHOR: serve
/// The server's side: runs what is asked for, until the caller closes.
pub fn serve(
    me: &Actor,
    mut stream: impl Read + Write,
    mut run: impl FnMut(&Request) -> Outcome,
) -> stage::Result {
    while let Some(request) = receive(me, "rpc", &mut stream)? {
        let result = run(&request);
        answer(me, "rpc", &mut stream, Answer { id: request.id, result })?;
    }
    me.gets("rpc", EOF);
    Ok(())
}

pub fn receive(me: &Actor, channel: &str, stream: &mut impl Read) -> io::Result<Option<Request>> {
    let text = match take(stream) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        text => text?,
    };
    me.gets(channel, &text);
    Request::parse(&text).map(Some).ok_or_else(|| nonsense(text))
}

pub fn answer(
    me: &Actor,
    channel: &str,
    stream: &mut impl Write,
    answer: Answer,
) -> io::Result<()> {
    me.sends(channel, &answer);
    give(stream, &answer.to_string())
}
// ANCHOR_END: serve

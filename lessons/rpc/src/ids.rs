//! Two calls are under way at once, and the answers come in the other order.

use std::os::unix::net::UnixStream;

use stage::{Actor, Result, Scene};

use crate::account::{FIRST, run};
use crate::process::connected;
use crate::skeleton::{answer, receive};
use crate::stub::Stub;
use crate::wire::Answer;

pub const SCENE: Scene = Scene::new(
    "ids",
    "two calls at once: a number tells which answer belongs to which",
    &[("client", client)],
);

// ANCHOR: client
fn client(client: &Actor) -> Result {
    let (server, stream) = connected(client, "server", server)?;
    let mut account = Stub::new(client, "rpc", stream);

    let pay = account.request("pay", 10);
    let balance = account.request("balance", 0);
    account.send(&pay)?;
    account.send(&balance)?;

    let paid = account.answer_to(&pay)?;
    let seen = account.answer_to(&balance)?;
    client.says(format!("call {} gave {paid}, call {} gave {seen}", pay.id, balance.id));
    stage::ensure!((paid, seen) == (90, 100), "{paid} and {seen}");
    client.waits(server)
}
// ANCHOR_END: client

// ANCHOR: server
fn server(server: &Actor, mut stream: UnixStream) -> Result {
    let mut waiting = Vec::new();
    while waiting.len() < 2 {
        waiting.extend(receive(server, "rpc", &mut stream)?);
    }
    // The last one first, as a server does that has several workers.
    let mut balance = FIRST;
    for request in waiting.iter().rev() {
        let result = run(&mut balance, request);
        answer(server, "rpc", &mut stream, Answer { id: request.id, result })?;
    }
    Ok(())
}
// ANCHOR_END: server

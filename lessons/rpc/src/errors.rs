//! A refusal is an answer like any other.

use stage::{Actor, Result, Scene};

use crate::account::{FIRST, run};
use crate::process::connected;
use crate::skeleton::serve;
use crate::stub::{Failure, Stub};

pub const SCENE: Scene = Scene::new(
    "errors",
    "too large an amount, an unknown method, another version: each is answered",
    &[("client", client)],
);

// ANCHOR: client
fn client(client: &Actor) -> Result {
    let (server, stream) = connected(client, "server", |me, stream| {
        let mut balance = FIRST;
        serve(me, stream, |request| run(&mut balance, request))
    })?;
    let mut account = Stub::new(client, "rpc", stream);

    let mut refused = 0;
    let calls = [("pay", 500, 1), ("steal", 10, 1), ("pay", 10, 2)];
    for (method, argument, version) in calls {
        account.version = version;
        if let Err(Failure::Refused(_)) = account.call(method, argument) {
            refused += 1;
        }
    }
    account.version = 1;
    let left = account.pay(10)?;
    client.says(format!("{refused} calls were refused, the next one was not: {left}"));
    stage::ensure!((refused, left) == (3, 90), "{refused} refused, {left} left");
    account.close();
    client.waits(server)
}
// ANCHOR_END: client

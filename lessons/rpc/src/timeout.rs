//! The caller gives up. The call does not.

use std::io::{PipeReader, Read, Write, pipe};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use stage::{Actor, Result, Scene, token};

use crate::account::{FIRST, run};
use crate::process::connected;
use crate::skeleton::serve;
use crate::stub::{Failure, Stub, failure};

pub const SCENE: Scene = Scene::new(
    "timeout",
    "no answer in time: the call has run all the same, and its answer comes late",
    &[("client", client)],
);

// ANCHOR: client
fn client(client: &Actor) -> Result {
    let (gate, mut opens) = pipe()?;
    let (server, stream) = connected(client, "server", |me, stream| server(me, stream, gate))?;
    let mut account = Stub::new(client, "rpc", stream);

    account.stream.set_read_timeout(Some(Duration::from_millis(20)))?;
    let failure = failure(account.pay(10))?;
    client.says(&failure);
    stage::ensure!(failure == Failure::Late, "the call gave {failure:?}");

    account.stream.set_read_timeout(None)?;
    client.sends(token("gate"), "go on");
    opens.write_all(b"!")?;
    // What comes first is the answer to the first call.
    let left = account.balance()?;
    client.says(format!("it did: {left}"));
    stage::ensure!(left == 90, "{left} are left");
    account.close();
    client.waits(server)
}
// ANCHOR_END: client

// ANCHOR: server
fn server(server: &Actor, stream: UnixStream, mut gate: PipeReader) -> Result {
    let mut balance = FIRST;
    serve(server, stream, |request| {
        let result = run(&mut balance, request);
        if request.method == "pay" {
            server.says("has paid, and is slow to answer");
            gate.read_exact(&mut [0]).map_err(|error| error.to_string())?;
            server.gets(token("gate"), "go on");
        }
        result
    })
}
// ANCHOR_END: server

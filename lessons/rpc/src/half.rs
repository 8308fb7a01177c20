//! The server is killed before it runs a call, or after. The caller sees the same.

use stage::{Actor, Error, Result, Scene};

use crate::journal::Journal;
use crate::process::{connected, is_killed};
use crate::skeleton::receive;
use crate::stub::{Stub, failure};

pub const SCENE: Scene = Scene::new(
    "half",
    "killed before it ran, killed after it ran: from outside the same",
    &[("client", client)],
);

// ANCHOR: client
fn client(client: &Actor) -> Result {
    let mut seen = Vec::new();
    for name in ["before", "after"] {
        let path = client.path(name)?;
        let (server, stream) = connected(client, name, |me, mut stream| {
            let request =
                receive(me, "rpc", &mut stream)?.ok_or_else(|| Error::new("no request"))?;
            if name == "after" {
                let left = Journal(&path).pay(&request).map_err(Error::new)?;
                me.says(format!("has paid: {left} left"));
            }
            me.says("is killed");
            is_killed()
        })?;
        let failure = failure(Stub::new(client, "rpc", stream).pay(10))?;
        client.reaps(server)?;
        client.says(&failure);
        // What no client can do if the server is another machine.
        let left = Journal(&path).balance().map_err(Error::new)?;
        client.says(format!("looks into the server's file: {left} left"));
        seen.push((failure, left));
    }
    let [before, after] = &seen[..] else { return Err(Error::new("two servers")) };
    client.says(format!("two failures, the same from here: {}", before.0 == after.0));
    stage::ensure!(before.0 == after.0, "{before:?} and {after:?}");
    stage::ensure!((before.1, after.1) == (100, 90), "{before:?} and {after:?}");
    Ok(())
}
// ANCHOR_END: client

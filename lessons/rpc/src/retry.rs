//! At least once: whoever gets no answer asks again, and the call may run twice.

use stage::{Actor, Result, Scene};

use crate::journal::Journal;
use crate::process::{connected, is_killed};
use crate::skeleton::serve;
use crate::stub::{Stub, failure};

pub const SCENE: Scene = Scene::new(
    "retry",
    "the answer is lost, a second attempt is made: it pays a second time",
    &[("client", client)],
);

// ANCHOR: client
fn client(client: &Actor) -> Result {
    let path = client.path("journal")?;
    let (first, stream) = connected(client, "first", |me, stream| {
        serve(me, stream, |request| {
            let left = Journal(&path).pay(request)?;
            me.says(format!("has paid ({left} left), and is killed before it answers"));
            is_killed()
        })
    })?;
    let mut account = Stub::new(client, "rpc", stream);
    let request = account.request("pay", 10);
    account.send(&request)?;
    let failure = failure(account.answer_to(&request))?;
    client.reaps(first)?;
    client.says(failure);

    let (second, stream) = connected(client, "second", |me, stream| {
        serve(me, stream, |request| Journal(&path).pay(request))
    })?;
    let mut account = Stub::new(client, "rpc", stream);
    account.send(&request)?;
    let left = account.answer_to(&request)?;
    client.says(format!("wanted to pay {}, and has {left} left", request.argument));
    stage::ensure!(left == 80, "{left} are left");
    account.close();
    client.waits(second)
}
// ANCHOR_END: client

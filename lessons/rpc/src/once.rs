//! At most once: a server that remembers which calls have run gives the first answer again.

use stage::{Actor, Result, Scene};

use crate::journal::Journal;
use crate::process::{connected, is_killed};
use crate::skeleton::serve;
use crate::stub::{Stub, failure};

pub const SCENE: Scene = Scene::new(
    "once",
    "the restarted server remembers the call's number: it pays once",
    &[("client", client)],
);

// ANCHOR: client
fn client(client: &Actor) -> Result {
    let path = client.path("journal")?;
    let (first, stream) = connected(client, "first", |me, stream| {
        serve(me, stream, |request| {
            let left = Journal(&path).pay_once(request)?;
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
        serve(me, stream, |request| Journal(&path).pay_once(request))
    })?;
    let mut account = Stub::new(client, "rpc", stream);
    let mut answers = Vec::new();
    for _ in 0..2 {
        account.send(&request)?;
        answers.push(account.answer_to(&request)?);
    }
    client.says(format!("{} more attempts, each answered like the first", answers.len()));
    stage::ensure!(answers == [90, 90], "the answers are {answers:?}");
    account.close();
    client.waits(second)
}
// ANCHOR_END: client

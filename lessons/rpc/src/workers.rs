//! A call waits for its answer. It does not wait for the calls of others.

use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use stage::{Actor, Channel, Child, Error, Fork, Result, Scene, memory, token};

use crate::account::{FIRST, run};
use crate::process::{connected, locked, shared};
use crate::skeleton::{answer, receive};
use crate::stub::Stub;
use crate::wire::Answer;

pub const SCENE: Scene = Scene::new(
    "workers",
    "two workers of one server: one payment is lost without a lock, none with one",
    &[("client", client)],
);

// ANCHOR: client
fn client(client: &Actor) -> Result {
    let path = client.path("lock")?;
    let mut ends = Vec::new();
    for (names, lock) in [(["one", "two"], None), (["three", "four"], Some(path.as_path()))] {
        let account = shared(AtomicI64::new(FIRST))?;
        client.sends(balance_of(lock), FIRST);
        let (mine, theirs) = UnixStream::pair()?;
        let (server, stream) = connected(client, names[0], |me, stream| {
            pays(me, "line a", stream, account, lock, || {
                // Here, in the middle of a call, the other worker gets one.
                let other = match me.forks(names[1])? {
                    Fork::Child(me) => me.plays(|me| {
                        pays(me, "line b", theirs, account, lock, || Ok(None)).map(drop)
                    }),
                    Fork::Parent(other) => other,
                };
                if lock.is_none() {
                    return me.waits(other).map(|()| None);
                }
                me.until_waiting(names[1], "flock")?;
                me.gets(token("lock"), "line b asks");
                Ok(Some(other))
            })?
            .map_or(Ok(()), |other| me.waits(other))
        })?;
        let mut a = Stub::new(client, "line a", stream);
        let mut b = Stub::new(client, "line b", mine);
        let calls = (a.request("pay", 10), b.request("pay", 10));
        a.send(&calls.0)?;
        b.send(&calls.1)?;
        let left = (a.answer_to(&calls.0)?, b.answer_to(&calls.1)?);
        client.waits(server)?;
        let amount = calls.0.argument;
        client.says(format!("two payments of {amount} from {FIRST}: {left:?} left"));
        ends.push(left);
    }
    stage::ensure!(ends == [(90, 90), (90, 80)], "they ended with {ends:?}");
    Ok(())
}
// ANCHOR_END: client

// ANCHOR: pays
fn pays(
    me: &Actor,
    line: &str,
    mut stream: UnixStream,
    account: &AtomicI64,
    lock: Option<&Path>,
    meanwhile: impl FnOnce() -> Result<Option<Child>>,
) -> Result<Option<Child>> {
    let request = receive(me, line, &mut stream)?.ok_or_else(|| Error::new("no request"))?;
    if lock.is_some() {
        me.sends(token("lock"), format!("{line} asks"));
    }
    let held = lock.map(locked).transpose()?;
    let mut balance = account.load(Relaxed);
    me.gets(balance_of(lock), balance);
    let other = meanwhile()?;
    let result = run(&mut balance, &request);
    me.sends(balance_of(lock), balance);
    account.store(balance, Relaxed);
    drop(held);
    answer(me, line, &mut stream, Answer { id: request.id, result })?;
    Ok(other)
}
// ANCHOR_END: pays

/// What the number is called that is used with such a lock.
fn balance_of(lock: Option<&Path>) -> Channel {
    memory(if lock.is_some() { "guarded" } else { "bare" })
}

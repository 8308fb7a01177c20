//! What was checked may have changed when it is used: whoever shares memory checks a copy.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use stage::{Actor, Result, Scene, memory, token};

use crate::memory::shared;
use crate::process::fork;
use crate::semaphore::Semaphore;

pub const SCENE: Scene = Scene::new(
    "trust",
    "a length that was checked in shared memory is not the one used",
    &[("server", server)],
);

const ROOM: usize = 8;

struct Request {
    length: AtomicUsize,
    checked: Semaphore,
    changed: Semaphore,
}

// ANCHOR: server
fn server(server: &Actor) -> Result {
    let length = AtomicUsize::new(5);
    let request = Request { length, checked: Semaphore::room(), changed: Semaphore::room() };
    let request = shared(request)?;
    request.checked.init(0)?;
    request.changed.init(0)?;
    server.sends(memory("length"), request.length.load(Relaxed));
    let client = fork(server, "client", |me| client(me, request))?;

    let copy = request.length.load(Relaxed);
    server.gets(memory("length"), copy);
    stage::ensure!(copy <= ROOM, "a length of {copy}");
    server.says(format_args!("has checked it: there is room for {ROOM}"));
    server.sends(token("turn"), "checked");
    request.checked.post()?;
    request.changed.wait()?;

    let used = request.length.load(Relaxed);
    server.gets(memory("length"), used);
    server.says(format_args!("would now use {used}; its own copy is still {copy}"));
    stage::ensure!(used > ROOM && copy <= ROOM, "used {used}, copy {copy}");
    server.waits(client)
}
// ANCHOR_END: server

fn client(client: &Actor, request: &Request) -> Result {
    request.checked.wait()?;
    client.gets(token("turn"), "checked");
    client.sends(memory("length"), 500);
    request.length.store(500, Relaxed);
    Ok(request.changed.post()?)
}

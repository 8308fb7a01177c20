//! A function is called here and runs there.

use stage::{Actor, Result, Scene, token};

use crate::account::{FIRST, run};
use crate::process::{connect, listen};
use crate::skeleton::serve;
use crate::stub::Stub;

pub const SCENE: Scene = Scene::of_roles(
    "hello",
    "a client calls a function, and a server runs it",
    &[("server", server), ("client", client)],
)
.races(&["mkfifo"]);

// ANCHOR: server
fn server(server: &Actor) -> Result {
    let listener = listen(server)?;
    let (stream, _) = listener.accept()?;
    server.gets(token("connect"), "a client");

    let mut balance = FIRST;
    serve(server, stream, |request| run(&mut balance, request))?;
    server.says(format!("has {balance} left"));
    Ok(())
}
// ANCHOR_END: server

// ANCHOR: client
fn client(client: &Actor) -> Result {
    client.sends(token("connect"), "a client");
    let mut account = Stub::new(client, "rpc", connect(client)?);

    let left = account.pay(10)?;
    client.says(format!("account.pay has returned {left}"));
    stage::ensure!(left == 90, "{left} are left");
    account.close();
    Ok(())
}
// ANCHOR_END: client

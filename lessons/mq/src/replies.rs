//! One System V queue for all: requests have one type, and each answer its addressee's.

use libc::{IPC_CREAT, c_int, c_long};
use nix::unistd::Pid;
use stage::{Actor, Child, Fork, Result, Scene, varies};

use crate::lacking;
use crate::sysv::{msgget, msgrcv_text, msgsnd, remove};

pub const SCENE: Scene = Scene::new(
    "replies",
    "a type for an address: each client takes only its own answer",
    &[("server", server)],
)
.races(&["server msgrcv"]);

const REQUEST: c_long = 1;

// ANCHOR: server
fn server(server: &Actor) -> Result {
    let queue = msgget(server.msg_key("queue")?, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    let clients = ["ann", "bob", "cho"].map(|name| match server.forks(name)? {
        Fork::Child(me) => me.plays(|me| client(me, name, queue)),
        Fork::Parent(child) => Ok((name, child)),
    });
    let clients: Vec<(&str, Child)> = clients.into_iter().collect::<Result<_>>()?;

    for _ in &clients {
        msgrcv_text(queue, REQUEST, 0)?;
    }
    // Each client has sent one: who came first is told nowhere, since any may.
    clients.iter().for_each(|(name, _)| server.gets("queue", format_args!("request of {name}")));
    // Every client waits for whatever the queue holds for it.
    for (name, client) in clients.iter().rev() {
        server.until_waiting(name, "msgrcv")?;
        server.sends("queue", answer(name, client.pid()));
        msgsnd(queue, client.pid().as_raw().into(), name.as_bytes(), 0)?;
    }
    clients.into_iter().try_for_each(|(_, client)| server.waits(client))?;
    Ok(remove(queue)?)
}
// ANCHOR_END: server

// ANCHOR: client
fn client(client: &Actor, name: &str, queue: c_int) -> Result {
    client.sends("queue", format_args!("request of {name}"));
    msgsnd(queue, REQUEST, name.as_bytes(), 0)?;

    let me = Pid::this();
    let (_, text) = msgrcv_text(queue, me.as_raw().into(), 0)?;
    client.gets("queue", answer(&text, me));
    stage::ensure!(text == name, "{name} received the answer for {text}");
    Ok(())
}
// ANCHOR_END: client

fn answer(name: &str, pid: Pid) -> String {
    format!("answer for {name}, type {}", varies("pid", pid))
}

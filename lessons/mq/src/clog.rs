//! Many addressees in one queue share one room: who does not take, blocks them all.

use libc::{IPC_CREAT, IPC_NOWAIT, c_long};
use nix::errno::Errno;
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::outcome::outcome;
use crate::sysv::{msgget, msgsnd, remove, set_room, stat};

pub const SCENE: Scene = Scene::new(
    "clog",
    "one addressee who takes nothing fills the queue for everybody",
    &[("server", server)],
);

const ANN: c_long = 1;
const BOB: c_long = 2;
const NEWS: &str = "news for ann ...";

// ANCHOR: server
fn server(server: &Actor) -> Result {
    let queue = msgget(server.msg_key("queue")?, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    set_room(queue, 64)?;
    server.sends("queue", format_args!("{NEWS}, again and again"));
    let error = loop {
        if let Err(error) = msgsnd(queue, ANN, NEWS.as_bytes(), IPC_NOWAIT) {
            break error;
        }
    };
    let found = stat(queue)?;
    server.says(format_args!("{} messages for ann, then {error:?}", found.msg_qnum));
    server.says("has none for bob in the queue, and sends him his first");
    let bob = msgsnd(queue, BOB, b"x", IPC_NOWAIT);
    server.says(format_args!("bob's message: {}", outcome(&bob)));
    stage::ensure!((error, bob) == (Errno::EAGAIN, Err(Errno::EAGAIN)), "{error}, {bob:?}");
    Ok(remove(queue)?)
}
// ANCHOR_END: server

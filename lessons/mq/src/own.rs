//! Both directions through one queue: whoever is quick gets its own question back.

use libc::IPC_CREAT;
use nix::mqueue::{mq_open, mq_send, mq_unlink};
use stage::{Actor, Fork, Result, Scene};

use crate::lacking;
use crate::posix::{NEW, OWNER, mq_receive_text, room};
use crate::sysv::{msgget, msgrcv_text, msgsnd, remove};

pub const SCENE: Scene = Scene::new(
    "own",
    "through one queue in both directions, a process receives its own words",
    &[("asker", asker)],
);

const TO_SERVER: libc::c_long = 1;
const TO_ASKER: libc::c_long = 2;

// ANCHOR: asker
fn asker(asker: &Actor) -> Result {
    let name = asker.mq_name("queue")?;
    let queue = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(1, 16))).map_err(lacking::posix)?;
    asker.sends("posix", "question");
    mq_send(&queue, b"question", 0)?;
    let (text, _) = mq_receive_text(&queue)?;
    asker.gets("posix", &text);
    stage::ensure!(text == "question", "received `{text}`");
    mq_unlink(name.as_c_str())?;

    let queue = msgget(asker.msg_key("queue")?, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    let server = match asker.forks("server")? {
        Fork::Child(me) => me.plays(|server| {
            let (_, text) = msgrcv_text(queue, TO_SERVER, 0)?;
            server.gets("sysv", &text);
            server.sends("sysv", "answer");
            Ok(msgsnd(queue, TO_ASKER, b"answer", 0)?)
        }),
        Fork::Parent(server) => server,
    };
    asker.sends("sysv", "question");
    msgsnd(queue, TO_SERVER, b"question", 0)?;
    let (_, text) = msgrcv_text(queue, TO_ASKER, 0)?;
    asker.gets("sysv", &text);
    stage::ensure!(text == "answer", "received `{text}`");
    asker.waits(server)?;
    Ok(remove(queue)?)
}
// ANCHOR_END: asker

//! What a network may do to datagrams, done by a relay that says so.

use std::net::{SocketAddr, UdpSocket};

use stage::lacking::loopback;
use stage::{Actor, Fork, Result, Scene};

use crate::facts::{on_one_cpu, udp};

pub const SCENE: Scene = Scene::new(
    "reordered",
    "datagrams come in another order, twice, or not at all",
    &[("receiver", receiver)],
)
.needs(&[loopback]);

const SENT: [&str; 4] = ["first", "second", "third", "fourth"];

// ANCHOR: relay
fn relay(relay: &Actor, socket: &UdpSocket, to: SocketAddr) -> Result {
    let mut held = Vec::new();
    for _ in SENT {
        let mut buffer = [0; 64];
        let length = socket.recv(&mut buffer)?;
        let text = str::from_utf8(&buffer[..length])?.to_owned();
        relay.gets("near", &text);
        held.push(text);
    }
    relay.says("does what a network may do, on purpose: it is no accident here");
    relay.says(format!("drops the {}", held[1]));
    for chosen in [2, 0, 3, 3] {
        relay.sends("far", &held[chosen]);
        socket.send_to(held[chosen].as_bytes(), to)?;
    }
    Ok(())
}
// ANCHOR_END: relay

fn receiver(receiver: &Actor) -> Result {
    on_one_cpu()?;
    let (mine, between) = (udp()?, udp()?);
    let (here, there) = (mine.local_addr()?, between.local_addr()?);
    let relay = match receiver.forks("relay")? {
        Fork::Child(me) => {
            drop(mine);
            me.plays(|me| relay(me, &between, here))
        }
        Fork::Parent(relay) => relay,
    };
    drop(between);
    let sender = match receiver.forks("sender")? {
        Fork::Child(me) => {
            drop(mine);
            me.plays(|me| sender(me, there))
        }
        Fork::Parent(sender) => sender,
    };

    let mut seen = Vec::new();
    for _ in 0..4 {
        let mut buffer = [0; 64];
        let length = mine.recv(&mut buffer)?;
        let text = str::from_utf8(&buffer[..length])?.to_owned();
        receiver.gets("far", &text);
        seen.push(text);
    }
    stage::ensure!(seen == ["third", "first", "fourth", "fourth"], "got {seen:?}");
    receiver.waits(sender)?;
    receiver.waits(relay)
}

fn sender(sender: &Actor, to: SocketAddr) -> Result {
    let socket = udp()?;
    for text in SENT {
        sender.sends("near", text);
        socket.send_to(text.as_bytes(), to)?;
    }
    sender.says("every send has succeeded, and it knows no more than that");
    Ok(())
}

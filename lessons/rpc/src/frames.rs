//! What gRPC sends: a relay in the middle takes the bytes of HTTP/2 apart.

use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixListener;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use stage::{Actor, Fork, Result, Scene};
use tonic::transport::Endpoint;

use crate::http2::Frames;
use crate::ledger::Ledger;
use crate::process::connect;
use crate::service::{AccountClient, Call, accept, payment, run};

pub const SCENE: Scene = Scene::new(
    "frames",
    "two calls of gRPC, as the frames that a relay sees",
    &[("client", client)],
)
.races(&["*"]);

// ANCHOR: client
fn client(client: &Actor) -> Result {
    let path = client.socket_path("relay")?;
    let door = UnixListener::bind(&path)?;
    let server = match client.forks("server")? {
        Fork::Child(me) => me.plays(server),
        Fork::Parent(server) => server,
    };
    let relay = match client.forks("relay")? {
        Fork::Child(me) => me.plays(|me| relay(me, door)),
        Fork::Parent(relay) => relay,
    };
    run(async {
        let address = format!("unix:{}", path.display());
        let channel = Endpoint::from_shared(address)?.connect().await?;
        let mut account = AccountClient::new(channel);
        for what in ["rent", "food"] {
            account.pay(payment(what, 10)).await?;
        }
        Ok(())
    })?;
    client.waits(relay)?;
    client.waits(server)
}
// ANCHOR_END: client

fn server(server: &Actor) -> Result {
    run(async {
        let mut calls = accept(server).await?;
        let mut ledger = Ledger::default();
        while let Some(Call::Pay(request, reply)) = calls.recv().await {
            let _ = reply.send(ledger.pay(request.into_inner()));
        }
        Ok(())
    })
}

// ANCHOR: relay
fn relay(relay: &Actor, door: UnixListener) -> Result {
    let (client, _) = door.accept()?;
    let mut ends =
        [("client", client, Frames::default()), ("server", connect(relay)?, Frames::default())];
    let mut bytes = [0; 4096];
    loop {
        let mut wanted = [0, 1].map(|at| PollFd::new(ends[at].1.as_fd(), PollFlags::POLLIN));
        poll(&mut wanted, PollTimeout::NONE)?;
        let ready = wanted.map(|end| end.any().unwrap_or(false));
        for (from, to) in [(0, 1), (1, 0)] {
            if !ready[from] {
                continue;
            }
            // A reset is an end, too: who leaves first may leave bytes unread.
            let length = ends[from].1.read(&mut bytes).unwrap_or(0);
            if length == 0 || ends[to].1.write_all(&bytes[..length]).is_err() {
                return Ok(());
            }
            let (who, _, frames) = &mut ends[from];
            for frame in frames.taken_from(&bytes[..length]) {
                relay.says(format!("the {who} sends {frame}"));
            }
        }
    }
}
// ANCHOR_END: relay

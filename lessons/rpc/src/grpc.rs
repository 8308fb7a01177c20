//! The same service with gRPC, over TCP and over a Unix socket.

use std::fs;
use std::net::Ipv4Addr;

use stage::lacking::loopback;
use stage::{Actor, CLOSE, EOF, Result, Scene, varies};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::mpsc::Receiver;
use tonic::transport::Channel;

use crate::ledger::Ledger;
use crate::process::note;
use crate::service::{AccountClient, Call, calls, payment, run};

pub const SCENE: Scene = Scene::of_roles(
    "grpc",
    "the same service with gRPC, over TCP and over a Unix socket",
    &[("server", server), ("client", client)],
)
.needs(&[loopback])
.races(&["*"]);

// ANCHOR: server
fn server(server: &Actor) -> Result {
    run(async {
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let unix = UnixListener::bind(server.socket_path("account")?)?;
        let port = tcp.local_addr()?.port();
        server.sends("note", varies("port", port));
        fs::write(note(server)?, port.to_string())?;

        let mut ledger = Ledger::default();
        serve(server, "tcp", calls(tcp.accept().await?.0).await?, &mut ledger).await?;
        serve(server, "unix", calls(unix.accept().await?.0).await?, &mut ledger).await
    })
}

async fn serve(
    server: &Actor,
    channel: &str,
    mut calls: Receiver<Call>,
    ledger: &mut Ledger,
) -> Result {
    while let Some(call) = calls.recv().await {
        if let Call::Pay(request, reply) = call {
            let payment = request.into_inner();
            server.gets(channel, &payment.what);
            let receipt = ledger.pay(payment)?;
            server.sends(channel, &receipt.text);
            let _ = reply.send(Ok(receipt));
        }
    }
    server.gets(channel, EOF);
    Ok(())
}
// ANCHOR_END: server

// ANCHOR: client
fn client(client: &Actor) -> Result {
    run(async {
        let port = fs::read_to_string(note(client)?)?;
        client.gets("note", varies("port", &port));
        let tcp = AccountClient::connect(format!("http://127.0.0.1:{port}")).await?;
        let first = pay(client, "tcp", tcp, "rent").await?;

        let path = client.socket_path("account")?;
        let unix = AccountClient::connect(format!("unix:{}", path.display())).await?;
        let second = pay(client, "unix", unix, "food").await?;
        stage::ensure!((first, second) == (90, 80), "{first} and {second} are left");
        Ok(())
    })
}

async fn pay(
    client: &Actor,
    channel: &str,
    mut account: AccountClient<Channel>,
    what: &str,
) -> Result<i64> {
    client.sends(channel, what);
    let receipt = account.pay(payment(what, 10)).await?.into_inner();
    client.gets(channel, &receipt.text);
    client.sends(channel, CLOSE);
    Ok(receipt.left)
}
// ANCHOR_END: client
